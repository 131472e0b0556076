"""Behind the doors of the money sheets: each read is scoped by itself, even when the one before it was not."""

from typing import Any

import pytest
from django.db.models import Model

from portal.importing.resources import PlannedRow
from programs.models import BudgetLine, Training
from programs.resources.budget_lines import BudgetLineResource
from programs.resources.expenses import ExpenseResource
from programs.resources.trainings import TrainingResource
from tests.factories.world import World


def blind(monkeypatch: pytest.MonkeyPatch, model: type[Model]) -> None:
    """Let every row of a model be found by mistake."""
    rows_class = type(model.objects.all())
    scoped = rows_class.visible_to
    monkeypatch.setattr(
        rows_class, "visible_to", lambda rows, user: rows.all() if rows.model is model else scoped(rows, user)
    )


def planned(**given: Any) -> PlannedRow:
    return PlannedRow(sheet="Lembar", number=2, cells={}, **given)


def lines_of(world: World) -> BudgetLineResource:
    """Return a resource of A's organizer that has looked up the lines of A and of B."""
    resource = BudgetLineResource(user=world.pptk)
    resource.prepare()
    line = world.a.budgetline
    resource.look_up([planned(key=(line.fiscal_year_id, line.node.code, line.organizer_id, line.fund_source_id))])
    return resource


def test_budget_lines_are_the_senders_own(two_agencies: World) -> None:
    assert list(lines_of(two_agencies).existing.values()) == [two_agencies.a.budgetline]


def test_what_a_line_has_used_is_read_from_own_trainings(two_agencies: World, monkeypatch: pytest.MonkeyPatch) -> None:
    blind(monkeypatch, BudgetLine)
    resource = lines_of(two_agencies)
    assert two_agencies.b.budgetline in resource.existing.values()
    assert list(resource.used) == [two_agencies.a.budgetline.pk]


def expenses_of(world: World) -> ExpenseResource:
    """Return a resource of A's organizer that has looked up the expenses of A's and of B's training."""
    resource = ExpenseResource(user=world.pptk)
    resource.prepare()
    cells = {"account": "5", "description": "x"}
    resource.look_up([planned(values=cells | {"number": side.training.number}) for side in (world.a, world.b)])
    return resource


def test_expenses_are_those_of_own_trainings(two_agencies: World) -> None:
    resource = expenses_of(two_agencies)
    assert list(resource.trainings.values()) == [two_agencies.a.training]
    assert list(resource.existing.values()) == [two_agencies.a.expense]
    assert list(resource.line_totals) == [two_agencies.a.budgetline.pk]


def test_expenses_and_totals_are_scoped_by_themselves(two_agencies: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the lines nor the total of B are read, whatever way its training came in."""
    scoped = type(Training.objects.all()).visible_to
    resource = ExpenseResource(user=two_agencies.pptk)
    resource.prepare()
    blind(monkeypatch, Training)
    row = planned(values={"account": "5", "description": "x", "number": two_agencies.b.training.number})
    monkeypatch.setattr(resource, "_note_totals", lambda lines: None)
    monkeypatch.setattr(resource, "_count", lambda row, training: None)
    resource.look_up([row])
    assert (list(resource.trainings.values()), resource.existing) == ([two_agencies.b.training], {})
    monkeypatch.setattr(type(Training.objects.all()), "visible_to", scoped)
    with pytest.raises(KeyError):  # no total is known of a line that has no training of the sender's
        ExpenseResource._note_totals(resource, [])


def test_numbers_of_other_offices_are_not_loaded(two_agencies: World) -> None:
    resource = TrainingResource(user=two_agencies.operator_a)
    resource.prepare()
    assert list(resource.keys_of_numbers) == [two_agencies.a.training.number]


def test_the_template_lists_numbers_of_own_trainings(two_agencies: World) -> None:
    resource = ExpenseResource(user=two_agencies.pptk)
    resource.prepare()
    numbers = {choice.split(" · ")[0] for choice in resource.choices()["number"]}
    assert numbers == {two_agencies.a.training.number, two_agencies.cross.training.number}
