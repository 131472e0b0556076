"""The audit workbook: everything about the same trainings, joined by the training's number and the codes."""

from collections.abc import Iterable

from django.db.models import QuerySet

from portal.spreadsheets.sheets import SheetSpec
from reports.base import Exporter
from reports.exporters import notes, sheets
from reports.findings import Scope
from reports.findings.sheet import NOTE, findings_sheet
from reports.queries import people
from reports.registry import register


@register
class AuditExporter(Exporter):
    """What an auditor asks for first."""

    identifier = "audit"
    label = "Buku kerja pemeriksaan"
    description = (
        "Ringkasan bergrafik, rekap, peserta, daftar hadir, keuangan, realisasi anggaran, belanja per rekening dan "
        "temuan dari pelatihan yang sama, saling terhubung lewat nomor pelatihan dan kode."
    )
    formats = ("xlsx", "csv", "zip")
    notes = (
        notes.PEOPLE,
        notes.ATTENDANCE,
        notes.RTS,
        notes.DISABILITY,
        notes.REMAINING,
        notes.MONEY,
        notes.CEILINGS,
        NOTE,
    )

    def sheets(self, rows: QuerySet) -> Iterable[SheetSpec]:
        return [
            sheets.summary_sheet(rows),
            sheets.recap_sheet(rows),
            sheets.participant_sheet(rows),
            sheets.attendance_sheet(rows),
            sheets.finance_sheet(rows),
            sheets.realisation_sheet(rows),
            sheets.account_sheet(rows),
            findings_sheet(Scope(self.user, rows)),
        ]

    def size(self, rows: QuerySet) -> int:
        return rows.count() + people.count_of_people(rows) + people.count_of_marks(rows)
