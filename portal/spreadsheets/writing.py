"""Typed workbooks that Excel and LibreOffice open without repair: real dates, real numbers, text that stays text.

One SheetSpec goes to a workbook (here) or to CSV (csv_writing) with the same values. Rows are streamed: memory does
not grow with the sheet.
"""

import itertools
import math
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Self

import xlsxwriter
from xlsxwriter.utility import xl_range, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from portal.spreadsheets.sheets import (
    FORMULA_START,
    Column,
    Kind,
    SheetResult,
    SheetSpec,
    clean_text,
    clean_value,
    kind_of,
    lines_needed,
    ratio_of,
    safe_markup,
)

EXCEL_ROWS = 1_048_576
FOLIO = 14  # 8.5 x 13 in, the F4 of Indonesian offices
PAGE_CHARACTERS = 230  # of column width on one readable landscape page
LINE_POINTS, MAX_LINES = 13.5, 20
NUMBER_FORMATS = {
    Kind.TEXT: "@",
    Kind.INTEGER: "#,##0",
    Kind.YEAR: "0",
    Kind.NUMBER: "#,##0.00",
    Kind.RUPIAH: "#,##0.00",
    Kind.PERCENT: "0.00%",
    Kind.DATE: "dd-mm-yyyy",
    Kind.DATETIME: "dd-mm-yyyy hh:mm",
}


class WorkbookWriter:
    """Writes an .xlsx file; use it as a context manager. A file left by an exception is removed."""

    def __init__(self, path: Path, *, title: str, author: str, comment: str = "", max_rows: int = EXCEL_ROWS):
        self.path, self.comment, self.max_rows = path, comment, max_rows
        self._scratch = tempfile.TemporaryDirectory()
        options = {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "tmpdir": self._scratch.name,
        }
        self._book = xlsxwriter.Workbook(path, options)
        self._book.set_properties({"title": title, "author": author, "comments": comment})
        self._formats: dict[tuple[str, str], Any] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        try:
            self._book.close()
        finally:
            self._scratch.cleanup()
            if kind:
                self.path.unlink(missing_ok=True)

    @property
    def files(self) -> list[Path]:
        """Return what was written."""
        return [self.path]

    def write(self, spec: SheetSpec) -> SheetResult:
        """Write one sheet, or as many as its rows need, and return counts and sums over all of them."""
        result = _empty_result(spec)
        room = self.max_rows - len(spec.heading_lines) - 3  # empty line, header, foot
        pending = iter(spec.rows)
        for part in itertools.count(1):
            name = spec.title if part == 1 else f"{spec.title[:25]} ({part})"
            sheet = self._book.add_worksheet(name)
            bottom = self._write_main(sheet, spec, itertools.islice(pending, room), result)
            ahead = next(pending, None)
            if ahead is None:
                break
            pending = itertools.chain([ahead], pending)
        for table in spec.below:
            below = _empty_result(table)
            sheet.write_string(bottom + 1, 0, safe_markup(table.title), self._format("heading"))
            bottom = self._write_table(sheet, table, bottom + 2, table.rows, below)
            result.below.append(below)
        return result

    def _write_main(self, sheet: Worksheet, spec: SheetSpec, rows: Iterable[Sequence[Any]], result: SheetResult) -> int:
        for index, line in enumerate(spec.heading_lines):
            style = self._format("heading" if index == 0 else "note")
            sheet.write_string(index, 0, safe_markup(clean_text(line)), style)
        header = len(spec.heading_lines) + 1 if spec.heading_lines else 0
        for index, column in enumerate(spec.columns):
            sheet.set_column(index, index, column.width)
        part = _empty_result(spec)
        bottom = self._write_table(sheet, spec, header, rows, part)
        result.rows += part.rows
        for key, value in part.sums.items():
            result.sums[key] += value
        last = header + max(part.rows, 1)
        sheet.freeze_panes(header + 1, 0)
        sheet.autofilter(header, 0, last, len(spec.columns) - 1)
        # Codes and NIK are text on purpose; without this Excel marks each of them with a green corner.
        sheet.ignore_errors({"number_stored_as_text": xl_range(header, 0, last, len(spec.columns) - 1)})
        self._set_up_print(sheet, spec, header)
        return bottom

    def _set_up_print(self, sheet: Worksheet, spec: SheetSpec, header: int) -> None:
        sheet.set_paper(FOLIO)
        sheet.set_landscape()
        pages = math.ceil(sum(column.width for column in spec.columns) / PAGE_CHARACTERS)
        sheet.fit_to_pages(pages, 0)
        if pages > 1:
            sheet.repeat_columns(0, 1)  # what names the row stands on every page
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.repeat_rows(header)
        sheet.set_footer(f"&L&8{spec.title}&C&8Halaman &P dari &N&R&8{self.comment}")

    def _write_table(
        self, sheet: Worksheet, spec: SheetSpec, header: int, rows: Iterable[Sequence[Any]], result: SheetResult
    ) -> int:
        """Write header, rows and foot from the row `header` on; return the first free row below."""
        _set_height(sheet, header, spec.columns, [column.label for column in spec.columns])
        for index, column in enumerate(spec.columns):
            sheet.write_string(header, index, column.label, self._format("header"))
        row_number = header
        for row in rows:
            row_number += 1
            result.count(spec.columns, row)
            values = [clean_value(value) for value in row]
            _set_height(sheet, row_number, spec.columns, values)
            for index, (column, value) in enumerate(zip(spec.columns, values, strict=True)):
                self._write_cell(sheet, row_number, index, kind_of(column, value), value)
        if spec.totals and result.sums:
            self._write_foot(sheet, spec.columns, header + 1, row_number + 1, result)
            row_number += 1
        return row_number + 1

    def _write_cell(self, sheet: Worksheet, row: int, index: int, kind: str, value: Any) -> None:
        style = self._format("cell", kind)
        if value is None:
            sheet.write_blank(row, index, None, style)
        elif kind == Kind.TEXT:
            text = str(value)
            if FORMULA_START.match(text):
                style = self._format("quoted", kind)
            sheet.write_string(row, index, safe_markup(text), style)
        elif kind in {Kind.DATE, Kind.DATETIME}:
            sheet.write_datetime(row, index, value, style)
        else:
            sheet.write_number(row, index, value, style)

    def _write_foot(
        self, sheet: Worksheet, columns: Sequence[Column], first: int, foot: int, result: SheetResult
    ) -> None:
        """Sums as SUBTOTAL, so that they follow the reader's own filter; the value is stored beside each formula."""
        cells = {column.key: xl_rowcol_to_cell(foot, index) for index, column in enumerate(columns)}
        for index, column in enumerate(columns):
            style = self._format("foot", column.kind)
            formula, value = "", None
            if column.total:
                value = result.sums[column.key]
                formula = f"=SUBTOTAL(109,{xl_range(first, index, foot - 1, index)})" if result.rows else ""
            elif column.ratio:
                part, whole = column.ratio
                value = ratio_of(result.sums[part], result.sums[whole])
                formula = f'=IF({cells[whole]}=0,"",ROUND({cells[part]}/{cells[whole]},4))' if result.rows else ""
            if formula:
                sheet.write_formula(foot, index, formula, style, "" if value is None else value)
            elif value is not None:
                sheet.write_number(foot, index, value, style)
            elif index == 0:
                sheet.write_string(foot, index, "JUMLAH", self._format("foot", Kind.TEXT))
            else:
                sheet.write_blank(foot, index, None, style)

    def _format(self, role: str, kind: str = Kind.TEXT) -> Any:
        if (role, kind) not in self._formats:
            self._formats[role, kind] = self._book.add_format(dict(_properties(role, kind)))
        return self._formats[role, kind]


def _properties(role: str, kind: str) -> Iterator[tuple[str, Any]]:
    yield "font_name", "Arial"
    yield "font_size", 13 if role == "heading" else 10
    if role in {"heading", "header", "foot"}:
        yield "bold", True
    if role in {"heading", "note"}:
        return
    yield from {"border": 1, "border_color": "#B7C3BD", "valign": "top"}.items()
    if role == "header":
        yield from {"text_wrap": True, "align": "center", "valign": "vcenter", "bg_color": "#DDEBE4"}.items()
        return
    yield "num_format", NUMBER_FORMATS.get(kind, "General")
    if role == "foot":
        yield "bg_color", "#F1F5F3"
    elif kind == Kind.TEXT:
        yield "text_wrap", True
        yield "quote_prefix", role == "quoted"  # stays text also when somebody edits the cell


def _set_height(sheet: Worksheet, row: int, columns: Sequence[Column], values: Sequence[Any]) -> None:
    """LibreOffice does not grow rows of wrapped text by itself when it opens a file."""
    texts = ((column, value) for column, value in zip(columns, values, strict=True) if isinstance(value, str))
    lines = max((lines_needed(value, column.width) for column, value in texts), default=1)
    if lines > 1:
        sheet.set_row(row, LINE_POINTS * min(lines, MAX_LINES))


def _empty_result(spec: SheetSpec) -> SheetResult:
    return SheetResult(spec.title, sums={column.key: 0 for column in spec.columns if column.total})
