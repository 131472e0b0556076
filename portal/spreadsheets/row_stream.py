"""The rows of a worksheet as XML, streamed into a scratch file: a chunk of rows is woven from its columns.

Everything is written with cell references (ECMA-376 part 1, 18.3.1.4), which strict readers want. Texts stand in their
cells, which keeps memory flat, except those that come again and again.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, BinaryIO
from xml.sax.saxutils import escape

from xlsxwriter.utility import xl_col_to_name

from portal.spreadsheets.chunks import BYTES, SIGNS, Cells, Chunk, Part, woven
from portal.spreadsheets.digests import CELL_END, line_of, number_text, serial_text
from portal.spreadsheets.package import SharedTexts
from portal.spreadsheets.sheets import FORMULA_START, Column, Kind, clean_cell

LINE_POINTS, MAX_LINES = 13.5, 20
# ECMA-376 part 1, 22.9.2.19: _x0041_ stands for a character; the next may begin with the last "_" of the one before.
LOOKS_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
STRING, STRING_END = ' t="inlineStr"><is><t>', "</t></is></c>"


@dataclass(frozen=True)
class Style:
    """The numbers of the cell formats of one column: of its cells, and of text that looks like a formula."""

    cell: int
    quoted: int


@dataclass(frozen=True)
class Cell:
    """One cell of a line that is not of a table's rows; a formula carries its value."""

    value: Any
    style: int
    formula: str = ""


class RowStream:
    """Rows from the top down, each with a line for the digest of its sheet."""

    def __init__(self, file: BinaryIO, digest: Any, shared: SharedTexts):
        self.digest, self.shared, self.next_row, self.columns = digest, shared, 0, 0
        self._file = file

    def skip(self) -> None:
        """Leave one row empty."""
        self.next_row += 1
        self.digest.add_lines(line_of(()))

    def line(self, cells: Sequence[Cell], lines: int = 1) -> int:
        """Write one row of cells from the first column on and return its index; `lines` of text set its height."""
        row, self.next_row = self.next_row, self.next_row + 1
        self.columns = max(self.columns, len(cells))
        xml = "".join(_one_cell(f"{xl_col_to_name(index)}{row + 1}", cell) for index, cell in enumerate(cells))
        self._file.write(f'<row r="{row + 1}"{_height(lines)}>{xml}</row>'.encode(BYTES))
        self.digest.add([cell.value for cell in cells])
        return row

    def rows(self, columns: Sequence[Column], styles: Sequence[Style | Sequence[int]], chunk: Chunk) -> bytes:
        """Write the rows of a chunk and return their lines."""
        numbers = list(map(str, range(self.next_row + 1, self.next_row + 1 + chunk.size)))
        self.next_row += chunk.size
        self.columns = max(self.columns, len(columns))
        heights = chunk.heights(columns)
        parts: list[Part] = ['<row r="', numbers, '"', list(map(_height, heights)) if heights else "", ">"]
        for index, (cells, style) in enumerate(zip(chunk.columns, styles, strict=True)):
            parts += [f'<c r="{xl_col_to_name(index)}', numbers, '"', *_after_reference(cells, style, self.shared)]
        self._file.write(woven([*parts, "</row>"], chunk.size).encode(BYTES))
        lines = chunk.lines()
        self.digest.add_lines(lines)
        return lines


def _after_reference(cells: Cells, style: Any, shared: SharedTexts) -> list[Part]:
    """Return what stands behind the reference in each cell of a column."""
    if cells.kinds:
        pairs = zip(cells.texts, cells.kinds, strict=True)
        return [[(_string if kind == Kind.TEXT else _number)(text, style[kind]) for text, kind in pairs]]
    start = f' s="{style.cell}"'
    if not cells.is_text:
        if cells.gaps:
            return [start, _wrapped(cells.texts, "><v>", "</v></c>")]
        return [f"{start}><v>", cells.texts, "</v></c>"]
    if known := shared.cells(cells):
        return [start, known]
    if cells.spaced:
        return [[_string(text, style) for text in cells.texts]]
    texts = _markup(CELL_END.join(cells.letters)).split(CELL_END) if cells.escape else cells.texts
    if cells.signs:
        quoted, empty = f' s="{style.quoted}"{STRING}', f"{start}/>"
        start += STRING
        pairs = zip(cells.texts, texts, strict=True)  # the sign is looked for before the text becomes markup
        return [[f"{quoted if raw[0] in SIGNS else start}{text}{STRING_END}" if raw else empty for raw, text in pairs]]
    if cells.gaps:
        return [start, _wrapped(texts, STRING, STRING_END)]
    return [start + STRING, texts, STRING_END]


def _wrapped(texts: list[str], before: str, after: str) -> list[str]:
    """Put every text between the two, all at once; an empty one becomes the end of an empty cell."""
    cells = before + f"{after}{CELL_END}{before}".join(texts) + after
    return cells.replace(before + after, "/>").split(CELL_END)


def _markup(letters: str) -> str:
    """Return text as it stands in the XML; no text holds the end of a cell, so a whole column may come at once."""
    if "_x" in letters:
        letters = LOOKS_ESCAPED.sub("_x005F_", letters)
    return escape(letters)


def _escape(text: str) -> str:
    return _markup(text.encode().decode(BYTES))


def _number(text: str, style: Style) -> str:
    return f' s="{style.cell}"><v>{text}</v></c>' if text else f' s="{style.cell}"/>'


def _string(text: str, style: Style) -> str:
    if not text:
        return f' s="{style.cell}"/>'
    number = style.quoted if FORMULA_START.match(text) else style.cell
    space = ' xml:space="preserve"' if text != text.strip() or "\n" in text else ""
    return f' s="{number}" t="inlineStr"><is><t{space}>{_escape(text)}{STRING_END}'


def _one_cell(reference: str, cell: Cell) -> str:
    start = f'<c r="{reference}"'
    if cell.formula:
        value = "" if cell.value is None else number_text(cell.value)
        kind = ' t="str"' if not value else ""
        return f'{start} s="{cell.style}"{kind}><f>{_escape(cell.formula)}</f><v>{value}</v></c>'
    if cell.value is None or cell.value == "":
        return f'{start} s="{cell.style}"/>'
    if isinstance(cell.value, str):
        return start + _string(clean_cell(cell.value), Style(cell.style, cell.style))
    text = number_text(cell.value) if not hasattr(cell.value, "toordinal") else serial_text(cell.value)
    return f'{start} s="{cell.style}"><v>{text}</v></c>'


@cache
def _height(lines: int) -> str:
    """LibreOffice does not grow rows of wrapped text by itself when it opens a file."""
    return f' ht="{LINE_POINTS * min(lines, MAX_LINES):g}" customHeight="1"' if lines > 1 else ""
