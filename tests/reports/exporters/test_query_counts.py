"""How many questions an added-up report asks: the same for one training as for three."""

import pytest

from programs.models import Training
from reports.registry import permitted_exporters
from tests.factories.participants import EnrolmentFactory, PersonFactory
from tests.factories.portal import AgencyFactory, FiscalYearFactory, RegionFactory, UserFactory
from tests.factories.programs import (
    BudgetLineFactory,
    ExpenseAccountFactory,
    ExpenseFactory,
    InvitedRtFactory,
    TrainingFactory,
    nomenclature_path,
)
from tests.reports.exporters.tables import table_of

QUERIES = {"budget": 4, "accounts": 2, "years": 4, "repeats": 2, "coverage": 6, "persons": 6}


def fill(count: int) -> None:
    """Make trainings of as many kecamatan, villages, years, codes and accounts, and two people who come to all."""
    for number in range(count):
        region = f"35.07.{21 + number}"
        line = BudgetLineFactory(
            fiscal_year=FiscalYearFactory(year=2023 + number),
            node=nomenclature_path(f"3.31.02.2.01.{number + 1:04d}"),
        )
        office = AgencyFactory(region=RegionFactory(code=region))
        training = TrainingFactory(budget_line=line, office=office)
        again = TrainingFactory(budget_line=line, office=office, village=None)
        account = ExpenseAccountFactory(code=f"5.1.02.0{number + 1}.01.0001")
        ExpenseFactory(training=training, account=account)
        for person in PersonFactory.create_batch(2, office=office):
            for one in (training, again):
                EnrolmentFactory(training=one, person=person)
                InvitedRtFactory(training=one)


@pytest.mark.parametrize("report", QUERIES)
@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_is_fixed(db: None, django_assert_num_queries, report: str, count: int) -> None:
    fill(count)
    auditor = UserFactory(auditor=True)
    exporter = permitted_exporters(auditor)[report]()
    trainings = Training.objects.visible_to(auditor)
    with django_assert_num_queries(QUERIES[report]):
        tables = [table_of(one) for spec in exporter.sheets(trainings) for one in (spec, *spec.below)]
    assert all(len(table.rows) >= count for table in tables)
