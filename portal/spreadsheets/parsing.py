"""From bytes to a workbook: real type, scan, parse, tidy rows. Runs inside the child process only."""

import io
import math
import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from portal.spreadsheets.container import Container, XmlPart, password_protected
from portal.spreadsheets.csv_reading import read_csv
from portal.spreadsheets.ole import MAGIC as OLE_MAGIC
from portal.spreadsheets.ole import OleFile
from portal.spreadsheets.scan import Scan
from portal.spreadsheets.scan_ods import scan_ods
from portal.spreadsheets.scan_xls import STREAMS, scan_xls
from portal.spreadsheets.scan_xlsx import scan_xlsx
from portal.spreadsheets.workbook import (
    EXTRA_ROWS,
    ErrorValue,
    Limits,
    Sheet,
    UnreadableFile,
    Value,
    Workbook,
    cell_name,
    damaged,
    format_count,
    format_list,
    wrong_type,
)

CONTENT_TYPES = "[content_types].xml"
ODS_MIMETYPE = b"application/vnd.oasis.opendocument.spreadsheet"
SCANNERS = {"xlsx": scan_xlsx, "ods": scan_ods}
# Main content type of a package -> what the user is told it is.
PACKAGES = (
    ("spreadsheetml.sheet.main", "xlsx", "buku kerja Excel (.xlsx)"),
    ("ms-excel.sheet.macroenabled", "xlsm", "buku kerja Excel bermakro (.xlsm)"),
    ("ms-excel.sheet.binary", "xlsb", "buku kerja biner Excel (.xlsb)"),
    ("spreadsheetml.template.main", "xltx", "templat Excel (.xltx)"),
    ("ms-excel.template.macroenabled", "xltm", "templat Excel bermakro (.xltm)"),
    ("wordprocessingml", "docx", "dokumen Word (.docx)"),
    ("presentationml", "pptx", "presentasi PowerPoint (.pptx)"),
)
# Excel keeps 15 digits; anything longer is shown to the user as it stands, but not trusted.
LARGEST_SHOWN_WHOLE = 10**16
# Day zero of Excel and LibreOffice: a date that is only a time of day.
EPOCH_DAYS = {date(1899, 12, 30), date(1899, 12, 31), date(1904, 1, 1)}
DURATION = re.compile(r"PT(\d+)H(\d+)M(\d+)(?:[.,]\d+)?S")


def parse(content: bytes, extension: str, limits: Limits) -> Workbook:
    """Return the workbook in `content`, whose file name ends in `extension`. Raises UnreadableFile."""
    if extension == "csv":
        records = read_csv(content)
        formulas = {
            (row, column)
            for row, record in enumerate(records, start=1)
            for column, text in enumerate(record)
            if text.startswith("=")
        }
        return _finished("csv", [_tidy("CSV", iter(records), formulas, {}, limits)], ())
    scan_container = _scan_ole if content.startswith(OLE_MAGIC) else _scan_zip
    scan = scan_container(content, extension, limits)
    return _read_with_calamine(content, extension, scan, limits)


def _scan_ole(content: bytes, extension: str, limits: Limits) -> Scan:
    file = OleFile(content)
    if "EncryptedPackage" in file.names:
        raise password_protected()
    if not file.names.intersection(STREAMS):
        raise wrong_type("dokumen Word (.doc)" if "WordDocument" in file.names else "berkas Office lama", extension)
    if extension != "xls":
        raise wrong_type("buku kerja Excel lama (.xls)", extension, "xls")
    return scan_xls(file, limits)


def _scan_zip(content: bytes, extension: str, limits: Limits) -> Scan:
    container = Container(content, limits)
    kind, description = _package_type(container)
    if kind != extension:
        raise wrong_type(description, extension, kind if kind in SCANNERS else "")
    return SCANNERS[kind](container, limits)


def _package_type(container: Container) -> tuple[str, str]:
    if "mimetype" in container.parts:
        mimetype = b"".join(container.unpack("mimetype")).strip()
        is_sheet = mimetype == ODS_MIMETYPE
        return ("ods", "lembar kerja OpenDocument (.ods)") if is_sheet else ("odf", "dokumen OpenDocument lain")
    if CONTENT_TYPES not in container.parts:
        return "zip", "arsip ZIP biasa"
    types: list[str] = []
    XmlPart(lambda _tag, attributes: types.append(attributes.get("ContentType", "").lower())).read(
        container.unpack(CONTENT_TYPES)
    )
    for needle, kind, description in PACKAGES:
        if any(needle in content_type for content_type in types):
            return kind, description
    return "zip", "arsip ZIP biasa"


def _read_with_calamine(content: bytes, kind: str, scan: Scan, limits: Limits) -> Workbook:
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    except PasswordError as error:
        raise password_protected() from error
    except (CalamineError, OSError, ValueError) as error:
        raise damaged() from error
    metadata = book.sheets_metadata
    if len(metadata) != len(scan.sheets):
        raise damaged("daftar lembar tidak cocok")
    sheets, hidden = [], []
    for index, (info, found) in enumerate(zip(metadata, scan.sheets, strict=True)):
        if info.visible != SheetVisibleEnum.Visible:
            hidden.append(info.name)
        elif info.typ == SheetTypeEnum.WorkSheet:
            try:
                rows = _calamine_rows(book.get_sheet_by_index(index))
                sheets.append(_tidy(info.name, rows, found.formulas, found.errors, limits))
            except (CalamineError, ValueError) as error:
                raise damaged(f'lembar "{info.name}"') from error
    return _finished(kind, sheets, tuple(hidden))


def _calamine_rows(sheet: Any) -> Iterator[list[Any]]:
    # iter_rows gives Excel row 1 first but starts at the first filled column.
    indent = [""] * (sheet.start[1] if sheet.start else 0)
    for row in sheet.iter_rows():
        yield indent + row


def _tidy(
    name: str,
    rows: Iterable[list[Any]],
    formulas: set[tuple[int, int]],
    errors: dict[tuple[int, int], str],
    limits: Limits,
) -> Sheet:
    """Return the sheet with plain values, without empty edges. Raises UnreadableFile for what exceeds the limits."""
    tidy: list[list[Value]] = []
    width = last_row = 0
    for number, row in enumerate(rows, start=1):
        values = [_value(value) for value in row]
        used = max((index + 1 for index, value in enumerate(values) if value is not None), default=0)
        tidy.append(values[:used])
        if used:
            last_row, width = number, max(width, used)
            _check_row(name, number, tidy[-1], limits)
    for (row, column), code in errors.items():
        # An error counts as content, so its row and column were kept by the parser.
        if row <= len(tidy):
            tidy[row - 1] += [None] * (column + 1 - len(tidy[row - 1]))
            tidy[row - 1][column] = ErrorValue(code)
            last_row, width = max(last_row, row), max(width, column + 1)
    padded = [tuple(row + [None] * (width - len(row))) for row in tidy[:last_row]]
    return Sheet(name=name, rows=padded, formulas=frozenset(formulas))


def _check_row(name: str, number: int, values: list[Value], limits: Limits) -> None:
    if number > limits.rows + EXTRA_ROWS:
        raise UnreadableFile(
            f'Lembar "{name}" berisi lebih dari {format_count(limits.rows)} baris data.',
            "Bagi datanya ke beberapa berkas, lalu unggah satu per satu.",
        )
    if len(values) > limits.columns:
        raise UnreadableFile(
            f'Baris {number} pada lembar "{name}" berisi {format_count(len(values))} kolom; '
            f"batasnya {limits.columns} kolom.",
            "Hapus isi kolom yang tidak dipakai, lalu unggah lagi.",
        )
    for column, value in enumerate(values):
        if isinstance(value, str) and len(value) > limits.cell_characters:
            raise UnreadableFile(
                f'Sel {cell_name(number, column)} pada lembar "{name}" berisi {format_count(len(value))} karakter; '
                f"batasnya {format_count(limits.cell_characters)} karakter.",
                "Ringkas isi sel itu, lalu unggah lagi.",
            )


def _value(value: Any) -> Value:
    if isinstance(value, str):
        duration = DURATION.fullmatch(value)
        if duration:
            return ":".join(duration.groups())
        return value if value.strip() else None
    if isinstance(value, float):
        if not math.isfinite(value):
            return ErrorValue("#NUM!")
        return int(value) if value.is_integer() and abs(value) < LARGEST_SHOWN_WHOLE else value
    if isinstance(value, timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    if isinstance(value, datetime) and value.date() in EPOCH_DAYS:
        return value.time()
    return value


def _finished(kind: str, sheets: list[Sheet], hidden: tuple[str, ...]) -> Workbook:
    if not any(sheet.rows for sheet in sheets):
        also_hidden = f" Lembar tersembunyi {format_list(hidden)} tidak dibaca." if hidden else ""
        raise UnreadableFile(
            f"Berkas tidak berisi data.{also_hidden}", "Isi tabelnya pada lembar yang tampak, simpan, lalu unggah lagi."
        )
    return Workbook(kind=kind, sheets=tuple(sheets), hidden_sheets=hidden)
