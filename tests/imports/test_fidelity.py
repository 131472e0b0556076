"""A NIK comes back from our own files digit for digit, and never from a cell that could have lost one."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from participants.models import Person
from portal.identity import decrypt_nik
from portal.importing import pipeline, repair
from portal.importing.judging import resource_of
from portal.importing.problem_file import problem_file
from portal.importing.widgets import NikWidget
from portal.spreadsheets.cells import CellError
from portal.spreadsheets.csv_writing import CsvWriter
from portal.spreadsheets.reading import Limits, read_workbook
from portal.spreadsheets.sheets import Column, Kind, SheetSpec
from portal.spreadsheets.writing import WorkbookWriter
from tests.imports.desk import Upload
from tests.imports.neighbours import Here
from tests.imports.niks import DAYS, PROVINCES, many_niks
from tests.portal.spreadsheets import builders

HUNDRED_THOUSAND = 100_000
NUMBERS = 10_000
WIDE = Limits(rows=HUNDRED_THOUSAND, unpacked_bytes=2**30, output_bytes=2**30, memory_bytes=2**30, cpu_seconds=120)
CLEAN = NikWidget().clean


def written(path: Path, kind: str, values: Iterable[Any]) -> Path:
    """Write one column headed NIK with the writer that goes with the suffix."""
    writer = (
        CsvWriter(path, single=True) if path.suffix == ".csv" else WorkbookWriter(path, title="Uji", author="Penguji")
    )
    with writer:
        writer.write(SheetSpec("Data", [Column("nik", "NIK", kind)], ([value] for value in values)))
    return path


def cells_of(path: Path) -> Iterator[Any]:
    """Yield the cells below the header as the sandboxed reader gives them."""
    (sheet,) = read_workbook(path.read_bytes(), path.name, WIDE).sheets
    assert sheet.rows[0] == ("NIK",)
    return (row[0] for row in sheet.rows[1:])


def accepted(cells: Iterable[Any]) -> list[Any]:
    """Return what the desk took for a NIK, which of numbers must be nothing; fails when there was nothing to judge."""
    judged = list(cells)
    assert judged
    return [cell for cell in judged if not is_refused(cell)]


def is_refused(cell: Any) -> bool:
    try:
        CLEAN(cell)
    except CellError:
        return True
    return False


def test_the_hundred_thousand_hold_every_corner():
    niks = list(many_niks(HUNDRED_THOUSAND))
    assert {(int(nik[:2]), int(nik[6:8])) for nik in niks} == {(area, day) for area in PROVINCES for day in DAYS}
    assert {nik[0] for nik in niks} == set("123456789")
    assert {nik[-4:] for nik in niks} >= {"0001", "9999"}
    assert len(set(niks)) > HUNDRED_THOUSAND * 0.99


@pytest.mark.parametrize("suffix", ["xlsx", "csv"])
def test_a_hundred_thousand_niks_come_back_digit_for_digit(tmp_path: Path, suffix: str):
    path = written(tmp_path / f"nik.{suffix}", Kind.TEXT, many_niks(HUNDRED_THOUSAND))
    wrong = [
        (sent, came)
        for sent, came in zip(many_niks(HUNDRED_THOUSAND), map(CLEAN, cells_of(path)), strict=True)
        if sent != came
    ]
    assert wrong == []


@pytest.mark.parametrize("kind", [Kind.INTEGER, Kind.NUMBER, Kind.YEAR, Kind.ANY])
def test_number_cells_of_a_workbook_are_refused(tmp_path: Path, kind: str):
    path = written(tmp_path / "nik.xlsx", kind, (int(nik) for nik in many_niks(NUMBERS)))
    assert accepted(cells_of(path)) == []


@pytest.mark.parametrize("convert", [float, lambda nik: int(nik) / 10, lambda nik: int(nik[:15])])
def test_fractions_and_shortened_numbers_of_a_workbook_are_refused(tmp_path: Path, convert: Callable[[str], float]):
    path = written(tmp_path / "nik.xlsx", Kind.NUMBER, map(convert, many_niks(NUMBERS)))
    assert accepted(cells_of(path)) == []


def test_logical_cells_are_refused(tmp_path: Path):
    path = tmp_path / "nik.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_string(0, 0, "NIK")
        for row, value in enumerate((True, False), start=1):
            sheet.write_boolean(row, 0, value)
    cells = list(cells_of(path))
    assert (cells, accepted(cells)) == ([True, False], [])


@pytest.mark.parametrize("spelling", [str, "{}.0".format, lambda nik: f"{int(nik):.5E}", lambda nik: f"{float(nik)!r}"])
def test_number_cells_of_an_open_document_are_refused(tmp_path: Path, spelling: Callable[[str], str]):
    """LibreOffice shows all 16 digits beside the number; the number is what was typed, and it has 15."""
    cell = '<table:table-cell office:value-type="float" office:value="{}"><text:p>{}</text:p></table:table-cell>'
    rows = "".join(
        f"<table:table-row>{cell.format(spelling(nik), nik)}</table:table-row>" for nik in many_niks(NUMBERS)
    )
    path = tmp_path / "nik.ods"
    header = f"<table:table-row>{builders.ods_cell('NIK')}</table:table-row>"
    path.write_bytes(builders.ods(header + rows))
    assert accepted(cells_of(path)) == []


def test_number_cells_of_an_old_workbook_are_refused():
    """An .xls knows only floats."""
    cells = b"".join(builders.xls_number(row, 0, float(nik)) for row, nik in enumerate(many_niks(1_000)))
    (sheet,) = read_workbook(builders.xls(cells), "nik.xls", WIDE).sheets
    assert len(sheet.rows) == 1_000
    assert accepted(row[0] for row in sheet.rows) == []


NUMBER_TEXTS: dict[str, Callable[[str], str]] = {
    "as Excel shows it": lambda nik: f"{int(nik):.5E}".replace(".", ","),
    "with a point": lambda nik: f"{int(nik):.5E}",
    "small e": lambda nik: f"{int(nik):e}",
    "all digits and an exponent": lambda nik: f"{nik[0]}.{nik[1:]}E+15",
    "point zero": lambda nik: f"{nik}.0",
    "comma zeros": lambda nik: f"{nik},00",
    "thousands, English": lambda nik: f"{int(nik):,}",
    "thousands and decimals": lambda nik: f"{int(nik):,}".replace(",", ".") + ",00",
    "negative": lambda nik: f"({nik})",
    "plus": lambda nik: f"+{nik}",
    "fifteen digits": lambda nik: nik[:15],
    "seventeen digits": lambda nik: f"{nik}0",
    "formula": '="{}"'.format,
}


DOTTED: dict[str, Callable[[str], str]] = {
    "fifteen digits and point zero": lambda nik: f"{nik[:15]}.0",
    "thousands, Indonesian": lambda nik: f"{int(nik):,}".replace(",", "."),
}


@pytest.mark.parametrize(
    "spelling",
    [
        *(pytest.param(spelling, id=name) for name, spelling in NUMBER_TEXTS.items()),
        *(pytest.param(spelling, id=name) for name, spelling in DOTTED.items()),
    ],
)
def test_numbers_written_out_in_a_csv_are_refused(tmp_path: Path, spelling: Callable[[str], str]):
    path = tmp_path / "nik.csv"
    lines = (f'"{spelling(nik)}"' if '"' not in spelling(nik) else spelling(nik) for nik in many_niks(NUMBERS))
    path.write_text("\n".join(["NIK", *lines]), encoding="utf-8")
    assert accepted(cells_of(path)) == []


def test_what_is_stored_opens_to_the_digits_of_the_file(fast_reading: None, db: None):
    """From file to ciphertext and back, and through the file of faulty rows into the same import again."""
    here, niks = Here(), sorted(set(many_niks(300)))
    known = stored_niks()
    villages = ("Clumprit", "Kota Lain")  # every other row is refused, and comes back in the problem file
    lines = [[nik, f"Orang {row}", "LP"[int(nik[6]) > 3], villages[row % 2]] for row, nik in enumerate(niks)]
    upload = Upload("participants", here.operator, ["NIK", "Nama", "L/P", "Desa"], lines, here.training.number, "xlsx")
    batch = upload.check()
    returned = problem_file(batch, resource_of(batch, here.operator))
    pipeline.apply(batch, by=here.operator)
    assert stored_niks() == sorted([*niks[::2], *known])

    (sheet,) = read_workbook(returned, "baris-bermasalah.xlsx").sheets
    headings, *rows = sheet.rows
    mended = [["Clumprit" if cell == "Kota Lain" else cell for cell in row] for row in rows]
    again = Upload("participants", here.operator, headings, mended, here.training.number, "xlsx")
    repair.take_back(batch, again.content, "baris-bermasalah.xlsx", by=here.operator)
    pipeline.check(batch, here.operator)
    pipeline.apply(batch, by=here.operator)
    assert stored_niks() == sorted([*niks, *known])


def stored_niks() -> list[str]:
    people = Person.objects.exclude(nik_index=None)
    return sorted(decrypt_nik(bytes(person.nik_cipher), person.nik_index) for person in people)
