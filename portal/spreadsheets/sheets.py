"""What a sheet is, for every writer alike: columns with a kind, rows of plain values, and what stands in a cell."""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any

from django.utils import timezone

EXCEL_TEXT = 32_767
RATIO_STEP = Decimal("0.0001")
# Not allowed in XML, or never meant: control characters but tab and line feed, half surrogates, non-characters.
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# What spreadsheets take for the start of a formula, also behind spaces and in full width; a leading tab or line feed.
FORMULA_START = re.compile(r"[\t\n]|\s*[=+\-@|%＝＋－＠]")


class Kind(StrEnum):
    """What a column holds; ANY takes the kind of each value."""

    TEXT = "text"
    INTEGER = "integer"
    YEAR = "year"
    NUMBER = "number"
    RUPIAH = "rupiah"
    PERCENT = "percent"
    DATE = "date"
    DATETIME = "datetime"
    ANY = "any"


@dataclass(frozen=True)
class Column:
    """One column. `width` counts characters; `total` asks for its sum at the foot; a percent column may name the two
    columns whose sums it divides there. Percent values are fractions: 0.875 shows as 87,50 %. An `open` column shows
    what is hidden in every other text.
    """

    key: str
    label: str
    kind: str = Kind.TEXT
    width: int = 14
    total: bool = False
    ratio: tuple[str, str] | None = None
    open: bool = False


class Group(list):
    """A line that heads the `size` lines below it (smaller groups among them) and shows their sums.

    It is printed bold, is left out of CSV, and counts neither as a row nor into the sums of the sheet.
    """

    def __init__(self, values: Iterable[Any], size: int):
        super().__init__(values)
        self.size = size


@dataclass(frozen=True)
class SheetSpec:
    """One sheet: lines above the header, rows in the order of the columns, sums at the foot, more tables below.

    `title` names the sheet (at most 31 characters); for a table below another it is the line above it. Lines above
    the header make it an official sheet, with letterhead and signatures. `spelled` is the key of the total that is
    repeated in words, `picture` a PNG beside the table.
    """

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]]
    heading_lines: Sequence[str] = ()
    totals: bool = True
    below: Sequence["SheetSpec"] = ()
    spelled: str = ""
    charts: Sequence["Chart"] = ()
    picture: bytes | None = None


@dataclass(frozen=True)
class Chart:
    """A native chart of columns of a short table; the keys name the columns, `shape` is column, bar, line or pie."""

    title: str
    labels: str
    values: Sequence[str]
    shape: str = "column"
    stacked: bool = False


@dataclass(frozen=True)
class Frame:
    """What makes a printed sheet an official paper: lines of the letterhead, and the two columns of signatures."""

    letterhead: Sequence[str] = ()
    signatures: Sequence[tuple[str, str]] = ()


@dataclass
class SheetResult:
    """What was written: rows without header and foot, and the sum of each `total` column by key.

    `lines` counts the lines of groups too.
    """

    title: str
    rows: int = 0
    lines: int = 0
    sums: dict[str, int | Decimal] = field(default_factory=dict)
    below: list["SheetResult"] = field(default_factory=list)

    def count(self, columns: Sequence[Column], chunk: Any) -> None:
        """Take one more chunk into account; a Group only repeats what its rows say."""
        self.lines += chunk.size
        if chunk.group:
            return
        self.rows += chunk.size
        for column, values in zip(columns, chunk.values, strict=True):
            if column.total:
                self.sums[column.key] += sum(filter(None, values))

    def take(self, part: "SheetResult") -> None:
        """Add the figures of one more part of the same sheet."""
        self.rows += part.rows
        self.lines += part.lines
        for key, value in part.sums.items():
            self.sums[key] += value


def empty_result(spec: SheetSpec) -> SheetResult:
    """Return the figures of a sheet before its first row."""
    return SheetResult(spec.title, sums={column.key: 0 for column in spec.columns if column.total})


def clean_text(value: Any) -> str:
    """Return text that XML and every reader can carry: no control characters, at most what a cell holds."""
    text = CONTROL.sub("", str(value).replace("\r\n", "\n").replace("\r", "\n"))
    return text if len(text) <= EXCEL_TEXT else text[: EXCEL_TEXT - 1] + "…"


def clean_cell(value: Any) -> str:
    """Return clean text, '' for what is nothing but white space: programs drop it when they read the file."""
    text = clean_text(value)
    return "" if text.isspace() else text


def lines_needed(text: str, width: int) -> int:
    """Return how many lines wrapped text takes in a column of `width` characters; a guess, for lack of a font."""
    room = max(width - 1, 1)
    if "\n" not in text:
        return max(1, math.ceil(len(text) / room))
    return sum(max(1, math.ceil(len(line) / room)) for line in text.split("\n"))


def safe_markup(text: str) -> str:
    """Return text for XlsxWriter, which copies what stands between <r> and </r> into the file as XML of its own."""
    return f" {text}" if text.startswith("<r>") and text.endswith("</r>") else text


def clean_value(value: Any) -> Any:
    """Return the value as it will stand in the file: None for nothing, clean text, local naive datetimes."""
    if isinstance(value, str):
        return clean_cell(value) or None
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.localtime(value).replace(tzinfo=None)
    return value


def kind_of(column: Column, value: Any) -> str:
    """Return the kind of one cell."""
    if column.kind != Kind.ANY:
        return column.kind
    if isinstance(value, datetime):
        return Kind.DATETIME
    if isinstance(value, date):
        return Kind.DATE
    if isinstance(value, Decimal):
        return Kind.RUPIAH
    return Kind.INTEGER if isinstance(value, int) else Kind.TEXT


def ratio_of(part: Decimal | int, whole: Decimal | int) -> Decimal | None:
    """Return part / whole as a fraction with four decimals (hundredths of a percent), None when there is no whole."""
    return (Decimal(part) / Decimal(whole)).quantize(RATIO_STEP, ROUND_HALF_UP) if whole else None
