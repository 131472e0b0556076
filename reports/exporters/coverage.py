"""Which RTs the trainings reached."""

from collections.abc import Iterable

from django.db.models import QuerySet

from portal.spreadsheets.sheets import SheetSpec
from reports.base import Exporter
from reports.exporters import notes
from reports.exporters.columns_people import RTS, VILLAGES
from reports.exporters.fields import sheet_of
from reports.figures.coverage import rt_rows, village_rows
from reports.registry import register


@register
class CoverageExporter(Exporter):
    """One line a training and RT; one line a village."""

    identifier = "coverage"
    label = "Cakupan RT/RW"
    description = (
        "RT yang diundang, yang terwakili dan yang belum, per pelatihan dan per desa/kelurahan tempat pelatihan."
    )
    notes = (
        "Peserta yang tidak menyebut RT mewakili RT tempat tinggalnya. Undangan tanpa RW dipenuhi RT bernomor itu dari "
        "RW mana pun.",
        "Peserta Berdomisili menghitung alamat di RT itu pada desa/kelurahan pelatihan; peserta dari desa lain tidak "
        "dihitung di kolom itu.",
        "Per Desa/Kelurahan menghitung tiap RT satu kali untuk semua pelatihan dalam laporan ini; “belum pernah "
        "terwakili” berarti di pelatihan mana pun.",
        notes.PEOPLE,
    )

    def sheets(self, rows: QuerySet) -> Iterable[SheetSpec]:
        return [
            sheet_of("Cakupan RT", RTS, rt_rows(rows)),
            sheet_of("Per Desa-Kelurahan", VILLAGES, village_rows(rows)),
        ]
