"""The money of trainings."""

from collections.abc import Iterable

from django.db.models import QuerySet

from portal.spreadsheets.sheets import SheetSpec
from reports.base import Exporter
from reports.exporters import notes, sheets
from reports.registry import register


@register
class FinanceExporter(Exporter):
    """One line of money, and the ceilings."""

    identifier = "finance"
    label = "Keuangan"
    description = "Rincian belanja per rekening, rencana dan realisasi, serta pagu mata anggarannya."
    notes = (notes.MONEY, notes.CEILINGS, notes.REMAINING)

    def sheets(self, rows: QuerySet) -> Iterable[SheetSpec]:
        return [sheets.finance_sheet(rows)]
