"""The tables of a report as its exporter makes them: plain rows, the lines that sum them, what a writer would count."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from portal.models import User
from portal.spreadsheets.chunks import chunks
from portal.spreadsheets.sheets import Column, Group, SheetResult, SheetSpec, empty_result
from reports.base.exporter import Selection
from reports.registry import permitted_exporters


@dataclass
class Heading:
    """A line above others: its cells by label, and the rows that it sums."""

    cells: dict[str, Any]
    rows: list[dict[str, Any]]


@dataclass
class Table:
    """One table of a report, its rows as dictionaries by label."""

    columns: list[Column]
    rows: list[dict[str, Any]] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)
    result: SheetResult = field(default_factory=lambda: SheetResult(""))

    @property
    def sums(self) -> dict[str, Decimal]:
        """Return the sums at the foot, by label, as a writer counts them."""
        labels = {column.key: column.label for column in self.columns}
        return {labels[key]: Decimal(str(value)).quantize(Decimal("0.01")) for key, value in self.result.sums.items()}

    def column(self, label: str) -> list[Any]:
        """Return one column of the plain rows."""
        return [row[label] for row in self.rows]

    def row(self, **cells: Any) -> dict[str, Any]:
        """Return the one plain row that has these cells; a label's blanks are written as underscores."""
        wanted = {label.replace("_", " "): value for label, value in cells.items()}
        (found,) = [row for row in self.rows if all(row[label] == value for label, value in wanted.items())]
        return found


def tables_of(identifier: str, user: User, **params: str) -> dict[str, Table]:
    """Run the exporter over what the user may see of the filters; return its tables by title."""
    exporter = permitted_exporters(user)[identifier]()
    found: dict[str, Table] = {}
    for spec in exporter.sheets(Selection.of(exporter, user, params).rows):
        for one in (spec, *spec.below):
            assert one.title not in found
            found[one.title] = table_of(one)
    return found


def table_of(spec: SheetSpec) -> Table:
    """Read one sheet the way a writer does."""
    labels = [column.label for column in spec.columns]
    assert len(set(labels)) == len(labels) == len({column.key for column in spec.columns})
    table = Table(list(spec.columns), result=empty_result(spec))
    lines = list(spec.rows)
    for chunk in chunks(spec.columns, lines):
        table.result.count(spec.columns, chunk)
    for index, line in enumerate(lines):
        cells = dict(zip(labels, line, strict=True))
        if isinstance(line, Group):
            below = [one for one in lines[index + 1 : index + 1 + line.size] if not isinstance(one, Group)]
            table.headings.append(Heading(cells, [dict(zip(labels, one, strict=True)) for one in below]))
        else:
            table.rows.append(cells)
    return table


def check_headings(table: Table) -> None:
    """Assert that each line above others sums the rows below it in every column that the foot sums."""
    summed = [column.label for column in table.columns if column.total]
    for heading in table.headings:
        assert heading.rows
        assert {label: heading.cells[label] for label in summed} == {
            label: sum(row[label] or 0 for row in heading.rows) for label in summed
        }
