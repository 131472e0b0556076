"""One measured export in a process of its own: the portal's, the library's, and plain writers over the same rows."""

import csv
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db.models import QuerySet
from import_export import fields, resources
from import_export.formats.base_formats import XLSX

from benchmarks.export_world import AUDITOR
from benchmarks.measure import Meter, backend_seconds
from participants.models import Enrolment
from participants.rules import age_on
from portal.models import User
from portal.spreadsheets.sheets import SheetSpec, clean_value
from programs.models import Training
from reports.base import run_export
from reports.exporters.participants import ParticipantsExporter
from reports.exporters.sheets import participant_sheet
from reports.queries.people import Participants

STEP = "export"


def portal(target: Path) -> None:
    """The participants report as a user gets it: scope, snapshot, masks, Keterangan, digest, the record of it."""
    run_export(
        ParticipantsExporter(), user=User.objects.get(username=AUDITOR), params={}, file_format="xlsx", target=target
    )


def _column(path: str, label: str) -> fields.Field:
    return fields.Field(attribute=path, column_name=label)


class StockParticipants(resources.ModelResource):  # noqa: TID251  the library as it comes
    """The same columns by django-import-export, as somebody who knows Django writes them."""

    number = _column("training__number", "Nomor Pelatihan")
    title = _column("training__title", "Nama Pelatihan")
    nik = _column("person__nik_masked", "NIK")
    name = _column("person__name", "Nama Lengkap")
    sex = _column("person__sex", "L/P")
    birth_place = _column("person__birth_place", "Tempat Lahir")
    birth_date = _column("person__birth_date", "Tanggal Lahir")
    age = fields.Field(column_name="Usia")
    address = _column("person__address", "Alamat")
    rt = _column("person__rt", "RT")
    rw = _column("person__rw", "RW")
    village = _column("person__village__name", "Desa/Kelurahan")
    district = _column("person__village__parent__name", "Kecamatan")
    represents = _column("represents_rt", "Mewakili RT")
    phone = _column("person__phone", "No. HP/WA")
    education = _column("person__get_education_display", "Pendidikan Terakhir")
    occupation = _column("person__occupation", "Pekerjaan")
    business = fields.Field(column_name="Nama Usaha")
    nib = fields.Field(column_name="NIB")
    product = fields.Field(column_name="Produk")
    workers = fields.Field(column_name="Tenaga Kerja")
    turnover = fields.Field(column_name="Omzet Setahun")
    pre_score = _column("pre_score", "Nilai Awal")
    post_score = _column("post_score", "Nilai Akhir")
    status = _column("get_status_display", "Status")

    class Meta:
        model = Enrolment
        fields = (
            "number", "title", "nik", "name", "sex", "birth_place", "birth_date", "age", "address", "rt", "rw",
            "village", "district", "represents", "phone", "education", "occupation", "business", "nib", "product",
            "workers", "turnover", "pre_score", "post_score", "status",
        )  # fmt: skip

    def dehydrate_age(self, enrolment: Enrolment) -> int | None:
        return age_on(enrolment.person.birth_date, enrolment.training.start)

    @staticmethod
    def _business(enrolment: Enrolment, name: str) -> Any:
        return next((getattr(one, name) for one in enrolment.person.businesses.all()), None)

    def dehydrate_business(self, enrolment: Enrolment) -> Any:
        return self._business(enrolment, "name")

    def dehydrate_nib(self, enrolment: Enrolment) -> Any:
        return self._business(enrolment, "nib")

    def dehydrate_product(self, enrolment: Enrolment) -> Any:
        return self._business(enrolment, "product")

    def dehydrate_workers(self, enrolment: Enrolment) -> Any:
        return self._business(enrolment, "workers")

    def dehydrate_turnover(self, enrolment: Enrolment) -> Any:
        return self._business(enrolment, "turnover")


def stock(target: Path) -> None:
    """django-import-export with select_related, to XLSX."""
    rows = Enrolment.objects.select_related("training", "person__village__parent")
    rows = rows.prefetch_related("person__businesses").order_by("training__number", "person__name", "pk")
    target.write_bytes(XLSX().export_data(StockParticipants().export(rows)))


def _trainings() -> QuerySet[Training]:
    return Training.objects.visible_to(User.objects.get(username=AUDITOR))


def query(target: Path) -> None:
    """Nothing but the query."""
    for _ in Participants(_trainings()):
        pass


def csv_module(target: Path) -> None:
    """Python's csv writer over the same query."""
    with target.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(Participants(_trainings()))


def _sheet() -> SheetSpec:
    return participant_sheet(_trainings())


def xlsxwriter(target: Path) -> None:
    """XlsxWriter in constant memory, the cells of the report."""
    import xlsxwriter as library

    with library.Workbook(target, {"constant_memory": True, "default_date_format": "dd-mm-yyyy"}) as book:
        sheet, spec = book.add_worksheet(), _sheet()
        sheet.write_row(0, 0, [column.label for column in spec.columns])
        for number, row in enumerate(spec.rows, start=1):
            sheet.write_row(number, 0, row)


def openpyxl(target: Path) -> None:
    """openpyxl, write-only."""
    import openpyxl as library

    book, spec = library.Workbook(write_only=True), _sheet()
    sheet = book.create_sheet()
    sheet.append([column.label for column in spec.columns])
    for row in spec.rows:
        sheet.append([clean_value(value) for value in row])
    book.save(target)


def rustpy(target: Path) -> None:
    """rustpy-xlsxwriter, when it is installed; not one of our dependencies."""
    import rustpy_xlsxwriter as library

    spec = _sheet()
    labels = [column.label for column in spec.columns]
    library.write_worksheet((dict(zip(labels, row, strict=True)) for row in spec.rows), str(target))


VARIANTS: dict[str, Callable[[Path], None]] = {
    "portal": portal,
    "stock": stock,
    "query": query,
    "csv": csv_module,
    "xlsxwriter": xlsxwriter,
    "openpyxl": openpyxl,
    "rustpy": rustpy,
}


def main(variant: str, target: str) -> None:
    """Run one variant and print its report as JSON."""
    meter = Meter()
    with meter.step(STEP):
        VARIANTS[variant](Path(target))
    size = Path(target).stat().st_size if Path(target).exists() else 0
    sys.stdout.write(json.dumps(meter.report() | {"bytes": size, "backend": backend_seconds()}))
