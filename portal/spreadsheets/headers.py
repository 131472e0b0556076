"""Finding the header of a table that people typed: below titles, on one or two lines, in any order and spelling."""

import difflib
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from portal.spreadsheets.cell_text import CellError
from portal.spreadsheets.layout import (
    HeaderColumn,
    HeaderMatch,
    header_key,
    is_hint,
    is_hint_row,
    is_numbering_row,
    shown,
    without_hints,
)
from portal.spreadsheets.rows import data_rows
from portal.spreadsheets.workbook import Value, column_letter

__all__ = ["HeaderColumn", "HeaderMatch", "data_rows", "find_header"]

SEARCH_ROWS = 30
# A running number says nothing about a row, so it is ignored without a word.
SILENT = {"no", "nomor", "nourut", "nomorurut", "nmr"}
SIMILAR_ENOUGH = 0.6

Row = tuple[Value, ...]
Dynamic = Callable[[Value], Hashable | None]


@dataclass(frozen=True)
class _Heading:
    """One column of a possible header. `names` are its readings, the surest first; their index is their rank."""

    index: int
    text: str
    names: tuple[str, ...]
    value: Value


def find_header(rows: Sequence[Row], columns: Sequence[HeaderColumn], *, dynamic: Dynamic | None = None) -> HeaderMatch:
    """Return the best header within the first 30 rows; never raises, see `HeaderMatch.ok`.

    `dynamic` gets the heading cells that no column claims and returns a key for those it knows (a session's date); it
    returns None or raises CellError for the rest, so a cell parser will do. A header that is ok has at least two
    recognised columns; one with a single column is returned only to explain what is missing.
    """
    vocabulary = _vocabulary(columns)
    best: HeaderMatch | None = None
    best_score: tuple[int, ...] = ()
    for index in range(min(len(rows), SEARCH_ROWS)):
        for lines in (1, 2):
            if index + lines > len(rows) or all(value is None for value in rows[index]):
                continue
            headings = _two_lines(rows[index], rows[index + 1]) if lines == 2 else _one_line(rows[index])
            claims = _claims(headings, vocabulary)
            keys = _dynamic_keys(headings, claims, dynamic)
            sure = sum(rank == 0 for rank, _ in claims.values())
            # On equal terms one line beats two and the upper row beats the lower.
            score = (len({name for _, name in claims.values()}) + len(keys), sure, -lines, -index)
            if claims and score > best_score:
                best_score = score
                best = _match(rows, tuple(range(index + 1, index + 1 + lines)), columns, headings, claims, keys)
    if best is None or (best.ok and best_score[0] < min(2, len(columns))):
        return HeaderMatch(missing=tuple(column for column in columns if column.required))
    return best


def _vocabulary(columns: Sequence[HeaderColumn]) -> dict[str, str]:
    """Return heading key -> column name; a spelling with its hint comes before one without."""
    spellings = [(spelling, column.name) for column in columns for spelling in (column.label, *column.synonyms)]
    vocabulary: dict[str, str] = {}
    for spelling, name in spellings:
        vocabulary.setdefault(_full_key(spelling), name)
    for spelling, name in spellings:
        vocabulary.setdefault(header_key(without_hints(spelling)), name)
    vocabulary.pop("", None)
    return vocabulary


def _full_key(text: str) -> str:
    return header_key(text.replace("%", "persen"))


def _readings(*texts: str) -> tuple[str, ...]:
    return tuple(key for text in texts for key in (_full_key(text), _full_key(without_hints(text))))


def _one_line(row: Row) -> list[_Heading]:
    return [
        _Heading(index, shown(value), _readings(shown(value)), value)
        for index, value in enumerate(row)
        if value is not None
    ]


def _two_lines(upper: Row, lower: Row) -> list[_Heading]:
    """Join a line of groups with the line below: a group spans the empty cells to its right."""
    headings = []
    group = ""
    for index, (above, below) in enumerate(zip(upper, lower, strict=True)):
        if above is not None:
            group = shown(above)
        if below is not None and not is_hint(below):
            text = f"{group} {shown(below)}".strip()
            headings.append(_Heading(index, text, _readings(text, shown(below)), below))
        elif above is not None:
            headings.append(_Heading(index, group, _readings(group), above))
    return headings


def _claims(headings: list[_Heading], vocabulary: dict[str, str]) -> dict[int, tuple[int, str]]:
    """Return column index -> (rank of the reading, name), keeping per name only the surest readings."""
    found: dict[int, tuple[int, str]] = {}
    for heading in headings:
        reading = next(((rank, vocabulary[key]) for rank, key in enumerate(heading.names) if key in vocabulary), None)
        if reading:
            found[heading.index] = reading
    surest: dict[str, int] = {}
    for rank, name in found.values():
        surest[name] = min(rank, surest.get(name, rank))
    return {index: (rank, name) for index, (rank, name) in found.items() if rank == surest[name]}


def _dynamic_keys(
    headings: list[_Heading], claims: dict[int, tuple[int, str]], dynamic: Dynamic | None
) -> dict[int, Hashable]:
    if dynamic is None:
        return {}
    keys = {}
    for heading in headings:
        if heading.index not in claims:
            with suppress(CellError):
                keys[heading.index] = dynamic(heading.value)
    return {index: key for index, key in keys.items() if key is not None}


def _match(
    rows: Sequence[Row],
    header_rows: tuple[int, ...],
    columns: Sequence[HeaderColumn],
    headings: list[_Heading],
    claims: dict[int, tuple[int, str]],
    keys: dict[int, Hashable],
) -> HeaderMatch:
    found: dict[str, int] = {}
    for index, (_, name) in claims.items():
        found.setdefault(name, index)
    missing = tuple(column for column in columns if column.required and column.name not in found)
    unknown = [
        heading
        for heading in headings
        if heading.index not in claims and heading.index not in keys and not SILENT.intersection(heading.names)
    ]
    return HeaderMatch(
        header_rows=header_rows,
        first_data_row=_first_data_row(rows, header_rows[-1] + 1, [*found.values(), *keys]),
        columns=found,
        dynamic=keys,
        unknown=tuple((column_letter(heading.index), heading.text) for heading in unknown),
        duplicated=_duplicated(columns, claims, headings, keys),
        missing=missing,
        suggestions=_suggestions([column for column in columns if column.name not in found], unknown),
    )


def _first_data_row(rows: Sequence[Row], number: int, used: list[int]) -> int:
    """Return the first Excel row after the explanations and column numbers under the header."""
    while number <= len(rows) and (is_numbering_row(rows[number - 1], used) or is_hint_row(rows[number - 1])):
        number += 1
    return number


def _duplicated(
    columns: Sequence[HeaderColumn],
    claims: dict[int, tuple[int, str]],
    headings: list[_Heading],
    keys: dict[int, Hashable],
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    twice = []
    for column in columns:
        indexes = [index for index, (_, name) in claims.items() if name == column.name]
        if len(indexes) > 1:
            twice.append((column.label, tuple(column_letter(index) for index in indexes)))
    texts = {heading.index: heading.text for heading in headings}
    for key, count in Counter(keys.values()).items():
        if count > 1:
            indexes = [index for index, other in keys.items() if other == key]
            twice.append((texts[indexes[0]], tuple(column_letter(index) for index in indexes)))
    return tuple(twice)


def _suggestions(absent: Sequence[HeaderColumn], unknown: list[_Heading]) -> dict[str, tuple[str, str]]:
    suggestions = {}
    for column in absent:
        spellings = [header_key(without_hints(spelling)) for spelling in (column.label, *column.synonyms)]
        scored = [
            (max(difflib.SequenceMatcher(None, spelling, key).ratio() for spelling in spellings), heading)
            for heading in unknown
            for key in heading.names
        ]
        score, heading = max(scored, key=lambda pair: pair[0], default=(0, None))
        if heading and score >= SIMILAR_ENOUGH:
            suggestions[column.name] = (column_letter(heading.index), heading.text)
    return suggestions
