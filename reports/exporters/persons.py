"""People by kecamatan and sub kegiatan."""

from collections.abc import Iterable

from django.db.models import QuerySet

from portal.spreadsheets.sheets import SheetSpec
from reports.base import Exporter
from reports.exporters import notes
from reports.exporters.columns_people import SUB_ACTIVITIES, cross_fields
from reports.exporters.fields import sheet_of
from reports.figures.persons import WHOLE, cross_table
from reports.registry import register


@register
class PersonsExporter(Exporter):
    """One line a kecamatan, one column a sub kegiatan: how often people took part, and how many they are."""

    identifier = "persons"
    label = "Orang per kecamatan dan sub kegiatan"
    description = (
        "Tabel silang kecamatan dan sub kegiatan: jumlah kepesertaan, dan jumlah orang berbeda menurut NIK-nya."
    )
    notes = (
        "Kepesertaan menghitung setiap peserta di setiap pelatihan. Orang Berbeda menghitung satu orang satu kali "
        "di tiap sel; karena satu orang dapat muncul di beberapa sel, kolom dan baris “Seluruhnya” dihitung tersendiri "
        "dan bukan penjumlahan.",
        "Orang yang belum punya NIK hanya dikenali dari catatan kecamatannya sendiri.",
        "Sel kosong berarti tidak ada pelatihan; angka nol berarti pelatihannya belum punya peserta.",
        notes.PEOPLE,
    )

    def sheets(self, rows: QuerySet) -> Iterable[SheetSpec]:
        table = cross_table(rows)
        offices = list(table.offices)
        everywhere = [*offices, WHOLE] if offices else []
        codes = sheet_of("Sub Kegiatan", SUB_ACTIVITIES, table.activities.items())
        return [
            sheet_of("Kepesertaan", cross_fields(table, different=False), offices, below=[codes]),
            sheet_of("Orang Berbeda", cross_fields(table, different=True), everywhere),
        ]
