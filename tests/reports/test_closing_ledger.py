"""What closing keeps of the ledger is what plain SQL says of it."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from portal.actions.fiscal_years import close_year
from portal.models import FiscalYear
from programs.models import BudgetLine, Training
from reports.actions import closing
from reports.enums import FigureKind
from reports.figures.of_year import CEILING, PEOPLE, PERSON_DAYS, PLANNED, REALISED, TRAININGS
from reports.models import ClosingFigure
from tests.reports.ledger import Ledger, sql

OF_LINE = "t.budget_line_id = %s"
OF_OWNER = (
    "t.organizer_id = %s AND t.budget_line_id IN (SELECT id FROM programs_budgetline WHERE fiscal_year_id = 2025)"
)
OF_TRAINING = "t.id = %s"
SUMS = {
    REALISED: "SELECT SUM(t.realised) FROM programs_training t WHERE {where}",
    PLANNED: "SELECT SUM(x.volume * x.unit_price) FROM programs_expense x "
    "JOIN programs_training t ON t.id = x.training_id WHERE {where}",
    PEOPLE: "SELECT COUNT(*) FROM participants_enrolment e JOIN programs_training t ON t.id = e.training_id "
    "WHERE e.status <> 'withdrawn' AND {where}",
    PERSON_DAYS: "SELECT COUNT(*) FROM (SELECT DISTINCT a.enrolment_id, s.date FROM participants_attendance a "
    "JOIN programs_session s ON s.id = a.session_id JOIN programs_training t ON t.id = a.training_id "
    "WHERE a.presence = 'hadir' AND {where}) d",
    TRAININGS: "SELECT COUNT(*) FROM programs_training t WHERE {where}",
}
ACCOUNT = (
    "SELECT SUM(x.realised) FROM programs_expense x JOIN programs_expenseaccount a ON a.id = x.account_id "
    "JOIN programs_training t ON t.id = x.training_id WHERE a.code = '{code}' AND {where}"
)


@pytest.fixture
def closed(ledger: Ledger, administrator: Any) -> FiscalYear:
    """The year of the ledger, closed."""
    Training.objects.filter(realised=None).update(status="cancelled")
    Training.objects.exclude(realised=None).update(status="finished")
    return close_year(FiscalYear.objects.get(pk=2025), by=administrator)


def test_every_figure_is_that_of_plain_sql(ledger: Ledger, closed: FiscalYear) -> None:
    kept = {(row.kind, row.object_id, row.figure): row.value for row in ClosingFigure.objects.filter(year=2025)}
    assert {row.serial for row in ClosingFigure.objects.all()} == {1}
    compared = 0
    for (kind, pk, figure), value in kept.items():
        where = {"training": OF_TRAINING, "line": OF_LINE, "organizer": OF_OWNER}[kind]
        if figure == CEILING:
            continue
        query = SUMS[figure] if figure in SUMS else ACCOUNT.replace("{code}", figure.removeprefix("account:"))
        assert sql(query.format(where=where), pk) == value, (kind, pk, figure)
        compared += 1
    assert compared > 50
    for kind, model in ((FigureKind.TRAINING, Training), (FigureKind.LINE, BudgetLine)):
        path = "budget_line__fiscal_year" if model is Training else "fiscal_year"
        assert {pk for found, pk, _ in kept if found == kind} == set(
            model.objects.filter(**{path: 2025}).values_list("pk", flat=True)
        )


def test_ceilings_and_what_is_not_known(ledger: Ledger, closed: FiscalYear) -> None:
    kept = {(row.kind, row.object_id, row.figure): row.value for row in ClosingFigure.objects.all()}
    unknown, zero = ledger.trainings["unknown"], ledger.trainings["zero"]
    assert kept["line", ledger.line.pk, CEILING] == Decimal("275000000.50"), "the revised one"
    assert kept["training", zero.pk, CEILING] == 0
    assert ("training", unknown.pk, CEILING) not in kept
    assert ("training", unknown.pk, REALISED) not in kept
    lines = BudgetLine.objects.filter(fiscal_year=2025, organizer=ledger.organizer)
    assert kept["organizer", ledger.organizer.pk, CEILING] == sum(line.ceiling for line in lines)


def test_nothing_is_kept_when_the_closing_fails_and_the_reverse(
    ledger: Ledger, administrator: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    Training.objects.update(status="cancelled")

    def fail(*arguments: object, **values: object) -> None:
        raise RuntimeError("tidak tersimpan")

    monkeypatch.setattr(closing, "insert_rows", fail)
    with pytest.raises(RuntimeError), transaction.atomic():
        close_year(FiscalYear.objects.get(pk=2025), by=administrator)
    assert FiscalYear.objects.get(pk=2025).state == "open"
    monkeypatch.undo()
    monkeypatch.setattr("portal.actions.fiscal_years.record_event", fail)
    with pytest.raises(RuntimeError), transaction.atomic():
        close_year(FiscalYear.objects.get(pk=2025), by=administrator)
    assert not ClosingFigure.objects.exists()
