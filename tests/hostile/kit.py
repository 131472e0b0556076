"""What every hostile file is made of: the promise of an answer, and a list of participants to hide the attack in."""

import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape

from portal.spreadsheets.workbook import cell_name
from tests.portal.spreadsheets.builders import SPREADSHEET, record, xls, xlsx

HEADER = ("NIK", "Nama", "L/P", "Desa")
GOOD = "Siti Aminah"


@dataclass(frozen=True)
class HostileFile:
    """One upload and its answer: refused as a whole with `refused` in the sentence, or put back with the question which
    column is which (`asks` in the notice), or checked row by row.

    `rejected` and `warned` are Excel rows with words of their message; `accepted` counts the rows that may be saved;
    `notices` are words about the whole file; `shown` must stand on the page, and `hidden` must not.
    """

    name: str
    attack: str
    build: Callable[[], bytes]
    filename: str = "data.xlsx"
    refused: str = ""
    asks: str = ""
    rejected: Mapping[int, str] = field(default_factory=dict)
    warned: Mapping[int, str] = field(default_factory=dict)
    accepted: int = 0
    notices: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.attack}-{self.name}"


class Xml(str):
    """A cell written out by hand; `{r}` in it becomes the name of the cell."""


def nik(serial: int, born: str = "410190", area: str = "350733") -> str:
    """Return an invented NIK of a woman born on 1 January 1990 in Pagelaran, unless told otherwise."""
    return f"{area}{born}{serial:04d}"


def person(serial: int, name: str = GOOD, **other: object) -> list[object]:
    """Return one faultless line below HEADER; `other` replaces cells: nik, sex, village."""
    return [other.get("nik", nik(serial)), name, other.get("sex", "P"), other.get("village", "Clumprit")]


def cells(rows: Sequence[Sequence[object]]) -> str:
    """Return rows of values as the XML inside sheetData; None is no cell, Xml is taken as it stands."""
    lines = []
    for number, row in enumerate(rows, start=1):
        line = "".join(cell(cell_name(number, column), value) for column, value in enumerate(row) if value is not None)
        lines.append(f'<row r="{number}">{line}</row>')
    return "".join(lines)


def cell(reference: str, value: object) -> str:
    """Return one cell: text as text, numbers and logical values typed."""
    if isinstance(value, Xml):
        return value.replace("{r}", reference)
    if isinstance(value, bool):
        return f'<c r="{reference}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, int | float):
        return f'<c r="{reference}"><v>{value}</v></c>'
    text = escape(str(value))
    return f'<c r="{reference}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def people(*rows: Sequence[object], header: Sequence[object] = HEADER, after: str = "", **options: Any) -> bytes:
    """Return an .xlsx list of participants, with the XML `after` behind its rows; `options` go to the builder."""
    if after:
        sheet = f'<worksheet xmlns="{SPREADSHEET}"><sheetData>{cells([header, *rows])}</sheetData>{after}</worksheet>'
        options["parts"] = {"xl/worksheets/sheet1.xml": sheet} | options.get("parts", {})
    return xlsx(cells([header, *rows]), **options)


def people_csv(*rows: Sequence[object], header: Sequence[object] = HEADER, delimiter: str = ";") -> str:
    """Return the same as CSV text with CRLF line ends; nothing is quoted."""
    return "".join(delimiter.join(map(str, row)) + "\r\n" for row in [header, *rows])


def one_value(column: str, value: object) -> Callable[[], bytes]:
    """Return a builder of a list whose second line (Excel row 3) holds `value` in one column."""

    def build() -> bytes:
        line = person(2)
        header = list(HEADER)
        if column in header:
            line[header.index(column)] = value
        else:
            header.append(column)
            line.append(value)
        return people(person(1), line, header=header)

    return build


def bad(name: str, attack: str, column: str, value: object, words: str, **answer: object) -> HostileFile:
    """Return a list whose third line is refused for one value."""
    return HostileFile(name, attack, one_value(column, value), rejected={3: words}, accepted=1, **answer)


def fine(name: str, attack: str, column: str, value: object, **answer: object) -> HostileFile:
    """Return a list whose odd value is understood."""
    return HostileFile(name, attack, one_value(column, value), accepted=2, **answer)


def odd(name: str, attack: str, column: str, value: object, words: str) -> HostileFile:
    """Return a list whose third line may be saved, with a warning."""
    return HostileFile(name, attack, one_value(column, value), warned={3: words}, accepted=2)


def number(text: str) -> Xml:
    """Return a number cell that holds exactly this text."""
    return Xml(f'<c r="{{r}}"><v>{text}</v></c>')


def formula(inside: str) -> Xml:
    """Return a cell of this inner XML."""
    return Xml(f'<c r="{{r}}">{inside}</c>')


def text_xls(text: str) -> Callable[[], bytes]:
    """Return a builder of an .xls list whose second line has `text` for a name: here XML forbids no character."""

    def label(row: int, column: int, value: str) -> bytes:
        body = value.encode("utf-16-le", "surrogatepass")
        return record(0x0204, struct.pack("<HHHHB", row, column, 0, len(body) // 2, 1) + body)

    rows = [HEADER, person(1), person(2, text)]
    return lambda: xls(
        b"".join(label(row, column, str(value)) for row, line in enumerate(rows) for column, value in enumerate(line))
    )
