"""The rows of a worksheet as XML, streamed into a scratch file: one template for all the rows of a chunk.

Everything is written with cell references and inline strings (ECMA-376 part 1, 18.3.1.4), which strict readers want and
which keep memory flat.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from xlsxwriter.utility import xl_col_to_name

from portal.spreadsheets.chunks import SIGNS, Cells, Chunk
from portal.spreadsheets.digests import CELL_END, line_of, number_text, serial_text
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

    def __init__(self, path: Path, digest: Any):
        self.path, self.digest, self.next_row, self.columns = path, digest, 0, 0
        self._file = path.open("wb")

    def close(self) -> None:
        """Finish the file."""
        self._file.close()

    def skip(self) -> None:
        """Leave one row empty."""
        self.next_row += 1
        self.digest.add_lines(line_of(()))

    def line(self, cells: Sequence[Cell], lines: int = 1) -> int:
        """Write one row of cells from the first column on and return its index; `lines` of text set its height."""
        row, self.next_row = self.next_row, self.next_row + 1
        self.columns = max(self.columns, len(cells))
        xml = "".join(_one_cell(f"{xl_col_to_name(index)}{row + 1}", cell) for index, cell in enumerate(cells))
        self._file.write(f'<row r="{row + 1}"{_height(lines)}>{xml}</row>'.encode("ascii"))
        self.digest.add([cell.value for cell in cells])
        return row

    def rows(self, columns: Sequence[Column], styles: Sequence[Style | Sequence[int]], chunk: Chunk) -> str:
        """Write the rows of a chunk and return their lines."""
        count = chunk.size
        numbers = list(map(str, range(self.next_row + 1, self.next_row + 1 + count)))
        self.next_row += count
        self.columns = max(self.columns, len(columns))
        heights = chunk.heights(columns)
        template = ['<row r="%s"%s>']
        parts: list[Any] = [numbers, list(map(_height, heights)) if heights else repeat("", count)]
        for index, (cells, style) in enumerate(zip(chunk.columns, styles, strict=True)):
            shape, texts = _pieces(cells, style)
            template.append(f'<c r="{xl_col_to_name(index)}%s"{shape}')
            parts += [numbers, texts]
        template.append("</row>")
        self._file.write("".join(map("".join(template).__mod__, zip(*parts, strict=True))).encode("ascii"))
        lines = chunk.lines()
        self.digest.add_lines(lines)
        return lines


def _pieces(cells: Cells, style: Any) -> tuple[str, list[str]]:
    """Return what stands behind the reference of each cell of a column: what they share with one %s, and the rest."""
    if cells.kinds:
        return "%s", [
            (_string if kind == Kind.TEXT else _number)(text, style[kind])
            for text, kind in zip(cells.texts, cells.kinds, strict=True)
        ]
    start = f' s="{style.cell}"'
    if not cells.is_text:
        if cells.gaps:
            return f"{start}%s", [f"><v>{text}</v></c>" if text else "/>" for text in cells.texts]
        return f"{start}><v>%s</v></c>", cells.texts
    if cells.spaced:
        return "%s", [_string(text, style) for text in cells.texts]
    texts = _escaped(cells.texts) if cells.escape else cells.texts
    if cells.signs:
        quoted, empty = f' s="{style.quoted}"{STRING}', f"{start}/>"
        start += STRING
        return "%s", [f"{quoted if text[0] in SIGNS else start}{text}{STRING_END}" if text else empty for text in texts]
    if cells.gaps:
        return f"{start}%s", [f"{STRING}{text}{STRING_END}" if text else "/>" for text in texts]
    return f"{start}{STRING}%s{STRING_END}", texts


def _escaped(texts: list[str]) -> list[str]:
    """Escape a whole column at once: no text holds the end of a cell."""
    return _escape(CELL_END.join(texts)).split(CELL_END)


def _escape(text: str) -> str:
    """Return text as it stands in the XML; in ASCII only, which Python puts together twice as fast."""
    if "_x" in text:
        text = LOOKS_ESCAPED.sub("_x005F_", text)
    return escape(text).encode("ascii", "xmlcharrefreplace").decode("ascii")


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


def _height(lines: int) -> str:
    """LibreOffice does not grow rows of wrapped text by itself when it opens a file."""
    return f' ht="{LINE_POINTS * min(lines, MAX_LINES):g}" customHeight="1"' if lines > 1 else ""
