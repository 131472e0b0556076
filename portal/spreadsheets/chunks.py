"""Rows as they will stand in a file: cleaned and made into text a column at a time.

Work done once for a thousand cells is what makes a workbook as cheap as a CSV file: a column is looked at as one long
text, and only a column that holds something unusual is gone through cell by cell.
"""

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field, replace
from functools import cached_property
from operator import itemgetter
from typing import Any

from portal.spreadsheets.digests import (
    CELL_END,
    DAY_ZERO,
    DIGITS,
    LINE_END,
    NUMBER_MARK,
    encoded,
    number_text,
    serial_text,
)
from portal.spreadsheets.sheets import (
    EXCEL_TEXT,
    Column,
    Group,
    Kind,
    clean_cell,
    clean_value,
    kind_of,
    lines_needed,
)

ROWS = 1000
BYTES = "latin-1"  # one letter for each byte
BETWEEN = "~"  # printable, ASCII, no start of a formula, no space
TO_ESCAPE = ("&", "<", ">", "_x")
SIGNS = frozenset("=+-@|%＝＋－＠")  # noqa: RUF001  full-width signs are signs too
SPACES = frozenset(" \t\n")
NUMBERS = {Kind.INTEGER, Kind.YEAR, Kind.NUMBER, Kind.RUPIAH, Kind.PERCENT}
WHOLE = ({int}, {int, type(None)}, {type(None)})
Part = str | list[str]
Beat = Callable[[int], None]
FIRST = itemgetter(slice(1))  # letter, '' of an empty text


@dataclass(frozen=True)
class Redact:
    """What no file may carry: a function that hides it in a text, and the shortest text that can hold it."""

    hide: Callable[[str], str]
    shortest: int


@dataclass
class Cells:
    """One column of a chunk: the text of each cell ('' for nothing), and what its writer must mind."""

    texts: list[str]
    is_text: bool = True
    distinct: Set[str] = frozenset()  # of a text column
    gaps: bool = False  # some cells are empty
    escape: bool = False  # some text holds what XML keeps for itself, or letters beyond ASCII
    signs: bool = False  # some text begins like a formula
    spaced: bool = False  # some text begins or ends with a space, or has several lines
    wraps: bool = False  # some text takes more than a line
    kinds: list[str] = field(default_factory=list)  # of each cell, when the column has no kind of its own

    @cached_property
    def letters(self) -> list[str]:
        """The texts with each byte of their UTF-8 as one letter: Python joins those twice as fast as others."""
        joined = CELL_END.join(self.texts) if self.escape else ""
        return self.texts if joined.isascii() else encoded(joined).decode(BYTES).split(CELL_END)

    def canonical(self) -> list[Part]:
        """Return the cells as they enter a digest, by letters."""
        if self.is_text and not self.kinds:
            return [self.letters]
        if self.kinds:
            pairs = zip(self.letters, self.kinds, strict=True)
            return [[text if kind == Kind.TEXT or not text else NUMBER_MARK + text for text, kind in pairs]]
        if self.gaps:
            return [[text and NUMBER_MARK + text for text in self.texts]]
        return [NUMBER_MARK, self.texts]


@dataclass
class Chunk:
    """Some rows of a table: their values and their cells, by columns. A Group always stands alone."""

    size: int
    values: Sequence[Sequence[Any]]
    columns: list[Cells]
    group: Group | None = None

    def split(self, room: int) -> tuple["Chunk", "Chunk"]:
        """Return the first `room` rows and the others."""
        return self._part(slice(room)), self._part(slice(room, None))

    def _part(self, which: slice) -> "Chunk":
        columns = [replace(cells, texts=cells.texts[which], kinds=cells.kinds[which]) for cells in self.columns]
        size = len(range(self.size)[which])
        return Chunk(size, [values[which] for values in self.values], columns, self.group if size else None)

    def lines(self) -> bytes:
        """Return the lines that enter a digest."""
        parts = [part for column in self.columns for part in (*column.canonical(), CELL_END)]
        lines = woven([*parts[:-1], LINE_END], self.size)
        while CELL_END + LINE_END in lines:  # empty cells at the end are left out
            lines = lines.replace(CELL_END + LINE_END, LINE_END)
        return lines.encode(BYTES)

    def heights(self, columns: Sequence[Column]) -> list[int] | None:
        """Return how many lines each row takes, None when each takes one."""
        counts = [
            [
                1
                if len(text) < column.width and not (cells.spaced and "\n" in text)
                else lines_needed(text, column.width)
                for text in cells.texts
            ]
            for column, cells in zip(columns, self.columns, strict=True)
            if cells.wraps
        ]
        if not counts:
            return None
        return counts[0] if len(counts) == 1 else list(map(max, *counts))


def woven(parts: Sequence[Part], count: int) -> str:
    """Return `count` rows of text, one after the other: of each part its next text, or itself when it is one text.

    Five times as fast as a template that is filled in row by row.
    """
    strands: list[Part] = []
    for part in parts:
        if strands and isinstance(part, str) and isinstance(strands[-1], str):
            strands[-1] += part
        else:
            strands.append(part)
    texts = [""] * (len(strands) * count)
    for index, strand in enumerate(strands):
        texts[index :: len(strands)] = [strand] * count if isinstance(strand, str) else strand
    return "".join(texts)


def chunks(columns: Sequence[Column], rows: Iterable[Sequence[Any]], redact: Redact | None = None) -> Iterator[Chunk]:
    """Yield the rows in chunks, cleaned; `redact` hides what no file may carry, in any text.

    Rows with a method `blocks(size)` hand out lists of columns themselves.
    """
    for values, group in _blocks(rows):
        cells = [
            _cells(column, part, None if column.open else redact) for column, part in zip(columns, values, strict=True)
        ]
        yield Chunk(len(values[0]), values, cells, group)


def _blocks(rows: Any) -> Iterator[tuple[Sequence[Sequence[Any]], Group | None]]:
    if hasattr(rows, "blocks"):
        yield from ((block, None) for block in rows.blocks(ROWS))
        return
    for grouped, run in itertools.groupby(rows, key=lambda row: isinstance(row, Group)):
        while part := list(itertools.islice(run, 1 if grouped else ROWS)):
            yield list(zip(*part, strict=True)), part[0] if grouped else None


def _cells(column: Column, values: Sequence[Any], redact: Redact | None) -> Cells:
    if column.kind == Kind.TEXT:
        return _text_cells(column, values, redact)
    if column.kind == Kind.ANY:
        return _any_cells(column, values, redact)
    gaps = None in values
    if column.kind in NUMBERS:
        make = number_text
        if set(map(type, values)) in WHOLE:
            texts = ["" if value is None else str(value) for value in values] if gaps else list(map(str, values))
            if max(map(len, texts)) <= DIGITS.prec:  # from there on no program keeps every digit
                return Cells(texts, is_text=False, gaps=gaps)
    elif column.kind == Kind.DATE:
        days = ["" if day is None else str(day.toordinal() - DAY_ZERO) for day in values]
        return Cells(days, is_text=False, gaps=gaps)
    else:
        make = _moment_text
    texts = ["" if value is None else make(value) for value in values] if gaps else list(map(make, values))
    return Cells(texts, is_text=False, gaps=gaps)


def _moment_text(value: Any) -> str:
    return serial_text(clean_value(value))


def _text_cells(column: Column, values: Sequence[Any], redact: Redact | None) -> Cells:
    """Look at each distinct text once: villages, titles and levels of education come again and again."""
    distinct = set(values)
    try:
        joined = BETWEEN.join(distinct)
    except TypeError:  # nothing, or not a text
        values = ["" if value is None else value if isinstance(value, str) else str(value) for value in values]
        distinct = set(values)
        joined = BETWEEN.join(distinct)
    longest = max(map(len, distinct))
    change: Callable[[str], str] | None = None
    cleaned = not joined.isprintable() or longest > EXCEL_TEXT
    if cleaned:  # before anything is looked for: a sign that falls away may have split what must be hidden
        change = clean_cell
        joined = BETWEEN.join(map(clean_cell, distinct))
    elif joined.startswith(" ") or f"{BETWEEN} " in joined:
        change = _without_space
    if redact and longest >= redact.shortest and redact.hide(joined) != joined:
        change, cleaned = _both(change, redact.hide), True
    if change:
        changed = {text: change(text) for text in distinct}
        values, distinct = map(changed.__getitem__, values), set(changed.values())
    starts = set(map(FIRST, distinct))
    return Cells(
        list(values),
        distinct=distinct,
        gaps="" in starts,
        escape=cleaned or not joined.isascii() or any(sign in joined for sign in TO_ESCAPE),
        signs=cleaned or not starts.isdisjoint(SIGNS),
        spaced=cleaned or not starts.isdisjoint(SPACES) or f" {BETWEEN}" in joined or joined.endswith(" "),
        wraps=longest >= column.width or (cleaned and any("\n" in text for text in distinct)),
    )


def _without_space(text: str) -> str:
    return "" if text.isspace() else text


def _both(first: Callable[[str], str] | None, second: Callable[[str], str]) -> Callable[[str], str]:
    return (lambda text: second(first(text))) if first else second


def _any_cells(column: Column, values: Sequence[Any], redact: Redact | None) -> Cells:
    texts, kinds = [], []
    for value in map(clean_value, values):
        kind = kind_of(column, value)
        kinds.append(kind)
        if value is None:
            texts.append("")
        elif kind == Kind.TEXT:
            texts.append(redact.hide(str(value)) if redact else str(value))
        else:
            texts.append(serial_text(value) if kind in {Kind.DATE, Kind.DATETIME} else number_text(value))
    return Cells(texts, gaps=True, escape=True, signs=True, spaced=True, wraps=True, kinds=kinds)
