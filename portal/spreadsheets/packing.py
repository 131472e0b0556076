"""Rows as a parser gives them, made plain and packed for the way to the portal. Runs inside the child process only.

A hundred thousand rows are a million cells, so the work is done for the columns of a block of rows at once, with as
few steps of our own for each cell as can be.
"""

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import islice, zip_longest
from typing import Any, NoReturn

from portal.spreadsheets.scan import Block
from portal.spreadsheets.wire import BLOCK_ROWS, PackedColumn, PackedSheet, encode_block, encode_texts, encode_values
from portal.spreadsheets.workbook import (
    EXTRA_ROWS,
    ErrorValue,
    Limits,
    UnreadableFile,
    Value,
    cell_name,
    damaged,
    format_count,
)

# Excel keeps 15 digits; anything longer is shown to the user as it stands, but not trusted.
LARGEST_SHOWN_WHOLE = 10**16
# Day zero of Excel and LibreOffice: a date that is only a time of day.
EPOCH_DAYS = {date(1899, 12, 30), date(1899, 12, 31), date(1904, 1, 1)}
DURATION = re.compile(r"PT(\d+)H(\d+)M(\d+)(?:[.,]\d+)?S")

MOST_TALL = 20_000

Row = Sequence[Any]


class SheetPacker:
    """Packs one sheet without empty edges.

    `errors` are the error cells by (Excel row, column index from 0), `covered` the blocks that merged cells hide.
    """

    def __init__(
        self,
        name: str,
        limits: Limits,
        errors: Mapping[tuple[int, int], str] | None = None,
        covered: Iterable[Block] = (),
    ):
        self._name = name
        self._limits = limits
        # Both by the number of the block of rows in which they stand.
        self._errors: dict[int, list[tuple[int, int, str]]] = defaultdict(list)
        for (row, column), code in (errors or {}).items():
            self._errors[(row - 1) // BLOCK_ROWS].append(((row - 1) % BLOCK_ROWS, column, code))
        self._covered: dict[int, set[Block]] = defaultdict(set)
        # Those that reach over several blocks of rows; merged cells never overlap, so there cannot be many.
        self._tall: set[Block] = set()
        for block in covered:
            row, _, rows, _ = block
            number = (row - 1) // BLOCK_ROWS
            (self._covered[number] if (row + rows - 2) // BLOCK_ROWS == number else self._tall).add(block)
        if len(self._tall) > MOST_TALL:
            raise damaged("sel gabungan bertumpuk")
        self._width = self._height = 0
        self._blocks: list[bytes] = []

    def pack(self, rows: Iterable[Row]) -> PackedSheet:
        """Return the sheet; row 1 comes first. Raises UnreadableFile for what exceeds the limits."""
        rows = iter(rows)
        first = 0
        while block := list(islice(rows, BLOCK_ROWS)):
            self._add(first, block)
            first += len(block)
        return PackedSheet(self._name, self._width, self._height, self._blocks)

    def _add(self, first: int, block: list[Row]) -> None:
        columns = self._columns(first, block)
        used = len(block)
        while used and all(_is_blank(column[used - 1]) for column in columns):
            used -= 1
        if not used:
            return
        if first + used > self._limits.rows + EXTRA_ROWS:
            raise UnreadableFile(
                f'Lembar "{self._name}" berisi lebih dari {format_count(self._limits.rows)} baris data.',
                "Bagi datanya ke beberapa berkas, lalu unggah satu per satu.",
            )
        if first > self._height:
            self._blocks.append(encode_block(first - self._height, []))
        packed = [self._column(first, index, values[:used]) for index, values in enumerate(columns)]
        while packed[-1] is None:
            packed.pop()
        self._blocks.append(encode_block(used, packed))
        self._height, self._width = first + used, max(self._width, len(packed))

    def _columns(self, first: int, block: list[Row]) -> list[Row]:
        if max(map(len, block)) > self._limits.columns:
            block = [self._cut(number, row) for number, row in enumerate(block, start=first + 1)]
        columns: list[Row] = list(zip_longest(*block, fillvalue=""))
        number = first // BLOCK_ROWS
        covered = [*self._covered.get(number, ()), *self._tall]
        if number not in self._errors and not covered:
            return columns
        changed = [list(column) for column in columns]
        # An error counts as content, so the parser kept its place, but what it gives back there is an empty cell.
        for offset, index, code in self._errors.get(number, ()):
            if offset < len(block):
                changed += [[""] * len(block) for _ in range(index + 1 - len(changed))]
                changed[index][offset] = ErrorValue(code)
        for row, index, rows, width in covered:
            start, end = max(row - 1 - first, 0), min(row - 1 + rows - first, len(block))
            for column in changed[index : index + width] if start < end else ():
                column[start:end] = [""] * (end - start)
        return list(changed)

    def _cut(self, number: int, row: Row) -> Row:
        """Return the row without empty cells beyond the last column allowed; no parser but CSV gives any."""
        width = len(row)
        while width > self._limits.columns and _is_blank(row[width - 1]):
            width -= 1
        if width > self._limits.columns:
            raise UnreadableFile(
                f'Baris {number} pada lembar "{self._name}" berisi {format_count(width)} kolom; '
                f"batasnya {self._limits.columns} kolom.",
                "Hapus isi kolom yang tidak dipakai, lalu unggah lagi.",
            )
        return row[:width]

    def _column(self, first: int, index: int, values: Row) -> PackedColumn | None:
        """Return one column of a block, or None when nothing is in it."""
        if set(map(type, values)) == {str}:
            distinct = dict.fromkeys(values)
            if any(map(str.isspace, distinct)) or "PT" in "|".join(distinct):
                values = [_plain(text) or "" for text in values]
                distinct = dict.fromkeys(values)
            lengths = map(len, distinct)
            packed = encode_texts(values, list(distinct)) if any(distinct) else None
        else:
            values = _plain_values(values)
            lengths = (len(value) for value in values if isinstance(value, str))
            packed = encode_values(values) if values.count(None) < len(values) else None
        if max(lengths, default=0) > self._limits.cell_characters:
            self._refuse_text(first, index, values)
        return packed

    def _refuse_text(self, first: int, index: int, values: Row) -> NoReturn:
        for number, value in enumerate(values, start=first + 1):
            if isinstance(value, str) and len(value) > self._limits.cell_characters:
                raise UnreadableFile(
                    f'Sel {cell_name(number, index)} pada lembar "{self._name}" berisi {format_count(len(value))} '
                    f"karakter; batasnya {format_count(self._limits.cell_characters)} karakter.",
                    "Ringkas isi sel itu, lalu unggah lagi.",
                )


def _is_blank(value: Any) -> bool:
    return isinstance(value, str) and not value.strip()


def _plain_values(values: Row) -> list[Value]:
    kinds = set(map(type, values))
    if kinds == {date}:
        return list(values)
    if kinds == {float}:
        return [
            int(value) if value.is_integer() and abs(value) < LARGEST_SHOWN_WHOLE else _plain(value) for value in values
        ]
    return [_plain(value) for value in values]


def _plain(value: Any) -> Value:
    if isinstance(value, str):
        if value.startswith("PT") and (duration := DURATION.fullmatch(value)):
            return ":".join(duration.groups())
        return value if value.strip() else None
    if isinstance(value, float):
        if not math.isfinite(value):
            return ErrorValue("#NUM!")
        return int(value) if value.is_integer() and abs(value) < LARGEST_SHOWN_WHOLE else value
    if isinstance(value, timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    if isinstance(value, datetime) and value.date() in EPOCH_DAYS:
        return value.time()
    return value
