"""No text of anybody becomes a formula in a file that leaves, and each comes back as it was written."""

import csv
import subprocess
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.db import transaction

from participants.models import Person
from portal.importing import pipeline
from portal.spreadsheets import reading
from portal.spreadsheets.cell_text import parse_text
from portal.spreadsheets.csv_writing import CsvWriter
from portal.spreadsheets.reading import read_workbook
from portal.spreadsheets.sheets import FORMULA_START, Column, SheetSpec, clean_cell
from portal.spreadsheets.writing import WorkbookWriter
from tests.factories.portal import make_nik
from tests.imports.desk import read_here, undone
from tests.libreoffice import sheets_of, soffice
from tests.ooxml import faults
from tests.reports.ledger import export
from tests.reports.payloads import PAYLOADS, Traps, build

COLUMNS = {
    "participants": ("Nama Lengkap", "Alamat", "Tempat Lahir", "Nama Usaha", "Produk"),
    "trainings": ("Nama Pelatihan", "Tempat", "Keterangan"),
}
TITLES = {"participants": "Peserta", "trainings": "Rekap"}
# CSV as Excel takes it: `;`, quotes, UTF-8, numbers recognised, formulas computed.
TAKES_FORMULAS = "CSV:59,34,76,1,,0,false,true,false,false,false,-1,true"
EXPECTED = Counter(clean_cell(text) for text in PAYLOADS)


@pytest.fixture(scope="module")
def shared_traps(django_db_setup: None, django_db_blocker: Any) -> Iterator[Traps]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


@pytest.fixture
def traps(shared_traps: Traps, db: None) -> Traps:
    return shared_traps


def column(rows: list[Any], label: str) -> list[Any]:
    """Return what stands below a heading, down to the foot."""
    header = next(number for number, row in enumerate(rows) if row and row[0] == "No")
    index = list(rows[header]).index(label)
    below = rows[header + 1 :]
    end = next((number for number, row in enumerate(below) if not row or row[0] in (None, "", "JUMLAH")), len(below))
    return [row[index] for row in below[:end]]


def test_there_are_enough_of_them() -> None:
    assert len(set(PAYLOADS)) == len(PAYLOADS) >= 60


@pytest.mark.parametrize("identifier", COLUMNS)
def test_a_workbook_holds_no_formula_but_its_own(traps: Traps, tmp_path: Path, identifier: str) -> None:
    export(identifier, traps.supervisor, tmp_path)
    path = tmp_path / f"{identifier}.xlsx"
    assert faults(path) == []
    for sheet in openpyxl.load_workbook(path):
        for line in sheet.iter_rows():
            for cell in line:
                assert cell.hyperlink is None
                if isinstance(cell.value, str) and cell.data_type != "f" and FORMULA_START.match(cell.value):
                    assert cell.quotePrefix, cell.value  # stays text when somebody edits it
                assert cell.data_type != "f" or line[0].value == "JUMLAH"


@pytest.mark.parametrize("identifier", COLUMNS)
def test_texts_come_back_from_a_workbook(traps: Traps, tmp_path: Path, identifier: str) -> None:
    export(identifier, traps.supervisor, tmp_path)
    path = tmp_path / f"{identifier}.xlsx"
    sheet = read_workbook(path.read_bytes(), path.name).sheets[0]
    for label in COLUMNS[identifier]:
        found = Counter(column(sheet.rows, label))
        assert found.keys() - EXPECTED.keys() <= {None, "Pelatihan Uji"}
        assert {text: found[text] for text in EXPECTED} == EXPECTED, label


@pytest.mark.parametrize("identifier", COLUMNS)
def test_another_program_computes_none_of_them(traps: Traps, tmp_path: Path, identifier: str) -> None:
    export(identifier, traps.supervisor, tmp_path)
    rows = sheets_of(tmp_path / f"{identifier}.xlsx", tmp_path)[TITLES[identifier]]
    for label in COLUMNS[identifier]:
        found = {text.replace("\r\n", "\n").strip() for text in column(rows, label)}
        assert found >= {clean_cell(text).strip() for text in PAYLOADS}, label


@pytest.mark.parametrize("identifier", COLUMNS)
def test_csv_begins_no_formula(traps: Traps, tmp_path: Path, identifier: str) -> None:
    export(identifier, traps.supervisor, tmp_path, "csv")
    path = tmp_path / f"{identifier}.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.reader(file, delimiter=";"):
            assert not [cell for cell in row if FORMULA_START.match(cell)]
    command = [soffice(), f"-env:UserInstallation={(tmp_path / 'profil').as_uri()}", "--headless"]
    command += [f"--infilter={TAKES_FORMULAS}", "--convert-to", "xlsx", "--outdir", str(tmp_path / "lain"), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    (sheet,) = openpyxl.load_workbook(tmp_path / "lain" / path.with_suffix(".xlsx").name)
    assert not [cell.value for line in sheet.iter_rows() for cell in line if cell.data_type == "f"]


@pytest.mark.parametrize("identifier", COLUMNS)
def test_texts_come_back_from_csv(traps: Traps, tmp_path: Path, identifier: str) -> None:
    export(identifier, traps.supervisor, tmp_path, "csv")
    path = tmp_path / f"{identifier}.csv"
    (sheet,) = read_workbook(path.read_bytes(), path.name).sheets
    for label in COLUMNS[identifier]:
        found = {parse_text(value, 2_000) for value in column(sheet.rows, label)}
        assert found >= {parse_text(clean_cell(text), 2_000) for text in PAYLOADS}, label


@pytest.mark.parametrize("file_format", ["xlsx", "csv"])
def test_names_come_back_through_the_import_desk(
    traps: Traps, tmp_path: Path, file_format: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was exported is sent to the desk again, with other NIK, so that every name makes a new person."""
    export("participants", traps.operator, tmp_path, file_format)
    path = tmp_path / f"participants.{file_format}"
    rows = read_workbook(path.read_bytes(), path.name).sheets[0].rows
    names = column(rows, "Nama Lengkap")
    monkeypatch.setattr(reading, "_read_in_child", read_here)
    lines = [[make_nik(5000 + number, date(1980, 5, 17), "P"), name, "P"] for number, name in enumerate(names)]
    columns = [Column("nik", "NIK"), Column("name", "Nama"), Column("sex", "L/P")]
    again = tmp_path / f"lagi.{file_format}"
    writer = CsvWriter(again, single=True) if file_format == "csv" else WorkbookWriter(again, title="", author="")
    with writer:
        writer.write(SheetSpec("Data", columns, lines))
    known = set(Person.objects.values_list("pk", flat=True))
    with undone():
        batch = pipeline.receive(
            again.read_bytes(),
            again.name,
            resource="participants",
            by=traps.operator,
            target=traps.training.number,
        )
        pipeline.stage(batch)
        pipeline.apply(batch, by=traps.operator)
        stored = Person.objects.exclude(pk__in=known).values_list("name", flat=True)
        assert Counter(stored) == Counter(parse_text(clean_cell(text)) for text in PAYLOADS)
