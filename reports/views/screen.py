"""The columns of the files, written for the screen."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.formats import localize

from portal.admin.base import admin_url
from portal.formatting import NOTHING, percent, rupiah, tanggal
from portal.spreadsheets.sheets import Column, Kind
from programs.models import Training
from reports.exporters.columns import NUMBER_OF_TRAINING, SCREEN

SECONDARY = {"end", "days", "women", "share"}  # leave the table on a phone
RIGHT = {Kind.INTEGER, Kind.NUMBER, Kind.RUPIAH, Kind.PERCENT}


@dataclass(frozen=True)
class Cell:
    """One value as text, with the classes of its column and, for the training's number, the page it leads to."""

    label: str
    text: str
    classes: str
    url: str = ""


def headings() -> list[Cell]:
    """Return the header cells."""
    return [Cell(column.label, column.label, _classes(column)) for column in (field.column for field in SCREEN)]


def lines_of(trainings: Iterable[Training]) -> Iterator[list[Cell]]:
    """Yield one line of cells a training."""
    for training in trainings:
        yield [
            Cell(
                label=field.column.label,
                text=_text(field.column, field.of(training)),
                classes=_classes(field.column),
                url=admin_url(training) if field is NUMBER_OF_TRAINING else "",
            )
            for field in SCREEN
        ]


def _classes(column: Column) -> str:
    names = ["number"] if column.kind in RIGHT else ["nowrap"] if column.kind == Kind.DATE else []
    return " ".join([*names, "optional"] if column.key in SECONDARY else names)


def _text(column: Column, value: Any) -> str:
    if value is None or value == "":
        return NOTHING
    if column.kind == Kind.RUPIAH:
        return rupiah(value)
    if column.kind == Kind.PERCENT:
        return percent(value, 1)
    return tanggal(value) if column.kind == Kind.DATE else str(localize(value))
