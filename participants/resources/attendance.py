"""The attendance sheet of one training: a line per person, a column per session."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, ClassVar, NamedTuple

from participants.actions.enrolments import record_attendance
from participants.enums import Presence
from participants.models import Attendance, Enrolment
from participants.queries import among
from participants.resources.base import TrainingSheetResource
from participants.resources.cells import IdentityWidget, is_nik, parse_local_number
from participants.resources.columns import NIK_HEADINGS, NUMBER_HEADINGS
from participants.resources.headings import Schedule, heading_of_name, name_of_heading
from participants.rules import name_key
from portal.enums import Verdict
from portal.identity import index_nik, mask_nik
from portal.importing.registry import register_resource
from portal.importing.resources import Column, PlannedRow
from portal.importing.widgets import CellWidget, TextWidget
from portal.models import ImportBatch
from portal.scoping import VanishedRow, visible
from portal.spreadsheets.cells import parse_attendance
from programs.models import Session


class Enrolled(NamedTuple):
    """A participant of the training."""

    pk: int
    name: str
    nik_index: str | None
    nik_last4: str
    number: str | None

    @property
    def masked(self) -> str:
        """Return the masked NIK, or the local number."""
        return mask_nik(self.nik_last4) or self.number or ""


@register_resource
class AttendanceResource(TrainingSheetResource):
    """Natural key: (enrolment, session). People are found by NIK, by local number, or by a name nobody shares."""

    identifier = "attendance"
    order = 2
    label = "Daftar hadir"
    intro = (
        "Satu baris satu peserta, satu kolom satu sesi: judulnya tanggal (14/07/2025), Hari 1, Sesi 1, atau tanggal "
        "dengan sesinya (14/07/2025 Sesi 2). Hadir: V, √, 1, H; tidak hadir: - atau A; izin: I; sakit: "
        "S. Sel kosong berarti belum dicatat."
    )
    add_permission = "participants.add_attendance"
    change_permission = "participants.change_attendance"
    key_label = "Peserta"
    written = (Attendance,)
    key_columns = ("name", "nik", "local_number")
    template_version = 2
    presets: ClassVar[dict[str, frozenset[str]]] = {"Templat Sulam": frozenset({"Nama", "NIK", "Nomor Sementara"})}

    name = Column(
        "Nama", TextWidget(120), synonyms=("Nama Lengkap", "Nama Peserta"), required=True, example="Siti Aminah"
    )
    nik = Column(
        "NIK", IdentityWidget(), synonyms=NIK_HEADINGS, help_text="16 digit. Boleh kosong bila nama tidak kembar."
    )
    local_number = Column(
        "Nomor Sementara",
        CellWidget(parse_local_number),
        synonyms=NUMBER_HEADINGS,
        help_text="Untuk peserta yang belum ada NIK; boleh kosong bila nama tidak kembar.",
    )

    # --- columns of sessions ----------------------------------------------------------------------------------
    def dynamic_key(self, value: Any) -> str | None:
        """Return the name of a column headed by a session or a day."""
        return name_of_heading(value)

    def heading_of(self, name: str) -> str:
        return super().heading_of(name) if name in self.columns else heading_of_name(name)

    def clean_cell(self, name: str, raw: Any, row: PlannedRow) -> Any:
        return super().clean_cell(name, raw, row) if name in self.columns else parse_attendance(raw)

    def example_dynamic(self) -> list[str]:
        """Return the sessions of the training, or two dates that show how headings look."""
        schedule: Schedule | None = getattr(self, "schedule", None)
        return (schedule.headings() if schedule else []) or ["14/07/2025", "15/07/2025"]

    # --- reading ----------------------------------------------------------------------------------------------
    def prepare(self) -> None:
        super().prepare()
        self.by_nik: dict[str, Enrolled] = {}
        self.by_number: dict[str, Enrolled] = {}
        self.by_name: dict[str, list[Enrolled]] = defaultdict(list)
        self.marks: dict[tuple[int, int], tuple[int, str]] = {}  # (enrolment, session) -> (mark, presence)
        self.targets_of_columns: dict[str, tuple[Session | None, str]] = {}
        own_sessions = visible(Session, self.user).filter(training=self.training) if self.training else ()
        self.schedule = Schedule(own_sessions)
        self.sessions = self.schedule.by_day
        if self.training is None:
            return
        people = ("person__name", "person__nik_index", "person__nik_last4", "person__local_number")
        enrolments = visible(Enrolment, self.user).filter(training=self.training).values_list("pk", *people)
        for fields in enrolments.iterator(chunk_size=2_000):
            enrolled = Enrolled(*fields)
            if enrolled.nik_index:
                self.by_nik[enrolled.nik_index] = enrolled
            if enrolled.number:
                self.by_number[enrolled.number] = enrolled
            self.by_name[name_key(enrolled.name)].append(enrolled)
        marks = visible(Attendance, self.user).filter(training=self.training)
        for enrolment, session, pk, presence in marks.values_list("enrolment_id", "session_id", "pk", "presence"):
            self.marks[enrolment, session] = (pk, presence)

    def key_of(self, row: PlannedRow) -> Any:
        found, _, _ = self._found(row)
        return found.pk if found else None

    def _found(self, row: PlannedRow) -> tuple[Enrolled | None, str, str]:
        """Return (participant, column, fault): whom the row means, or why nobody, at which column."""
        found = row.values.get("found")
        if found is None:
            found = row.values["found"] = self._find(row.values)
        return found

    def _find(self, values: dict[str, Any]) -> tuple[Enrolled | None, str, str]:
        nik, number, name = values.get("nik"), values.get("local_number"), values.get("name")
        if is_nik(nik):
            enrolled = self.by_nik.get(index_nik(nik))
            if enrolled and number and enrolled.number != number:
                return None, "local_number", "NIK dan Nomor Sementara milik orang yang berbeda. Perbaiki salah satunya."
            return self._or_stranger(enrolled, "nik")
        if nik in self.by_number and not number:
            number = nik
        if number:
            return self._or_stranger(self.by_number.get(number), "local_number")
        people = self.by_name.get(name_key(name), []) if name else []
        if len(people) > 1:
            masked = ", ".join(sorted(person.masked for person in people))
            fault = f"Nama ini dipakai {len(people)} peserta ({masked}). Isi NIK atau Nomor Sementara."
            return None, "name", fault
        return self._or_stranger(people[0] if people else None, "name")

    @staticmethod
    def _or_stranger(enrolled: Enrolled | None, column: str) -> tuple[Enrolled | None, str, str]:
        fault = "" if enrolled else "Orang ini bukan peserta pelatihan. Impor dahulu daftar peserta."
        return enrolled, column, fault

    def key_column(self, row: PlannedRow) -> str:
        return "name"

    # --- judging ----------------------------------------------------------------------------------------------
    def cross_check(self, row: PlannedRow) -> None:
        super().cross_check(row)
        if self.blocked:
            return
        taken: dict[int, str] = {}
        for name in self._marked(row):
            session, fault = self._session(name)
            if session is not None and row.values[name] is not None:
                first = taken.setdefault(session.pk, name)
                if first != name:
                    fault = f"Kolom ini dan kolom {self.heading_of(first)} berarti sesi yang sama. Hapus salah satunya."
            if fault and row.values[name] is not None:
                self.error(row, name, fault)
        found, column, fault = self._found(row)
        if row.rejected:
            return
        if found is None:
            self.error(row, column, fault)
        elif name_key(found.name) != name_key(row.values["name"]):
            self.warn(row, "name", f"Di daftar peserta nama orang ini “{found.name}”.")

    def _marked(self, row: PlannedRow) -> list[str]:
        """Return the columns of sessions whose cell could be read."""
        return [name for name in row.cells if name not in self.columns and name in row.values]

    def _session(self, name: str) -> tuple[Session | None, str]:
        if name not in self.targets_of_columns:
            self.targets_of_columns[name] = self.schedule.find(name)
        return self.targets_of_columns[name]

    def plan_row(self, row: PlannedRow) -> None:
        enrolled, _, _ = self._found(row)
        new, changed = [], []
        for name in self._marked(row):
            presence, (session, _) = row.values[name], self._session(name)
            if presence is None:
                self.warn(row, name, "Kosong: kehadiran pada sesi itu belum dicatat.")
                continue
            mark, old = self.marks.get((enrolled.pk, session.pk), (None, ""))
            if mark is None:
                new.append((enrolled.pk, session, presence))
            elif old != presence:
                changed.append((mark, presence))
                label = f"kehadiran {session.date:%d-%m-%Y} sesi {session.order}"
                row.changes[label] = (Presence(old).label, Presence(presence).label)
        row.new = [(new, changed)] if new or changed else []
        if row.new:
            row.verdict = Verdict.CHANGED if changed else Verdict.NEW

    # --- writing ----------------------------------------------------------------------------------------------
    def write(self, rows: Sequence[PlannedRow], batch: ImportBatch) -> None:
        new = [mark for row in rows for marks, _ in row.new for mark in marks]
        wanted = {mark: presence for row in rows for _, marks in row.new for mark, presence in marks}
        own = visible(Enrolment, self.user).filter(training=self.training)
        enrolled = {pk for pk, _, _ in new}
        enrolments = {row.pk: row for row in among(own, "pk", enrolled)}
        marks = visible(Attendance, self.user).filter(training=self.training)
        changed = list(among(marks.select_related("enrolment", "session"), "pk", wanted))
        if len(enrolments) != len(enrolled) or len(changed) != len(wanted):
            raise VanishedRow("Some participants or marks are no more.")
        for mark in changed:
            mark.training, mark.presence = self.training, wanted[mark.pk]
        record_attendance(
            new=[
                Attendance(training=self.training, enrolment=enrolments[pk], session=session, presence=presence)
                for pk, session, presence in new
            ],
            changed=changed,
            by=self.user,
            source=batch,
        )
