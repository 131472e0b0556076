"""The official code tables: what is shipped is whole, a new table is versioned, a faulty one is refused by rows."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from openpyxl import Workbook

from portal.models import AuditEvent
from programs.actions.nomenclature import LEVELS, FaultyTable, load_nomenclature
from programs.actions.reference import load_reference
from programs.models import ExpenseAccount, FundSource, NomenclatureNode
from programs.validators import validate_code

pytestmark = pytest.mark.django_db
LINE = "3.31.02.2.01.0005"
NAME = "Koordinasi, Sinkronisasi, dan Pelaksanaan Pemberdayaan Industri dan Peran Serta Masyarakat"


def row(code: str = "3", name: str = "Urusan Pemerintahan Pilihan", valid_from: Any = 2024, **cells: Any) -> dict:
    return {"code": code, "name": name, "valid_from": valid_from, **cells}


def load(*rows: dict) -> str:
    return str(load_nomenclature(enumerate(rows, start=2)))


def versions(code: str) -> list[tuple[int, int | None, str]]:
    rows = NomenclatureNode.objects.filter(code=code).order_by("valid_from")
    return list(rows.values_list("valid_from", "valid_to", "name"))


# --- what is shipped ----------------------------------------------------------------------------------------------
def test_reference_tables_load_once():
    first = load_reference()
    assert [tally.new for tally in first.values()] == [228, 138, 9]
    events = AuditEvent.objects.count()
    again = load_reference()
    assert [(tally.new, tally.changed, tally.same) for tally in again.values()] == [(0, 0, 228), (0, 0, 138), (0, 0, 9)]
    assert (NomenclatureNode.history.count(), AuditEvent.objects.count()) == (228, events)


def test_loading_again_asks_little(django_assert_max_num_queries):
    load_reference()
    with django_assert_max_num_queries(10):
        load_reference()


def test_the_line_of_the_founding_training():
    load_reference()
    names = {node.code: node.name for node in NomenclatureNode.objects.all()}
    assert names["3.31"] == "Urusan Pemerintahan Bidang Perindustrian"
    assert names["3.31.02"] == "Program Perencanaan dan Pembangunan Industri"
    assert names["3.31.02.2.01"] == "Penyusunan dan Evaluasi Rencana Pembangunan Industri Kabupaten/Kota"
    node = NomenclatureNode.objects.get(code=LINE)
    assert (node.name, node.unit, node.valid_from, node.valid_to) == (NAME, "Dokumen", 2024, None)


def test_every_shipped_code_is_in_its_one_spelling_and_below_a_known_one():
    load_reference()
    nodes = {node.code: node for node in NomenclatureNode.objects.all()}
    for code, node in nodes.items():
        validate_code(code)
        level, above = LEVELS[code.count(".") + 1]
        assert node.level == level
        assert not above or ".".join(code.split(".")[:above]) in nodes
        assert not node.name.isupper()
        assert code.split(".")[3:4] in ([], ["2"])
    accounts = set(ExpenseAccount.objects.values_list("code", flat=True))
    assert all("." not in code or code.rpartition(".")[0] in accounts for code in accounts)
    assert "5.1.02.02.01.0011" in accounts
    assert FundSource.objects.get(code="1.1").name == "Pendapatan Asli Daerah (PAD)"


# --- versions -----------------------------------------------------------------------------------------------------
def test_a_correction_changes_the_same_version_and_keeps_its_history():
    load(row(unit="Dokumen"))
    assert load(row(name="Urusan Pilihan", unit="Dokumen")) == "0 baru, 1 berubah, 0 sama"
    node = NomenclatureNode.objects.get()
    assert (node.name, node.unit) == ("Urusan Pilihan", "Dokumen")
    assert list(node.history.values_list("name", flat=True)) == ["Urusan Pilihan", "Urusan Pemerintahan Pilihan"]


def test_a_column_that_is_absent_leaves_the_value_alone():
    load(row(unit="Dokumen", decree="Kepmendagri", valid_to=2026))
    assert load(row()) == "0 baru, 0 berubah, 1 sama"


def test_a_new_version_ends_the_one_before_and_follows_it():
    load(row(valid_to=None))
    assert load(row(name="Nama baru", valid_from=2027)) == "1 baru, 1 berubah, 0 sama"
    assert versions("3") == [(2024, 2026, "Urusan Pemerintahan Pilihan"), (2027, None, "Nama baru")]
    newest = NomenclatureNode.objects.get(valid_from=2027)
    assert newest.predecessor.valid_from == 2024
    assert load(row(valid_to=None)) == "0 baru, 0 berubah, 1 sama", "an older table reopens nothing"


def test_an_older_version_that_comes_late_ends_where_the_known_one_begins():
    load(row(valid_from=2024))
    load(row(name="Nama lama", valid_from=2020))
    load(row(name="Nama tengah", valid_from=2022, valid_to=2022))
    assert [(first, last) for first, last, _ in versions("3")] == [(2020, 2021), (2022, 2022), (2024, None)]


def test_versions_of_one_file_follow_each_other():
    load(row(valid_from=2026, name="C"), row(valid_from=2022, name="A"), row(valid_from=2024, name="B"))
    assert versions("3") == [(2022, 2023, "A"), (2024, 2025, "B"), (2026, None, "C")]
    chain = NomenclatureNode.objects.order_by("valid_from")
    assert [node.predecessor_id for node in chain] == [None, chain[0].pk, chain[1].pk]


def test_a_code_may_replace_another_code():
    load(row("2"), row("3"))
    load(row("3", "Baru", 2026, predecessor="2"))
    assert NomenclatureNode.objects.get(valid_from=2026).predecessor.code == "2"
    assert load(row("3", "Baru", 2026)) == "0 baru, 0 berubah, 1 sama", "a link is kept when the file names none"


def test_old_spellings_are_the_same_code():
    load_reference()
    cells = {"code": "3.31.02.02.01.05", "name": NAME, "valid_from": "2024", "level": "Sub Kegiatan"}
    assert load(cells) == "0 baru, 0 berubah, 1 sama"


# --- faults -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (row(""), "Kode kosong"),
        (row(3.31), "tersimpan sebagai angka"),
        (row("3.31.02.2"), "berhenti pada kewenangan"),
        (row("abc"), "bukan kode nomenklatur"),
        (row("3.31"), "Kode di atasnya, 3, tidak ada"),
        (row(name=""), "Nama kosong"),
        (row(name="x" * 401), "terlalu panjang"),
        (row(valid_from=""), "Berlaku dari tahun kosong"),
        (row(valid_from="20x4"), "bukan tahun"),
        (row(valid_from=24), "bukan tahun"),
        (row(valid_to=2023), "mendahului"),
        (row(level="program"), "tidak cocok dengan kode 3, yang merupakan Urusan"),
        (row(level="bab"), "Tingkat: “bab” tidak dikenal"),
        (row(predecessor="2"), "2 tidak ada, atau tidak berlaku sebelum 2024"),
        (row(predecessor="3"), "3 tidak ada, atau tidak berlaku sebelum 2024"),
    ],
)
def test_a_fault_is_named_with_its_row_and_nothing_is_written(cells: dict, words: str):
    with pytest.raises(FaultyTable) as refusal:
        load(row("2", "Urusan wajib"), cells)
    assert len(refusal.value.faults) == 1
    assert refusal.value.faults[0].startswith("Baris 3: ")
    assert words in refusal.value.faults[0]
    assert not NomenclatureNode.objects.exists()


def test_all_faults_of_all_rows_are_named_in_order():
    with pytest.raises(FaultyTable) as refusal:
        load(row(), row(), row("x", "", "y"))
    assert [fault.split(":")[0] for fault in refusal.value.faults] == ["Baris 3", "Baris 4", "Baris 4", "Baris 4"]
    assert "sudah ada pada baris 2" in refusal.value.faults[0]


# --- command ------------------------------------------------------------------------------------------------------
def run(path: Path) -> str:
    out = io.StringIO()
    call_command("load_nomenclature", path, stdout=out)
    return out.getvalue()


def test_a_spreadsheet_with_indonesian_headings_below_a_title(tmp_path: Path):
    book = Workbook()
    book.active.append(["LAMPIRAN KEPUTUSAN"])
    book.active.append(["No", "Kode", "Tingkat", "Nama", "Satuan", "Berlaku dari tahun"])
    book.active.append([1, 3, "Urusan", "Urusan Pemerintahan Pilihan", None, 2024])
    book.active.append([2, "3.31", "Bidang urusan", "Bidang Perindustrian", None, 2024])
    book.save(tmp_path / "tabel.xlsx")
    assert run(tmp_path / "tabel.xlsx") == "Nomenklatur: 2 baru, 0 berubah, 0 sama.\n"
    assert run(tmp_path / "tabel.xlsx") == "Nomenklatur: 0 baru, 0 berubah, 2 sama.\n"


def test_the_shipped_file_passes_through_the_command(tmp_path: Path):
    from programs.actions.reference import FOLDER

    assert run(FOLDER / "nomenclature.csv") == "Nomenklatur: 228 baru, 0 berubah, 0 sama.\n"


def test_a_refused_file_names_its_rows_and_ends_with_2(tmp_path: Path, capsys: pytest.CaptureFixture):
    path = tmp_path / "tabel.csv"
    path.write_text("kode;nama;berlaku dari tahun\n3;Pilihan;2024\n3.99.01;Program;2024\n")
    with pytest.raises(CommandError, match="1 kesalahan; tidak ada yang dimuat") as refusal:
        call_command("load_nomenclature", path)
    assert refusal.value.returncode == 2
    assert capsys.readouterr().out.startswith("Baris 3: Kode di atasnya, 3.99, tidak ada")
    assert not NomenclatureNode.objects.exists()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("tidak-ada.csv", None, "tidak dapat dibaca"),
        ("kosong.csv", "", "kosong"),
        ("lain.csv", "kode;nama\n3;Pilihan\n", "Kolom wajib: Kode, Nama, Berlaku dari tahun"),
        ("tabel.pdf", "%PDF-1.7", "tidak diterima"),
    ],
)
def test_a_file_that_is_no_table_is_refused(tmp_path: Path, name: str, content: str | None, words: str):
    if content is not None:
        (tmp_path / name).write_text(content)
    with pytest.raises(CommandError, match=words) as refusal:
        run(tmp_path / name)
    assert refusal.value.returncode == 2
