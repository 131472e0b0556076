"""Ceilings, plans, prices and accounts: what each rule finds, and what it must leave alone."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from programs.enums import TrainingStatus
from programs.models import Expense
from tests.factories.portal import FiscalYearFactory
from tests.factories.programs import (
    BudgetLineFactory,
    ExpenseAccountFactory,
    ExpenseFactory,
    TrainingFactory,
    UnitCostCapFactory,
)
from tests.reports.findings.conftest import Run
from tests.reports.ledger import sql

pytestmark = pytest.mark.django_db
NO_MONEY: dict[str, Any] = {"ceiling": None, "realised": None}


def test_more_realised_than_granted(run: Run) -> None:
    over = TrainingFactory(ceiling=Decimal("1000.10"), realised=Decimal("1000.11"))
    TrainingFactory(ceiling=Decimal("1000.10"), realised=Decimal("1000.10"))
    TrainingFactory(ceiling=None, realised=Decimal("5"))
    [finding] = run("realised_over_ceiling")
    assert (finding.key, finding.amount) == (f"training:{over.pk}", Decimal("0.01"))
    assert (finding.training.number, finding.training.title) == (over.number, over.title)
    assert (finding.office.code, finding.office.name) == ("35.07.33", "Pagelaran")
    assert finding.sentence == "Realisasi Rp1.000,11 melebihi pagu pelatihan Rp1.000,10."


def test_a_training_that_was_called_off_may_still_have_overspent(run: Run) -> None:
    TrainingFactory(ceiling=1, realised=2, status=TrainingStatus.CANCELLED)
    assert len(run("realised_over_ceiling")) == 1


def test_lines_that_together_cost_more_than_planned(run: Run) -> None:
    over, fine = TrainingFactory(**NO_MONEY), TrainingFactory(**NO_MONEY)
    for training, second in ((over, "1500000"), (fine, "1200000")):
        ExpenseFactory(training=training, volume=1, unit_price=1_000_000, realised=800_000)
        ExpenseFactory(training=training, volume=1, unit_price=1_000_000, realised=Decimal(second))
    [finding] = run("realised_over_plan")
    paid = sql("SELECT SUM(realised) FROM programs_expense WHERE training_id = %s", over.pk)
    plan = sql("SELECT SUM(planned) FROM programs_expense WHERE training_id = %s", over.pk)
    assert (finding.key, finding.amount) == (f"training:{over.pk}", paid - plan)
    lines = run("line_over_plan")
    assert {one.training.pk for one in lines} == {over.pk, fine.pk}
    assert sorted(one.amount for one in lines) == [200_000, 500_000]
    assert lines[0].key.startswith(f"training:{lines[0].training.pk}:expense:")


def test_a_rounded_product_is_no_overspending(run: Run) -> None:
    training = TrainingFactory(**NO_MONEY)
    ExpenseFactory(
        training=training, volume=Decimal("2.50"), unit_price=Decimal("333333.33"), realised=Decimal("833333.90")
    )
    assert not run("line_over_plan")
    assert not run("realised_over_plan")


def test_totals_that_are_not_the_sums_of_the_lines(run: Run) -> None:
    odd = TrainingFactory(ceiling=2_000_000, realised=1_900_000)
    fine = TrainingFactory(ceiling=1_800_000, realised=1_800_000)
    TrainingFactory()  # no lines, nothing to compare
    for training in (odd, fine):
        ExpenseFactory(training=training)
    [finding] = run("figures_differ")
    assert (finding.key, finding.amount) == (f"training:{odd.pk}", 200_000)


def test_money_that_no_sp2d_follows(run: Run) -> None:
    odd, fine = TrainingFactory(), TrainingFactory()
    for paid in (100, 250):
        ExpenseFactory(training=odd, realised=paid, sp2d_number="", sp2d_date=None)
    ExpenseFactory(training=fine)
    ExpenseFactory(training=fine, realised=0, sp2d_number="", sp2d_date=None)
    [finding] = run("without_sp2d")
    assert (finding.key, finding.amount) == (f"training:{odd.pk}", 350)
    assert finding.sentence.startswith("2 rincian belanja senilai Rp350,00")


# --- accounts -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("code", ["5.1.02.02.01.0003", "5.1.02.02.001.00003"])
def test_fees_of_a_training_on_the_account_of_meetings(run: Run, code: str) -> None:
    meeting = ExpenseAccountFactory(code=code)
    odd = TrainingFactory(title="Pelatihan Menjahit")
    ExpenseFactory(training=odd, account=meeting, realised=900_000)
    ExpenseFactory(training=TrainingFactory(title="Bimbingan Teknis Halal"), account=meeting)
    ExpenseFactory(training=TrainingFactory(), account=ExpenseAccountFactory(code="5.1.02.02.01.0011"))
    [finding] = run("meeting_fees_for_training")
    assert (finding.key, finding.amount) == (f"training:{odd.pk}", 900_000)
    assert "5.1.02.02.01.0011" in finding.sentence


# --- caps -----------------------------------------------------------------------------------------------------------
def priced(description: str, price: int, **other: Any) -> Expense:
    return ExpenseFactory(description=description, unit_price=price, volume=2, **other)


def test_a_price_above_the_cap_of_its_account_and_unit(run: Run) -> None:
    UnitCostCapFactory(cap=900_000, unit="Orang/Jam")
    over = priced("Narasumber", 950_000)
    priced("Narasumber lain", 900_000)
    priced("Moderator", 5_000_000, unit="kegiatan")
    [finding] = run("unit_cost_over_cap")
    assert (finding.key, finding.amount) == (f"training:{over.training_id}:expense:{over.pk}", 100_000)
    assert "Rp950.000,00 per orang jam, batasnya Rp900.000,00" in finding.sentence


def test_the_most_specific_cap_holds(run: Run) -> None:
    UnitCostCapFactory(cap=300_000)
    UnitCostCapFactory(cap=900_000, item="Narasumber eselon III")
    UnitCostCapFactory(cap=1_700_000, item="narasumber profesional")
    priced("Honorarium narasumber profesional", 1_700_000)
    over = [priced("Honor narasumber, eselon III", 1_000_000), priced("Pemandu acara", 400_000)]
    assert {one.key for one in run("unit_cost_over_cap")} == {f"training:{e.training_id}:expense:{e.pk}" for e in over}


def test_a_cap_of_another_year_or_account_is_none(run: Run) -> None:
    UnitCostCapFactory(cap=1, fiscal_year=FiscalYearFactory(year=2024))
    UnitCostCapFactory(cap=1, account=ExpenseAccountFactory(code="5.1.02.02.01.0011"))
    priced("Narasumber", 950_000)
    assert not run("unit_cost_over_cap")


# --- the year -------------------------------------------------------------------------------------------------------
def test_a_training_outside_its_fiscal_year(run: Run) -> None:
    last_year = BudgetLineFactory(fiscal_year=FiscalYearFactory(year=2024))
    odd = TrainingFactory(budget_line=last_year, start=date(2024, 12, 31), end=date(2025, 1, 1))
    TrainingFactory(budget_line=last_year, start=date(2024, 12, 30), end=date(2024, 12, 31))
    TrainingFactory(budget_line=last_year, start=date(2025, 2, 1), status=TrainingStatus.CANCELLED)
    [finding] = run("outside_fiscal_year")
    assert finding.key == f"training:{odd.pk}"
    assert finding.sentence == "Dilaksanakan 31-12-2024 s.d. 01-01-2025, di luar tahun anggaran 2024."
