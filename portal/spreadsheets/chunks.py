"""Rows as they will stand in a file: cleaned and made into text a column at a time.

Work done once for a thousand cells is what makes a workbook as cheap as a CSV file: a column is looked at as one long
text, and only a column that holds something unusual is gone through cell by cell.
"""

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from portal.spreadsheets.digests import CELL_END, DAY_ZERO, LINE_END, TEXT_MARK, number_text, serial_text
from portal.spreadsheets.sheets import (
    EXCEL_TEXT,
    FORMULA_START,
    Column,
    Group,
    Kind,
    clean_text,
    clean_value,
    kind_of,
    lines_needed,
)

ROWS = 1000
BETWEEN = "¶"  # printable and no start of a formula
UNUSUAL = ("&", "<", ">", "_x", f" {BETWEEN}")
UNUSUAL_STARTS = frozenset("=+-@|%＝＋－＠ \t\n")  # noqa: RUF001  full-width signs are signs too
NUMBERS = {Kind.INTEGER, Kind.YEAR, Kind.NUMBER, Kind.RUPIAH, Kind.PERCENT}
Redact = Callable[[str], str]


@dataclass
class Cells:
    """One column of a chunk: the text of each cell ('' for nothing), and what its writer must mind."""

    texts: list[str]
    is_text: bool
    gaps: bool = False  # some cells are empty
    unusual: bool = False  # some text needs escaping, or looks like a formula
    wraps: bool = False  # some text takes more than a line
    kinds: list[str] = field(default_factory=list)  # of each cell, when the column has no kind of its own

    def canonical(self) -> list[str]:
        """Return the cells as they enter a digest."""
        if self.kinds:
            return [
                TEXT_MARK + text if text and kind == Kind.TEXT else text
                for text, kind in zip(self.texts, self.kinds, strict=True)
            ]
        if not self.is_text:
            return self.texts
        return [text and TEXT_MARK + text for text in self.texts] if self.gaps else [TEXT_MARK + t for t in self.texts]


@dataclass
class Chunk:
    """Some rows of a table; a Group always stands alone, in a chunk of its own."""

    rows: Sequence[Sequence[Any]]
    columns: list[Cells]

    @property
    def group(self) -> Group | None:
        """Return the line of sums that this chunk is, if it is one."""
        return self.rows[0] if self.rows and isinstance(self.rows[0], Group) else None

    def split(self, room: int) -> tuple["Chunk", "Chunk"]:
        """Return the first `room` rows and the others."""
        return self._part(slice(room)), self._part(slice(room, None))

    def _part(self, which: slice) -> "Chunk":
        columns = [replace(cells, texts=cells.texts[which], kinds=cells.kinds[which]) for cells in self.columns]
        return Chunk(self.rows[which], columns)

    def lines(self) -> str:
        """Return the lines that enter a digest."""
        rows = map(CELL_END.join, zip(*(column.canonical() for column in self.columns), strict=True))
        if self.columns[-1].gaps:
            rows = (row.rstrip(CELL_END) for row in rows)
        return LINE_END.join(rows) + LINE_END

    def heights(self, columns: Sequence[Column]) -> list[int] | None:
        """Return how many lines each row takes, None when each takes one."""
        counts = [
            [1 if len(text) < column.width else lines_needed(text, column.width) for text in cells.texts]
            if not any("\n" in text for text in cells.texts)
            else [lines_needed(text, column.width) for text in cells.texts]
            for column, cells in zip(columns, self.columns, strict=True)
            if cells.wraps
        ]
        if not counts:
            return None
        return counts[0] if len(counts) == 1 else list(map(max, *counts))


def chunks(columns: Sequence[Column], rows: Iterable[Sequence[Any]], redact: Redact | None = None) -> Iterator[Chunk]:
    """Yield the rows in chunks, cleaned; `redact` hides what no file may carry, in any text."""
    for grouped, run in itertools.groupby(rows, key=lambda row: isinstance(row, Group)):
        while part := list(itertools.islice(run, 1 if grouped else ROWS)):
            yield Chunk(part, [_cells(*pair, redact) for pair in zip(columns, zip(*part, strict=True), strict=True)])


def _cells(column: Column, values: Sequence[Any], redact: Redact | None) -> Cells:
    if column.kind == Kind.TEXT:
        return _text_cells(column, values, redact)
    if column.kind in NUMBERS:
        texts = ["" if value is None else number_text(value) for value in values]
        return Cells(texts, is_text=False, gaps=None in values)
    if column.kind == Kind.ANY:
        return _any_cells(column, values, redact)
    if column.kind == Kind.DATE:
        texts = ["" if value is None else str(value.toordinal() - DAY_ZERO) for value in values]
    else:
        texts = ["" if value is None else serial_text(clean_value(value)) for value in values]
    return Cells(texts, is_text=False, gaps=None in values)


def _text_cells(column: Column, values: Sequence[Any], redact: Redact | None) -> Cells:
    try:
        joined = BETWEEN.join(values)
    except TypeError:  # nothing, or not a text
        values = ["" if value is None else str(value) for value in values]
        joined = BETWEEN.join(values)
    longest = max(map(len, values))
    changed = not joined.isprintable() or longest > EXCEL_TEXT
    if changed:
        values = list(map(clean_text, values))
    if redact and redact(joined) != joined:
        values = list(map(redact, values))
    unusual = (
        changed
        or any(sign in joined for sign in UNUSUAL)
        or joined.endswith(" ")
        or not UNUSUAL_STARTS.isdisjoint({value[:1] for value in values})
    )
    wraps = longest >= column.width or (changed and any("\n" in value for value in values))
    return Cells(list(values), is_text=True, gaps="" in values, unusual=unusual, wraps=wraps)


def _any_cells(column: Column, values: Sequence[Any], redact: Redact | None) -> Cells:
    texts, kinds = [], []
    for value in map(clean_value, values):
        kind = kind_of(column, value)
        kinds.append(kind)
        if value is None:
            texts.append("")
        elif kind == Kind.TEXT:
            texts.append(redact(str(value)) if redact else str(value))
        elif isinstance(value, datetime) or kind == Kind.DATE:
            texts.append(serial_text(value))
        else:
            texts.append(number_text(value))
    return Cells(texts, is_text=True, gaps=True, unusual=True, wraps=True, kinds=kinds)


def is_formula_like(text: str) -> bool:
    """Return whether a spreadsheet could take the text for a formula once somebody edits its cell."""
    return FORMULA_START.match(text) is not None
