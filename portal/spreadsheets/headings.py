"""The headings of a possible header: how they read, and the keys by which an office's decisions name them."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from portal.spreadsheets.layout import HeaderMatch, header_key, is_hint, shown, without_hints
from portal.spreadsheets.workbook import Value, column_letter

Row = tuple[Value, ...]
# In a fingerprint, for columns whose headings are another every time (dates).
VARYING = "*"


@dataclass(frozen=True)
class Heading:
    """One column of a possible header. `names` are its readings, the surest first; their index is their rank."""

    index: int
    text: str
    names: tuple[str, ...]
    value: Value


def full_key(text: str) -> str:
    """Return what is compared of a whole heading, with a per cent sign as a word."""
    return header_key(text.replace("%", "persen"))


def one_line(row: Row) -> list[Heading]:
    """Return the headings of a header in one row."""
    texts = [(index, shown(value), value) for index, value in enumerate(row) if value is not None]
    return [Heading(index, text, _readings(text), value) for index, text, value in texts]


def two_lines(upper: Row, lower: Row) -> list[Heading]:
    """Join a line of groups with the line below: a group spans the empty cells to its right."""
    headings = []
    group = ""
    for index, (above, below) in enumerate(zip(upper, lower, strict=True)):
        if above is not None:
            group = shown(above)
        if below is not None and not is_hint(below):
            text = f"{group} {shown(below)}".strip()
            headings.append(Heading(index, text, _readings(text, shown(below)), below))
        elif above is not None:
            headings.append(Heading(index, group, _readings(group), above))
    return headings


def _readings(*texts: str) -> tuple[str, ...]:
    return tuple(key for text in texts for key in (full_key(text), full_key(without_hints(text))))


def unique_keys(headings: Iterable[tuple[int, str]]) -> list[str]:
    """Return a key for each (column index, text), none twice: "nama", "nama#2". Without text it is the column: "@C"."""
    seen: Counter[str] = Counter()
    keys = []
    for index, text in headings:
        key = full_key(text) or f"@{column_letter(index)}"
        seen[key] += 1
        keys.append(key if seen[key] == 1 else f"{key}#{seen[key]}")
    return keys


def heading_keys(match: HeaderMatch) -> list[str]:
    """Return the keys of `match.headings`, in their order: what `chosen` of `find_header` goes by."""
    return unique_keys((index, text) for index, _, text in match.headings)


def fingerprint(match: HeaderMatch) -> str:
    """Return a digest (hex) by which the same layout is known again.

    Columns without a heading do not count, and dates count as one, however many and whichever they are.
    """
    parts: list[str] = []
    for key, (index, _, _) in zip(heading_keys(match), match.headings, strict=True):
        part = VARYING if index in match.dynamic else key
        if not part.startswith("@") and not (part == VARYING and parts[-1:] == [VARYING]):
            parts.append(part)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
