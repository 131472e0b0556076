"""A workbook package of XlsxWriter whose rows come from scratch files."""

import shutil
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from portal.spreadsheets.chunks import Cells, Part
from portal.spreadsheets.deflating import DeflatedFile, deflated, joined_checksum

MARK = "<!--rows-->"
SHARED_FROM = 4  # cells for each text


class StreamedSheet(Worksheet):
    """A worksheet of which XlsxWriter makes everything but the rows (written for its release 3.2 and 3.3).

    Its own `write_…` methods have no effect.
    """

    def _write_sheet_data(self) -> None:
        self._xml_start_tag("sheetData")
        self.fh.write(MARK)
        self._xml_end_tag("sheetData")

    def set_size(self, rows: int, columns: int) -> None:
        """Tell how far the rows reach."""
        self._check_dimensions(0, 0)
        self._check_dimensions(max(rows, 1) - 1, max(columns, 1) - 1)


class SharedTexts:
    """The texts that come again and again: each stands once in the workbook, its cells name it by its number.

    ECMA-376 part 1, 18.4. The file is smaller for it, and cheaper to write.
    """

    MOST = 10_000  # from there on memory would grow with the sheet

    def __init__(self, book: xlsxwriter.Workbook):
        self._table, self._cells = book.str_table, {"": "/>"}

    def cells(self, column: Cells) -> Part | None:
        """Return what follows the style of each cell; None for texts that hardly come twice or are not plain."""
        if column.escape or column.signs or column.spaced or len(column.distinct) * SHARED_FROM > len(column.texts):
            return None
        for text in column.distinct:
            if text in self._cells:
                continue
            if len(self._cells) > self.MOST:
                return None
            self._cells[text] = f' t="s"><v>{self._table._get_shared_string_index(text)}</v></c>'
        self._table.count += len(column.texts)
        if len(column.distinct) == 1:
            return self._cells[column.texts[0]]
        return list(map(self._cells.__getitem__, column.texts))


def splice(frame: Path, target: Path, rows: Mapping[str, DeflatedFile]) -> None:
    """Write the package `frame` to `target`, in each named part the given rows where they belong."""
    with zipfile.ZipFile(frame) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for part in source.infolist():
            if stream := rows.get(part.filename):
                head, _, tail = source.read(part).partition(MARK.encode())
                _add_deflated(package, part, head, stream, tail)
            else:
                package.writestr(part.filename, source.read(part))


def _add_deflated(
    package: zipfile.ZipFile, part: zipfile.ZipInfo, head: bytes, rows: DeflatedFile, tail: bytes
) -> None:
    """Store what is deflated already, then tell in the header of the part what it is."""
    checksum = joined_checksum(zlib.crc32(head), rows.checksum, rows.size)
    size = len(head) + rows.size + len(tail)
    zip64 = size > zipfile.ZIP64_LIMIT
    info = zipfile.ZipInfo(part.filename, part.date_time)
    info.external_attr = part.external_attr
    with package.open(info, "w", force_zip64=zip64) as file, rows.path.open("rb") as blocks:
        file.write(deflated(head, last=False))
        shutil.copyfileobj(blocks, file)
        file.write(deflated(tail, last=True))
    info.compress_type, info.file_size, info.CRC = zipfile.ZIP_DEFLATED, size, zlib.crc32(tail, checksum)
    end = package.fp.tell()
    package.fp.seek(info.header_offset)
    package.fp.write(info.FileHeader(zip64))
    package.fp.seek(end)
