"""The marks of attendance."""

from collections.abc import Iterable

from django.db.models import QuerySet

from portal.spreadsheets.sheets import SheetSpec
from reports.base import Exporter
from reports.exporters import notes, sheets
from reports.queries import people
from reports.registry import register


@register
class AttendanceExporter(Exporter):
    """One line a person and session."""

    identifier = "attendance"
    label = "Daftar hadir"
    description = "Satu baris per peserta per sesi: hadir, izin, sakit atau alpa."
    notes = (notes.ATTENDANCE,)

    def sheets(self, rows: QuerySet) -> Iterable[SheetSpec]:
        return [sheets.attendance_sheet(rows)]

    def size(self, rows: QuerySet) -> int:
        return people.count_of_marks(rows)
