"""Small files built by hand, because no honest program writes what an attacker would."""

import io
import struct
import zipfile
from collections.abc import Mapping

from portal.spreadsheets.ole import MAGIC

SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE_RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
MAIN_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
ODS_MIMETYPE = "application/vnd.oasis.opendocument.spreadsheet"


def xlsx(
    rows: str = '<row r="1"><c r="A1"><v>1</v></c></row>',
    *,
    before: str = "",
    dimension: str = "",
    parts: Mapping[str, str | bytes] | None = None,
    main_type: str = MAIN_TYPE,
    workbook_properties: str = "",
) -> bytes:
    """Return an .xlsx with one sheet "Data"; `rows` is the XML inside sheetData, `before` stands before its root."""
    files: dict[str, str | bytes] = {
        "[Content_Types].xml": (
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{main_type}"/></Types>'
        ),
        "_rels/.rels": (
            f'<Relationships xmlns="{PACKAGE_RELATIONSHIPS}"><Relationship Id="rId1" '
            f'Type="{RELATIONSHIPS}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
        ),
        "xl/workbook.xml": (
            f'<workbook xmlns="{SPREADSHEET}" xmlns:r="{RELATIONSHIPS}">{workbook_properties}'
            '<sheets><sheet name="Data" sheetId="1" r:id="rId1"/></sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": (
            f'<Relationships xmlns="{PACKAGE_RELATIONSHIPS}"><Relationship Id="rId1" '
            f'Type="{RELATIONSHIPS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
        ),
        "xl/worksheets/sheet1.xml": (
            f'<?xml version="1.0" encoding="UTF-8"?>{before}<worksheet xmlns="{SPREADSHEET}">{dimension}'
            f"<sheetData>{rows}</sheetData></worksheet>"
        ),
    }
    return archive(files | dict(parts or {}))


def inline(reference: str, text: str) -> str:
    """Return one cell holding text."""
    return f'<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>'


def ods(rows: str, *, parts: Mapping[str, str | bytes] | None = None) -> bytes:
    """Return an .ods with one table "Data"; `rows` is the XML of its table:table-row elements."""
    content = (
        f'<office:document-content xmlns:office="{OFFICE}" xmlns:table="{TABLE}" xmlns:text="{TEXT}">'
        f'<office:body><office:spreadsheet><table:table table:name="Data">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    files: dict[str, str | bytes] = {
        "mimetype": ODS_MIMETYPE,
        "content.xml": content,
        "META-INF/manifest.xml": manifest,
    }
    return archive(files | dict(parts or {}))


def ods_cell(text: str, extra: str = "") -> str:
    """Return one text cell of an .ods table."""
    return f'<table:table-cell office:value-type="string" {extra}><text:p>{text}</text:p></table:table-cell>'


def archive(files: Mapping[str, str | bytes]) -> bytes:
    """Return a deflated ZIP of the files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as container:
        for name, content in files.items():
            container.writestr(name, content)
    return buffer.getvalue()


def ole(*names: str, content: bytes = b"") -> bytes:
    """Return an OLE container with streams of these names (up to 3), the first holding `content` (at most 60 kB)."""
    free, end_of_chain, fat_sector = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    header = MAGIC + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, end_of_chain, 0, end_of_chain, 0)
    header += struct.pack("<I", 0) + struct.pack("<I", free) * 108
    # Streams below 4096 bytes would live elsewhere, so the content is padded to that.
    content = content.ljust(max(4096, -(-len(content) // 512) * 512), b"\0") if content else b""
    sectors = len(content) // 512
    fat = [fat_sector, end_of_chain, *range(3, 2 + sectors), *([end_of_chain] if sectors else [])]
    directory = _entry("Root Entry", 5)
    for index, name in enumerate(names):
        has_content = index == 0 and sectors
        directory += _entry(name, 2, 2 if has_content else end_of_chain, len(content) if has_content else 0)
    table = struct.pack(f"<{len(fat)}I", *fat).ljust(512, b"\xff")
    return header + table + directory.ljust(512, b"\0") + content


def _entry(name: str, kind: int, start: int = 0xFFFFFFFE, size: int = 0) -> bytes:
    encoded = name.encode("utf-16-le")
    entry = encoded.ljust(64, b"\0") + struct.pack("<HBB", len(encoded) + 2, kind, 1)
    return (entry + b"\xff" * 12).ljust(116, b"\0") + struct.pack("<III", start, size, 0)


def record(kind: int, body: bytes = b"") -> bytes:
    """Return one record of an .xls stream."""
    return struct.pack("<HH", kind, len(body)) + body


def xls(cells: bytes, *, before: bytes = b"", sheet_type: int = 0) -> bytes:
    """Return an .xls with one sheet "Data"; `cells` are its records, `before` follows the start of the globals."""
    start_of_globals = record(0x0809, struct.pack("<HHHHII", 0x0600, 5, 0, 0, 0, 0)) + before
    name = b"Data"
    offset = len(start_of_globals) + 4 + 8 + len(name) + 4
    bound_sheet = record(0x0085, struct.pack("<IBBBB", offset, 0, sheet_type, len(name), 0) + name)
    sheet = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x10, 0, 0, 0, 0)) + cells + record(0x000A)
    return ole("Workbook", content=start_of_globals + bound_sheet + record(0x000A) + sheet)


def xls_number(row: int, column: int, number: float = 1.0) -> bytes:
    """Return a number cell of an .xls; row and column count from 0."""
    return record(0x0203, struct.pack("<HHHd", row, column, 0, number))


def xls_text(row: int, column: int, text: str) -> bytes:
    """Return a text cell of an .xls; row and column count from 0."""
    encoded = text.encode("utf-16-le")
    return record(0x0204, struct.pack("<HHHHB", row, column, 0, len(encoded) // 2, 1) + encoded)


def xls_date(row: int, column: int, serial: int) -> bytes:
    """Return a date cell of an .xls whose globals hold `XLS_FORMATS`."""
    return record(0x0203, struct.pack("<HHHd", row, column, 1, serial))


# Two cell formats: General, and number format 14, which is a date.
XLS_FORMATS = b"".join(record(0x00E0, struct.pack("<HH", 0, number) + bytes(16)) for number in (0, 14))
