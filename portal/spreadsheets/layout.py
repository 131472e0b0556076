"""Words of a table's layout: the columns looked for, what was found, and how header text is compared."""

import re
import unicodedata
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from datetime import date

from portal.spreadsheets.workbook import Value

# "(sesuai KTP)", "(Rp)": a hint, not part of the name. "(%)" does change the meaning, so it stays.
HINT = re.compile(r"\([^()%]*\)")
LONGEST_HEADING = 200
NEITHER_LETTER_NOR_DIGIT = {code: None for code in range(128) if not chr(code).isalnum()}
NUMBER = re.compile(r"\(?\s*(\d{1,3})\s*\)?\s*(=.*)?")


@dataclass(frozen=True)
class HeaderColumn:
    """A column looked for. `label` is what templates print; `synonyms` are other headings in use."""

    name: str
    label: str
    synonyms: tuple[str, ...] = ()
    required: bool = False


@dataclass(frozen=True)
class HeaderMatch:
    """Where the header is and what its columns mean. Rows are Excel rows, column indexes count from 0."""

    header_rows: tuple[int, ...] = ()
    first_data_row: int = 0
    columns: dict[str, int] = field(default_factory=dict)
    dynamic: dict[int, Hashable] = field(default_factory=dict)
    # (column index, letter, heading) of every heading in the file's order; a column without one that holds data has "".
    headings: tuple[tuple[int, str, str], ...] = ()
    # (column letter, heading) of columns nobody asked for; they are ignored, and the user is told.
    unknown: tuple[tuple[str, str], ...] = ()
    # (label, column letters) of columns found more than once, dynamic ones included.
    duplicated: tuple[tuple[str, tuple[str, ...]], ...] = ()
    missing: tuple[HeaderColumn, ...] = ()
    # Name of a column not found, required or not -> (column letter, heading) of the unknown column most like it.
    suggestions: dict[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether rows can be read: a header, every required column, none twice."""
        return bool(self.header_rows) and not self.missing and not self.duplicated


def shown(value: Value) -> str:
    """Return a heading as the user sees it, on one line. Nothing longer than 200 characters is one."""
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    return " ".join(str(value)[:LONGEST_HEADING].split()) if value is not None else ""


def header_key(text: str) -> str:
    """Return what is compared of a heading: its letters and digits, lower case: 'N I K ' -> 'nik'."""
    if text.isascii():
        # The same by a shorter way: every row of a file is asked whether it repeats the header.
        return text.lower().translate(NEITHER_LETTER_NOR_DIGIT)
    return "".join(character for character in unicodedata.normalize("NFKC", text).casefold() if character.isalnum())


def without_hints(text: str) -> str:
    """Return the heading without parentheses: 'Nama Lengkap (sesuai KTP)' -> 'Nama Lengkap'."""
    return HINT.sub(" ", text)


def is_hint(value: Value) -> bool:
    """Whether a cell holds nothing but a hint in parentheses."""
    return isinstance(value, str) and "(" in value and not header_key(without_hints(shown(value)))


def is_hint_row(row: Sequence[Value]) -> bool:
    """Whether the row only explains the header above it."""
    filled = [value for value in row if value is not None]
    return bool(filled) and all(is_hint(value) for value in filled)


def is_numbering_row(row: Sequence[Value], used: Sequence[int]) -> bool:
    """Whether the row numbers the columns 1, 2, 3 or (1) (2) (3=2+1); `used` are the columns that must be numbered."""
    numbers = [_column_number(value) for value in row if value is not None]
    return len(numbers) >= 3 and numbers == list(range(1, len(numbers) + 1)) and all(row[c] is not None for c in used)


def _column_number(value: Value) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    match = NUMBER.fullmatch(str(value).strip())
    return int(match.group(1)) if match else None
