"""What differs between a workbook as it was written and as somebody hands it in. Pure; values, not bytes.

Rows are told apart by their values: one that was taken out does not make every row below it a different one.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.spreadsheets.digests import NUMBER_MARK, ContentDigest, canonical, line_of
from portal.spreadsheets.workbook import Sheet, Workbook, cell_name

ALIKE = 0.4  # share of equal cells from which on a changed row is the same row
LONGEST = 80
Row = tuple[str, ...]


@dataclass(frozen=True)
class Difference:
    """One thing that is not as it was: where, and an Indonesian sentence that says what."""

    sheet: str
    place: str
    sentence: str


def lines_of(sheet: Sheet) -> list[Row]:
    """Return the canonical cells of each row, from row 1 on."""
    return [_cells(row) for row in sheet.rows]


def digest_of(sheet: Sheet) -> str:
    """Return the digest of all cells of a sheet, equal to the one its writer made."""
    digest = ContentDigest()
    for row in lines_of(sheet):
        digest.add_lines(line_of(row))
    return digest.hexdigest()


def compare(original: Workbook, given: Workbook, headers: Mapping[str, int]) -> Iterator[Difference]:
    """Yield what differs; `headers` has the row of the header (from 1) by the name of the sheet."""
    before = {sheet.name: lines_of(sheet) for sheet in original.sheets}
    after = {sheet.name: lines_of(sheet) for sheet in given.sheets}
    yield from _sheets(before, after, given.hidden_sheets)
    by_content = {tuple(rows): name for name, rows in before.items()}
    for name, rows in before.items():
        if name not in after or rows == after[name]:
            continue
        other = by_content.get(tuple(after[name]))
        if other:
            yield Difference(name, "", f"Lembar {name} berisi apa yang semula ada di lembar {other}: isinya tertukar.")
        else:
            yield from _rows(name, rows, after[name], headers.get(name, 0))


def _sheets(before: Mapping[str, Any], after: Mapping[str, Any], hidden: Sequence[str]) -> Iterator[Difference]:
    names, now = list(before), list(after)
    for name in names:
        if name in hidden:
            yield Difference(name, "", f"Lembar {name} disembunyikan, sehingga isinya tidak diperiksa.")
        elif name not in after:
            new = next((other for other in now if other not in before and after[other] == before[name]), None)
            what = f"berganti nama menjadi {new}" if new else "tidak ada lagi"
            yield Difference(name, "", f"Lembar {name} {what}.")
    for name in now:
        if name not in before and after[name] not in before.values():
            yield Difference(name, "", f"Lembar {name} ditambahkan; tidak ada pada berkas yang diekspor.")
    common = [name for name in names if name in after]
    found = [name for name in now if name in before]
    if common != found:
        yield Difference("", "", f"Urutan lembar berubah: semula {', '.join(common)}; sekarang {', '.join(found)}.")


def _rows(sheet: str, before: list[Row], after: list[Row], header: int) -> Iterator[Difference]:
    counts, other_counts = Counter(before), Counter(after)
    gone = _without(before, other_counts)
    new = _without(after, counts)
    yield from _moved(sheet, before, after)
    pairs, gone, new = _paired(gone, new)
    for (old_number, old), (number, row) in pairs:
        for column in range(max(len(old), len(row))):
            was, now = (cells[column] if column < len(cells) else "" for cells in (old, row))
            if was != now:
                place = cell_name(number, column)
                what = "judul kolom" if old_number == header else "sel"
                yield Difference(
                    sheet, place, f"Lembar {sheet}, {what} {place}: semula {_shown(was)}, sekarang {_shown(now)}."
                )
    for number, row in gone:
        yield Difference(sheet, str(number), f"Lembar {sheet}: baris {number} dihapus ({_named(row)}).")
    for number, row in new:
        yield Difference(sheet, str(number), f"Lembar {sheet}: baris {number} ditambahkan ({_named(row)}).")


def _without(rows: list[Row], others: Counter[Row]) -> list[tuple[int, Row]]:
    """Return (number from 1, row) of the rows that the other side lacks; empty ones say nothing."""
    left = Counter(others)
    found = []
    for number, row in enumerate(rows, start=1):
        if left[row]:
            left[row] -= 1
        elif row:
            found.append((number, row))
    return found


def _moved(sheet: str, before: list[Row], after: list[Row]) -> Iterator[Difference]:
    """Yield the fewest rows whose moving explains the new order of the rows that both have."""
    places: dict[Row, list[int]] = defaultdict(list)
    for number, row in enumerate(before):
        places[row].append(number)
    for numbers in places.values():
        numbers.reverse()
    sequence = [(number, places[row].pop()) for number, row in enumerate(after) if row and places.get(row)]
    kept = _longest_rising([place for _, place in sequence])
    for index, (number, place) in enumerate(sequence):
        if index not in kept:
            yield Difference(
                sheet,
                str(number + 1),
                f"Lembar {sheet}: baris {place + 1} dipindahkan ke baris {number + 1} ({_named(after[number])}).",
            )


def _longest_rising(numbers: Sequence[int]) -> set[int]:
    """Return the indexes of a longest rising subsequence."""
    tails: list[int] = []
    tail_indexes: list[int] = []
    previous: list[int] = []
    for index, number in enumerate(numbers):
        place = bisect_left(tails, number)
        previous.append(tail_indexes[place - 1] if place else -1)
        tails[place : place + 1] = [number]
        tail_indexes[place : place + 1] = [index]
    kept, index = set(), tail_indexes[-1] if tail_indexes else -1
    while index >= 0:
        kept.add(index)
        index = previous[index]
    return kept


def _paired(
    gone: list[tuple[int, Row]], new: list[tuple[int, Row]]
) -> tuple[list[tuple[tuple[int, Row], tuple[int, Row]]], list[tuple[int, Row]], list[tuple[int, Row]]]:
    """Match rows that are the same row with other values: in the same place, or with the same first cell."""
    pairs, rest = [], []
    left = dict(new)
    by_first: dict[str, list[int]] = defaultdict(list)
    for number, row in new:
        by_first[row[0]].append(number)
    for number, row in gone:
        candidates = [number, *by_first.get(row[0], ())]
        match = next((each for each in candidates if each in left and _alike(row, left[each])), None)
        if match is None:
            rest.append((number, row))
        else:
            pairs.append(((number, row), (match, left.pop(match))))
    return pairs, rest, sorted(left.items())


def _alike(row: Row, other: Row) -> bool:
    equal = sum(a == b for a, b in zip(row, other, strict=False))
    return equal >= ALIKE * max(len(row), len(other)) or min(len(row), len(other)) == 1


def _cells(row: Sequence[Any]) -> Row:
    cells = [_canonical(value) for value in row]
    while cells and not cells[-1]:
        cells.pop()
    return tuple(cells)


def _canonical(value: Any) -> str:
    try:
        return canonical(value)
    except TypeError:  # an error of a formula, a time of day: nothing that we write
        return str(value)


def _shown(cell: str) -> str:
    if not cell:
        return "kosong"
    text = cell.removeprefix(NUMBER_MARK)
    text = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
    return text if cell.startswith(NUMBER_MARK) else f"“{text}”"


def _named(row: Row) -> str:
    """Return the first cells of a row, by which a reader finds it."""
    return ", ".join(_shown(cell) for cell in row[:3] if cell)
