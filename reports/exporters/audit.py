"""The audit workbook: recap, people, attendance and money of the same trainings, joined by the training's number."""

from collections.abc import Iterable

from django.db.models import QuerySet

from portal.spreadsheets.sheets import SheetSpec
from reports.base import Exporter
from reports.exporters import notes, sheets
from reports.registry import register


@register
class AuditExporter(Exporter):
    """What an auditor asks for first."""

    identifier = "audit"
    label = "Buku kerja pemeriksaan"
    description = (
        "Rekap, peserta, daftar hadir dan keuangan pelatihan yang sama, saling terhubung lewat nomor pelatihan."
    )
    notes = (
        notes.PEOPLE,
        notes.ATTENDANCE,
        notes.RTS,
        notes.DISABILITY,
        notes.REMAINING,
        notes.MONEY,
        notes.CEILINGS,
    )

    def sheets(self, rows: QuerySet) -> Iterable[SheetSpec]:
        return [
            sheets.recap_sheet(rows),
            sheets.participant_sheet(rows),
            sheets.attendance_sheet(rows),
            sheets.finance_sheet(rows),
        ]
