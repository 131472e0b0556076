"""A workbook package of XlsxWriter whose rows come from scratch files."""

import zipfile
from collections.abc import Mapping
from pathlib import Path

from xlsxwriter.worksheet import Worksheet

MARK = "<!--rows-->"
BLOCK = 1 << 20
SMALL = 16 * BLOCK  # bytes of rows; below, a smaller file costs nobody any time
THOROUGH, QUICK = 6, 2


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


def splice(frame: Path, target: Path, rows: Mapping[str, Path]) -> None:
    """Write the package `frame` to `target`, in each named part the rows of the given file where they belong."""
    with zipfile.ZipFile(frame) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for part in source.infolist():
            head, _, tail = source.read(part).partition(MARK.encode())
            stream = rows.get(part.filename)
            info = zipfile.ZipInfo(part.filename, part.date_time)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = part.external_attr
            info.file_size = len(head) + len(tail) + (stream.stat().st_size if stream else 0)  # decides about ZIP64
            info._compresslevel = QUICK if info.file_size > SMALL else THOROUGH
            with package.open(info, "w") as file:
                file.write(head)
                if stream:
                    with stream.open("rb") as blocks:
                        while block := blocks.read(BLOCK):
                            file.write(block)
                file.write(tail)
