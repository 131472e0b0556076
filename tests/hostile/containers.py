"""A1, A5, A6, A7: the ZIP or OLE around a workbook, and files that are no workbook at all."""

import gzip
import struct
import zlib
from collections.abc import Callable

from tests.hostile.kit import HostileFile, people, person
from tests.portal.spreadsheets.builders import (
    MAIN_TYPE,
    archive,
    ods,
    ods_cell,
    ole,
    record,
    xls,
    xls_number,
    xlsx,
)

MEGABYTE = 1024 * 1024
SHEET = "xl/worksheets/sheet1.xml"
OVER_100_MB = "lebih dari 100 MB setelah dibuka"


def with_part(name: str, content: str | bytes = "<a/>") -> Callable[[], bytes]:
    """Return a builder of a good list that carries one more part."""
    return lambda: people(person(1), parts={name: content})


def bomb(megabytes: int) -> Callable[[], bytes]:
    """Return a builder of a sheet with so many blanks behind its last row, a thousandth of that packed."""
    return lambda: xlsx('<row r="1"><c r="A1"><v>1</v></c></row>' + " " * (megabytes * MEGABYTE))


def many_small_bombs() -> bytes:
    """No part is too large; all of them together are."""
    return people(person(1), parts={f"xl/media/image{number}.png": bytes(11 * MEGABYTE) for number in range(10)})


def nested() -> bytes:
    """An archive of archives: nobody may unpack the inner ones."""
    return archive({f"{number}.xlsx": archive({"a.xml": bytes(20 * MEGABYTE)}) for number in range(8)})


def lying_size() -> bytes:
    """A directory that promises ten bytes for a part that holds five thousand."""
    content = b"a" * 5000
    packed = bytearray(archive({"[Content_Types].xml": content}))
    start = packed.index(b"PK\x01\x02")
    struct.pack_into("<I", packed, start + 24, 10)
    struct.pack_into("<I", packed, start + 16, zlib.crc32(content[:10]))
    return bytes(packed)


def overlapping() -> bytes:
    """Two entries that share the same bytes, as in the bomb that needs no nesting."""
    packed = bytearray(archive({"[Content_Types].xml": b"abc", "xl/workbook.xml": b"abc"}))
    struct.pack_into("<I", packed, packed.rindex(b"PK\x01\x02") + 42, 0)
    return bytes(packed)


def directory_of(count: int) -> bytes:
    """A directory of `count` empty entries."""
    return archive({f"{number}": b"" for number in range(count)})


def wrong_sum() -> bytes:
    """One byte of the packed sheet differs, as after a bad copy."""
    packed = bytearray(people(person(1)))
    packed[packed.index(SHEET.encode()) + len(SHEET) + 20] ^= 0xFF
    return bytes(packed)


def locked() -> bytes:
    packed = bytearray(people(person(1)))
    packed[packed.index(b"PK\x01\x02") + 8] |= 1
    return bytes(packed)


CONTAINERS = [
    HostileFile("zip-bomb", "A1", bomb(105), refused=OVER_100_MB),
    HostileFile("many-small-bombs", "A1", many_small_bombs, refused=OVER_100_MB),
    HostileFile("bomb-in-a-picture", "A1", with_part("xl/media/a.png", bytes(110 * MEGABYTE)), refused=OVER_100_MB),
    HostileFile("bomb-in-ods", "A1", lambda: ods("", parts={"a.bin": bytes(110 * MEGABYTE)}), "data.ods", OVER_100_MB),
    HostileFile("nested-archives", "A1", nested, refused="arsip ZIP biasa"),
    HostileFile("lying-size", "A1", lying_size, refused="rusak"),
    HostileFile("overlapping-entries", "A1", overlapping, refused="bertumpuk"),
    HostileFile("201-parts", "A1", lambda: directory_of(201), refused="201 bagian; batasnya 200"),
    HostileFile("5000-parts", "A1", lambda: directory_of(5_000), refused="5.000 bagian; batasnya 200"),
    HostileFile("over-10-mb", "A1", lambda: b"PK\x03\x04" + bytes(14_889_775), refused="berkas Anda 14,2 MB"),
    HostileFile("empty", "A5", lambda: b"", refused="kosong"),
    HostileFile("empty-csv", "A5", lambda: b"", "data.csv", "kosong"),
    HostileFile("white-space-only", "A5", lambda: b" \r\n\t\r\n", "data.csv", "tidak berisi data"),
    HostileFile("header-only", "A5", lambda: people(), refused="tidak berisi baris data"),
    HostileFile("empty-sheet", "A5", lambda: xlsx(""), refused="tidak berisi data"),
    HostileFile(
        "no-sheet", "A5", with_part("xl/workbook.xml", "<workbook><sheets/></workbook>"), refused="tidak berisi"
    ),
    HostileFile("no-relations", "A5", with_part("xl/_rels/workbook.xml.rels", "<Relationships/>"), refused="rusak"),
    HostileFile("no-end", "A5", lambda: people(person(1))[:-100], refused="rusak"),
    HostileFile("first-300-bytes", "A5", lambda: people(person(1))[:300], refused="rusak"),
    HostileFile("four-bytes", "A5", lambda: b"PK\x03\x04", refused="rusak"),
    HostileFile("wrong-sum", "A5", wrong_sum, refused="rusak"),
    HostileFile("same-name-twice", "A5", with_part("XL/workbook.XML"), refused="bernama sama"),
    HostileFile("ole-without-end", "A5", lambda: ole("Workbook")[:1024], "data.xls", "rusak"),
    HostileFile(
        "ole-of-noise", "A5", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 2000, "data.xls", "rusak"
    ),
    HostileFile("xls-cut-record", "A5", lambda: xls(record(0x0203, b"\0")), "data.xls", "rusak"),
    HostileFile("ods-without-content", "A5", lambda: ods("", parts={"content.xml": b""}), "data.ods", "rusak"),
]

FALSE_NAMES = [
    HostileFile("encrypted-xlsx", "A6", lambda: ole("EncryptedPackage", "EncryptionInfo"), refused="kata sandi"),
    HostileFile("encrypted-xls", "A6", lambda: ole("EncryptedPackage"), "data.xls", "kata sandi"),
    HostileFile(
        "xls-with-password",
        "A6",
        lambda: xls(xls_number(0, 0), before=record(0x2F, b"\0" * 6)),
        "data.xls",
        "kata sandi",
    ),
    HostileFile("encrypted-entry", "A6", locked, refused="kata sandi"),
    HostileFile(
        "ods-with-password",
        "A6",
        lambda: ods("", parts={"META-INF/manifest.xml": "<m><encryption-data/></m>"}),
        "data.ods",
        "kata sandi",
    ),
    HostileFile("xls-as-xlsx", "A6", lambda: xls(xls_number(0, 0)), refused="Excel lama (.xls), bukan .xlsx"),
    HostileFile("xlsx-as-xls", "A6", lambda: people(person(1)), "data.xls", "(.xlsx), bukan .xls"),
    HostileFile("ods-as-xlsx", "A6", lambda: ods(""), refused="OpenDocument (.ods), bukan .xlsx"),
    HostileFile("xlsx-as-csv", "A6", lambda: people(person(1)), "data.csv", "bukan teks"),
    HostileFile("csv-as-xls", "A6", lambda: b"NIK;Nama\r\n1;2\r\n", "data.xls", "teks atau data lain, bukan .xls"),
    HostileFile("html-as-xls", "A6", lambda: b"<html><table><tr><td>NIK", "data.xls", "halaman web (HTML)"),
    HostileFile("html-as-csv", "A6", lambda: b"\xef\xbb\xbf <!DOCTYPE html>", "data.csv", "halaman web (HTML)"),
    HostileFile("xml-2003", "A6", lambda: b'<?xml version="1.0"?><Workbook/>', "data.xls", "XML"),
    HostileFile(
        "docx", "A6", lambda: xlsx(main_type=MAIN_TYPE.replace("spreadsheet", "wordprocessing")), refused="Word"
    ),
    HostileFile("xlsb", "A6", lambda: xlsx(main_type="application/vnd.ms-excel.sheet.binary.macro"), refused="(.xlsb)"),
    HostileFile("doc", "A6", lambda: ole("WordDocument"), "data.xls", "dokumen Word"),
    HostileFile("pdf", "A6", lambda: b"%PDF-1.7\n", refused="PDF"),
    HostileFile("gzip", "A6", lambda: gzip.compress(b"NIK;Nama"), "data.csv", "arsip GZIP"),
    HostileFile("program", "A6", lambda: b"MZ\x90\0" + people(person(1)), refused="program Windows"),
    HostileFile("unknown-extension", "A6", lambda: people(person(1)), "data.exe", ".exe tidak diterima"),
    HostileFile("no-extension", "A6", lambda: people(person(1)), "data", "tanpa akhiran nama"),
]

ACTIVE = [
    HostileFile(
        "xlsm", "A7", lambda: xlsx(main_type="application/vnd.ms-excel.sheet.macroEnabled.main+xml"), refused="(.xlsm)"
    ),
    HostileFile("macros-inside-xlsx", "A7", with_part("xl/vbaProject.bin", b"x"), refused="makro"),
    HostileFile("macro-sheet", "A7", with_part("xl/macrosheets/sheet1.xml"), refused="makro"),
    HostileFile("external-link", "A7", with_part("xl/externalLinks/externalLink1.xml"), refused="tautan ke berkas"),
    HostileFile("dde-link", "A7", with_part("xl/ddeLinks/ddeLink1.xml"), refused="tautan ke berkas"),
    HostileFile("connections", "A7", with_part("xl/connections.xml"), refused="tautan ke berkas"),
    HostileFile("query-table", "A7", with_part("xl/queryTables/queryTable1.xml"), refused="tautan ke berkas"),
    HostileFile("embedded-ole", "A7", with_part("xl/embeddings/oleObject1.bin", b"x"), refused="objek tertanam"),
    HostileFile("activex", "A7", with_part("xl/activeX/activeX1.xml"), refused="objek tertanam"),
    HostileFile("xls-macros", "A7", lambda: ole("Workbook", "_VBA_PROJECT_CUR"), "data.xls", "makro"),
    HostileFile("xls-macro-sheet", "A7", lambda: xls(xls_number(0, 0), sheet_type=1), "data.xls", "makro"),
    HostileFile(
        "ods-basic",
        "A7",
        lambda: ods(f"<table:table-row>{ods_cell('x')}</table:table-row>", parts={"Basic/Standard/Modul.xml": "<a/>"}),
        "data.ods",
        "makro",
    ),
]

HEAVY_CONTAINERS = [
    HostileFile("bomb-of-300-mb", "A1", bomb(300), refused=OVER_100_MB),
    HostileFile("65535-parts", "A1", lambda: directory_of(65_535), refused="65.535 bagian"),
]
