"""What the money was spent on."""

from collections.abc import Iterable

from django.db.models import QuerySet

from portal.spreadsheets.sheets import SheetSpec
from reports.base import Exporter
from reports.exporters import sheets
from reports.registry import register


@register
class AccountsExporter(Exporter):
    """One line an account and year."""

    identifier = "accounts"
    label = "Belanja per rekening"
    description = "Rencana dan realisasi per rekening dan tahun, dijumlahkan per objek belanja."
    notes = (
        "“Angka rekap” adalah pelatihan tanpa rincian belanja, “Selisih” beda angka pelatihan dengan rinciannya; "
        "dengan keduanya, jumlah Rencana dan Realisasi sama dengan laporan Keuangan.",
        "Satu pelatihan dapat memakai beberapa rekening, jadi Jumlah Pelatihan tidak dijumlahkan.",
        "Baris tanpa nomor (tahun, objek belanja) menjumlahkan baris di bawahnya dan tidak ada di berkas CSV.",
    )

    def sheets(self, rows: QuerySet) -> Iterable[SheetSpec]:
        return [sheets.account_sheet(rows)]
