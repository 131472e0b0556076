"""Lists of budgets and trainings: the same number of queries for one row and for three."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.factories.portal import AgencyFactory, RegionFactory
from tests.factories.programs import (
    BudgetLineFactory,
    ExpenseAccountFactory,
    ExpenseFactory,
    FundSourceFactory,
    InstructorFactory,
    NomenclatureNodeFactory,
    SessionFactory,
    TrainingFactory,
    UnitCostCapFactory,
)
from tests.portal.test_admin_lists import assert_queries

pytestmark = pytest.mark.django_db


def line(number: int) -> Any:
    return BudgetLineFactory(
        node=NomenclatureNodeFactory(code=f"3.31.02.2.01.{number:04d}"),
        fund_source=FundSourceFactory(code=f"9.{number}"),
    )


def training(number: int) -> Any:
    office = AgencyFactory(region=RegionFactory(code=f"35.07.{number:02d}"))
    row = TrainingFactory(budget_line=line(number), office=office)
    SessionFactory(training=row)
    ExpenseFactory(training=row)
    return row


LISTS: list[tuple[str, str, Callable[[int], Any], int]] = [
    (
        "programs_nomenclaturenode",
        "operator",
        lambda n: NomenclatureNodeFactory(code=f"3.31.02.2.01.{n:04d}"),
        7,
    ),
    ("programs_fundsource", "operator", lambda n: FundSourceFactory(code=f"9.{n}"), 7),
    ("programs_expenseaccount", "operator", lambda n: ExpenseAccountFactory(code=f"5.1.02.02.001.{n:05d}"), 7),
    (
        "programs_unitcostcap",
        "programme_officer",
        lambda n: UnitCostCapFactory(item=f"uraian {n}", account=ExpenseAccountFactory(code=f"5.1.02.02.001.{n:05d}")),
        8,
    ),
    (
        "programs_instructor",
        "auditor",
        lambda n: InstructorFactory(agency=AgencyFactory(region=RegionFactory(code=f"35.07.{n:02d}"))),
        8,
    ),
    ("programs_budgetline", "supervisor", line, 12),
    ("programs_training", "supervisor", training, 12),
]


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("name", "role", "make", "queries"), LISTS, ids=[line[0] for line in LISTS])
def test_a_list_asks_as_often_for_three_rows_as_for_one(
    name: str, role: str, make: Callable[[int], Any], queries: int, rows: int, django_assert_num_queries: Any
) -> None:
    assert_queries(django_assert_num_queries, name, role, make, queries, rows)
