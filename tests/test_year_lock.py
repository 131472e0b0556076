"""A closed fiscal year refuses every write, by whichever door it comes; reading goes on."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import timezone

from participants.models import Attendance, Enrolment, Person
from portal.actions.bulk import write_rows
from portal.enums import YearState
from portal.locking import YearClosed, YearLockedModel, assert_open, year_of
from portal.models import FiscalYear
from portal.scoping import visible
from portal.triggers import project_models
from programs.actions.trainings import change_status, invite_rts, record_training, record_trainings
from programs.enums import TrainingStatus
from programs.models import BudgetLine, Expense, InvitedRt, Session, SipdRow, SipdUpload, Training, UnitCostCap
from tests.factories.participants import EnrolmentFactory, PersonFactory
from tests.factories.programs import BudgetLineFactory, TrainingFactory
from tests.factories.world import World

LOCKED = [BudgetLine, Training, Session, InvitedRt, Expense, SipdUpload, SipdRow, Enrolment, Attendance, UnitCostCap]
# Rows that outlive a year, and why.
UNLOCKED = {
    "portal.Region": "areas change by decree, not by budget",
    "portal.Agency": "an office lives longer than a year",
    "portal.User": "so do people",
    "portal.FiscalYear": "the lock itself",
    "portal.AuditEvent": "append-only; what happens after the closing is recorded too",
    "portal.Job": "work, not data",
    "portal.ImportBatch": "a file that came in; applying it writes locked rows",
    "portal.ImportRow": "staged lines of such a file",
    "portal.RememberedColumns": "how an office writes its sheets, whatever the year",
    "portal.RememberedValue": "likewise",
    "programs.NomenclatureNode": "carries its own years of validity",
    "programs.FundSource": "code table",
    "programs.ExpenseAccount": "carries its own years of validity",
    "programs.Instructor": "works in many years",
    "participants.Person": "takes part in many years; an address may change",
    "participants.Business": "grows over the years",
    "reports.ClosingFigure": "append-only; written by closing itself",
    "reports.ExportRecord": "append-only; a closed year is exported for its audit",
    "reports.ExportedFile": "belongs to an export",
    "reports.ExportRequest": "asks for an export; a closed year is exported for its audit",
    "reports.FindingNote": "append-only; an audit decides after the year was closed",
}


@pytest.fixture
def closed(two_agencies: World) -> World:
    FiscalYear.objects.filter(pk=2025).update(
        state=YearState.CLOSED, closed_at=timezone.now(), closed_by=two_agencies.administrator
    )
    return two_agencies


def test_every_model_is_locked_or_says_why_not() -> None:
    assert {model for model in project_models() if issubclass(model, YearLockedModel)} == set(LOCKED)
    assert {model._meta.label for model in project_models()} - {model._meta.label for model in LOCKED} == set(UNLOCKED)


@pytest.mark.parametrize("model", LOCKED, ids=lambda model: model._meta.model_name)
def test_the_year_of_every_row_is_found(two_agencies: World, model: type[YearLockedModel]) -> None:
    assert year_of(two_agencies.a.of(model)) == FiscalYear.objects.get()
    assert year_of(model()) is None, "a half-filled form has no year yet"


@pytest.mark.parametrize("model", LOCKED, ids=lambda model: model._meta.model_name)
def test_saving_and_deleting_a_row_is_refused(closed: World, model: type[YearLockedModel]) -> None:
    row = closed.a.of(model)
    for write in (row.save, row.delete):
        with pytest.raises(YearClosed, match="Tahun anggaran 2025 sudah ditutup"):
            write()
    assert model.objects.filter(pk=row.pk).exists()


def test_new_rows_are_refused(closed: World) -> None:
    person = PersonFactory(office=closed.pagelaran)
    for make in (
        lambda: TrainingFactory(office=closed.pagelaran, budget_line=closed.a.budgetline),
        lambda: EnrolmentFactory(training=closed.a.training, person=person),
        lambda: BudgetLineFactory(organizer=closed.inspektorat),
    ):
        with pytest.raises(YearClosed):
            make()


ACTIONS: dict[str, Callable[[World], object]] = {
    "record_training": lambda world: record_training(
        TrainingFactory.build(office=world.pagelaran, budget_line=world.a.budgetline, number="", village=None),
        by=world.operator_a,
    ),
    "record_trainings": lambda world: record_trainings(
        [], [world.a.training], ["notes"], by=world.operator_a, reason="uji"
    ),
    "invite_rts": lambda world: invite_rts(world.a.training, [("001", "")], by=world.operator_a),
    "change_status": lambda world: change_status(world.a.training, TrainingStatus.SUBMITTED, by=world.operator_a),
    "write_rows": lambda world: write_rows(
        Attendance, changed=[world.a.attendance], fields=["presence"], by=world.operator_a, reason="uji"
    ),
}


@pytest.mark.parametrize("name", ACTIONS)
def test_actions_are_refused(closed: World, name: str) -> None:
    with pytest.raises(YearClosed), transaction.atomic():
        ACTIONS[name](closed)


def test_the_state_is_read_afresh(two_agencies: World) -> None:
    """The row in hand was loaded while the year was open; somebody else closed it meanwhile."""
    training = Training.objects.select_related("budget_line__fiscal_year").get(pk=two_agencies.a.training.pk)
    assert_open(training)
    FiscalYear.objects.update(state=YearState.CLOSED, closed_at=timezone.now(), closed_by=two_agencies.administrator)
    assert training.budget_line.fiscal_year.state == YearState.OPEN
    with pytest.raises(YearClosed):
        training.save()


def test_other_years_stay_open(closed: World) -> None:
    training = TrainingFactory(office=closed.pagelaran, budget_line=BudgetLineFactory(fiscal_year__year=2026))
    training.realised = Decimal("1.00")
    training.save()


def test_people_may_still_be_corrected_and_everything_read(closed: World) -> None:
    person = Person.objects.get(pk=closed.a.person.pk)
    person.phone = "+6281234567890"
    person.save()
    assert visible(Training, closed.operator_a).filter(pk=closed.a.training.pk).exists()


def test_a_year_is_closed_by_somebody_at_some_moment(two_agencies: World) -> None:
    from django.db import IntegrityError

    for half in (
        {"state": YearState.CLOSED},
        {"state": YearState.CLOSED, "closed_at": timezone.now()},
        {"closed_by": two_agencies.administrator},
    ):
        with pytest.raises(IntegrityError, match="fiscalyear_closed_at_and_by"), transaction.atomic():
            FiscalYear.objects.filter(pk=2025).update(**half)
