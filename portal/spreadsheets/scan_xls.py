"""Scan of an .xls before the parse: password, macros, grid, formulas, errors. Records: [MS-XLS] 2.3.2."""

import struct
from collections.abc import Iterator

from portal.spreadsheets.container import password_protected
from portal.spreadsheets.ole import OleFile
from portal.spreadsheets.scan import Scan, SheetScan
from portal.spreadsheets.workbook import SAVE_AS_XLSX, Limits, UnreadableFile, damaged

STREAMS = ("Workbook", "Book")
MACRO_STORAGES = {"_VBA_PROJECT_CUR", "VBA", "_VBA_PROJECT"}

BOF, EOF, FILEPASS, BOUNDSHEET = 0x0809, 0x000A, 0x002F, 0x0085
FORMULA, BOOLERR, MULRK = 0x0006, 0x0205, 0x00BD
# LABEL, NUMBER, RK, RSTRING, LABELSST: one filled cell each.
VALUES = {0x0204, 0x0203, 0x027E, 0x00D6, 0x00FD}
MACRO_SHEET = 1
BIFF8 = 0x0600
ERROR_CODES = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}


def scan_xls(file: OleFile, limits: Limits) -> Scan:
    """Return what was found in every sheet, in workbook order. Raises UnreadableFile."""
    if file.names & MACRO_STORAGES:
        raise _has_macros()
    stream = next((file.stream(name) for name in STREAMS if name in file.names), None)
    if stream is None:
        raise damaged("isi buku kerja tidak ada")
    scan = Scan(limits)
    try:
        for name, offset in _bound_sheets(stream):
            _scan_sheet(stream, offset, scan.add_sheet(name))
    except (struct.error, IndexError) as error:
        raise damaged("catatan sel terpotong") from error
    return scan


def _has_macros() -> UnreadableFile:
    return UnreadableFile(
        "Berkas memuat makro, yang tidak diterima demi keamanan.",
        SAVE_AS_XLSX,
    )


def _records(stream: bytes, offset: int) -> Iterator[tuple[int, bytes]]:
    while offset + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, offset)
        yield kind, stream[offset + 4 : offset + 4 + size]
        offset += 4 + size


def _bound_sheets(stream: bytes) -> list[tuple[str, int]]:
    """Return (name, offset of its records) of every sheet listed in the globals."""
    sheets = []
    is_biff8 = True
    for kind, body in _records(stream, 0):
        if kind == BOF:
            is_biff8 = struct.unpack_from("<H", body)[0] == BIFF8
        elif kind == FILEPASS:
            raise password_protected()
        elif kind == BOUNDSHEET:
            offset, _, sheet_type, length = struct.unpack_from("<IBBB", body)
            if sheet_type == MACRO_SHEET:
                raise _has_macros()
            sheets.append((_sheet_name(body, length, is_biff8), offset))
        elif kind == EOF:
            break
    return sheets


def _sheet_name(body: bytes, length: int, is_biff8: bool) -> str:
    if not is_biff8:
        return body[7 : 7 + length].decode("cp1252", "replace")
    if body[7] & 1:
        return body[8 : 8 + 2 * length].decode("utf-16-le", "replace")
    return body[8 : 8 + length].decode("latin-1")


def _scan_sheet(stream: bytes, offset: int, sheet: SheetScan) -> None:
    depth = 0
    for kind, body in _records(stream, offset):
        if kind == BOF:
            depth += 1
        elif kind == EOF:
            depth -= 1
            if depth <= 0:
                return
        elif depth == 1:
            # Deeper levels are charts drawn on the sheet; they hold no cells of ours.
            _note_cell(kind, body, sheet)
    raise damaged("lembar terpotong")


def _note_cell(kind: int, body: bytes, sheet: SheetScan) -> None:
    if kind not in VALUES and kind not in (FORMULA, BOOLERR, MULRK):
        return
    row, column = struct.unpack_from("<HH", body)
    row += 1
    if kind == FORMULA:
        sheet.add_formulas(row, column)
        # A result that is not a number ends in FFFF; type 2 is an error and its code follows.
        if body[12:14] == b"\xff\xff" and body[6] == 2:
            sheet.add_error(row, column, ERROR_CODES.get(body[8], ""))
    elif kind == BOOLERR:
        sheet.occupy(row, column)
        if body[7]:
            sheet.add_error(row, column, ERROR_CODES.get(body[6], ""))
    elif kind == MULRK:
        last = struct.unpack_from("<H", body, len(body) - 2)[0]
        sheet.occupy(row, column, columns=max(last - column, 0) + 1)
    else:
        sheet.occupy(row, column)
