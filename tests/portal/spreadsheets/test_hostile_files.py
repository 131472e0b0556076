"""Section A of the attack list: every file here must end in one sentence, quickly, with the portal unharmed."""

import struct
import zipfile
import zlib
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.spreadsheets.container import Container
from portal.spreadsheets.ole import OleFile
from portal.spreadsheets.reading import Limits, UnreadableFile, read_workbook
from portal.spreadsheets.scan_xls import scan_xls
from portal.spreadsheets.scan_xlsx import scan_xlsx

from .builders import MAIN_TYPE, archive, inline, ods, ods_cell, ole, record, xls, xls_number, xlsx

FILES = Path(__file__).parents[2] / "files"
DTD = '<!DOCTYPE x [<!ENTITY a "haha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
XXE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'


def refused(content: bytes, filename: str = "data.xlsx") -> str:
    with pytest.raises(UnreadableFile) as refusal:
        read_workbook(content, filename)
    assert refusal.value.cure.endswith(".")
    return refusal.value.cause


def rows_far_apart() -> str:
    return '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (xlsx(rows_far_apart()), "sel XFD1048576"),
        (xlsx('<row r="1"><c r="A1"><v>1</v></c><c r="XFD1"><v>1</v></c></row>'), "kolom ke-16.384"),
        (xlsx('<row r="1"><c r="A1"><f t="array" ref="A1:XFD1048576">1</f></c></row>'), "sel A1048576"),
        (xlsx('<row r="1"><c r="ZZZZ1"><v>1</v></c></row>'), "rusak"),
        (xlsx('<row r="1"><c r="A0"><v>1</v></c></row>'), "rusak"),
        (xlsx('<row r="99999999999"><c><v>1</v></c></row>'), "rusak"),
        (xlsx("<row><c></row>"), "rusak"),
        (xlsx(before=DTD), "DTD"),
        (xlsx(before=XXE), "DTD"),
        (xlsx(parts={"xl/sharedStrings.xml": DTD + "<sst/>"}), "DTD"),
        (xlsx(parts={"xl/styles.xml": XXE + "<styleSheet/>"}), "DTD"),
        (xlsx(parts={"docProps/core.xml": DTD + "<core/>"}), "DTD"),
        (xlsx(parts={f"bagian{number}": b"" for number in range(300)}), "305 bagian; batasnya 200"),
        (xlsx(parts={"XL/workbook.XML": "<workbook/>"}), "bernama sama"),
        (xlsx(parts={"xl/vbaProject.bin": b"makro"}), "makro"),
        (xlsx(parts={"xl/externalLinks/externalLink1.xml": "<a/>"}), "tautan"),
        (xlsx(parts={"xl/embeddings/oleObject1.bin": b"x"}), "objek tertanam"),
        (xlsx(parts={"xl/_rels/workbook.xml.rels": "<Relationships/>"}), "rusak"),
        (xlsx(parts={"xl/workbook.xml": "<workbook><sheets/></workbook>"}), "tidak berisi data"),
        (xlsx(parts={"xl/workbook.xml": f"<w>{'<sheet/>' * 60}</w>"}), "rusak"),
        (xlsx()[:-100], "rusak"),
        (xlsx()[:300], "rusak"),
    ],
)  # fmt: skip
def test_hostile_xlsx(content, words):
    assert words in refused(content)


@pytest.mark.parametrize("reference", ["A1:ZZZZZZ1", "A1:XFD1048576"])
def test_a_lying_dimension_is_not_believed(reference):
    (sheet,) = read_workbook(xlsx(dimension=f'<dimension ref="{reference}"/>'), "data.xlsx").sheets
    assert sheet.rows == [(1,)]


def test_a_zip_bomb_is_counted_while_unpacking():
    bomb = xlsx('<row r="1"><c r="A1"><v>1</v></c></row>' + " " * 110_000_000)
    assert len(bomb) < 1_000_000
    assert "lebih dari 100 MB" in refused(bomb)


def test_a_bomb_in_a_part_that_nobody_reads_counts_too():
    assert "lebih dari 100 MB" in refused(xlsx(parts={"xl/media/image1.png": bytes(110_000_000)}))


def test_a_header_that_promises_less_than_the_part_holds_is_refused():
    content = b"a" * 5000
    packed = archive({"[Content_Types].xml": content})
    start = packed.index(b"PK\x01\x02")
    lying = bytearray(packed)
    struct.pack_into("<I", lying, start + 24, 10)
    struct.pack_into("<I", lying, start + 16, zlib.crc32(content[:10]))
    assert "rusak" in refused(bytes(lying))


def test_entries_that_share_their_bytes_are_refused():
    packed = bytearray(archive({"[Content_Types].xml": b"abc", "xl/workbook.xml": b"abc"}))
    second = packed.rindex(b"PK\x01\x02")
    struct.pack_into("<I", packed, second + 42, 0)
    assert "bertumpuk" in refused(bytes(packed))


def test_encrypted_entries_and_rare_compression_are_refused():
    packed = bytearray(xlsx())
    directory = packed.index(b"PK\x01\x02")
    packed[directory + 8] |= 1
    assert "kata sandi" in refused(bytes(packed))
    packed = bytearray(xlsx())
    struct.pack_into("<H", packed, packed.index(b"PK\x01\x02") + 10, zipfile.ZIP_BZIP2)
    assert "pemampatan" in refused(bytes(packed))


def test_a_million_formatted_empty_rows_are_nothing():
    empty = "".join(f'<row r="{number}" s="1"><c r="A{number}" s="1"/></row>' for number in range(2, 300_000))
    (sheet,) = read_workbook(xlsx('<row r="1"><c r="A1"><v>1</v></c></row>' + empty), "data.xlsx").sheets
    assert sheet.rows == [(1,)]


def test_shared_text_cannot_be_multiplied_beyond_the_memory_of_the_child():
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" '
        'Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/'
        'officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
    )
    shared = (
        '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>'
        + "x" * 2000
        + "</t></si></sst>"
    )
    rows = ("<row>" + '<c t="s"><v>0</v></c>' * 20 + "</row>") * 20_000
    parts = {"xl/_rels/workbook.xml.rels": relations, "xl/sharedStrings.xml": shared}
    assert "memori" in refused(xlsx(rows, parts=parts))


ROW = "<table:table-row{}>{}</table:table-row>"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (ods(ROW.format(' table:number-rows-repeated="1048576"', ods_cell("x"))), "sel A1048576"),
        (ods(ROW.format("", ods_cell("x", 'table:number-columns-repeated="16384"'))), "kolom ke-16.384"),
        (ods(ROW.format("", ods_cell("x", 'table:number-columns-repeated="-1"'))), "pengulangan"),
        (ods(ROW.format("", ods_cell("x"))[:-5]), "rusak"),
        (ods(ROW.format("", ods_cell("x")), parts={"Basic/Standard/Modul.xml": "<a/>"}), "makro"),
        (ods(ROW.format("", ods_cell("x")), parts={"styles.xml": DTD + "<a/>"}), "DTD"),
        (
            ods(ROW.format("", ods_cell("x")), parts={"META-INF/manifest.xml": "<m><encryption-data/></m>"}),
            "kata sandi",
        ),
        (archive({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}), "rusak"),
        (ods(""), "tidak berisi data"),
    ],
)
def test_hostile_ods(content, words):
    assert words in refused(content, "data.ods")


def test_repeated_empty_cells_at_the_edges_of_an_ods_are_nothing():
    edge = '<table:table-cell table:number-columns-repeated="16384"/>'
    rows = ROW.format("", ods_cell("x") + edge) + ROW.format(' table:number-rows-repeated="1048575"', edge)
    (sheet,) = read_workbook(ods(rows), "data.ods").sheets
    assert sheet.rows == [("x",)]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (xls(xls_number(0, 0) + xls_number(65535, 255)), "sel IV65536"),
        (xls(xls_number(0, 0) + record(0x00BD, struct.pack("<HHH", 0, 250, 255))), "kolom ke-256"),
        (xls(xls_number(0, 0), before=record(0x002F, b"\0" * 6)), "kata sandi"),
        (xls(xls_number(0, 0), sheet_type=1), "makro"),
        (xls(record(0x0203, b"\0")), "rusak"),
        (ole("Workbook", "_VBA_PROJECT_CUR"), "makro"),
        (ole("Workbook")[:600], "rusak"),
        (ole("Workbook")[:1024], "rusak"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 2000, "rusak"),
    ],
)
def test_hostile_xls(content, words):
    assert words in refused(content, "data.xls")


def test_chains_of_sectors_that_run_in_circles_end():
    packed = bytearray(ole("Workbook"))
    struct.pack_into("<I", packed, 512 + 4, 1)
    assert "rantai" in refused(bytes(packed), "data.xls")


REAL_TYPES = {
    "xlsx": (xlsx(), "buku kerja Excel (.xlsx)"),
    "ods": (ods(""), "OpenDocument (.ods)"),
    "xls": (xls(xls_number(0, 0)), ""),
    "xlsm": (
        xlsx(main_type="application/vnd.ms-excel.sheet.macroEnabled.main+xml"),
        "bermakro (.xlsm)",
    ),
    "xlsb": (xlsx(main_type="application/vnd.ms-excel.sheet.binary.macroEnabled.main"), "biner Excel (.xlsb)"),
    "docx": (xlsx(main_type=MAIN_TYPE.replace("spreadsheetml.sheet", "wordprocessingml.document")), "Word (.docx)"),
    "zip": (archive({"a.txt": b"a"}), "arsip ZIP"),
    "doc": (ole("WordDocument"), "Word (.doc)"),
    "encrypted": (ole("EncryptedPackage", "EncryptionInfo"), "kata sandi"),
    "pdf": (b"%PDF-1.7 ...", "PDF"),
    "png": (b"\x89PNG\r\n\x1a\n", "gambar PNG"),
    "html": (b"\xef\xbb\xbf\r\n<HTML><table><tr><td>NIK</td></tr></table>", "halaman web (HTML)"),
    "xml": (b'<?xml version="1.0"?><Workbook/>', "XML"),
    "csv": (b"NIK;Nama\n1;2\n", "teks atau data lain"),
}


@pytest.mark.parametrize("extension", ["xlsx", "xls", "ods", "csv"])
@pytest.mark.parametrize("real", REAL_TYPES)
def test_a_false_name_is_refused_with_the_real_type(real, extension):
    content, words = REAL_TYPES[real]
    if real == extension:
        return
    cause = refused(content, f"data.{extension}")
    if extension == "csv" and content.startswith((b"PK", b"\xd0\xcf")):
        words = "bukan teks"
    assert words in cause
    assert "kata sandi" in cause or f"bukan .{extension}" in cause or "bukan teks" in cause


def test_a_cell_beyond_the_character_limit_names_itself():
    assert "Sel C1" in refused(xlsx(f'<row r="1">{inline("C1", "x" * 2001)}</row>'))


LEGACY = (FILES / "lembar-lama.xls").read_bytes()


@given(st.lists(st.tuples(st.integers(0, len(LEGACY) - 1), st.integers(0, 255)), min_size=1, max_size=20))
def test_a_damaged_xls_is_scanned_or_refused_and_nothing_else(changes):
    damaged = bytearray(LEGACY)
    for position, byte in changes:
        damaged[position] = byte
    with suppress(UnreadableFile):
        scan_xls(OleFile(bytes(damaged)), Limits())


@given(
    st.lists(
        st.sampled_from(
            ["<row>", "</row>", "<c r='B2'>", "<c>", "</c>", "<v>1</v>", "<f>1</f>", "<c t='e'><v>x</v></c>"]
        )
    )
)
def test_any_order_of_sheet_elements_is_scanned_or_refused(elements):
    with suppress(UnreadableFile):
        scan_xlsx(Container(xlsx("".join(elements)), Limits()), Limits())
