"""From bytes to a workbook: real type, scan, parse, tidy rows. Runs inside the child process only."""

import io
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from portal.spreadsheets.container import Container, XmlPart, password_protected
from portal.spreadsheets.csv_reading import read_csv
from portal.spreadsheets.ole import MAGIC as OLE_MAGIC
from portal.spreadsheets.ole import OleFile
from portal.spreadsheets.packing import SheetPacker
from portal.spreadsheets.scan import Block, Scan
from portal.spreadsheets.scan_ods import scan_ods
from portal.spreadsheets.scan_xls import STREAMS, scan_xls
from portal.spreadsheets.scan_xlsx import scan_xlsx
from portal.spreadsheets.wire import PackedSheet, encode
from portal.spreadsheets.workbook import Limits, UnreadableFile, damaged, format_count, format_list, wrong_type

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


def parse(content: bytes, extension: str, limits: Limits) -> list[bytes]:
    """Return the workbook in `content`, whose file name ends in `extension`, in pieces for `wire.decode`.

    Raises UnreadableFile.
    """
    if extension == "csv":
        return _parse_csv(content, limits)
    scan_container = _scan_ole if content.startswith(OLE_MAGIC) else _scan_zip
    scan = scan_container(content, extension, limits)
    return _read_with_calamine(content, extension, scan, limits)


def _parse_csv(content: bytes, limits: Limits) -> list[bytes]:
    formulas: set[tuple[int, int]] = set()

    def records() -> Iterator[list[str]]:
        for number, record in enumerate(read_csv(content), start=1):
            formulas.update((number, column) for column, text in enumerate(record) if text.startswith("="))
            yield record

    sheet = SheetPacker("CSV", limits).pack(records())
    return _finished("csv", [replace(sheet, formulas=formulas)], (), {}, limits)


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


def _read_with_calamine(content: bytes, kind: str, scan: Scan, limits: Limits) -> list[bytes]:
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
                values = book.get_sheet_by_index(index)
                covered = [*found.covered, *_below_anchors(values.merged_cell_ranges or ())]
                sheet = SheetPacker(info.name, limits, found.errors, covered).pack(_calamine_rows(values))
            except (CalamineError, ValueError) as error:
                raise damaged(f'lembar "{info.name}"') from error
            sheets.append(replace(sheet, formulas=found.formulas))
    return _finished(kind, sheets, tuple(hidden), scan.properties, limits)


def _calamine_rows(sheet: Any) -> Iterable[list[Any]]:
    # iter_rows gives Excel row 1 first but starts at the first filled column.
    indent = [""] * (sheet.start[1] if sheet.start else 0)
    return (indent + row for row in sheet.iter_rows()) if indent else sheet.iter_rows()


def _below_anchors(merged: Iterable[tuple[tuple[int, int], tuple[int, int]]]) -> Iterator[Block]:
    """Yield what lies under merged cells: all but the first cell of each, which is the one that is seen."""
    for (top, left), (bottom, right) in merged:
        if right > left:
            yield top + 1, left + 1, 1, right - left
        if bottom > top:
            yield top + 2, left, bottom - top, right - left + 1


def _finished(
    kind: str, sheets: list[PackedSheet], hidden: tuple[str, ...], properties: dict[str, str], limits: Limits
) -> list[bytes]:
    if not any(sheet.height for sheet in sheets):
        also_hidden = f" Lembar tersembunyi {format_list(hidden)} tidak dibaca." if hidden else ""
        raise UnreadableFile(
            f"Berkas tidak berisi data.{also_hidden}", "Isi tabelnya pada lembar yang tampak, simpan, lalu unggah lagi."
        )
    area = sum(sheet.width * sheet.height for sheet in sheets)
    if area > limits.area:
        raise UnreadableFile(
            f"Tabel-tabel pada berkas membentang {format_count(area)} sel, termasuk yang kosong; "
            f"batasnya {format_count(limits.area)} sel.",
            "Salin hanya tabel yang akan diimpor ke berkas baru, lalu unggah lagi.",
        )
    return encode(kind, sheets, hidden, properties)
