"""Rows of an .xlsx sheet in the form that spreadsheet programs write, checked at the speed of one regular expression.

Nearly all rows of nearly all files look alike, and asking an XML parser about each of a million cells costs more than
reading them. What fits the grammar below is well-formed by construction and tells where its cells are; everything else
goes to the XML parser, which then sees the document without those rows.
"""

import re

from portal.spreadsheets.container import XmlPart
from portal.spreadsheets.scan import SheetScan
from portal.spreadsheets.workbook import UnreadableFile, column_index, column_letter

SHEET_DATA = re.compile(rb"<(?:([A-Za-z_][A-Za-z0-9_]{0,20}):)?sheetData>")
# Without ">": inside a comment or a CDATA section of the rest, these rows could then not end it.
LETTER = r"[^<>&\x00-\x08\x0b\x0c\x0e-\x1f]"
TEXT = rf"{LETTER}*+(?:&(?:amp|lt|gt|quot|apos);{LETTER}*+)*+"
# In all of these @ stands for the prefix. Array formulas and data tables reach beyond their cell, so they are not here.
FORMULA = (
    r'<@f(?: aca="(?:true|false)")?+(?: t="shared"(?: ref="[A-Z0-9:]{1,21}+")?+)?+(?: ca="(?:1|true|false)")?+'
    rf'(?: si="[0-9]{{1,7}}+")?+(?: ?/>|>{TEXT}</@f>)'
)
# Alternatives are in the order of their frequency; `(?:x|)` is quicker than `(?:x)?`.
START = r'<@c r="(?:COLUMNS)(?P=row)"(?: s="[0-9]{1,6}+"|)'
FILLED = rf'><@v>{TEXT}</@v></@c>|><@is><@t(?: xml:space="preserve"|)>{TEXT}</@t></@is></@c>'
TYPE = r'(?: t="(?:s|n|b|str|inlineStr)"|)'
# Here each </c> ends a cell that holds something.
VALUE_CELL = rf"{START}{TYPE}(?:{FILLED}|/>| />)"
ANY_CELL = (
    rf"{START}(?:{TYPE}(?:{FILLED}|/>| />|>(?:{FORMULA}|)(?:<@v>{TEXT}</@v>|)</@c>)"
    rf'| t="e">(?:{FORMULA}|)<@v>#[A-Z0-9/!?_]{{1,19}}+</@v></@c>)'
)
# No other group may capture: in a possessive repeat, a failed try can leave it half set.
ROWS = (
    r'(?:[\r\n\t ]*+<@row r="(?P<row>[1-9][0-9]{0,6}+)"(?: [A-Za-z0-9:]{1,30}+="[^"<>&\x00-\x1f]{0,60}+")*+ ?'
    r"(?:>(?:CELL)*+</@row>|/>))*+"
)
HEADS = r'<@row r="([0-9]++)"([^>]*+)'
FORMULA_CELLS = r'<@c r="([A-Z]++)([0-9]++)"[^>]*+><@f'
ERROR_CELLS = rf'<@c r="([A-Z]++)([0-9]++)"(?: s="[0-9]++"|) t="e">(?:{FORMULA}|)<@v>([^<]*+)'
MOST_ATTRIBUTES = 200
# What UTF-8 can write but XML forbids.
NON_CHARACTERS = (b"\xef\xbf\xbe", b"\xef\xbf\xbf")


class RowSkimmer:
    """Takes plain rows of one sheet out of its bytes and notes on the scan what they hold."""

    def __init__(self, sheet: SheetScan, prefix: str):
        self.row = self.rows = 0
        self._sheet = sheet
        columns = _up_to(column_letter(sheet.columns - 1))
        grammars = (ROWS.replace("CELL", VALUE_CELL), ROWS.replace("CELL", ANY_CELL), HEADS, FORMULA_CELLS, ERROR_CELLS)
        self._value_rows, self._any_rows, self._heads, self._formulas, self._errors = (
            re.compile(grammar.replace("COLUMNS", columns).replace("@", prefix).encode()) for grammar in grammars
        )
        self._cell_end, self._value_end, self._text_end = (f"</{prefix}{tag}>".encode() for tag in ("c", "v", "is"))
        # Attributes of rows that an XML parser found well-formed: "", ' spans="1:14"'.
        self._attributes: set[bytes] = set()

    def skim(self, buffer: bytes, start: int) -> int:
        """Return where the plain rows that begin at `start` end.

        `rows` is then their number and `row` the Excel row of the last one.
        Raises UnreadableFile when they hold more cells than the limits allow.
        """
        self.rows = 0
        end = self._value_rows.match(buffer, start).end()
        if end > start:
            plain = buffer[start:end]
            if not self._fits(plain, plain.count(self._cell_end)):
                return start
        rich_end = self._any_rows.match(buffer, end).end()
        if rich_end > end:
            plain = buffer[end:rich_end]
            if not self._fits(plain, plain.count(self._value_end) + plain.count(self._text_end)):
                return end
            for found in self._formulas.finditer(plain):
                self._sheet.add_formulas(*_position(found))
            for found in self._errors.finditer(plain):
                self._sheet.add_error(*_position(found), found.group(3).decode())
        return rich_end

    def _fits(self, plain: bytes, cells: int) -> bool:
        """Count the cells of plain rows, unless something about these rows is for the XML parser to judge."""
        numbers, attributes = zip(*self._heads.findall(plain), strict=True)
        below_grid = cells and max(map(int, numbers)) > self._sheet.last_row
        if below_grid or not (_is_clean(plain) and self._are_attributes(set(attributes))):
            return False
        self.row = int(numbers[-1])
        self.rows += len(numbers)
        self._sheet.count(cells)
        return True

    def _are_attributes(self, found: set[bytes]) -> bool:
        for rest in found - self._attributes:
            if len(self._attributes) == MOST_ATTRIBUTES:
                return False
            try:
                XmlPart().read(iter([b'<row xmlns:x14ac="-" r="1"', rest.rstrip(b"/"), b"/>"]))
            except UnreadableFile:
                return False
            self._attributes.add(rest)
        return True


def _position(cell: re.Match[bytes]) -> tuple[int, int]:
    return int(cell.group(2)), column_index(cell.group(1).decode())


def _is_clean(plain: bytes) -> bool:
    if plain.isascii():
        return True
    try:
        plain.decode()
    except UnicodeDecodeError:
        return False
    return not any(character in plain for character in NON_CHARACTERS)


def _up_to(letters: str) -> str:
    """Return a pattern for the names of all columns up to this one: "GR" -> "[A-Z]|[A-F][A-Z]|G[A-R]"."""
    shorter = ["[A-Z]" * length for length in range(1, len(letters))]
    same = [
        f"{letters[:index]}[A-{chr(ord(letter) - 1)}]{'[A-Z]' * (len(letters) - index - 1)}"
        for index, letter in enumerate(letters[:-1])
        if letter > "A"
    ]
    return "|".join([*shorter, *same, f"{letters[:-1]}[A-{letters[-1]}]"])
