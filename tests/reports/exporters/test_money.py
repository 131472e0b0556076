"""Budget, accounts and years in detail: which lines stand where, and what they say of the odd cases."""

from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest

from portal.spreadsheets.csv_writing import CsvWriter
from programs.models import Training
from reports.exporters.budget import BudgetExporter
from reports.queries import DIFFERENCE, LINES, RECAP, money_rows
from tests.factories.programs import ExpenseFactory, TrainingFactory
from tests.reports.exporters.tables import Table, tables_of
from tests.reports.exporters.traps import FEES, FOOD, GOODS, OTHER_PROGRAM, OTHER_SUB_ACTIVITY, SUB_ACTIVITY, Traps
from tests.reports.ledger import read_csv

KEGIATAN = "3.31.02.2.01"


def headings(table: Table, *labels: str) -> list[tuple]:
    """Return some cells of the lines above others, and how many rows they sum."""
    return [(*(line.cells[label] for label in labels), len(line.rows)) for line in table.headings]


# --- budget -------------------------------------------------------------------------------------------------------
def test_budget_lines_stand_under_programme_and_kegiatan(traps: Traps) -> None:
    table = tables_of("budget", traps.auditor)["Realisasi Anggaran"]
    assert headings(table, "Kode", "Tahun Anggaran", "Kode Program", "Kode Kegiatan") == [
        (None, 2023, None, None, 1),
        ("3.31.02", 2023, "3.31.02", None, 1),
        (KEGIATAN, 2023, "3.31.02", KEGIATAN, 1),
        (None, 2025, None, None, 5),
        ("3.30.07", 2025, "3.30.07", None, 1),
        ("3.30.07.2.01", 2025, "3.30.07", "3.30.07.2.01", 1),
        ("3.31.02", 2025, "3.31.02", None, 4),
        (KEGIATAN, 2025, "3.31.02", KEGIATAN, 4),
        (SUB_ACTIVITY, 2025, "3.31.02", KEGIATAN, 3),  # two SKPD, two sources; a single line has no line above it
    ]
    assert table.column("Kode") == [SUB_ACTIVITY, OTHER_PROGRAM, OTHER_SUB_ACTIVITY, *[SUB_ACTIVITY] * 3]
    programme = table.headings[6].cells
    assert programme["Uraian"] == "PROGRAM PERENCANAAN DAN PEMBANGUNAN INDUSTRI"
    assert (programme["No"], programme["SKPD"], programme["Pagu Perubahan"]) == (None, None, None)
    assert table.headings[0].cells["Uraian"] == "Tahun Anggaran 2023"


def test_one_year_has_no_line_for_the_year(traps: Traps) -> None:
    table = tables_of("budget", traps.supervisor, year="2023")["Realisasi Anggaran"]
    assert headings(table, "Kode") == [("3.31.02", 1), (KEGIATAN, 1)]


def test_the_ceiling_in_force_is_the_revised_one_also_when_it_is_nothing(traps: Traps) -> None:
    table = tables_of("budget", traps.supervisor, year="2025")["Realisasi Anggaran"]
    labels = ("Pagu Murni", "Pagu Perubahan", "Pagu Berlaku", "Realisasi", "Sisa Pagu", "Persen Realisasi")
    told = {(row["Kode"], row["Sumber Dana"]): tuple(row[label] for label in labels) for row in table.rows}
    main, excise, cancelled = traps.lines["main"], traps.lines["excise"], traps.lines["cancelled"]
    assert told == {
        (SUB_ACTIVITY, main.fund_source.name): (
            Decimal("300000000.50"),
            None,
            Decimal("300000000.50"),
            Decimal("47000000.50"),
            Decimal("253000000.00"),
            Decimal("0.1567"),
        ),
        (SUB_ACTIVITY, excise.fund_source.name): (
            Decimal("250000000.00"),
            Decimal("275000000.25"),
            Decimal("275000000.25"),
            Decimal("3600000.00"),
            Decimal("271400000.25"),
            Decimal("0.0131"),
        ),
        (OTHER_SUB_ACTIVITY, cancelled.fund_source.name): (
            Decimal("250000000.00"),
            Decimal("0.00"),
            Decimal("0.00"),
            Decimal("100.10"),
            Decimal("-100.10"),
            None,
        ),
    }
    sub_activity = table.headings[-1].cells
    assert sub_activity["Persen Realisasi"] == Decimal("0.0880")
    assert table.row(Sumber_Dana="DBH CHT")["Jumlah Peserta"] == 1  # two trainings, one of them without people


def test_what_nobody_entered_counts_as_nothing(traps: Traps) -> None:
    row = tables_of("budget", traps.other_supervisor)["Realisasi Anggaran"].row(Kode=OTHER_PROGRAM)
    assert (row["Realisasi"], row["Sisa Pagu"], row["Persen Realisasi"]) == (0, Decimal("250000000.00"), 0)


def test_csv_holds_plain_rows_that_name_what_they_stand_under(traps: Traps, tmp_path: Path) -> None:
    rows = Training.objects.visible_to(traps.auditor)
    with CsvWriter(tmp_path / "budget.csv", single=True) as writer:
        result = writer.write(*BudgetExporter().sheets(rows))
    lines = read_csv(tmp_path / "budget.csv")
    assert [line["No"] for line in lines] == ["1", "2", "3", "4", "5", "6"]
    assert result.rows == 6
    assert {(line["Kode Program"], line["Kode Kegiatan"]) for line in lines} == {
        ("3.31.02", KEGIATAN),
        ("3.30.07", "3.30.07.2.01"),
    }


# --- accounts -----------------------------------------------------------------------------------------------------
def test_accounts_stand_under_their_object(traps: Traps) -> None:
    table = tables_of("accounts", traps.supervisor, year="2025")["Belanja per Rekening"]
    assert headings(table, "Kode Rekening", "Nama Rekening") == [
        ("5.1.02.01", "Belanja Barang", 2),
        ("5.1.02.02", "Belanja Jasa", 1),
        (None, "Di luar rincian belanja", 2),
    ]
    labels = ("Kode Rekening", "Sumber Angka", "Baris Belanja", "Jumlah Pelatihan", "Rencana", "Realisasi")
    assert [tuple(row[label] for label in labels) for row in table.rows] == [
        (GOODS, LINES, 2, 1, Decimal("1800000.00"), Decimal("1700000.50")),
        (FOOD, LINES, 1, 1, Decimal("900000.00"), Decimal("900000.00")),
        (FEES, LINES, 3, 3, Decimal("4500000.00"), Decimal("4500000.00")),
        ("", RECAP, 0, 3, Decimal("45000000.00"), Decimal("43500100.10")),
        ("", DIFFERENCE, 0, 2, Decimal("0.00"), Decimal("0.00")),  # one 100 more, one 100 less than its lines
    ]
    assert table.row(Kode_Rekening=FEES)["Nama Rekening"] == "Honorarium (nama baru)"  # the version of 2025
    assert table.row(Sumber_Angka=DIFFERENCE)["Persen Realisasi"] is None
    assert table.headings[0].cells["Jumlah Pelatihan"] is None


def test_several_years_have_a_line_each(traps: Traps) -> None:
    table = tables_of("accounts", traps.supervisor)["Belanja per Rekening"]
    assert headings(table, "Tahun Anggaran", "Nama Rekening")[:2] == [
        (2023, "Tahun Anggaran 2023", 1),
        (2023, "Di luar rincian belanja", 1),
    ]


def test_accounts_add_up_to_the_finance_report(traps: Traps) -> None:
    """Also where volume times price has more than two decimals, which SQLite keeps and PostgreSQL rounds."""
    training = TrainingFactory(budget_line=traps.lines["main"], ceiling=None, realised=None)
    for price in ("100.01", "100.03", "33.33"):
        ExpenseFactory(training=training, volume=Decimal("0.50"), unit_price=Decimal(price), realised=0)
    expected: dict[tuple, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for row in money_rows(Training.objects.visible_to(traps.auditor)):
        code = row.expense.account.code if row.expense else ""
        sums = expected[row.training.budget_line.fiscal_year_id, row.origin, code]
        sums[0] += row.planned or 0
        sums[1] += row.realised or 0
    table = tables_of("accounts", traps.auditor)["Belanja per Rekening"]
    assert {
        (row["Tahun Anggaran"], row["Sumber Angka"], row["Kode Rekening"]): [row["Rencana"], row["Realisasi"]]
        for row in table.rows
    } == expected


# --- years --------------------------------------------------------------------------------------------------------
def test_years_stand_side_by_side(traps: Traps) -> None:
    tables = tables_of("years", traps.supervisor)
    table = tables["Per Sub Kegiatan"]
    labels = [column.label for column in table.columns]
    assert labels == [
        *("No", "Kode Sub Kegiatan", "Nama Sub Kegiatan"),
        *("Pagu 2023", "Realisasi 2023", "Persen 2023", "Pelatihan 2023", "Peserta 2023"),
        *("Pagu 2025", "Realisasi 2025", "Persen 2025", "Pelatihan 2025", "Peserta 2025"),
        "Perubahan Realisasi 2023 ke 2025",
        "Pertumbuhan Realisasi 2023 ke 2025",
        "Perubahan Peserta 2023 ke 2025",
    ]
    row = table.row(Kode_Sub_Kegiatan=SUB_ACTIVITY)
    assert (row["Pagu 2023"], row["Realisasi 2023"], row["Persen 2023"]) == (
        Decimal("250000000.00"),
        Decimal("20000000.25"),
        Decimal("0.0800"),
    )
    assert (row["Pagu 2025"], row["Realisasi 2025"]) == (Decimal("575000000.75"), Decimal("50600000.50"))
    assert row["Perubahan Realisasi 2023 ke 2025"] == Decimal("30600000.25")
    assert row["Pertumbuhan Realisasi 2023 ke 2025"] == Decimal("1.5300")
    new = table.row(Kode_Sub_Kegiatan=OTHER_SUB_ACTIVITY)
    assert (new["Pagu 2023"], new["Realisasi 2023"], new["Persen 2023"], new["Pelatihan 2023"]) == (None, None, None, 0)
    assert (new["Persen 2025"], new["Pertumbuhan Realisasi 2023 ke 2025"]) == (None, None)
    assert tables["Per Kecamatan"].column("Kecamatan") == ["Wagir", "Pagelaran"]


def test_ratios_at_the_foot_name_columns_that_are_summed(traps: Traps) -> None:
    for report in ("budget", "accounts", "years", "coverage"):
        for table in tables_of(report, traps.auditor).values():
            summed = {column.key for column in table.columns if column.total}
            assert all(set(column.ratio) <= summed for column in table.columns if column.ratio)


@pytest.mark.parametrize(("params", "growth"), [({"year": "2025"}, 0), ({}, 3)])
def test_one_year_has_nothing_to_grow_from(traps: Traps, params: dict[str, str], growth: int) -> None:
    for table in tables_of("years", traps.auditor, **params).values():
        assert len([column for column in table.columns if " ke " in column.label]) == growth
