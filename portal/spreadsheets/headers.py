"""Finding the header of a table that people typed: below titles, on one or two lines, in any order and spelling."""

import difflib
from collections import Counter
from collections.abc import Callable, Container, Hashable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice

from portal.spreadsheets.cell_text import CellError
from portal.spreadsheets.headings import (
    Heading,
    Row,
    fingerprint,
    full_key,
    heading_keys,
    one_line,
    two_lines,
    unique_keys,
)
from portal.spreadsheets.layout import (
    LONGEST_HEADING,
    HeaderColumn,
    HeaderMatch,
    header_key,
    is_hint_row,
    is_numbering_row,
    without_hints,
)
from portal.spreadsheets.rows import data_rows
from portal.spreadsheets.workbook import Value, column_letter

__all__ = ["HeaderColumn", "HeaderMatch", "data_rows", "find_header", "fingerprint", "heading_keys"]

SEARCH_ROWS = 30
# A running number says nothing about a row, so it is ignored without a word.
SILENT = {"no", "nomor", "nourut", "nomorurut", "nmr"}
SIMILAR_ENOUGH = 0.6

# Rank of a heading whose meaning somebody decided, before every reading.
DECIDED = -1

Dynamic = Callable[[Value], Hashable | None]
Chosen = Mapping[str, str | None]


@dataclass(frozen=True)
class _Candidate:
    """A possible header. `claims` are column index -> (rank of the reading, name of the column meant)."""

    rows: tuple[int, ...]
    headings: list[Heading]
    claims: dict[int, tuple[int, str]]
    dynamic: dict[int, Hashable]
    ignored: set[int]


def find_header(
    rows: Sequence[Row],
    columns: Sequence[HeaderColumn],
    *,
    dynamic: Dynamic | None = None,
    chosen: Chosen | None = None,
) -> HeaderMatch:
    """Return the best header within the first 30 rows; never raises, see `HeaderMatch.ok`.

    `dynamic` gets the heading cells that no column claims and returns a key for those it knows (a session's date); it
    returns None or raises CellError for the rest, so a cell parser will do. `chosen` is what was decided before: the
    key of a heading (`heading_keys`) -> name of a column, or None to ignore it; it goes before every synonym. A header
    that is ok has at least two recognised or decided columns; one with a single column is returned only to explain what
    is missing.
    """
    names = {column.name for column in columns}
    chosen = {key: name for key, name in (chosen or {}).items() if name is None or name in names}
    vocabulary = _vocabulary(columns)
    best: _Candidate | None = None
    best_score: tuple[int, ...] = ()
    for index in range(min(len(rows), SEARCH_ROWS)):
        for lines in (1, 2):
            if index + lines > len(rows) or all(value is None for value in rows[index]):
                continue
            headings = two_lines(rows[index], rows[index + 1]) if lines == 2 else one_line(rows[index])
            found = _candidate(tuple(range(index + 1, index + 1 + lines)), headings, vocabulary, dynamic, chosen)
            known = len({name for _, name in found.claims.values()}) + len(found.dynamic) + len(found.ignored)
            sure = sum(rank <= 0 for rank, _ in found.claims.values())
            # On equal terms one line beats two, a line of labels beats one of codes, and the upper row beats the lower.
            score = (known, sure, -lines, not _is_code_row(rows[index], names), -index)
            if found.claims and score > best_score:
                best, best_score = found, score
    if best is not None:
        match = _match(rows, columns, best, chosen)
        if not match.ok or best_score[0] >= min(2, len(columns)):
            return match
    return HeaderMatch(missing=tuple(column for column in columns if column.required))


def _is_code_row(row: Row, names: set[str]) -> bool:
    """Whether the row holds names of columns and nothing else: our templates have such a line above the labels."""
    return all(value is None or value in names for value in row)


def _vocabulary(columns: Sequence[HeaderColumn]) -> dict[str, str]:
    """Return heading key -> column name; a spelling with its hint comes before one without."""
    spellings = [(spelling, column.name) for column in columns for spelling in (column.label, *column.synonyms)]
    vocabulary: dict[str, str] = {}
    for spelling, name in spellings:
        vocabulary.setdefault(full_key(spelling), name)
    for spelling, name in spellings:
        vocabulary.setdefault(header_key(without_hints(spelling)), name)
    vocabulary.pop("", None)
    return vocabulary


def _candidate(
    rows: tuple[int, ...],
    headings: list[Heading],
    vocabulary: dict[str, str],
    dynamic: Dynamic | None,
    chosen: Chosen,
) -> _Candidate:
    keys = unique_keys((heading.index, heading.text) for heading in headings) if chosen else ()
    decided = {heading.index: chosen[key] for key, heading in zip(keys, headings, strict=bool(chosen)) if key in chosen}
    open_headings = [heading for heading in headings if heading.index not in decided]
    claims = _claims(open_headings, vocabulary, {index: name for index, name in decided.items() if name})
    ignored = {index for index, name in decided.items() if name is None}
    return _Candidate(rows, headings, claims, _dynamic_keys(open_headings, claims, dynamic), ignored)


def _claims(headings: list[Heading], vocabulary: dict[str, str], decided: dict[int, str]) -> dict[int, tuple[int, str]]:
    """Return column index -> (rank of the reading, name), keeping per name only the surest readings."""
    found = {index: (DECIDED, name) for index, name in decided.items()}
    for heading in headings:
        reading = next(((rank, vocabulary[key]) for rank, key in enumerate(heading.names) if key in vocabulary), None)
        if reading:
            found[heading.index] = reading
    surest: dict[str, int] = {}
    for rank, name in found.values():
        surest[name] = min(rank, surest.get(name, rank))
    return {index: (rank, name) for index, (rank, name) in sorted(found.items()) if rank == surest[name]}


def _dynamic_keys(
    headings: list[Heading], claims: dict[int, tuple[int, str]], dynamic: Dynamic | None
) -> dict[int, Hashable]:
    if dynamic is None:
        return {}
    keys = {}
    for heading in headings:
        too_long = isinstance(heading.value, str) and len(heading.value) > LONGEST_HEADING
        if heading.index not in claims and not too_long:
            with suppress(CellError):
                keys[heading.index] = dynamic(heading.value)
    return {index: key for index, key in keys.items() if key is not None}


def _match(rows: Sequence[Row], columns: Sequence[HeaderColumn], best: _Candidate, chosen: Chosen) -> HeaderMatch:
    claims, keys = best.claims, best.dynamic
    texts = {heading.index: heading.text for heading in best.headings}
    first_data_row = _first_data_row(rows, best.rows[-1] + 1, [*claims, *keys])
    for index in _without_heading(rows, first_data_row, texts):
        texts[index] = ""
        if name := chosen.get(f"@{column_letter(index)}"):
            others = {other: claim for other, claim in claims.items() if claim[1] != name or claim[0] == DECIDED}
            claims = others | {index: (DECIDED, name)}
    found: dict[str, int] = {}
    for index, (_, name) in claims.items():
        found.setdefault(name, index)
    unknown = [
        heading
        for heading in best.headings
        if heading.index not in {*claims, *keys, *best.ignored} and not SILENT.intersection(heading.names)
    ]
    return HeaderMatch(
        header_rows=best.rows,
        first_data_row=first_data_row,
        columns=found,
        dynamic=keys,
        headings=tuple((index, column_letter(index), texts[index]) for index in sorted(texts)),
        unknown=tuple((column_letter(heading.index), heading.text) for heading in unknown),
        duplicated=_duplicated(columns, claims, texts, keys),
        missing=tuple(column for column in columns if column.required and column.name not in found),
        suggestions=_suggestions([column for column in columns if column.name not in found], unknown),
    )


def _without_heading(rows: Sequence[Row], first_data_row: int, texts: Container[int]) -> list[int]:
    """Return the columns that hold data below the header but have no heading."""
    return [
        index
        for index in range(len(rows[0]))
        if index not in texts and any(row[index] is not None for row in islice(rows, first_data_row - 1, None))
    ]


def _first_data_row(rows: Sequence[Row], number: int, used: list[int]) -> int:
    """Return the first Excel row after the explanations and column numbers under the header."""
    while number <= len(rows) and (is_numbering_row(rows[number - 1], used) or is_hint_row(rows[number - 1])):
        number += 1
    return number


def _duplicated(
    columns: Sequence[HeaderColumn],
    claims: dict[int, tuple[int, str]],
    texts: Mapping[int, str],
    keys: dict[int, Hashable],
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    twice = []
    for column in columns:
        indexes = [index for index, (_, name) in claims.items() if name == column.name]
        if len(indexes) > 1:
            twice.append((column.label, tuple(column_letter(index) for index in indexes)))
    for key, count in Counter(keys.values()).items():
        if count > 1:
            indexes = [index for index, other in keys.items() if other == key]
            twice.append((texts[indexes[0]], tuple(column_letter(index) for index in indexes)))
    return tuple(twice)


def _suggestions(absent: Sequence[HeaderColumn], unknown: list[Heading]) -> dict[str, tuple[str, str]]:
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
