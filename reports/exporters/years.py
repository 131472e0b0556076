"""The years beside each other."""

from collections.abc import Iterable

from django.db.models import QuerySet

from portal.spreadsheets.sheets import SheetSpec
from reports.base import Exporter
from reports.exporters import notes
from reports.exporters.columns_money import ACTIVITY_NAMES, OFFICE_NAME, year_fields
from reports.exporters.fields import sheet_of
from reports.figures.years import compared
from reports.registry import register


@register
class YearsExporter(Exporter):
    """One line a sub kegiatan, one line a kecamatan; the years of the selection are the columns."""

    identifier = "years"
    label = "Perbandingan antartahun"
    description = "Pagu, realisasi, pelatihan dan peserta tiap tahun berdampingan, per sub kegiatan dan per kecamatan."
    notes = (
        "Kosongkan saringan Tahun anggaran supaya tahunnya dapat dibandingkan; perubahan dan pertumbuhan dihitung "
        "antara dua tahun terakhir dalam laporan ini.",
        "Per Sub Kegiatan memakai pagu yang berlaku untuk seluruh mata anggaran; Per Kecamatan memakai pagu "
        "pelatihannya karena kecamatan tidak memegang mata anggaran. Realisasi, pelatihan dan peserta keduanya sama "
        "jumlahnya.",
        "Pertumbuhan kosong bila tahun sebelumnya belum ada realisasi. Sub kegiatan yang berganti kode tampil pada "
        "kodenya masing-masing.",
        notes.PEOPLE,
    )

    def sheets(self, rows: QuerySet) -> Iterable[SheetSpec]:
        found = compared(rows)
        activity_fields = [*ACTIVITY_NAMES, *year_fields(found.years, ceiling="Pagu")]
        office_fields = [*OFFICE_NAME, *year_fields(found.years, ceiling="Pagu Pelatihan")]
        return [
            sheet_of("Per Sub Kegiatan", activity_fields, found.activities),
            sheet_of("Per Kecamatan", office_fields, found.offices),
        ]
