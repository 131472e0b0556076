"""The same sheets as CSV for other programs: UTF-8 with BOM, `;` between cells, one file a table.

Decimals have a comma, which is what `;` goes with in an Indonesian spreadsheet; dates are ISO (2025-07-14), which no
program swaps; whole amounts have no decimals. Text that a spreadsheet could take for a formula begins with `'`.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Self

from defusedcsv import csv

from portal.spreadsheets.chunks import Beat, Cells, Redact, chunks
from portal.spreadsheets.digests import ContentDigest
from portal.spreadsheets.sheets import FORMULA_START, Column, Kind, SheetResult, SheetSpec, clean_value, empty_result

NOT_IN_A_NAME = re.compile(r"[^a-z0-9]+")


class CsvWriter:
    """Writes `path` itself for the first table when it is alone, else `<path>-<title>.csv` beside it for each table.

    `single`: the first sheet is the report and takes the plain name; what follows only explains it. `redact` and
    `content` as of a workbook: the same report has the same digest in both.
    """

    def __init__(
        self,
        path: Path,
        *,
        single: bool,
        redact: Redact | None = None,
        beat: Beat | None = None,
    ):
        self.path, self.single = path, single
        self.redact, self.content = redact, ContentDigest()
        self.beat = beat or (lambda rows: None)
        self.files: list[Path] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        if kind:
            for path in self.files:
                path.unlink(missing_ok=True)

    def write(self, spec: SheetSpec) -> SheetResult:
        """Write one sheet and the tables below it, each to its own file; return counts and sums. There is no foot."""
        path = self.path if self.single and not self.files else self._path_for(spec.title)
        result = self._write_file(path, spec)
        for table in spec.below:
            result.below.append(self._write_file(self._path_for(table.title), table))
        return result

    def _path_for(self, title: str) -> Path:
        slug = NOT_IN_A_NAME.sub("-", title.lower()).strip("-")
        return self.path.with_name(f"{self.path.stem}-{slug}{self.path.suffix}")

    def _write_file(self, path: Path, spec: SheetSpec) -> SheetResult:
        result = empty_result(spec)
        self.files.append(path)
        self.content.add([spec.title])
        self.content.add(column.label for column in spec.columns)
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file, delimiter=";")
            writer.writerow([column.label for column in spec.columns])
            for chunk in chunks(spec.columns, spec.rows, self.redact):
                result.count(spec.columns, chunk)
                self.beat(chunk.size)
                if not chunk.group:
                    self.content.add_lines(chunk.lines())
                    columns = zip(spec.columns, chunk.columns, chunk.values, strict=True)
                    writer.writerows(zip(*(_texts(*column) for column in columns), strict=True))
        return result


def _texts(column: Column, cells: Cells, values: Sequence[Any]) -> Sequence[str]:
    """Text as it was cleaned; numbers and dates in the spelling of CSV."""
    kinds = cells.kinds or [column.kind] * len(values)
    return [
        csv_text(kind, text if kind == Kind.TEXT else value)
        for kind, text, value in zip(kinds, cells.texts, values, strict=True)
    ]


def csv_text(kind: str, value: Any) -> str:
    """Return one cell as it stands in the file."""
    value = clean_value(value)
    if value is None:
        return ""
    if kind == Kind.TEXT:
        text = str(value)
        return f"'{text}" if FORMULA_START.match(text) else text
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    if kind == Kind.DATE:
        return value.isoformat()
    if kind == Kind.PERCENT:
        return f"{Decimal(value) * 100:.2f}%".replace(".", ",")
    number = Decimal(value)
    return f"{number:.0f}" if number == number.to_integral_value() else f"{number:.2f}".replace(".", ",")
