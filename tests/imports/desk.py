"""Driving the import desk fast, and looking at the tables before and after."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import xlsxwriter
from django.db import models, transaction

from participants.models import Attendance, Business, Enrolment, Person
from portal.enums import BatchState
from portal.importing import pipeline
from portal.models import ImportBatch
from portal.spreadsheets import parsing, wire
from programs.models import BudgetLine, Expense, Session, Training

IMPORTED: tuple[type[models.Model], ...] = (
    Training,
    Session,
    Person,
    Business,
    Enrolment,
    Attendance,
    BudgetLine,
    Expense,
)
Row = dict[str, Any]
Tables = dict[type[models.Model], dict[Any, Row]]


def read_here(content: bytes, extension: str, limits: Any) -> Any:
    """Stand in for the child process of the reader, which costs a third of a second a file."""
    return wire.decode(io.BytesIO(b"".join(parsing.parse(content, extension, limits))), limits)


@dataclass
class Upload:
    """A file for the desk. `refused` are the rows (as Excel counts) that must be rejected, and no others."""

    resource: str
    user: Any
    headings: Sequence[str]
    lines: Sequence[Sequence[Any]]
    target: str = ""
    suffix: str = "csv"
    refused: set[int] = field(default_factory=set)

    @property
    def content(self) -> bytes:
        return (csv_file if self.suffix == "csv" else xlsx_file)([self.headings, *self.lines])

    def check(self) -> ImportBatch:
        """Send the file and judge it; nothing is written yet."""
        batch = pipeline.receive(
            self.content, f"uji.{self.suffix}", resource=self.resource, by=self.user, target=self.target
        )
        pipeline.stage(batch)
        assert batch.state == BatchState.CHECKED, batch.notices
        return batch

    def save(self) -> ImportBatch:
        """Send, judge and write; return the applied batch."""
        return pipeline.apply(self.check(), by=self.user)


def csv_file(rows: Iterable[Sequence[Any]]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=";").writerows([as_text(value) for value in row] for row in rows)
    return buffer.getvalue().encode()


def xlsx_file(rows: Iterable[Sequence[Any]]) -> bytes:
    """Return a workbook whose dates and numbers are typed."""
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        sheet, day = book.add_worksheet("Data"), book.add_format({"num_format": "dd-mm-yyyy"})
        for number, row in enumerate(rows):
            for index, value in enumerate(row):
                if isinstance(value, date):
                    sheet.write_datetime(number, index, datetime.combine(value, datetime.min.time()), day)
                elif isinstance(value, int):
                    sheet.write_number(number, index, value)
                elif value not in (None, ""):
                    sheet.write_string(number, index, str(value))
    return buffer.getvalue()


def as_text(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:%d-%m-%Y}" if isinstance(value, date) else str(value)


@contextmanager
def undone() -> Iterator[None]:
    """Undo in the database whatever happens inside."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def tables(*kinds: type[models.Model]) -> Tables:
    """Return every stored field of every row of the models that imports write (or of `kinds`)."""
    return {
        model: {row["pk"]: _plain(row) for row in model._default_manager.order_by("pk").values("pk", *_columns(model))}
        for model in kinds or IMPORTED
    }


def _columns(model: type[models.Model]) -> list[str]:
    return [column.attname for column in model._meta.concrete_fields if not column.primary_key]


def _plain(row: Row) -> Row:
    return {
        name: bytes(value) if isinstance(value, memoryview) else value for name, value in row.items() if name != "pk"
    }


@dataclass
class Difference:
    """What an import did: rows that were not there, and old and new of every field that is another now."""

    added: dict[type[models.Model], dict[Any, Row]]
    changed: dict[tuple[type[models.Model], Any], dict[str, tuple[Any, Any]]]

    @property
    def nothing(self) -> bool:
        return not self.changed and not any(self.added.values())


def difference(before: Tables, after: Tables) -> Difference:
    """Return what was added and changed; fails when a row is gone."""
    added: dict[type[models.Model], dict[Any, Row]] = {}
    changed = {}
    for model, rows in after.items():
        assert before[model].keys() <= rows.keys(), f"{model.__name__}: an import deletes nothing"
        added[model] = {pk: row for pk, row in rows.items() if pk not in before[model]}
        for pk, old in before[model].items():
            if old != rows[pk]:
                changed[model, pk] = {name: (old[name], rows[pk][name]) for name in old if old[name] != rows[pk][name]}
    return Difference(added, changed)


def verdicts(batch: ImportBatch) -> dict[int, tuple[str, list[dict[str, str]]]]:
    """Return row number -> (verdict, messages) as the desk shows them."""
    return {row.number: (row.verdict, row.messages) for row in batch.rows.order_by("id")}
