"""The list of participants of one training: people, their businesses, and their enrolment."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from participants.models import Business, Enrolment, Person
from participants.queries import among
from participants.resources.businesses import BUSINESS_COLUMNS, TURNOVER, wanted_business
from participants.resources.checks import ParticipantChecks
from participants.resources.identities import Identity
from participants.resources.known import numbers_of
from participants.resources.plans import Planned, write_plans
from participants.resources.recorded import LOADED, Recorded
from participants.rules import name_key
from portal.enums import Verdict
from portal.identity import mask_nik
from portal.importing.registry import register_resource
from portal.importing.resources import PlannedRow
from portal.models import ImportBatch, Region
from portal.scoping import visible

COPIED = ("name", "sex", "village", "phone", "education", "occupation", "disability")  # columns named like the field
SAME = "Isi kolom Nomor Sementara bila memang sama."


@register_resource
class ParticipantResource(ParticipantChecks):
    """Natural keys: person = (office, NIK or number), enrolment = (training, person), business = (person, name)."""

    identifier = "participants"
    order = 1
    label = "Daftar peserta"
    intro = (
        "Satu baris satu orang. Orang dikenali dari NIK; daftar yang sama boleh diunggah lagi tanpa menggandakan. "
        "Orang tanpa NIK ditulis “belum ada NIK”: ia mendapat nomor sementara dan dikenali dari nama dan tanggal lahir."
    )
    add_permission = "participants.add_enrolment"
    change_permission = "participants.change_person"
    key_label = "NIK"
    key_columns = (
        *("nik", "local_number", "name", "birth_date", "birth"),
        *("address", "hamlet", "rt_rw", "rt", "rw"),
    )
    template_version = 2
    written = (Person, Enrolment, Business)

    # --- what exists ------------------------------------------------------------------------------------------
    def look_up(self, rows: Sequence[PlannedRow]) -> None:
        if self.training is None:
            return
        own = visible(Person, self.user).filter(office=self.training.office).order_by()
        light = own.values_list(*LOADED)
        indexes = [row.key for row in rows if isinstance(row.key, str)]
        numbered = [identity.person.pk for row in rows if (identity := row.values.get("identity")) and identity.person]
        self.people: dict[str | int, Recorded] = {}
        for person in map(Recorded, among(light, "nik_index", indexes)):
            self.people[person.nik_index] = person
        for person in map(Recorded, among(light, "pk", numbered)):
            self.people[person.pk] = person
        self._give_villages()
        ids = {person.pk for person in self.people.values()}
        here = visible(Enrolment, self.user).filter(training=self.training).order_by()
        self.enrolments = dict(among(here.values_list("person_id", "status"), "person", ids))
        # Of rows without cells nothing is known, so they may speak of a business.
        speak = any(not row.cells or self._says_business(row) for row in rows)
        businesses = among(visible(Business, self.user).order_by(), "person", ids) if speak else ()
        self.businesses = {(business.person_id, business.name.casefold()): business for business in businesses}
        self._look_for_twins(rows, own)

    def _give_villages(self) -> None:
        """Replace codes by regions; few people live in another kecamatan than that of the training."""
        elsewhere = {person.village_id for person in self.people.values()} - {None, *self.villages}
        if elsewhere:
            self.villages |= visible(Region, self.user).in_bulk(elsewhere)
        for person in self.people.values():
            person.village = self.villages.get(person.village_id)

    def _look_for_twins(self, rows: Sequence[PlannedRow], own: QuerySet[Person]) -> None:
        """Find people with a NIK whom a row without one may mean."""
        born = {
            row.values["born"]
            for row in rows
            if row.values.get("born") and not (row.values["identity"].nik or row.values["identity"].people)
        }
        self.numbered_twins: dict[tuple, list[str]] = defaultdict(list)
        twins = own.filter(nik_index__isnull=False).values_list("name", "birth_date", "nik_last4")
        for name, day, last4 in among(twins, "birth_date", born):
            self.numbered_twins[name_key(name), day].append(mask_nik(last4))

    def _says_business(self, row: PlannedRow) -> bool:
        """Tell whether a cell about a business is filled in; rows of one sheet have the same columns."""
        names = tuple(row.cells)
        about = self._layouts.get(names)
        if about is None:
            about = [name for name in names if name in BUSINESS_COLUMNS or name.startswith(TURNOVER)]
            self._layouts[names] = about
        values = row.values
        return any(values.get(name) is not None for name in about)

    # --- planning ---------------------------------------------------------------------------------------------
    def plan_row(self, row: PlannedRow) -> None:
        identity: Identity = row.values["identity"]
        person = self._person(row, identity)
        if row.rejected:
            return
        planned = Planned(person=person)
        wanted = self._wanted(row)
        ours = person is None or bool(identity.nik) or not person.nik_index
        if person is None:
            village = wanted.pop("village")
            planned.given = {name: value for name, value in wanted.items() if value is not None}
            planned.given["village_id"] = village and village.pk
            planned.nik = identity.nik
            self._hint(row, identity)
        elif ours:
            self._plan_changes(row, identity, planned, wanted)
        planned.enrols = person is None or person.pk not in self.enrolments
        if ours and self._says_business(row):
            self._plan_business(row, planned)
        if person is not None:
            self._tell_known(row, identity, person)
        if planned.enrols:
            self._count(row)
        if planned.writes:
            row.new = [planned]
            row.verdict = Verdict.NEW if planned.enrols else Verdict.CHANGED
            if planned.enrols and row.changes and not self.may_change:
                self.error(row, "", "Peran Anda tidak boleh mengubah data orang ini. Hubungi administrator bila perlu.")

    def _person(self, row: PlannedRow, identity: Identity) -> Recorded | None:
        """Return the recorded person whom the row means; refuses what would make one person of two."""
        meant = self.people.get(identity.person.pk) if identity.person else None
        if not identity.nik:
            return meant
        holder = self.people.get(identity.key)
        if not identity.number or meant is None:
            return holder
        if holder is not None and holder.pk != meant.pk:
            self.error(
                row,
                "local_number",
                f"NIK ini sudah tercatat atas nama {holder.name}, nomor sementara ini atas nama {meant.name}. Dua "
                "orang tidak dapat digabung lewat impor; periksa NIK-nya atau kosongkan Nomor Sementara.",
            )
        elif meant.nik_index and meant.nik_index != identity.key:
            self.error(
                row,
                "local_number",
                f"Orang bernomor ini sudah mempunyai NIK lain ({mask_nik(meant.nik_last4)}). Periksa NIK-nya, atau "
                "kosongkan Nomor Sementara.",
            )
        return meant

    @staticmethod
    def _wanted(row: PlannedRow) -> dict[str, Any]:
        """Return every field of the person that the row speaks of; None: it says nothing."""
        values = row.values
        wanted = {name: values.get(name) for name in COPIED}
        wanted["birth_place"] = values.get("birth_place") or (values.get("birth") or (None,))[0]
        wanted["birth_date"] = values["born"]
        wanted["address"], wanted["rt"], wanted["rw"] = values["home"]
        return wanted

    def _hint(self, row: PlannedRow, identity: Identity) -> None:
        """Somebody new may be somebody known: say so, and leave the decision to the sender."""
        name, born = row.values["name"], row.values["born"]
        if identity.nik:
            if born and (twins := self.known.twins(name, born)):
                self.warn(row, "nik", f"Mungkin orang yang sama dengan {numbers_of(twins)}; {SAME}")
            return
        self.note(row, "nik", "Belum ada NIK: orang ini mendapat nomor sementara dari portal.")
        if twins := self.numbered_twins.get((name_key(name), born)):
            self.warn(row, "nik", f"Mungkin orang yang sama dengan {', '.join(twins)}; isi NIK-nya bila memang sama.")
        if namesakes := self.known.namesakes(name, born):
            self.warn(row, "nik", f"Mungkin orang yang sama dengan {numbers_of(namesakes)}; {SAME}")
        if not born:
            self.warn(
                row, "birth_date", "Tanpa NIK dan tanggal lahir seseorang sukar dikenali lagi; lengkapi tanggalnya."
            )

    def _plan_changes(self, row: PlannedRow, identity: Identity, planned: Planned, wanted: dict[str, Any]) -> None:
        person = planned.person
        if identity.number and name_key(person.name) != name_key(wanted["name"]):
            self.warn(row, "name", f"Orang bernomor {identity.number} bernama “{person.name}” di portal.")
        planned.changed = self.compare(row, person, wanted)
        if identity.nik and not person.nik_index:
            planned.nik = identity.nik
            row.changes["NIK"] = ("", mask_nik(identity.nik[-4:]))

    def _plan_business(self, row: PlannedRow, planned: Planned) -> None:
        wanted = wanted_business(self, row)
        name = row.values.get("business")
        if not name:
            return
        person = planned.person
        business = self.businesses.get((person.pk, name.casefold())) if person is not None else None
        if business is None:
            planned.business_given = {"name": name, **wanted}
            if person is not None:
                row.changes["usaha"] = ("", name)
        elif self.compare(row, business, wanted):
            planned.business = business

    def _tell_known(self, row: PlannedRow, identity: Identity, person: Recorded) -> None:
        """Say who was recognised without a NIK, and in which other trainings they are meanwhile."""
        if not identity.nik:
            if person.nik_index:
                self.warn(
                    row,
                    "nik",
                    f"Orang ini ({person.local_number}) sudah mempunyai NIK {mask_nik(person.nik_last4)}; datanya "
                    "tidak diubah oleh baris tanpa NIK.",
                )
            elif not identity.number:
                how = "tanggal lahir" if row.values["born"] else "alamat"
                self.note(row, "nik", f"Dikenali sebagai {person.local_number} dari nama dan {how}.")
        for title, number, start, end in self.overlaps.get(person.pk, ()):
            days = f"{start:%d-%m-%Y}" + ("" if start == end else f" s.d. {end:%d-%m-%Y}")
            self.warn(row, "name", f"Juga terdaftar pada pelatihan {title} ({number}, {days}) yang waktunya bersamaan.")

    def _count(self, row: PlannedRow) -> None:
        """Warn on the first row that makes the training larger than planned; equal keys are one participant."""
        target = self.training.target_people
        if target is None:
            return
        if self.surplus is None:
            self.coming.add(hash(row.key))
            if self.taking_part + len(self.coming) > target:
                self.surplus = (row.sheet, row.number)
        if self.surplus == (row.sheet, row.number):
            self.warn(
                row,
                "",
                f"Target pelatihan ini {target} orang; mulai baris ini pesertanya lebih. Sesuaikan bila memang benar.",
            )

    def write(self, rows: Sequence[PlannedRow], batch: ImportBatch) -> None:
        write_plans([planned for row in rows for planned in row.new], self.training, by=self.user, source=batch)
