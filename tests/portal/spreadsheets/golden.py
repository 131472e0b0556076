"""Twenty people as every program writes them down."""

import codecs
import csv
import io
import unicodedata
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import openpyxl
import xlsxwriter
from odf import opendocument, table
from odf.text import P

from portal.spreadsheets.csv_writing import CsvWriter
from portal.spreadsheets.headers import HeaderColumn
from portal.spreadsheets.sheets import Column, Kind, SheetSpec
from portal.spreadsheets.writing import WorkbookWriter

from .builders import XLS_FORMATS, xls, xls_date, xls_number, xls_text

COLUMNS = (
    HeaderColumn("nik", "NIK", required=True),
    HeaderColumn("name", "Nama", required=True),
    HeaderColumn("sex", "L/P"),
    HeaderColumn("birth_date", "Tanggal Lahir"),
    HeaderColumn("rt_rw", "RT/RW"),
    HeaderColumn("phone", "No. HP"),
    HeaderColumn("present", "Hadir"),
    HeaderColumn("workers", "Tenaga Kerja"),
    HeaderColumn("turnover", "Omzet"),
    HeaderColumn("notes", "Keterangan"),
)
# What a clerk types. Names and notes hold what each form has trouble with; areas 91 to 96 are in Papua.
NAMES = [
    "Siti Aminah",
    "Nure\u0301 Handayani",
    "Umi “Ami” Kulsum",
    'Anik "Nik" Lestari',
    "O'Neil Wibowo",
    "Dewi; Sri",
    "Rina, S.Pd.",
    "Eko\tJoko",
    "Tri | Nur",
    "Agus\nBudi",
    "Wahyu\r\nSari",
    "ENDANG  ASTUTI ",
    "Ya\u0308kob Ñuñez",
    "Café Ünal",
    "A",
    "Sri & Co <b>",
    "Maria d'Arc",
    "Yohanes #1",
    "Petrus 100%",
    "Yosef\u00a0Kogoya",
]
NOTES = [
    "007",
    None,
    "1/5",
    "00123",
    "3.14",
    "TRUE",
    "=",
    "-",
    "2025-01-02",
    "1e5",
    "NIK;Nama",
    '"',
    "''",
    "  ",
    "a\n\nb",
]
NUMBER_OF_ROWS = 20
Row = tuple[Any, ...]


def people() -> list[Row]:
    rows: list[Row] = []
    for number in range(NUMBER_OF_ROWS):
        area = [350733, 910101, 920202, 930303, 940404, 950505, 960606][number % 7]
        born = date(1960 + number, number % 12 + 1, number + 1)
        woman = number % 2 == 0
        nik = f"{area}{born.day + 40 * woman:02}{born:%m%y}{number + 1:04}"
        rows.append(
            (
                nik,
                NAMES[number],
                ["P", "Laki-laki", "Wanita", "L"][number % 4],
                born,
                f"{number + 1:03}/{number % 9 + 1:03}",
                f"0812345{number:05}",
                ["V", "√", "1", "-", "i", "sakit"][number % 6],
                number * 7,
                Decimal("1234567.50") * number,
                NOTES[number % len(NOTES)],
            )
        )
    return rows


def as_text(row: Row) -> list[str]:
    """Return the row as a clerk in Indonesia sees it."""
    money = f"{row[8]:,.2f}".translate(str.maketrans(",.", ".,"))
    cells = [*row[:3], f"{row[3]:%d/%m/%Y}", *row[4:7], f"{row[7]:,}".replace(",", "."), money, row[9]]
    return ["" if cell is None else str(cell) for cell in cells]


LABELS = [column.label for column in COLUMNS]


def as_csv(
    encoding: str,
    delimiter: str,
    *,
    bom: bytes = b"",
    first: str = "",
    end: str = "\r\n",
    quoting: int = csv.QUOTE_MINIMAL,
) -> bytes:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator=end, quoting=quoting)
    writer.writerow(LABELS)
    writer.writerows(map(as_text, people()))
    text = first + buffer.getvalue()
    # A single byte for each letter cannot hold a letter and its accent apart, nor a tick.
    text = unicodedata.normalize("NFC", text).replace("√", "v") if encoding == "cp1252" else text
    return bom + text.encode(encoding)


def as_xlsxwriter(**options: Any) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_urls": False, **options}) as book:
        day, text = book.add_format({"num_format": "dd-mm-yyyy"}), book.add_format({"num_format": "@"})
        sheet = book.add_worksheet("Data")
        for column, label in enumerate(LABELS):
            sheet.write_string(0, column, label)
        for number, row in enumerate(people(), start=1):
            for column, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(number, column, value, text)
                elif isinstance(value, date):
                    sheet.write_datetime(number, column, value, day)
                elif value is not None:
                    sheet.write_number(number, column, value)
    return buffer.getvalue()


def as_openpyxl(*, write_only: bool = False) -> bytes:
    book = openpyxl.Workbook(write_only=write_only)
    sheet = book.create_sheet("Data") if write_only else book.active
    sheet.append(LABELS)
    for row in people():
        # Excel itself would keep a lone "=" as text; this library takes it for a formula unless it is quoted.
        sheet.append([f"'{value}" if value == "=" else value for value in row])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def as_ods() -> bytes:
    document = opendocument.OpenDocumentSpreadsheet()
    sheet = table.Table(name="Data")
    for values in [LABELS, *people()]:
        row = table.TableRow()
        for value in values:
            row.addElement(_ods_cell(value))
        sheet.addElement(row)
    document.spreadsheet.addElement(sheet)
    buffer = io.BytesIO()
    document.write(buffer)
    return buffer.getvalue()


def _ods_cell(value: Any) -> Any:
    if value is None:
        return table.TableCell()
    if isinstance(value, date):
        return table.TableCell(valuetype="date", datevalue=value.isoformat())
    if isinstance(value, int | Decimal):
        return table.TableCell(valuetype="float", value=str(value))
    cell = table.TableCell(valuetype="string")
    # A line break in a cell is a new paragraph there, and a tab is a space.
    for line in value.replace("\t", " ").splitlines():
        cell.addElement(P(text=line))
    return cell


def as_xls() -> bytes:
    cells = b"".join(xls_text(0, column, label) for column, label in enumerate(LABELS))
    for number, row in enumerate(people(), start=1):
        for column, value in enumerate(row):
            if isinstance(value, date):
                cells += xls_date(number, column, (value - date(1899, 12, 30)).days)
            elif isinstance(value, str):
                cells += xls_text(number, column, value)
            elif value is not None:
                cells += xls_number(number, column, float(value))
    return xls(cells, before=XLS_FORMATS)


def _our_own(writer: Callable[[Path], Any]) -> bytes:
    kinds = {"birth_date": Kind.DATE, "workers": Kind.INTEGER, "turnover": Kind.RUPIAH}
    columns = [Column(column.name, column.label, kinds.get(column.name, Kind.TEXT)) for column in COLUMNS]
    with TemporaryDirectory() as directory:
        path = Path(directory) / "data"
        with writer(path) as open_writer:
            open_writer.write(SheetSpec("Data", columns, people(), totals=False))
        return path.read_bytes()


FORMS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "xlsx by xlsxwriter": ("xlsx", as_xlsxwriter),
    "xlsx by xlsxwriter, texts in the cells": ("xlsx", lambda: as_xlsxwriter(constant_memory=True, in_memory=False)),
    "xlsx counted from 1904": ("xlsx", lambda: as_xlsxwriter(date_1904=True)),
    "xlsx by openpyxl": ("xlsx", as_openpyxl),
    "xlsx by openpyxl, streamed": ("xlsx", lambda: as_openpyxl(write_only=True)),
    "xlsx of our own exports": ("xlsx", lambda: _our_own(lambda path: WorkbookWriter(path, title="a", author="b"))),
    "ods": ("ods", as_ods),
    "xls": ("xls", as_xls),
    "csv of our own exports": ("csv", lambda: _our_own(lambda path: CsvWriter(path, single=True))),
    "csv utf-8 ;": ("csv", lambda: as_csv("utf-8", ";")),
    "csv utf-8 , with bare line feeds": ("csv", lambda: as_csv("utf-8", ",", end="\n")),
    "csv utf-8 tab": ("csv", lambda: as_csv("utf-8", "\t")),
    "csv utf-8 |": ("csv", lambda: as_csv("utf-8", "|")),
    "csv utf-8 ; all quoted": ("csv", lambda: as_csv("utf-8", ";", quoting=csv.QUOTE_ALL)),
    "csv utf-8 with BOM ;": ("csv", lambda: as_csv("utf-8", ";", bom=codecs.BOM_UTF8)),
    "csv utf-8 with BOM and sep=|": ("csv", lambda: as_csv("utf-8", "|", bom=codecs.BOM_UTF8, first="sep=|\r\n")),
    "csv cp1252 ;": ("csv", lambda: as_csv("cp1252", ";")),
    "csv cp1252 ,": ("csv", lambda: as_csv("cp1252", ",")),
    "csv utf-16-le with BOM tab": ("csv", lambda: as_csv("utf-16-le", "\t", bom=codecs.BOM_UTF16_LE)),
    "csv utf-16-be with BOM ;": ("csv", lambda: as_csv("utf-16-be", ";", bom=codecs.BOM_UTF16_BE)),
    "csv utf-16-le ,": ("csv", lambda: as_csv("utf-16-le", ",")),
    "csv utf-16-be tab": ("csv", lambda: as_csv("utf-16-be", "\t")),
    "csv sep=;": ("csv", lambda: as_csv("utf-8", ";", first="sep=;\r\n")),
}
