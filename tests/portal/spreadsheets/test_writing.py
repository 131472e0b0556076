"""Workbooks and CSV files: typed, inert, reconciled, and equal for every reader."""

import csv
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils.escape import unescape

from portal.spreadsheets.csv_writing import CsvWriter, csv_text
from portal.spreadsheets.sheets import Column, Kind, SheetSpec, clean_text, ratio_of
from portal.spreadsheets.writing import WorkbookWriter
from tests.libreoffice import sheets_of

COLUMNS = (
    Column("number", "No", Kind.INTEGER, 5),
    Column("code", "Kode", Kind.TEXT, 20),
    Column("people", "Jumlah", Kind.INTEGER, total=True),
    Column("ceiling", "Pagu", Kind.RUPIAH, 18, total=True),
    Column("realised", "Realisasi", Kind.RUPIAH, 18, total=True),
    Column("share", "Persen", Kind.PERCENT, 8, ratio=("realised", "ceiling")),
    Column("start", "Mulai", Kind.DATE, 12),
    Column("at", "Waktu", Kind.DATETIME, 16),
)
ROWS = (
    (1, "003", 30, Decimal("45000000"), Decimal("43500000.50"), Decimal("0.9667"), date(2025, 7, 14), None),
    (2, None, 0, Decimal("0"), None, None, None, datetime(2025, 7, 14, 2, 30, tzinfo=UTC)),
    (3, "3.31.02.2.01.0005", 12, Decimal("1.10"), Decimal("2.20"), Decimal("2"), date(1900, 3, 1), None),
)
PAYLOADS = [
    "=1+1",
    "==1+1",
    " =1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "\x00=1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(1)",
    ";=1+1",
    '";=1+1;"',
    ",=1+1",
    "=cmd|'/C calc'!A0",
    "|calc",
    "%0A=1+1",
    '=HYPERLINK("http://contoh.invalid","klik")',
    "=WEBSERVICE(1)",
    "{=1+1}",
    "+62812345678",
    "-",
    "http://contoh.invalid/a?b=c&d=<e>",
    "mailto:a@contoh.invalid",
    "<r><t>tebal</t></r>",
    "</t></is></c><c><f>1+1</f></c>",
    "_x003D_1+1",
    "' OR 1=1 --",
    "003",
    "3.31",
    "1E10",
    "TRUE",
    "2025-07-14",
    "#REF!",
    "\ud800batik",
    "\ufffebatik\uffff",
    "\u200b=1+1",
    "nama\r\ndua baris",
]


def book_of(path: Path, *sheets: SheetSpec, **options: Any) -> list:
    with WorkbookWriter(path, title="Uji", author="Pengguna & Uji", comment="id-ekspor", **options) as book:
        return [book.write(sheet) for sheet in sheets]


def spec(**changes: Any) -> SheetSpec:
    return SheetSpec(
        **{"title": "Rekap", "columns": COLUMNS, "rows": iter(ROWS), "heading_lines": ("Judul",)} | changes
    )


def test_values_are_typed(tmp_path: Path) -> None:
    book_of(tmp_path / "a.xlsx", spec())
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx", data_only=True)["Rekap"]
    rows = list(sheet.iter_rows(min_row=4, max_row=6, values_only=True))
    assert rows[0] == (1, "003", 30, 45000000, 43500000.5, 0.9667, datetime(2025, 7, 14), None)
    assert rows[1] == (2, None, 0, 0, None, None, None, datetime(2025, 7, 14, 9, 30))
    assert rows[2][1] == "3.31.02.2.01.0005"
    assert [cell.number_format for cell in sheet[4]][2:7] == ["#,##0", "#,##0.00", "#,##0.00", "0.00%", "dd-mm-yyyy"]


def test_foot_is_a_formula_with_its_value(tmp_path: Path) -> None:
    (result,) = book_of(tmp_path / "a.xlsx", spec())
    assert (result.rows, result.sums) == (
        3,
        {"people": 42, "ceiling": Decimal("45000001.10"), "realised": Decimal("43500002.70")},
    )
    formulas = openpyxl.load_workbook(tmp_path / "a.xlsx")["Rekap"][7]
    assert formulas[2].value == "=SUBTOTAL(109,C4:C6)"
    assert formulas[5].value == '=IF(D7=0,"",ROUND(E7/D7,4))'
    values = openpyxl.load_workbook(tmp_path / "a.xlsx", data_only=True)["Rekap"][7]
    assert [cell.value for cell in values] == ["JUMLAH", None, 42, 45000001.1, 43500002.7, 0.9667, None, None]


def test_frame_and_print_set_up(tmp_path: Path) -> None:
    book_of(tmp_path / "a.xlsx", spec())
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    sheet = book["Rekap"]
    assert (sheet.freeze_panes, sheet.auto_filter.ref, sheet.print_title_rows) == ("A4", "A3:H6", "$3:$3")
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (14, "landscape")
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.oddFooter.center.text == "Halaman &P dari &N"
    assert sheet.column_dimensions["B"].width == pytest.approx(20, abs=1)
    properties = book.properties
    assert (properties.title, properties.creator, properties.description) == ("Uji", "Pengguna & Uji", "id-ekspor")


def test_a_wide_sheet_is_printed_on_several_pages(tmp_path: Path) -> None:
    columns = [Column(f"c{number}", f"Kolom {number}", width=30) for number in range(20)]
    book_of(tmp_path / "a.xlsx", SheetSpec("Lebar", columns, [["x"] * 20]))
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["Lebar"]
    assert sheet.page_setup.fitToWidth == 3
    assert (sheet.print_title_cols, sheet.print_title_rows) == ("$A:$B", "$1:$1")


def test_rows_grow_with_wrapped_text(tmp_path: Path) -> None:
    rows = [("pendek",), ("kata " * 10,), ("baris\nbaris\nbaris",), ("kata " * 999,)]
    book_of(tmp_path / "a.xlsx", SheetSpec("Uji", [Column("a", "A", width=20)], rows))
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["Uji"]
    assert [sheet.row_dimensions[number].height for number in range(1, 6)] == [None, None, 40.5, 40.5, 270]


def test_years_have_no_thousands(tmp_path: Path) -> None:
    book_of(tmp_path / "a.xlsx", SheetSpec("Uji", [Column("a", "A", Kind.YEAR)], [(2025,)]))
    assert openpyxl.load_workbook(tmp_path / "a.xlsx")["Uji"]["A2"].number_format == "0"


def test_a_sheet_without_rows_still_has_header_and_foot(tmp_path: Path) -> None:
    (result,) = book_of(tmp_path / "a.xlsx", spec(rows=()))
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx", data_only=True)["Rekap"]
    assert (result.rows, result.sums["realised"]) == (0, 0)
    assert [cell.value for cell in sheet[4]][:5] == ["JUMLAH", None, 0, 0, 0]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_text_stays_text_in_a_workbook(tmp_path: Path, payload: str) -> None:
    columns = (Column("a", "A"),)
    book_of(tmp_path / "a.xlsx", SheetSpec("Uji", columns, [(payload,)], heading_lines=(payload,)))
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["Uji"]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None} == {"s"}
    assert unescape(sheet["A4"].value).strip() == clean_text(payload).strip()
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        xml = archive.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in xml
        assert "hyperlink" not in xml
        assert "externalLink" not in " ".join(archive.namelist())


def test_what_could_be_a_formula_stays_text_when_edited(tmp_path: Path) -> None:
    book_of(tmp_path / "a.xlsx", SheetSpec("Uji", (Column("a", "A"),), [("=1+1",), ("batik",)]))
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["Uji"]
    assert [sheet["A2"].quotePrefix, sheet["A3"].quotePrefix] == [True, False]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_text_stays_text_in_csv(tmp_path: Path, payload: str) -> None:
    columns = (Column("a", "A"), Column("b", "B"))
    with CsvWriter(tmp_path / "a.csv", single=True) as writer:
        writer.write(SheetSpec("Uji", columns, [("x", payload)]))
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        _, (first, second) = csv.reader(file, delimiter=";")
    assert first == "x"
    assert second in {clean_text(payload), "'" + clean_text(payload)}
    assert second.lstrip()[:1] not in set("=+-@|%＝＋－＠")
    assert second[:1] not in {"\t", "\r", "\n"}


def test_csv_dialect(tmp_path: Path) -> None:
    with CsvWriter(tmp_path / "a.csv", single=False) as writer:
        result = writer.write(spec(below=(SheetSpec("Mata Anggaran", COLUMNS, ROWS),)))
    assert [path.name for path in writer.files] == ["a-rekap.csv", "a-mata-anggaran.csv"]
    assert [result.rows, result.below[0].rows] == [3, 3]
    raw = (tmp_path / "a-rekap.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbfNo;Kode;Jumlah;Pagu;Realisasi;Persen;Mulai;Waktu\r\n")
    lines = raw.decode("utf-8-sig").splitlines()
    assert lines[1:] == [
        "1;003;30;45000000;43500000,50;96,67%;2025-07-14;",
        "2;;0;0;;;;2025-07-14 09:30",
        "3;3.31.02.2.01.0005;12;1,10;2,20;200,00%;1900-03-01;",
    ]


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        (Kind.RUPIAH, Decimal("-1500.25"), "-1500,25"),
        (Kind.RUPIAH, Decimal("1E+6"), "1000000"),
        (Kind.INTEGER, -3, "-3"),
        (Kind.ANY, Decimal("5"), "5"),
        (Kind.TEXT, "-3", "'-3"),
        (Kind.TEXT, "", ""),
    ],
)
def test_csv_cells(kind: str, value: Any, text: str) -> None:
    assert csv_text(kind, value) == text


def test_long_sheets_are_split(tmp_path: Path) -> None:
    columns = (Column("n", "N", Kind.INTEGER, total=True),)
    rows = ((number,) for number in range(1, 8))
    (result,) = book_of(tmp_path / "a.xlsx", SheetSpec("Data", columns, rows), max_rows=6)
    book = openpyxl.load_workbook(tmp_path / "a.xlsx", data_only=True)
    assert book.sheetnames == ["Data", "Data (2)", "Data (3)"]
    assert [[cell.value for (cell,) in sheet] for sheet in book] == [["N", 1, 2, 3, 6], ["N", 4, 5, 6, 15], ["N", 7, 7]]
    assert (result.rows, result.sums) == (7, {"n": 28})


def test_any_kind_follows_the_value(tmp_path: Path) -> None:
    values = ["teks", 3, Decimal("2.5"), date(2025, 7, 14), datetime(2025, 7, 14, 8, 0)]
    book_of(tmp_path / "a.xlsx", SheetSpec("Uji", (Column("v", "Isi", Kind.ANY),), [(value,) for value in values]))
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["Uji"]
    assert [cell.number_format for (cell,) in sheet.iter_rows(min_row=2)] == [
        "@",
        "#,##0",
        "#,##0.00",
        "dd-mm-yyyy",
        "dd-mm-yyyy hh:mm",
    ]


def test_nothing_is_left_after_a_failure(tmp_path: Path) -> None:
    def broken() -> Any:
        yield ROWS[0]
        raise RuntimeError("putus")

    with pytest.raises(RuntimeError):
        book_of(tmp_path / "a.xlsx", spec(rows=broken()))
    with pytest.raises(RuntimeError), CsvWriter(tmp_path / "a.csv", single=True) as writer:
        writer.write(spec(rows=broken()))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("part", "whole", "ratio"), [(1, 3, Decimal("0.3333")), (2, 3, Decimal("0.6667")), (0, 5, 0), (5, 0, None)]
)
def test_ratio(part: int, whole: int, ratio: Decimal | None) -> None:
    assert ratio_of(part, whole) == ratio


def test_libreoffice_agrees(tmp_path: Path) -> None:
    """Another program, computing every formula itself, comes to the same figures and finds no formula in text."""
    texts = SheetSpec("Teks", (Column("a", "A"),), [(payload,) for payload in PAYLOADS])
    below = (SheetSpec("Mata Anggaran", COLUMNS, ROWS),)
    book_of(tmp_path / "a.xlsx", spec(below=below), texts)
    sheets = sheets_of(tmp_path / "a.xlsx", tmp_path)
    foot = ["JUMLAH", "", "42", "45000001.1", "43500002.7", "96.67%"]
    recap = sheets["Rekap"]
    assert [row[:6] for row in recap if row[0] == "JUMLAH"] == [foot, foot]
    assert recap[3][:7] == ["1", "003", "30", "45000000", "43500000.5", "96.67%", "07/14/2025"]
    assert [row[0].strip() for row in sheets["Teks"][1:]] == [clean_text(payload).strip() for payload in PAYLOADS]


def test_columns_are_wide_enough_for_the_tables_below(tmp_path: Path) -> None:
    below = SheetSpec("Bawah", (Column("a", "A", width=8), Column("b", "B", Kind.RUPIAH, 30), Column("c", "C")), [])
    book_of(tmp_path / "a.xlsx", SheetSpec("Uji", (Column("a", "A", width=20), Column("b", "B")), [], below=(below,)))
    widths = openpyxl.load_workbook(tmp_path / "a.xlsx")["Uji"].column_dimensions
    assert [widths[name].width for name in "ABC"] == pytest.approx([20, 30, 14], abs=1)
