"""Judging the rows of a list of participants, each by itself: who is meant, and what is odd."""

from collections import defaultdict
from typing import Any

from participants.enums import EnrolmentStatus
from participants.models import Enrolment
from participants.queries import at_the_same_time
from participants.resources.businesses import TURNOVER, turnover_key
from participants.resources.cells import NO_NIK
from participants.resources.columns import ParticipantColumns
from participants.resources.identities import Identity, born_of, home_of, identity_of
from participants.resources.known import KnownPeople, numbers_of
from participants.rules import age_doubt, nik_doubts
from portal.importing.resources import PlannedRow
from portal.models import Agency, Region
from portal.scoping import visible
from portal.spreadsheets.cells import parse_money
from programs.models import InvitedRt
from programs.rules import rt_name

LONGEST_ADDRESS = 200


class ParticipantChecks(ParticipantColumns):
    """What needs no other row, and nothing that was not loaded once for the whole file."""

    # --- columns with a year in their heading -----------------------------------------------------------------
    def dynamic_key(self, value: Any) -> str | None:
        """Return the name of a column headed `Omzet 2024`."""
        return turnover_key(value)

    def heading_of(self, name: str) -> str:
        return f"Omzet {name.removeprefix(TURNOVER)}" if name.startswith(TURNOVER) else super().heading_of(name)

    def clean_cell(self, name: str, raw: Any, row: PlannedRow) -> Any:
        return parse_money(raw) if name.startswith(TURNOVER) else super().clean_cell(name, raw, row)

    def __init__(self, *, user: Any, target: str = ""):
        super().__init__(user=user, target=target)
        self.villages: dict[str, Region] = {}
        self._layouts: dict[tuple[str, ...], list[str]] = {}  # columns of a sheet -> those about a business

    # --- reading ----------------------------------------------------------------------------------------------
    def offer(self) -> None:
        super().prepare()
        self._offer_villages(self.training.office if self.training else self.user.agency)

    def prepare(self) -> None:
        self.offer()
        self.known = KnownPeople()
        self.meant: dict[int, tuple[str, int, Any]] = {}  # person -> first row that means them, and its key
        self.may_change = self.user.has_perm(self.change_permission)
        if self.training is None:
            return
        office = self.training.office
        self.regency = office.region_id.rpartition(".")[0]
        self.known = KnownPeople.of(office, self.user)
        invited = visible(InvitedRt, self.user).filter(training=self.training)
        self.invited = set(invited.values_list("rt", "rw"))
        self.invited_rts = {rt for rt, _ in self.invited}
        taking_part = visible(Enrolment, self.user).filter(training=self.training)
        self.taking_part = taking_part.exclude(status=EnrolmentStatus.WITHDRAWN).count()
        self._look_elsewhere()
        self.coming: set[int] = set()  # hashes of keys of new participants, until the training is full
        self.surplus: tuple[str, int] | None = None

    def _offer_villages(self, office: Agency) -> None:
        """Let villages of the office's kecamatan be named; an office without one has none."""
        if office.region_id is None:
            return
        villages = visible(Region, self.user).filter(parent=office.region_id)
        self.villages = {village.pk: village for village in villages}
        self.columns["village"].widget.offer(
            {village.name: village for village in self.villages.values()}, place=f"Kecamatan {office.region.name}"
        )

    def _look_elsewhere(self) -> None:
        """Note who takes part in another training of these days, of those that the user may see."""
        self.overlaps: dict[int, list[tuple]] = defaultdict(list)
        own = visible(Enrolment, self.user).filter(office=self.training.office)
        parallel = at_the_same_time(own, self.training)
        facts = ("training__title", "training__number", "training__start", "training__end")
        trainings: dict[tuple, tuple] = {}  # each training once, however many take part
        rows = parallel.order_by("training__start", "training__number").values_list("person_id", *facts)
        for person, *training in rows.iterator(chunk_size=2_000):
            self.overlaps[person].append(trainings.setdefault(tuple(training), tuple(training)))

    def key_of(self, row: PlannedRow) -> Any:
        return self._identity(row).key

    def _identity(self, row: PlannedRow) -> Identity:
        found = row.values.get("identity")
        if found is None:
            found = row.values["identity"] = identity_of(row.values, self.known)
        return found

    def key_column(self, row: PlannedRow) -> str:
        return "nik"

    # --- judging a row by itself ------------------------------------------------------------------------------
    def cross_check(self, row: PlannedRow) -> None:
        super().cross_check(row)
        if self.blocked:
            return
        values = row.values
        born, home = born_of(values), home_of(values)
        values["born"], values["home"] = born, home
        if home.address and len(home.address) > LONGEST_ADDRESS:
            self.error(row, "address", f"Alamat bersama dusunnya lebih dari {LONGEST_ADDRESS} karakter. Ringkas.")
        told = values.get("birth")
        if told and told[1] and told[1] != born:
            self.error(row, "birth_date", "Tanggal lahir berbeda pada dua kolom. Perbaiki salah satunya.")
        identity = self._identity(row)
        if identity.nik:
            for doubt in nik_doubts(identity.nik, born=born, sex=values.get("sex") or "", regency=self.regency):
                self.warn(row, "nik", doubt)
        if doubt := age_doubt(born, self.training.start):
            self.warn(row, "birth_date", doubt)
        if self.invited and home.rt:
            self._check_invited(row, home.rt, home.rw or "")
        self._check_number(row, identity)

    def _check_invited(self, row: PlannedRow, rt: str, rw: str) -> None:
        """Without RW on either side the number of the RT alone decides."""
        if (rt, rw) in self.invited or (rt, "") in self.invited or (not rw and rt in self.invited_rts):
            return
        self.warn(row, "rt", f"{rt_name(rt, rw)} tidak termasuk RT yang diundang ke pelatihan ini.")

    def _check_number(self, row: PlannedRow, identity: Identity) -> None:
        number, nik = identity.number, row.values.get("nik")
        at = "local_number" if row.cells.get("local_number") is not None else "nik"
        if number and not identity.people:
            self.error(
                row,
                at,
                "Nomor sementara ini tidak ditemukan di kantor Anda. Periksa, atau kosongkan untuk orang baru.",
            )
        if number and not identity.nik and nik not in {NO_NIK, number}:
            self.error(row, at, "Nomor di kolom NIK berbeda dengan Nomor Sementara. Perbaiki salah satunya.")
        if len(identity.people) > 1:
            self.error(
                row,
                at,
                f"Ada {len(identity.people)} orang yang mungkin dimaksud: {numbers_of(identity.people)}. "
                "Tulis nomor orangnya di kolom Nomor Sementara, atau di kolom NIK.",
            )
        if person := identity.person:
            sheet, number, key = self.meant.setdefault(person.pk, (row.sheet, row.number, identity.key))
            if key != identity.key and (sheet, number) != (row.sheet, row.number):
                place = self._place((sheet, number), row)
                self.error(row, at, f"Orangnya ({person.number}) sama dengan {place}. Perbaiki salah satunya.")
