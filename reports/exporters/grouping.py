"""Sheets whose lines hang under lines that sum them: programme over kegiatan over sub kegiatan."""

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.spreadsheets.sheets import Column, Group, SheetSpec, ratio_of
from reports.exporters.fields import NUMBER, Field

Line = tuple[Any, list[Any]]  # a row, and its cells


@dataclass(frozen=True)
class Level:
    """Rows that follow each other with the same `key` get one line above them.

    `heading` gives its texts by column key, from the first of the rows; its sums come from the columns. A level that
    is not `always` there is left out where it would stand over a single row and say the same again.
    """

    key: Callable[[Any], Any]
    heading: Callable[[Any], Mapping[str, Any]]
    always: bool = True


def telling(levels: Sequence[Level], rows: Sequence[Any]) -> Sequence[Level]:
    """Return the levels without the outermost where all rows share it: the foot would say the same."""
    return levels if len({levels[0].key(row) for row in rows}) > 1 else levels[1:]


def grouped_sheet(title: str, fields: Sequence[Field], rows: Sequence[Any], levels: Sequence[Level]) -> SheetSpec:
    """Return a sheet of numbered rows under the lines of `levels`, the outermost first."""
    columns = [NUMBER, *(field.column for field in fields)]
    lines = [(row, [number, *(field.of(row) for field in fields)]) for number, row in enumerate(rows, 1)]
    return SheetSpec(title, columns, list(_nested(columns, lines, levels)))


def _nested(columns: Sequence[Column], lines: Sequence[Line], levels: Sequence[Level]) -> Iterator[list[Any]]:
    if not levels:
        yield from (cells for _, cells in lines)
        return
    level, *deeper = levels
    for _, part in itertools.groupby(lines, key=lambda line: level.key(line[0])):
        inside = list(part)
        below = list(_nested(columns, inside, deeper))
        if level.always or len(inside) > 1:
            yield Group(_sums(columns, inside, level.heading(inside[0][0])), len(below))
        yield from below


def _sums(columns: Sequence[Column], lines: Sequence[Line], heading: Mapping[str, Any]) -> list[Any]:
    """Return the cells of a line above others: its texts, the sums of what the foot sums too, their ratios."""
    sums: dict[str, Any] = {}
    for index, column in enumerate(columns):
        if column.total:
            sums[column.key] = sum(cells[index] or 0 for _, cells in lines)
    return [_cell(column, sums, heading) for column in columns]


def _cell(column: Column, sums: Mapping[str, Any], heading: Mapping[str, Any]) -> Any:
    if column.ratio:
        part, whole = column.ratio
        return ratio_of(sums[part], sums[whole])
    return sums.get(column.key, heading.get(column.key))
