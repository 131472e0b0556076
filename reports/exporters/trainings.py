"""The recap of trainings."""

from collections.abc import Iterable

from django.db.models import QuerySet

from portal.spreadsheets.sheets import SheetSpec
from reports.base import Exporter
from reports.exporters import notes, sheets
from reports.registry import register


@register
class TrainingsExporter(Exporter):
    """One line a training."""

    identifier = "trainings"
    label = "Rekap pelatihan"
    description = "Satu baris per pelatihan: anggaran, jadwal, tempat, jumlah peserta, pagu dan realisasi."
    notes = (notes.PEOPLE, notes.ATTENDANCE, notes.RTS, notes.DISABILITY, notes.REMAINING)

    def sheets(self, rows: QuerySet) -> Iterable[SheetSpec]:
        return [sheets.recap_sheet(rows)]
