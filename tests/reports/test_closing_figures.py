"""Closing keeps the figures of the year in its own transaction; every closing keeps its own."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from portal.actions.fiscal_years import close_year
from portal.models import AuditEvent, FiscalYear
from portal.scoping import visible
from programs.models import BudgetLine, Training
from reports.asof import as_of
from reports.figures.of_year import REALISED, label_of, subjects_of
from reports.models import ClosingFigure
from tests.factories.portal import UserFactory
from tests.factories.programs import TrainingFactory
from tests.reports.edits import Clock
from tests.reports.year_end import closed_year, corrected_year

USERS = ("administrator", "operator", "other_operator", "supervisor", "other_supervisor", "auditor")


def test_each_closing_keeps_its_own(db: None, clock: Clock) -> None:
    made = corrected_year(clock)
    first = list(ClosingFigure.objects.filter(serial=1).values_list("pk", "value"))
    close_year(made.year, by=made.administrator)
    assert list(ClosingFigure.objects.filter(serial=1).values_list("pk", "value")) == first
    second = ClosingFigure.objects.filter(serial=2, kind="training", object_id=made.spent.pk, figure=REALISED)
    assert second.get().value == Decimal("2000000.00")
    event = AuditEvent.objects.filter(action="year").latest("id")
    assert event.data == {"state": "closed", "closing": 2, "figures": ClosingFigure.objects.filter(serial=2).count()}


def test_what_was_kept_is_what_the_past_says(db: None, clock: Clock) -> None:
    """Two ways to the same truth: the figures kept at the closing, and the row versions of that moment."""
    made = corrected_year(clock)
    moment = FiscalYear.history.filter(state="closed").earliest("history_date").history_date
    with as_of(moment):
        then = {
            (subject.kind, subject.object_id, figure): value
            for subject in subjects_of(Training.objects.all(), BudgetLine.objects.all())
            for figure, value in subject.values.items()
        }
    assert then == {(row.kind, row.object_id, row.figure): row.value for row in ClosingFigure.objects.filter(serial=1)}
    assert made.late
    assert not any(pk == made.late.pk for kind, pk, _ in then if kind == "training")


def test_what_was_kept_can_not_be_changed(db: None, clock: Clock) -> None:
    closed_year(clock)
    for write in (lambda: ClosingFigure.objects.update(value=1), lambda: ClosingFigure.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            write()


def test_figures_are_seen_like_their_objects(db: None, clock: Clock) -> None:
    made = closed_year(clock)
    owned = {name: set(visible(ClosingFigure, getattr(made, name)).values_list("kind", "object_id")) for name in USERS}
    assert owned["administrator"] == set()
    assert owned["operator"] == {("training", one.pk) for one in (made.spent, made.fuller, made.calm, made.foreign)}
    assert owned["other_operator"] == {("training", made.gone.pk)}
    assert owned["supervisor"] >= {("line", made.line.pk), ("organizer", made.line.organizer_id)}
    assert ("training", made.foreign.pk) not in owned["supervisor"]
    assert owned["auditor"] == owned["supervisor"] | owned["other_supervisor"]


@pytest.mark.parametrize("rows", [1, 3])
def test_figures_take_four_queries(db: None, rows: int, django_assert_num_queries: Any) -> None:
    for _ in range(rows):
        TrainingFactory()
    with django_assert_num_queries(4):  # lines, presence, expenses, trainings
        assert len(subjects_of(Training.objects.all(), BudgetLine.objects.all())) == rows + 2


def test_figures_have_names() -> None:
    assert [label_of(name) for name in (REALISED, "account:5.1.02")] == ["Realisasi", "Belanja 5.1.02"]


def test_a_nik_in_a_title_is_not_kept(db: None, clock: Clock) -> None:
    training = TrainingFactory(title="Pelatihan 3507335705800001", status="cancelled")
    close_year(training.budget_line.fiscal_year, by=UserFactory(administrator=True))
    assert "3507335705800001" not in "".join(ClosingFigure.objects.values_list("label", flat=True))
