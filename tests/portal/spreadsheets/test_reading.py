import io
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from odf import opendocument, table, text

from portal.spreadsheets.reading import ErrorValue, Limits, Sheet, UnreadableFile, Workbook, read_workbook
from portal.spreadsheets.workbook import cell_name, column_letter, format_size

from .builders import inline, xlsx

FILES = Path(__file__).parents[2] / "files"


def read(name: str) -> Workbook:
    return read_workbook((FILES / name).read_bytes(), name)


@pytest.mark.parametrize(
    ("name", "kind", "sheets"),
    [
        ("peserta-clumprit-2025.xlsx", "xlsx", {"Peserta": 46}),
        ("peserta-clumprit-tergesa.xlsx", "xlsx", {"Sheet1": 31}),
        ("rekap-pelatihan-2025.xlsx", "xlsx", {"TW I": 16, "TW II": 16, "TW III": 16, "TW IV": 16}),
        ("daftar-hadir-clumprit.xlsx", "xlsx", {"Hadir": 33}),
        ("batik-sidorahayu.csv", "csv", {"batik-sidorahayu": 26}),
        ("lembar-lama.xls", "xls", {"Peserta": 5}),
    ],
)
def test_samples_are_read_from_row_one_to_the_last_filled_row(name, kind, sheets):
    workbook = read(name)
    assert workbook.kind == kind
    assert {sheet.name: len(sheet.rows) for sheet in workbook.sheets} == sheets


def test_cells_keep_their_type():
    (sheet,) = read("peserta-clumprit-2025.xlsx").sheets
    assert sheet.rows[8][:6] == (1, "3507335703959200", "Siti Setyowati", "P", date(1995, 3, 17), "Dusun Ngasem")
    assert sheet.rows[4] == (None,) * 11


def test_a_formula_without_a_stored_value_is_found_and_named():
    (sheet,) = read("peserta-clumprit-tergesa.xlsx").sheets
    assert [cell_name(*cell) for cell in sheet.formulas] == ["C17"]
    assert sheet.rows[16][2] is None


def test_a_number_of_16_digits_stays_a_number():
    (sheet,) = read("peserta-clumprit-tergesa.xlsx").sheets
    assert sheet.rows[4][1] == 3507336107019203


def test_xls_gives_values_formulas_errors_and_leaves_hidden_sheets_alone():
    workbook = read("lembar-lama.xls")
    assert workbook.hidden_sheets == ("Rahasia",)
    (sheet,) = workbook.sheets
    assert sheet.rows[3] == (
        None,
        1,
        "3507335703959200",
        "Siti Setyowati",
        date(1995, 3, 17),
        time(8, 30),
        87.5,
        2,
    )
    assert sheet.rows[4][7] == ErrorValue("#N/A")
    assert sheet.formulas == {(4, 7), (5, 7)}


def typed_xlsx(**options) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, **options}) as book:
        formats = {
            name: book.add_format({"num_format": code})
            for name, code in {
                "date": "dd/mm/yyyy",
                "time": "hh:mm",
                "both": "dd/mm/yyyy hh:mm",
                "long": "[h]:mm",
            }.items()
        }
        sheet = book.add_worksheet("Data")
        sheet.write_datetime(2, 1, datetime(2025, 7, 14), formats["date"])
        sheet.write_datetime(2, 2, datetime(2025, 7, 14, 8, 30), formats["both"])
        sheet.write_datetime(2, 3, time(8, 30), formats["time"])
        sheet.write_number(2, 4, 1.5, formats["long"])
        sheet.write_boolean(2, 5, True)
        sheet.write_formula(2, 6, "=NA()", None, "#N/A")
        sheet.write_string(2, 7, "#N/A")
        sheet.write_number(2, 8, 87.5)
        sheet.write_array_formula("J3:J4", "{=K3:K4}", None, 1)
        sheet.write_url("B4", "https://contoh.invalid", string="tautan")
        sheet.write_string(3, 2, "\u00a0 ")
        book.add_worksheet("Tersembunyi").hide()
        book.add_worksheet("Sangat").very_hidden()
    return buffer.getvalue()


@pytest.mark.parametrize("options", [{}, {"date_1904": True}], ids=["1900", "1904"])
def test_xlsx_types_and_both_epochs(options):
    workbook = read_workbook(typed_xlsx(**options), "data.xlsx")
    (sheet,) = workbook.sheets
    assert sheet.rows[2] == (
        None,
        date(2025, 7, 14),
        datetime(2025, 7, 14, 8, 30),
        time(8, 30),
        "36:00:00",
        True,
        ErrorValue("#N/A"),
        "#N/A",
        87.5,
        1,
    )
    assert sheet.rows[3][:3] == (None, "tautan", None)
    assert sheet.formulas == {(3, 6), (3, 9), (4, 9)}
    assert workbook.hidden_sheets == ("Tersembunyi", "Sangat")


def test_only_the_corner_of_merged_cells_has_a_value():
    book = openpyxl.Workbook()
    book.active.append(["Clumprit"])
    book.active.merge_cells("A1:A3")
    book.active["B3"] = "ujung"
    buffer = io.BytesIO()
    book.save(buffer)
    (sheet,) = read_workbook(buffer.getvalue(), "data.xlsx").sheets
    assert sheet.rows == [("Clumprit", None), (None, None), (None, "ujung")]


def test_ods_round_trip():
    document = opendocument.OpenDocumentSpreadsheet()
    sheet = table.Table(name="Peserta")
    for values in [["NIK", "Nama"], [], ["3507335703959200", "Siti"]]:
        row = table.TableRow()
        for value in values:
            cell = table.TableCell(valuetype="string")
            cell.addElement(text.P(text=value))
            row.addElement(cell)
        sheet.addElement(row)
    row = table.TableRow()
    row.addElement(table.TableCell(valuetype="date", datevalue="1995-03-17"))
    row.addElement(table.TableCell(valuetype="float", value="7", formula="of:=3+4"))
    sheet.addElement(row)
    document.spreadsheet.addElement(sheet)
    buffer = io.BytesIO()
    document.write(buffer)
    workbook = read_workbook(buffer.getvalue(), "peserta.ods")
    assert workbook.kind == "ods"
    assert workbook.sheets == (
        Sheet(
            name="Peserta",
            rows=[("NIK", "Nama"), (None, None), ("3507335703959200", "Siti"), (date(1995, 3, 17), 7)],
            formulas=frozenset({(4, 1)}),
        ),
    )


def test_cells_without_addresses_are_counted_along():
    rows = (
        "<row><c><v>5</v></c><c t='inlineStr'><is><t>n</t></is></c><c t='e'><v>#REF!</v></c></row>"
        "<row><c/><c><f>1+1</f><v>2</v></c></row>"
    )
    (sheet,) = read_workbook(xlsx(rows), "data.xlsx").sheets
    assert sheet.rows == [(5, "n", ErrorValue("#REF!")), (None, 2, None)]
    assert sheet.formulas == {(2, 1)}


def test_numbers_that_are_none_become_errors():
    cells = "".join(f'<c r="{name}1"><v>{text}</v></c>' for name, text in [("A", "NaN"), ("B", "inf"), ("C", "1e999")])
    (sheet,) = read_workbook(xlsx(f'<row r="1">{cells}</row>'), "data.xlsx").sheets
    assert sheet.rows == [(ErrorValue("#NUM!"),) * 3]


@pytest.mark.parametrize(
    ("filename", "name"),
    [
        ("C:\\data\\Batik Wagir.csv", "Batik Wagir"),
        ("../../etc/peserta.CSV", "peserta"),
        ("\u202egnp.csv", "gnp"),
        ("x" * 300 + ".csv", "x" * 31),
        ("\x00.csv", "CSV"),
    ],
)
def test_the_sheet_of_a_csv_is_named_after_the_file(filename, name):
    assert [sheet.name for sheet in read_workbook(b"a;b\n1;2\n", filename).sheets] == [name]


LIMITS = Limits(rows=10, columns=5, cells=40, cell_characters=20)


@pytest.mark.parametrize(
    ("content", "filename", "words"),
    [
        (b"x" * 14_889_779, "a.xlsx", "batas 10 MB, berkas Anda 14,2 MB"),
        (b"", "a.xlsx", "0 byte"),
        (b"a", "a.exe", "Jenis berkas .exe tidak diterima"),
        (b"a", "peserta", "tanpa akhiran"),
    ],
)
def test_size_and_name_are_checked_without_opening(content, filename, words):
    with pytest.raises(UnreadableFile, match=words):
        read_workbook(content, filename)


@pytest.mark.parametrize(
    ("content", "filename", "words"),
    [
        (b"a\n" * 111, "a.csv", "lebih dari 10 baris"),
        (b"a;b;c;d;e;f\n", "a.csv", "Baris 1 .* 6 kolom; batasnya 5"),
        (b"a;b\n1;" + b"x" * 21 + b"\n", "a.csv", "Sel B2 .* 21 karakter; batasnya 20"),
        (xlsx('<row r="111"><c r="B111"><v>1</v></c></row>'), "a.xlsx", "sampai sel B111"),
        (xlsx('<row r="3"><c r="F3"><v>1</v></c></row>'), "a.xlsx", "Baris 3 .* kolom ke-6"),
        (xlsx(("<row>" + "<c><v>1</v></c>" * 5 + "</row>") * 9), "a.xlsx", "lebih dari 40 sel"),
        (xlsx(f'<row r="1">{inline("C1", "x" * 21)}</row>'), "a.xlsx", "Sel C1 "),
        (xlsx(""), "a.xlsx", "tidak berisi data"),
        (b" \n;\n", "a.csv", "tidak berisi data"),
    ],
)  # fmt: skip
def test_limits_are_refused_with_place_and_number(content, filename, words):
    with pytest.raises(UnreadableFile, match=words) as refusal:
        read_workbook(content, filename, LIMITS)
    assert str(refusal.value) == f"{refusal.value.cause} {refusal.value.cure}"


def test_hidden_sheets_are_named_when_nothing_else_is_there():
    properties = '<sheets><sheet name="Gudang" sheetId="1" state="hidden" r:id="rId1"/></sheets>'
    content = xlsx(
        parts={
            "xl/workbook.xml": (
                '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://'
                f'schemas.openxmlformats.org/officeDocument/2006/relationships">{properties}</workbook>'
            )
        }
    )
    with pytest.raises(UnreadableFile, match='tersembunyi "Gudang" tidak dibaca'):
        read_workbook(content, "a.xlsx")


def test_names_of_columns_and_sizes():
    assert [column_letter(index) for index in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
    assert [format_size(size) for size in (0, 2048, 10 * 1024**2, 14_889_779)] == ["0 byte", "2 KB", "10 MB", "14,2 MB"]
