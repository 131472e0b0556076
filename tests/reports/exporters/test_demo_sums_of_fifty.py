"""The same at `create_demo_data --scale 50`, and every sum of every sheet of the audit workbook beside it."""

from decimal import Decimal
from pathlib import Path

import pytest

from portal.models import User
from tests.libreoffice import sheets_of
from tests.reports import test_reconciliation as audit
from tests.reports.exporters.checking import EVERY_TRAINING, check
from tests.reports.ledger import Book, export, read_book, sql

DEMO_TRAININGS = 50
ONE_CODE = "WHERE b.fiscal_year_id = 2025 AND n.code = '3.31.02.2.01.0005'"
CENT = Decimal("0.01")
pytestmark = pytest.mark.slow


def every(query: str) -> Decimal:
    """Return the figure of a query of the audit workbook over all trainings."""
    assert ONE_CODE in query
    return sql(query.replace(ONE_CODE, "WHERE b.fiscal_year_id > 0"))


def assert_sums(book: Book) -> None:
    wrong = []
    for (sheet, label), query in audit.FIGURES.items():
        rows = book.sum(sheet, label).quantize(CENT)
        foot = Decimal(str(book.feet[sheet][label])).quantize(CENT)
        told = Decimal(str(book.told(f"Lembar {sheet}")[f"Total {label}"])).quantize(CENT)
        if len({rows, foot, told, every(query) if query else rows}) > 1:
            wrong.append((sheet, label, rows, foot, told, query and every(query)))
    assert not wrong


def test_added_up_reports(demo_auditor: User, db: None) -> None:
    check(demo_auditor, EVERY_TRAINING)


def test_audit_workbook(demo_auditor: User, db: None, tmp_path: Path) -> None:
    export("audit", demo_auditor, tmp_path)
    book = read_book(tmp_path / "audit.xlsx")
    assert len(book.rows["Rekap"]) >= DEMO_TRAININGS
    assert_sums(book)
    assert {sheet: len(book.rows[sheet]) for sheet in audit.ROWS} == {
        sheet: every(query) for sheet, query in audit.ROWS.items()
    }
    found = sheets_of(tmp_path / "audit.xlsx", tmp_path)
    for sheet, foot in book.feet.items():
        lines = [line for line in found.get(sheet, []) if line[0] == "JUMLAH"]
        if sheet not in found:
            continue  # the table below another one
        for index, (label, value) in enumerate(foot.items()):
            if (sheet, label) in audit.FIGURES:
                assert Decimal(lines[0][index]).quantize(CENT) == Decimal(str(value)).quantize(CENT), (sheet, label)
