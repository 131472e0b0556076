"""The attendance sheet of one training: a line per person, a column per day."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from participants.actions.enrolments import record_attendance
from participants.models import Attendance, Enrolment
from participants.resources.base import TrainingSheetResource
from portal.enums import Verdict
from portal.identity import index_nik
from portal.importing.resources import Column, PlannedRow, register_resource
from portal.importing.widgets import NikWidget, TextWidget
from portal.models import ImportBatch
from portal.scoping import visible
from portal.spreadsheets.cells import CellError, parse_attendance, parse_date
from programs.models import Session


@register_resource
class AttendanceResource(TrainingSheetResource):
    """Natural key: (enrolment, session). People are found by NIK, or by a name that is unique in the training."""

    identifier = "attendance"
    label = "Daftar hadir"
    intro = (
        "Satu baris satu peserta, satu kolom satu tanggal. Tanda hadir: V, √, 1, H atau hadir; tidak hadir: - atau A; "
        "izin: I; sakit: S. Sel kosong berarti belum dicatat."
    )
    add_permission = "participants.add_attendance"
    change_permission = "participants.change_attendance"
    key_label = "Peserta"

    name = Column(
        "Nama", TextWidget(120), synonyms=("Nama Lengkap", "Nama Peserta"), required=True, example="Siti Aminah"
    )
    nik = Column("NIK", NikWidget(), synonyms=("Nomor KTP", "No KTP"), help_text="Boleh kosong bila nama tidak kembar.")

    def dynamic_key(self, value: Any) -> str | None:
        """Return the ISO date of a column headed by a date."""
        try:
            day = parse_date(value)
        except CellError:
            return None
        return day.isoformat() if day else None

    def heading_of(self, name: str) -> str:
        return super().heading_of(name) if name in self.columns else f"{date.fromisoformat(name):%d-%m-%Y}"

    def clean_cell(self, name: str, raw: Any, row: PlannedRow) -> Any:
        return super().clean_cell(name, raw, row) if name in self.columns else parse_attendance(raw)

    def example_dynamic(self) -> list[str]:
        return ["14/07/2025", "15/07/2025"]

    def prepare(self) -> None:
        super().prepare()
        self.sessions: dict[str, list[Session]] = defaultdict(list)
        self.by_nik: dict[str, Enrolment] = {}
        self.by_name: dict[str, list[Enrolment]] = defaultdict(list)
        self.marks: dict[tuple[int, int], Attendance] = {}
        if self.training is None:
            return
        for session in visible(Session, self.user).filter(training=self.training):
            self.sessions[session.date.isoformat()].append(session)
        enrolments = visible(Enrolment, self.user).filter(training=self.training).select_related("person", "training")
        for enrolment in enrolments:
            if enrolment.person.nik_index:
                self.by_nik[enrolment.person.nik_index] = enrolment
            self.by_name[enrolment.person.name.casefold()].append(enrolment)
        for mark in visible(Attendance, self.user).filter(training=self.training):
            self.marks[mark.enrolment_id, mark.session_id] = mark

    def cross_check(self, row: PlannedRow) -> None:
        super().cross_check(row)
        if self.blocked:
            return
        for name in row.cells:
            if name in self.columns or row.values.get(name) is None:
                continue
            if name not in self.sessions:
                self.error(row, name, "Tanggal ini bukan hari pelatihan. Periksa judul kolom atau jadwal pelatihan.")
        if not row.rejected:
            self._find_enrolment(row)

    def _find_enrolment(self, row: PlannedRow) -> None:
        nik, name = row.values.get("nik"), row.values["name"]
        if nik:
            found = [self.by_nik[index_nik(nik)]] if index_nik(nik) in self.by_nik else []
        else:
            found = self.by_name.get(name.casefold(), [])
        if len(found) == 1:
            row.values["enrolment"] = found[0]
            if found[0].person.name.casefold() != name.casefold():
                self.warn(row, "name", f"Di daftar peserta nama orang dengan NIK ini “{found[0].person.name}”.")
        elif found:
            self.error(row, "name", "Nama ini dipakai beberapa peserta. Isi kolom NIK untuk membedakannya.")
        else:
            self.error(row, "nik" if nik else "name", "Orang ini bukan peserta pelatihan. Impor dahulu daftar peserta.")

    def key_of(self, row: PlannedRow) -> Any:
        enrolment = row.values.get("enrolment")
        return enrolment.pk if enrolment else None

    def key_column(self, row: PlannedRow) -> str:
        return "name"

    def plan_row(self, row: PlannedRow) -> None:
        enrolment = row.values["enrolment"]
        new, changed = [], []
        for name in sorted(set(row.cells) - set(self.columns)):
            presence = row.values.get(name)
            if presence is None:
                self.warn(row, name, "Kosong: kehadiran hari itu belum dicatat.")
                continue
            for session in self.sessions[name]:
                mark = self.marks.get((enrolment.pk, session.pk))
                if mark is None:
                    new.append(
                        Attendance(training=self.training, enrolment=enrolment, session=session, presence=presence)
                    )
                elif self.compare(row, mark, {"presence": presence}):
                    changed.append(mark)
        row.new = [(new, changed)] if new or changed else []
        if row.new:
            row.verdict = Verdict.CHANGED if changed else Verdict.NEW

    def write(self, rows: Sequence[PlannedRow], batch: ImportBatch) -> None:
        record_attendance(
            new=[mark for row in rows for new, _ in row.new for mark in new],
            changed=[mark for row in rows for _, changed in row.new for mark in changed],
            by=self.user,
            source=batch,
        )
