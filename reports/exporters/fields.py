"""How reports get their columns: a field is a column with the way to its value; the registers of them are beside."""

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.spreadsheets.sheets import Column, Kind, SheetSpec

Value = Callable[..., Any]


@dataclass(frozen=True)
class Field:
    """A column and how a row gives its value: by its attribute that is called like the column, or by a function.

    The function gets the row, or the attributes named in `takes`.
    """

    column: Column
    value: Value | None = None
    takes: tuple[str, ...] = ()

    def of(self, row: Any) -> Any:
        """Return the value of one row."""
        if self.value is None:
            return getattr(row, self.column.key)
        return self.value(*(getattr(row, name) for name in self.takes)) if self.takes else self.value(row)

    def of_columns(self, columns: Mapping[str, Sequence[Any]]) -> Sequence[Any]:
        """Return the value of each row of a block of which only the columns are there, by name."""
        if self.value is None:
            return columns[self.column.key]
        return list(map(self.value, *(columns[name] for name in self.takes)))


BLOCK = 500
NUMBER = Column("no", "No", Kind.INTEGER, 8)  # JUMLAH stands in it too


class NumberedRows:
    """The values of fields, row by row or, which is cheaper, a block of columns at a time.

    Rows with a method `blocks(size)` hand out such blocks themselves, as columns by name.
    """

    def __init__(self, fields: Sequence[Field], rows: Iterable[Any]):
        self._fields, self._rows = fields, rows

    def blocks(self, size: int) -> Iterator[list[Sequence[Any]]]:
        """Yield the columns of some rows, the number of the row first."""
        number = 1
        for block in self._blocks(size):
            end = number + len(block[0])
            yield [range(number, end), *block]
            number = end

    def _blocks(self, size: int) -> Iterator[list[Sequence[Any]]]:
        if hasattr(self._rows, "blocks"):
            for columns in self._rows.blocks(size):
                yield [field.of_columns(columns) for field in self._fields]
            return
        rows = iter(self._rows)
        while part := list(itertools.islice(rows, size)):
            yield [list(map(field.of, part)) for field in self._fields]

    def __iter__(self) -> Iterator[Sequence[Any]]:
        return itertools.chain.from_iterable(zip(*block, strict=True) for block in self.blocks(BLOCK))


def sheet_of(title: str, fields: Sequence[Field], rows: Iterable[Any], **options: Any) -> SheetSpec:
    """Return a sheet of numbered rows; `options` are other fields of the SheetSpec."""
    columns = [NUMBER, *(field.column for field in fields)]
    return SheetSpec(title, columns, NumberedRows(fields, rows), **options)


def text_field(key: str, label: str, width: int, value: Value | None = None, takes: tuple[str, ...] = ()) -> Field:
    return Field(Column(key, label, Kind.TEXT, width), value, takes)


def date_field(key: str, label: str, value: Value | None = None) -> Field:
    return Field(Column(key, label, Kind.DATE, 12), value)


def count_field(
    key: str,
    label: str,
    value: Value | None = None,
    takes: tuple[str, ...] = (),
    *,
    total: bool = True,
    width: int = 11,
) -> Field:
    return Field(Column(key, label, Kind.INTEGER, width, total=total), value, takes)


def year_field(value: Value) -> Field:
    return Field(Column("year", "Tahun Anggaran", Kind.YEAR, 10), value)


def money_field(key: str, label: str, value: Value | None = None, *, total: bool = True) -> Field:
    return Field(Column(key, label, Kind.RUPIAH, 19, total=total), value)


def share_field(part: str, whole: str, value: Value) -> Field:
    return Field(Column("share", "Persen Realisasi", Kind.PERCENT, 11, ratio=(part, whole)), value)
