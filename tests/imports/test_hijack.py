"""Columns that nobody offered: whatever an import is told about a field outside its own columns, nothing comes of it.

Every concrete field of every model that an import can write, and of users, is put into the sheet under its name, its
database name and its label; what is stored equals what the sheet without these columns stores.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import models

from participants.models import Attendance, Business, Enrolment, Person
from portal.importing import pipeline, repair, staging
from portal.importing.registry import resource_class
from portal.importing.resources import SheetResource
from portal.importing.rows import ImportRefused
from portal.models import ImportRow, RememberedColumns, User
from portal.spreadsheets.layout import header_key, without_hints
from portal.triggers import project_models
from programs.models import BudgetLine, Expense, Session, Training
from tests.factories.portal import ImportRowFactory
from tests.imports.desk import Upload, tables, undone, verdicts
from tests.imports.neighbours import Here, There, files

pytestmark = pytest.mark.usefixtures("fast_reading")

WRITABLE = (Person, Business, Enrolment, Attendance, Training, Session, Expense, BudgetLine, User)
ALL_NEW = {"sipd": {"new"}}  # each file of it is a sheet of its own
OWN_RECORDS = {"importbatch", "importrow", "auditevent"}  # tell of the file itself, which is another
POISON = {
    models.BooleanField: True,
    models.DateField: "17-08-1945",
    models.DateTimeField: "17-08-1945",
    models.TimeField: "06:00",
    models.BinaryField: "RACUN",
    models.JSONField: '{"racun": 1}',
}


def poison(column: models.Field, there: There) -> Any:
    """Return a value that the field could hold, and that would do harm."""
    if column.is_relation:
        theirs = next((row for row in vars(there).values() if isinstance(row, column.related_model)), None)
        return there.operator.agency_id if theirs is None else str(theirs.pk)
    if column.choices:
        return str(column.choices[-1][0])
    known = next((value for kind, value in POISON.items() if isinstance(column, kind)), None)
    if known is not None:
        return known
    numeric = isinstance(column, models.IntegerField | models.DecimalField | models.AutoField)
    return "77" if numeric else "racun"[: column.max_length or 5]


def is_offered(resource: SheetResource, heading: str) -> bool:
    """Tell whether the sheet knows this heading, by label, synonym or as a date: then it is a column of its own."""
    spellings = [text for column in resource.columns.values() for text in (column.label, *column.synonyms)]
    known = {header_key(text) for spelling in spellings for text in (spelling, without_hints(spelling))}
    readings = {header_key(heading), header_key(without_hints(heading))}
    return bool(readings & known) or resource.dynamic_key(heading) is not None


def poisoned(upload: Upload, model: type[models.Model], there: There) -> tuple[Upload, list[str]]:
    """Return the file with a column for each spelling of each field of the model, and the headings added."""
    resource = resource_class(upload.resource)(user=upload.user, target=upload.target)
    added: dict[str, Any] = {}
    for column in model._meta.concrete_fields:
        for heading in (
            column.name,
            column.attname,
            str(column.verbose_name),
            f"{model._meta.model_name}.{column.name}",
        ):
            if not is_offered(resource, heading):
                added[heading] = poison(column, there)
    lines = [[*line, *added.values()] for line in upload.lines]
    return Upload(upload.resource, upload.user, [*upload.headings, *added], lines, upload.target), list(added)


def stored() -> dict[str, list[dict[str, Any]]]:
    """Return everything the portal keeps, in a form that two imports of the same data share."""
    kept = [model for model in project_models() if model._meta.model_name not in OWN_RECORDS]
    found = tables(*kept)
    places = {model: {pk: place for place, pk in enumerate(rows)} for model, rows in found.items()}
    return {
        model._meta.label: [dict(_comparable(model, row, places)) for row in rows.values()]
        for model, rows in found.items()
    }


def _comparable(model: type[models.Model], row: dict[str, Any], places: dict) -> Iterator[tuple[str, Any]]:
    for column in model._meta.concrete_fields:
        value = row.get(column.attname)
        if column.primary_key or column.name == "nik_cipher" or getattr(column, "auto_now", False):
            continue
        if column.is_relation and value is not None:
            value = places[column.related_model].get(value) if column.related_model in places else "ada"
        yield column.attname, value


def after(upload: Upload) -> tuple[dict[int, str], dict[str, list[dict[str, Any]]]]:
    """Import and return verdicts by row, and what is stored then."""
    with undone():
        batch = upload.save()
        return {number: verdict for number, (verdict, _) in verdicts(batch).items()}, stored()


@pytest.fixture(params=files(), ids=lambda file: file.__name__)
def uploaded(request: pytest.FixtureRequest, db: None) -> tuple[Here, There, Upload]:
    """A portal in which B has its rows, and A's file."""
    here = Here()
    upload = request.param(here)
    return here, There(here, upload), upload


@pytest.mark.parametrize("model", WRITABLE, ids=lambda model: model.__name__)
def test_columns_that_are_not_offered_change_nothing(uploaded: tuple[Here, There, Upload], model: type[models.Model]):
    _, there, upload = uploaded
    clean = after(upload)
    assert ALL_NEW.get(upload.resource, {"new", "changed"}) <= set(clean[0].values())
    attack, headings = poisoned(upload, model, there)
    assert headings
    outcome = after(attack)
    assert outcome[0] == clean[0]
    assert {label: rows for label, rows in outcome[1].items() if rows != clean[1][label]} == {}


def test_the_columns_that_were_ignored_are_named(uploaded: tuple[Here, There, Upload]):
    _, there, upload = uploaded
    attack, headings = poisoned(upload, User, there)
    notices = " ".join(attack.check().notices)
    assert [heading for heading in headings if f"“{heading}”" not in notices] == []


def test_cells_that_the_file_does_not_have_cannot_be_mended(uploaded: tuple[Here, There, Upload]):
    """The page sends `sel-<row>-<name>`; a forged name of a field is no cell."""
    _, there, upload = uploaded
    clean = after(upload)
    with undone():
        batch = upload.check()
        cells = {
            (row, column.name): str(poison(column, there))
            for row in batch.rows.values_list("pk", flat=True)
            for model in WRITABLE
            for column in model._meta.concrete_fields
            if column.name not in resource_class(upload.resource)(user=upload.user).columns
        }
        repair.mend(batch, cells=cells, left_out={}, words={}, remember=False, by=upload.user)
        pipeline.check(batch, upload.user)
        pipeline.apply(batch, by=upload.user)
        assert ({number: verdict for number, (verdict, _) in verdicts(batch).items()}, stored()) == clean


def test_rows_of_another_import_cannot_be_mended(uploaded: tuple[Here, There, Upload]):
    """Neither B's nor one's own other file's."""
    _, there, upload = uploaded
    batch, other = upload.check(), upload.check()
    foreign = ImportRowFactory(batch=there.batch)
    rows = [foreign.pk, *other.rows.values_list("pk", flat=True)]
    before = list(ImportRow.objects.filter(pk__in=rows).order_by("pk").values())
    cells = {(row, name): "racun" for row in rows for name, _ in batch.layout["columns"]}
    repair.mend(batch, cells=cells, left_out=dict.fromkeys(rows, True), words={}, remember=False, by=upload.user)
    assert list(ImportRow.objects.filter(pk__in=rows).order_by("pk").values()) == before


def test_a_heading_cannot_be_declared_to_be_a_field(uploaded: tuple[Here, There, Upload]):
    """The page that matches headings sends a column name for each; only those of the sheet count."""
    _, _, upload = uploaded
    batch = upload.check()
    (header,) = batch.layout["headers"]
    names = [heading["name"] for heading in header["headings"]]
    for forged in ("office", "office_id", "source", "version", "pk", "__class__"):
        if forged in resource_class(upload.resource)(user=upload.user).columns:
            continue
        with pytest.raises(ImportRefused):
            staging.decide_columns(batch, header["sheet"], [*names[:-1], forged], by=upload.user)
    assert not RememberedColumns.objects.exists()
