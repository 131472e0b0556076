"""What became of the budget."""

from collections.abc import Iterable

from django.db.models import QuerySet

from portal.spreadsheets.sheets import SheetSpec
from reports.base import Exporter
from reports.exporters import notes, sheets
from reports.registry import register


@register
class BudgetExporter(Exporter):
    """One line a budget line, under its programme and kegiatan."""

    identifier = "budget"
    label = "Realisasi anggaran"
    description = (
        "Pagu, realisasi, sisa dan persen per program, kegiatan, sub kegiatan, SKPD dan sumber dana, dengan jumlah "
        "pelatihan dan peserta."
    )
    notes = (
        "Pagu adalah pagu seluruh mata anggaran; pelatihan, peserta dan realisasi hanya dari pelatihan dalam laporan "
        "ini. Mata anggaran tanpa pelatihan dalam laporan ini tidak tercantum.",
        "Pagu Berlaku memakai Pagu Perubahan bila ada, selain itu Pagu Murni; Pagu Perubahan tidak dijumlahkan karena "
        "kosong pada mata anggaran yang tidak berubah.",
        "Baris tanpa nomor (tahun, program, kegiatan, sub kegiatan) menjumlahkan baris di bawahnya dan tidak ada di "
        "berkas CSV.",
        notes.PEOPLE,
    )

    def sheets(self, rows: QuerySet) -> Iterable[SheetSpec]:
        return [sheets.realisation_sheet(rows)]
