"""Typed workbooks that Excel and LibreOffice open without repair: real dates, real numbers, text that stays text.

One SheetSpec goes to a workbook (here) or to CSV (csv_writing) with the same values. XlsxWriter makes the package, the
styles, charts and the print set-up; our own row writer streams the rows into it. Memory does not grow with the sheet.
"""

import itertools
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Self

import xlsxwriter
from xlsxwriter.utility import xl_range, xl_rowcol_to_cell

from portal.formatting import in_words
from portal.spreadsheets.chunks import Beat, Chunk, Redact, chunks
from portal.spreadsheets.deflating import DeflatedFile
from portal.spreadsheets.digests import ContentDigest
from portal.spreadsheets.formats import Formats
from portal.spreadsheets.package import SharedTexts, StreamedSheet, splice
from portal.spreadsheets.page import columns_of_first_page, draw_charts, set_up_page
from portal.spreadsheets.row_stream import Cell, RowStream, Style
from portal.spreadsheets.sheets import (
    Column,
    Frame,
    Kind,
    SheetResult,
    SheetSpec,
    clean_text,
    empty_result,
    lines_needed,
    ratio_of,
)

EXCEL_ROWS = 1_048_576


class WorkbookWriter:
    """Writes an .xlsx file; use it as a context manager. A file left by an exception is removed.

    `frame` goes around the sheets that have lines above their header, `redact` over every text, `beat` hears how many
    more rows are written. `content` is the digest of the headers and rows of the tables so far. Afterwards `sheets` has
    the name of each sheet, the digest of all its cells, and the row of its header, counted from 1.
    """

    def __init__(
        self,
        path: Path,
        *,
        title: str,
        author: str,
        comment: str = "",
        max_rows: int = EXCEL_ROWS,
        frame: Frame | None = None,
        redact: Redact | None = None,
        beat: Beat | None = None,
    ):
        self.path, self.comment, self.max_rows = path, comment, max_rows
        self.frame, self.redact = frame or Frame(), redact
        self.beat = beat or (lambda rows: None)
        self.sheets: list[dict[str, Any]] = []
        self._scratch = tempfile.TemporaryDirectory()
        self._worker = ThreadPoolExecutor(max_workers=1)
        self.content = ContentDigest(self._worker)
        self._parts: dict[str, DeflatedFile] = {}
        self._frame_file = Path(self._scratch.name) / "frame.xlsx"
        self._book = xlsxwriter.Workbook(self._frame_file, {"tmpdir": self._scratch.name})
        self._properties = {"title": title, "author": author, "comments": comment}
        self._formats, self._shared = Formats(self._book), SharedTexts(self._book)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        try:
            for rows in self._parts.values():
                rows.close()
            self._book.set_properties(self._properties)
            self._book.close()
            if not kind:
                splice(self._frame_file, self.path, self._parts)
        except BaseException:
            self.path.unlink(missing_ok=True)
            raise
        finally:
            self._worker.shutdown()
            self._scratch.cleanup()

    @property
    def files(self) -> list[Path]:
        """Return what was written."""
        return [self.path]

    def describe(self, properties: Mapping[str, str]) -> None:
        """Add document properties of our own, shown by Excel and LibreOffice under the file's properties."""
        for name, value in properties.items():
            self._book.set_custom_property(name, value, "text")

    def write(self, spec: SheetSpec) -> SheetResult:
        """Write one sheet, or as many as its rows need, and return counts and sums over all of them."""
        result = empty_result(spec)
        room = self.max_rows - len(self._head(spec)) - 3  # empty line, header, foot
        pending = chunks(spec.columns, spec.rows, self.redact)
        self.content.add([spec.title])
        self.content.add(column.label for column in spec.columns)
        ahead = next(pending, None)
        for part in itertools.count(1):
            name = spec.title if part == 1 else f"{spec.title[:25]} ({part})"
            sheet = _Sheet(self, name, spec)
            ahead = sheet.write_main(itertools.chain([ahead] if ahead else [], pending), room, result)
            if ahead is None:
                break
            sheet.finish()
        for table in spec.below:
            below = empty_result(table)
            sheet.write_below(table, below)
            result.below.append(below)
        sheet.write_signatures()
        sheet.finish()
        return result

    def _head(self, spec: SheetSpec) -> list[tuple[str, str]]:
        """Return (style, text) of the lines above the header."""
        if not spec.heading_lines:
            return []
        lines = [("letterhead", line) for line in self.frame.letterhead[:-1]]
        lines += [("address", line) for line in self.frame.letterhead[-1:]]
        return [*lines, ("heading", spec.heading_lines[0]), *(("note", line) for line in spec.heading_lines[1:])]


class _Sheet:
    """One worksheet while it is written."""

    def __init__(self, writer: WorkbookWriter, name: str, spec: SheetSpec):
        self.writer, self.name, self.spec, self.formats = writer, name, spec, writer._formats
        self.sheet: StreamedSheet = writer._book.add_worksheet(name, StreamedSheet)
        self.digest = ContentDigest(writer._worker)
        number = len(writer._parts) + 1
        rows = DeflatedFile(Path(writer._scratch.name) / f"rows{number}", writer._worker)
        writer._parts[f"xl/worksheets/sheet{number}.xml"] = rows
        self.stream = RowStream(rows, self.digest, writer._shared)
        self.width = len(spec.columns)

    def write_main(self, rows: Iterator[Chunk], room: int, result: SheetResult) -> Chunk | None:
        """Write the head and the table; return the rows that found no room."""
        spec = self.spec
        self._write_head()
        self.header = header = self.stream.next_row
        part = empty_result(spec)
        left = self._write_table(spec, rows, part, room)
        result.take(part)
        last = header + max(part.lines, 1)
        self.sheet.freeze_panes(header + 1, 0)
        self.sheet.autofilter(header, 0, last, self.width - 1)
        # Codes and NIK are text on purpose; without this Excel marks each of them with a green corner.
        self.sheet.ignore_errors({"number_stored_as_text": xl_range(header, 0, last, self.width - 1)})
        # Tables below share the columns: none of them may be too narrow for its figures.
        tables = [[column.width for column in table.columns] for table in (spec, *spec.below)]
        for index, widths in enumerate(itertools.zip_longest(*tables, fillvalue=0)):
            self.sheet.set_column(index, index, max(widths))
        set_up_page(self.sheet, spec, header, self.writer.comment)
        draw_charts(self.writer._book, self.sheet, spec, header, part.lines)
        if spec.spelled and part.rows and left is None:
            words = in_words(result.sums[spec.spelled])
            label = next(column.label for column in spec.columns if column.key == spec.spelled)
            self.stream.line([Cell(f"Terbilang {label}: {words}", self.formats.number("note"))])
        return left

    def _write_head(self) -> None:
        last = columns_of_first_page(self.spec.columns) - 1
        for role, text in self.writer._head(self.spec):
            text = clean_text(text)
            redacted = self.writer.redact.hide(text) if self.writer.redact else text
            row = self.stream.line([Cell(redacted, self.formats.number(role)), *self._blanks(role, last)])
            if role == "address":
                self.stream.skip()
            if role != "note" and last:
                self.sheet.merge_range(row, 0, row, last, "", self.formats.of(role))
        if self.spec.heading_lines:
            self.stream.skip()  # so that a program sees where the table begins

    def _blanks(self, role: str, count: int) -> list[Cell]:
        return [Cell(None, self.formats.number(role))] * count if role == "address" else []

    def write_below(self, table: SheetSpec, result: SheetResult) -> None:
        """Write one more table under what stands there."""
        self.stream.skip()
        self.stream.line([Cell(table.title, self.formats.number("subheading"))])
        content = self.writer.content
        content.add([table.title])
        content.add(column.label for column in table.columns)
        self._write_table(table, chunks(table.columns, table.rows, self.writer.redact), result)

    def _write_table(
        self, spec: SheetSpec, rows: Iterable[Chunk], result: SheetResult, room: int | None = None
    ) -> Chunk | None:
        """Write header, rows and foot; return what found no room."""
        labels = [Cell(column.label, self.formats.number("header")) for column in spec.columns]
        self.stream.line(labels, max(lines_needed(column.label, column.width) for column in spec.columns))
        first, left = self.stream.next_row, None
        styles = [self.formats.column(column.kind) for column in spec.columns]
        bold = [self.formats.column(column.kind, "group") for column in spec.columns]
        for chunk in rows:
            if room is not None and result.lines + chunk.size > room:
                chunk, left = chunk.split(room - result.lines)
            if chunk.group:
                whole = room is None or result.lines + 1 + chunk.group.size <= room
                self._write_group(spec.columns, bold, chunk, whole=whole)
            elif chunk.size:
                self.writer.content.add_lines(self.stream.rows(spec.columns, styles, chunk))
            result.count(spec.columns, chunk)
            self.writer.beat(chunk.size)
            if left:
                break
        if spec.totals and result.sums:
            self._write_foot(spec.columns, first, result)
        return left

    def _write_group(self, columns: Sequence[Column], styles: Sequence[Style], chunk: Chunk, *, whole: bool) -> None:
        """A line of sums is a formula over the lines below it; SUBTOTAL leaves other SUBTOTALs out of its sum.

        A group that is not `whole` goes on on the next sheet, where no formula reaches: its sums stay empty.
        """
        first, size = self.stream.next_row + 1, chunk.group.size
        cells = []
        for index, (column, style, value) in enumerate(zip(columns, styles, chunk.group, strict=True)):
            formula = ""
            if isinstance(value, str):
                value = chunk.columns[index].texts[0]  # cleaned, and hidden what no file may carry
            if column.total and not whole:
                value = None
            elif column.total and size:
                formula = f"SUBTOTAL(109,{xl_range(first, index, first + size - 1, index)})"
            cells.append(Cell(value, style.cell, formula))
        self.stream.line(cells, (chunk.heights(columns) or [1])[0])

    def _write_foot(self, columns: Sequence[Column], first: int, result: SheetResult) -> None:
        """Sums as SUBTOTAL, so that they follow the reader's own filter; the value is stored beside each formula."""
        foot = self.stream.next_row
        at = {column.key: xl_rowcol_to_cell(foot, index) for index, column in enumerate(columns)}
        cells = []
        for index, column in enumerate(columns):
            formula, value = "", None
            if column.total:
                value = result.sums[column.key]
                formula = f"SUBTOTAL(109,{xl_range(first, index, foot - 1, index)})"
            elif column.ratio:
                part, whole = column.ratio
                value = ratio_of(result.sums[part], result.sums[whole])
                formula = f'IF({at[whole]}=0,"",ROUND({at[part]}/{at[whole]},4))'
            elif index == 0:
                value = "JUMLAH"
            style = self.formats.number("foot", Kind.TEXT if value == "JUMLAH" else column.kind)
            cells.append(Cell(value, style, formula if result.lines else ""))
        self.stream.line(cells)

    def write_signatures(self) -> None:
        """Write who vouches for the sheet: left who heads the office, right who made it."""
        signatures = self.writer.frame.signatures if self.spec.heading_lines else ()
        if not signatures:
            return
        self.stream.skip()
        style = self.formats.number("note")
        right = max(2, columns_of_first_page(self.spec.columns, share=0.6))
        for left_text, right_text in signatures:
            gap = [Cell(None, 0)] * (right - 2)
            self.stream.line([Cell(None, 0), Cell(left_text, style), *gap, Cell(right_text, style)])

    def finish(self) -> None:
        """Note how far the sheet reaches and what it holds."""
        if self.spec.picture:
            self.formats.picture(self.sheet, self.width + 1, self.spec.picture)
        self.sheet.set_size(self.stream.next_row, self.stream.columns)
        self.writer.sheets.append({"name": self.name, "digest": self.digest.hexdigest(), "header": self.header + 1})
