"""Section B of the attack list, as far as files carry it: what programs write besides plain text and numbers."""

import io
import struct
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from portal.spreadsheets.cells import CellError, parse_date, parse_text
from portal.spreadsheets.reading import ErrorValue, Limits, Sheet, UnreadableFile, Workbook, read_workbook

from .builders import OFFICE, TABLE, TEXT, inline, ods, ods_cell, record, xls, xls_number, xlsx

FILES = Path(__file__).parents[2] / "files"
ROW = "<table:table-row>{}</table:table-row>"


def only_sheet(content: bytes, filename: str = "data.xlsx") -> Sheet:
    (sheet,) = read_workbook(content, filename).sheets
    return sheet


def saved(book: openpyxl.Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_an_xls_counted_from_1904():
    legacy = bytearray((FILES / "lembar-lama.xls").read_bytes())
    date_mode = legacy.index(struct.pack("<HHH", 0x0022, 2, 0))
    legacy[date_mode + 4] = 1
    sheet, usual = only_sheet(bytes(legacy), "lama.xls"), only_sheet((FILES / "lembar-lama.xls").read_bytes(), "a.xls")
    assert (usual.rows[3][4], sheet.rows[3][4]) == (date(1995, 3, 17), date(1999, 3, 18))
    assert usual.rows[3][5:] == sheet.rows[3][5:] == (time(8, 30), 87.5, 2)


def dated(*serials: float, **options: object) -> tuple[object, ...]:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, options) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet = book.add_worksheet("Data")
        for column, serial in enumerate(serials):
            sheet.write_number(0, column, serial, day)
    return only_sheet(buffer.getvalue()).rows[0]


def test_serials_in_date_cells():
    assert dated(1, 61, 46022, 46022.5, 0.25) == (
        date(1900, 1, 1),
        date(1900, 3, 1),
        date(2025, 12, 31),
        datetime(2025, 12, 31, 12, 0),
        time(6, 0),
    )
    assert dated(44560, date_1904=True) == (date(2025, 12, 31),)


@pytest.mark.parametrize("serial", [0, -1, 2_958_465, 2_958_466, 10**12, 46022.5])
def test_impossible_serials_are_refused_as_dates(serial):
    with pytest.raises(CellError):
        parse_date(dated(serial)[0])


def test_a_number_without_a_date_format_stays_a_number():
    (value,) = only_sheet(xlsx('<row r="1"><c r="A1"><v>46022</v></c></row>')).rows[0]
    assert value == 46022
    with pytest.raises(CellError, match="31-12-2025"):
        parse_date(value)


def test_rich_text_links_and_phonetic_hints_give_their_text():
    book = openpyxl.Workbook()
    bold = InlineFont(b=True)
    book.active.append([CellRichText("Siti ", TextBlock(bold, "Setyo"), "wati"), "tautan"])
    book.active["B1"].hyperlink = "javascript:alert(1)"
    inline_rich = (
        '<c r="A2" t="inlineStr"><is><r><t xml:space="preserve">Umi </t></r><r><rPr><b/></rPr><t>Kulsum</t></r>'
        '<rPh sb="0" eb="1"><t>ウミ</t></rPh></is></c>'
    )
    assert only_sheet(saved(book)).rows == [("Siti Setyowati", "tautan")]
    assert only_sheet(xlsx(f'<row r="2">{inline_rich}</row>')).rows == [(None,), ("Umi Kulsum",)]


def test_comments_are_no_values():
    book = openpyxl.Workbook()
    book.active.append(["isi", None])
    book.active["B1"].comment = openpyxl.comments.Comment("catatan", "orang")
    assert only_sheet(saved(book)).rows == [("isi",)]


def test_types_of_ods():
    cells = [
        '<table:table-cell office:value-type="boolean" office:boolean-value="true"/>',
        '<table:table-cell office:value-type="percentage" office:value="0.5"/>',
        '<table:table-cell office:value-type="currency" office:value="1000"/>',
        '<table:table-cell office:value-type="time" office:time-value="PT08H30M00S"/>',
        '<table:table-cell office:value-type="date" office:date-value="2025-07-14T08:30:00"/>',
        '<table:table-cell office:value-type="float" office:value="NaN"/>',
        '<table:table-cell office:value-type="float" office:value="-0"/>',
        '<table:table-cell office:value-type="string"><text:p>Si<text:span>ti</text:span></text:p>'
        "<text:p>dua</text:p></table:table-cell>",
        '<table:table-cell office:value-type="string" xmlns:calcext="urn:org:documentfoundation:names:experimental:'
        'calc:xmlns:calcext:1.0" calcext:value-type="error"><text:p>#N/A</text:p></table:table-cell>',
    ]
    assert only_sheet(ods(ROW.format("".join(cells))), "a.ods").rows == [
        (
            True,
            0.5,
            1000,
            time(8, 30),
            datetime(2025, 7, 14, 8, 30),
            ErrorValue("#NUM!"),
            0,
            "Siti\ndua",
            ErrorValue("#N/A"),
        )
    ]


def test_what_lies_under_merged_cells_is_not_read():
    cells = '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row><row r="2"><c r="A2"><v>3</v></c></row>'
    merged = '<mergeCells count="1"><mergeCell ref="A1:B1"/></mergeCells>'
    tall = '<mergeCells count="1"><mergeCell ref="A1:A1048576"/></mergeCells>'

    def with_merges(merges: str) -> bytes:
        sheet = (
            '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
            f"<sheetData>{cells}</sheetData>{merges}</worksheet>"
        )
        return xlsx(parts={"xl/worksheets/sheet1.xml": sheet})

    assert only_sheet(with_merges("")).rows == [(1, 2), (3, None)]
    assert only_sheet(with_merges(merged)).rows == [(1,), (3,)]
    assert only_sheet(with_merges(tall)).rows == [(1, 2)]
    anchor = '<table:table-cell office:value-type="string" table:number-columns-spanned="2"><text:p>a</text:p>'
    hidden = '<table:covered-table-cell office:value-type="string"><text:p>b</text:p></table:covered-table-cell>'
    row = f"{anchor}</table:table-cell>{hidden}{ods_cell('c')}"
    assert only_sheet(ods(ROW.format(row)), "a.ods").rows == [("a", None, "c")]


def test_merged_cells_of_an_xls_are_empty_but_for_the_first():
    merge = record(0x00E5, struct.pack("<HHHHH", 1, 0, 1, 0, 0))
    content = xls(xls_number(0, 0, 1) + xls_number(1, 0, 2) + xls_number(1, 1, 3) + merge)
    assert only_sheet(content, "a.xls").rows == [(1, None), (None, 3)]


@pytest.mark.parametrize(
    ("written", "words"),
    [("a_x0007_b", "kendali"), ("a_x001F_b", "kendali"), ("a\u202eb", "kendali"), ("a\u0085b", ""), ("_xD800_", "")],
)
def test_control_characters_reach_the_cell_parser_which_refuses_them(written, words):
    (value,) = only_sheet(xlsx(f'<row r="1">{inline("A1", written)}</row>')).rows[0]
    if words:
        with pytest.raises(CellError, match=words):
            parse_text(value)
    else:
        assert parse_text(value)


def test_names_come_out_in_nfc():
    (value,) = only_sheet(xlsx(f'<row r="1">{inline("A1", "Nure" + chr(0x301))}</row>')).rows[0]
    assert parse_text(value) == "Nuré"


@pytest.mark.parametrize("length", [32_767, 1_000_000])
def test_the_longest_cells_are_refused_with_their_name(length):
    for content, filename in [
        (xlsx(f'<row r="1">{inline("C1", "x" * length)}</row>'), "a.xlsx"),
        (ods(ROW.format(ods_cell("a") * 2 + ods_cell("x" * length))), "a.ods"),
        (b"a;b;" + b"x" * length, "a.csv"),
    ]:
        with pytest.raises(UnreadableFile, match="Sel C1 .* batasnya 2.000 karakter"):
            read_workbook(content, filename)


def test_chart_sheets_are_ignored_and_hidden_sheets_named():
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        book.add_worksheet("Data").write(0, 0, "NIK")
        chart = book.add_chart({"type": "bar"})
        chart.add_series({"values": "=Data!$A$1:$A$1"})
        book.add_chartsheet("Grafik").set_chart(chart)
        for name, hide in (("Gudang", "hide"), ("Rahasia", "very_hidden")):
            sheet = book.add_worksheet(name)
            sheet.write(0, 0, "isi")
            getattr(sheet, hide)()
    workbook = read_workbook(buffer.getvalue(), "data.xlsx")
    assert [sheet.name for sheet in workbook.sheets] == ["Data"]
    assert workbook.hidden_sheets == ("Gudang", "Rahasia")


def test_a_hidden_table_of_an_ods_is_named():
    styles = "".join(
        f'<style:style style:name="{name}" style:family="table"><style:table-properties table:display="{shown}"/>'
        "</style:style>"
        for name, shown in (("ta1", "true"), ("ta2", "false"))
    )
    tables = "".join(
        f'<table:table table:name="{name}" table:style-name="{style}">{ROW.format(ods_cell(name))}</table:table>'
        for name, style in (("Data", "ta1"), ("Gudang", "ta2"))
    )
    content = (
        f'<office:document-content xmlns:office="{OFFICE}" xmlns:table="{TABLE}" xmlns:text="{TEXT}" '
        'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0">'
        f"<office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    workbook = read_workbook(ods("", parts={"content.xml": content}), "a.ods")
    assert ([sheet.name for sheet in workbook.sheets], workbook.hidden_sheets) == (["Data"], ("Gudang",))


def many_sheets(count: int) -> bytes:
    book = openpyxl.Workbook()
    for number in range(1, count):
        book.create_sheet(f"Lembar {number}")
    book.active.append(["NIK"])
    return saved(book)


def test_a_sensible_number_of_sheets():
    assert len(read_workbook(many_sheets(50), "a.xlsx").sheets) == 50
    with pytest.raises(UnreadableFile, match="lebih dari 50 lembar"):
        read_workbook(many_sheets(51), "a.xlsx")
    with pytest.raises(UnreadableFile, match="bagian; batasnya 200"):
        read_workbook(many_sheets(5_000), "a.xlsx")


def test_the_largest_file_that_settings_may_allow():
    limits = Limits(rows=100_000)
    lines = b"".join(b"%d;3507335703959200;Siti;L;;;;;;;;;;%d\n" % (number, number) for number in range(100_000))
    workbook: Workbook = read_workbook(lines, "a.csv", limits)
    (sheet,) = workbook.sheets
    assert (len(sheet.rows), len(sheet.rows[0])) == (100_000, 14)
    assert sheet.rows[99_999] == ("99999", "3507335703959200", "Siti", "L", *[None] * 9, "99999")
    with pytest.raises(UnreadableFile, match="lebih dari 100.000 baris data"):
        read_workbook(lines + b"x\n" * 101, "a.csv", limits)
