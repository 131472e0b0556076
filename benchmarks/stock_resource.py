"""The same sheet by django-import-export alone, as somebody who knows the library would write it.

Same models (row versions by django-simple-history through save(), encrypted NIK, the year lock of Enrolment.save),
same cell parsers, same checks. Beside those its options are as they come; `TunedParticipants` sets the fast ones.
"""

import re
from collections import Counter
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db.models import QuerySet
from import_export import fields, resources, widgets
from import_export.instance_loaders import CachedInstanceLoader
from import_export.results import RowResult

from participants.models import Enrolment, Person
from participants.rules import education_code, nik_doubts
from portal.identity import InvalidNik, index_nik, normalise_nik
from portal.locking import assert_open
from portal.models import Region
from portal.scoping import visible
from portal.spreadsheets.cells import (
    CellError,
    parse_date,
    parse_phone,
    parse_rt,
    parse_rt_rw,
    parse_rw,
    parse_sex,
    parse_text,
    split_address,
)
from programs.models import Training

TITLE_OF_PLACE = re.compile(r"^(desa|ds|kelurahan|kel)\b[. ]+", re.IGNORECASE)
INDEX = "nik_index"  # column added to the dataset: the library looks rows up by one column


class Parsed(widgets.Widget):
    """A cell read by a parser of the portal; a refusal becomes the ValueError that the library collects."""

    def __init__(self, parse: Any):
        super().__init__()
        self.parse = parse

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        try:
            return self.parse(value)
        except CellError as fault:
            raise ValueError(str(fault)) from None


class VillageWidget(widgets.ForeignKeyWidget):
    """A village by its name, within one kecamatan."""

    district: Region

    def get_queryset(self, value: Any, row: Any, *args: Any, **kwargs: Any) -> QuerySet:
        return super().get_queryset(value, row, *args, **kwargs).filter(parent=self.district)

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Region | None:
        try:
            return super().clean(TITLE_OF_PLACE.sub("", parse_text(value) or ""), row, **kwargs)
        except CellError as fault:
            raise ValueError(str(fault)) from None
        except ObjectDoesNotExist:
            raise ValueError(f"Desa/kelurahan tidak dikenal di Kecamatan {self.district.name}.") from None


def text(length: int) -> Parsed:
    """Return a widget for text of at most `length` characters."""
    return Parsed(lambda value: parse_text(value, length))


def parse_education(value: Any) -> str | None:
    """Return the code of an education level, or None when empty. Raises CellError."""
    words = parse_text(value)
    code = education_code(words) if words else None
    if words and code is None:
        raise CellError("Isian ini tidak dikenal.", "Pilih salah satu dari lembar Pilihan.")
    return code


def optional(attribute: str, column: str, widget: widgets.Widget | None = None) -> fields.Field:
    """Return a field whose empty cell keeps what is stored."""
    return fields.Field(attribute=attribute, column_name=column, widget=widget, saves_null_values=False)


class StockParticipants(resources.ModelResource):  # noqa: TID251  what we compare with, not a door of the portal
    """A person by row, and the enrolment in one training beside it."""

    nik = fields.Field(attribute=INDEX, column_name=INDEX)
    name = optional("name", "Nama Lengkap", text(120))
    sex = optional("sex", "Jenis Kelamin", Parsed(parse_sex))
    birth_place = optional("birth_place", "Tempat Lahir", text(80))
    birth_date = optional("birth_date", "Tanggal Lahir", Parsed(parse_date))
    address = optional("address", "Alamat")
    rt = optional("rt", "RT")
    rw = optional("rw", "RW")
    village = optional("village", "Desa/Kelurahan", VillageWidget(Region, "name"))
    phone = optional("phone", "No. HP/WA", Parsed(parse_phone))
    education = optional("education", "Pendidikan", Parsed(parse_education))
    occupation = optional("occupation", "Pekerjaan", text(80))
    disability = optional("disability", "Disabilitas", text(80))

    class Meta:
        model = Person
        import_id_fields = ("nik",)
        fields = (
            "nik",
            "name",
            "sex",
            "birth_place",
            "birth_date",
            "address",
            "rt",
            "rw",
            "village",
            "phone",
            "education",
            "occupation",
            "disability",
        )
        clean_model_instances = True
        use_transactions = True
        store_instance = True

    def __init__(self, user: Any, number: str):
        super().__init__()
        self.user = user
        trainings = visible(Training, user).select_related("office__region", "budget_line__fiscal_year")
        self.training = trainings.get(number=number)
        self.fields["village"].widget.district = self.training.office.region
        self.regency = ".".join(self.training.office.region_id.split(".")[:2])
        self.doubts: list[tuple[int, str]] = []

    def get_queryset(self) -> QuerySet:
        people = visible(Person, self.user).filter(office=self.training.office)
        return people.select_related("village")

    def before_import(self, dataset: Any, **kwargs: Any) -> None:
        """Ask right and year once; give every row its blind index; see which NIK stand twice and who is enrolled."""
        if not self.user.has_perms(["participants.add_enrolment", "participants.change_person"]):
            raise PermissionDenied
        assert_open(self.training)
        indexes = [_index(value) for value in dataset["NIK"]]
        self.times = Counter(indexes)
        self.enrolled = set(
            visible(Enrolment, self.user).filter(training=self.training).values_list("person_id", flat=True)
        )
        dataset.append_col(indexes, header=INDEX)

    def before_import_row(self, row: dict[str, Any], **kwargs: Any) -> None:
        """Refuse what no single field can judge; put RT, RW and the address where their fields look."""
        errors: dict[str, str] = {}
        try:
            row["NIK"] = normalise_nik(row["NIK"]) if row["NIK"] else None
        except InvalidNik as fault:
            errors["nik"] = str(fault)
        if row["NIK"] is None:
            errors["nik"] = "Wajib diisi, tetapi kosong."
        elif self.times[row[INDEX]] > 1 and "nik" not in errors:
            errors["nik"] = "NIK ini ada di beberapa baris berkas."
        errors |= {name: "Wajib diisi, tetapi kosong." for name in ("Nama Lengkap", "Jenis Kelamin") if not row[name]}
        try:
            self._place(row)
        except CellError as fault:
            errors["address"] = str(fault)
        if errors:
            raise ValidationError(errors)

    @staticmethod
    def _place(row: dict[str, Any]) -> None:
        rt, rw, address = split_address(row["Alamat"])
        pair = parse_rt_rw(row["RT/RW"]) or (parse_rt(row["RT"]), parse_rw(row["RW"]))
        row["RT"], row["RW"], row["Alamat"] = pair[0] or rt, pair[1] or rw, address

    def after_init_instance(self, instance: Person, new: bool, row: dict[str, Any], **kwargs: Any) -> None:
        if new:
            instance.office_id = self.training.office_id
            instance.set_nik(row["NIK"])

    def before_save_instance(self, instance: Person, row: dict[str, Any], **kwargs: Any) -> None:
        if instance.pk:
            instance.version += 1
        self._sign(instance)

    def after_import_row(self, row: dict[str, Any], row_result: RowResult, **kwargs: Any) -> None:
        """Enrol the person, and note what the NIK says against the other columns."""
        person = row_result.instance
        if person.pk not in self.enrolled:
            enrolment = Enrolment(
                training=self.training, person=person, represents_rt=person.rt, represents_rw=person.rw
            )
            self._sign(enrolment)
            enrolment.save()
        said = nik_doubts(row["NIK"], born=person.birth_date, sex=person.sex, regency=self.regency)
        self.doubts += [(kwargs["row_number"], doubt) for doubt in said]

    def _sign(self, row: Person | Enrolment) -> None:
        row._history_user, row._change_reason = self.user, "impor"


class CachedVillageWidget(VillageWidget, widgets.CachedForeignKeyWidget):
    """Looks the villages up once for the file."""


class TunedParticipants(StockParticipants):
    """The same with what the library offers for speed and keeps the checks: `use_bulk` is not, for it has no versions.

    People and villages are looked up once for the file, and unchanged rows are skipped.
    """

    village = optional("village", "Desa/Kelurahan", CachedVillageWidget(Region, "name"))

    class Meta:
        instance_loader_class = CachedInstanceLoader
        skip_unchanged = True


def _index(value: Any) -> str | None:
    try:
        return index_nik(normalise_nik(value)) if value else None
    except InvalidNik:
        return None
