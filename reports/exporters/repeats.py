"""The same faces again."""

from collections.abc import Iterable, Iterator

from django.db.models import QuerySet

from portal.spreadsheets.sheets import SheetSpec
from reports.base import Exporter
from reports.exporters.columns_people import PARTICIPATIONS, REPEATED_PEOPLE
from reports.exporters.fields import sheet_of
from reports.figures.repeats import Participation, repeated_people
from reports.registry import register


@register
class RepeatsExporter(Exporter):
    """One line a person; then one line for each of that person's trainings."""

    identifier = "repeats"
    label = "Peserta berulang"
    description = "Orang yang mengikuti dua pelatihan atau lebih: tahun, kecamatan dan pelatihannya; NIK disamarkan."
    notes = (
        "Dihitung hanya dari pelatihan dalam laporan ini; kosongkan saringan Tahun anggaran untuk melihat yang "
        "berulang antartahun. Yang mengundurkan diri tidak dihitung.",
        "Orang dikenali dari NIK-nya, juga bila dicatat beberapa kecamatan; yang belum punya NIK hanya dikenali dari "
        "catatan kecamatannya sendiri. Nama ditulis seperti pada pelatihan terakhirnya.",
        "No Orang pada lembar Rincian menunjuk nomor pada lembar Peserta Berulang.",
    )

    def sheets(self, rows: QuerySet) -> Iterable[SheetSpec]:
        return [
            sheet_of("Peserta Berulang", REPEATED_PEOPLE, repeated_people(rows)),
            sheet_of("Rincian", PARTICIPATIONS, _numbered(rows)),
        ]


def _numbered(rows: QuerySet) -> Iterator[tuple[int, Participation]]:
    for number, trainings in enumerate(repeated_people(rows), 1):
        yield from ((number, training) for training in trainings)
