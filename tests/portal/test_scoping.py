"""Who sees which row: exact sets for every user and every scoped model."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection, models
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from participants.models import Person
from portal.models import Agency, AuditEvent, FiscalYear, User
from portal.scoping import GLOBAL_MODELS, VanishedRow, assert_visible, may_look, owned, visible
from portal.triggers import project_models
from programs.models import BudgetLine, Training
from tests.access_table import ROWS, SIDES, sees, sides_of
from tests.factories.participants import EnrolmentFactory, PersonFactory
from tests.factories.portal import AgencyFactory, UserFactory
from tests.factories.programs import TrainingFactory
from tests.factories.world import World, scoped_models


@pytest.mark.parametrize("model", scoped_models(), ids=lambda model: model._meta.model_name)
def test_every_user_sees_exactly_these_rows(two_agencies: World, model: type[models.Model]) -> None:
    name = model._meta.model_name
    for who in ROWS:
        user = AnonymousUser() if who == "anonymous" else getattr(two_agencies, who)
        seen = {
            side
            for side in sides_of(name)
            if visible(model, user).filter(pk=getattr(two_agencies, SIDES[side]).of(model).pk).exists()
        }
        assert seen == set(sees(who, name)), f"{who}: {model._meta.label}"


@pytest.mark.parametrize("model", project_models(), ids=lambda model: model._meta.label)
def test_nobody_sees_nothing(two_agencies: World, model: type[models.Model]) -> None:
    for user in (None, AnonymousUser(), two_agencies.inactive):
        assert not visible(model, user).exists()


def test_global_models_are_for_everyone_who_may_look(two_agencies: World) -> None:
    assert {model._meta.label for model in project_models() if not hasattr(model, "AGENCY_PATH")} == GLOBAL_MODELS
    assert visible(FiscalYear, two_agencies.operator_a).count() == 1


def test_access_ends_with_its_last_day(db: None) -> None:
    today = timezone.localdate()
    user = UserFactory(operator=True, access_until=today)
    TrainingFactory(office=user.agency)
    assert may_look(user)
    assert visible(Training, user).count() == 1
    user.access_until = today - timedelta(days=1)
    assert not may_look(user)
    assert not visible(Training, user).exists()


def test_a_closed_agency_takes_its_users_along(db: None) -> None:
    user = UserFactory(operator=True)
    user.agency.active = False
    assert not may_look(user)


def test_a_user_without_agency_has_no_rows(two_agencies: World) -> None:
    """Nobody's id must never mean everybody's rows: `agency IN (NULL)` and empty lists match nothing."""
    stray = UserFactory(agency=None, role="")
    AuditEvent.objects.filter(agency=None)  # rows of nobody exist: failed logins
    for model in scoped_models():
        assert not visible(model, stray).exists(), model._meta.label


def test_a_superuser_sees_all(two_agencies: World) -> None:
    rescue = UserFactory(is_superuser=True)
    assert visible(Training, rescue).count() == 3


def test_superusers_past_their_last_day_see_nothing(two_agencies: World) -> None:
    rescue = UserFactory(is_superuser=True, access_until=timezone.localdate() - timedelta(days=1))
    assert not visible(Training, rescue).exists()


def test_copied_fields_are_filled_on_save(two_agencies: World) -> None:
    enrolment = two_agencies.cross.enrolment
    assert (enrolment.office, enrolment.organizer) == (two_agencies.wagir, two_agencies.disperindag)
    assert two_agencies.cross.attendance.training == two_agencies.cross.training
    assert two_agencies.cross.business.office == two_agencies.wagir


def test_an_organizer_sees_people_of_its_trainings_only(two_agencies: World) -> None:
    stranger = PersonFactory(office=two_agencies.wagir)
    assert not visible(Person, two_agencies.supervisor).filter(pk=stranger.pk).exists()
    EnrolmentFactory(training=two_agencies.cross.training, person=stranger)
    assert visible(Person, two_agencies.supervisor).filter(pk=stranger.pk).exists()
    assert not visible(Person, two_agencies.supervisor_b).filter(pk=stranger.pk).exists()


def test_a_person_in_two_trainings_appears_once(two_agencies: World) -> None:
    person = two_agencies.cross.person
    EnrolmentFactory(training=TrainingFactory(office=two_agencies.wagir), person=person)
    assert visible(Person, two_agencies.supervisor).filter(pk=person.pk).count() == 1


def test_assert_visible_notices_what_vanished(two_agencies: World) -> None:
    own, foreign = two_agencies.a.training, two_agencies.b.training
    assert_visible(Training, {own.pk}, two_agencies.operator_a)
    for ids in ({foreign.pk}, {own.pk, foreign.pk}, {0}):
        with pytest.raises(VanishedRow):
            assert_visible(Training, ids, two_agencies.operator_a)


def test_an_organizer_outside_the_regency_names_no_office_of_it(two_agencies: World) -> None:
    other = AgencyFactory(organizer=True, name="Dinas Kota", short_name="Kota", region__code="35.73")
    assert set(visible(Agency, UserFactory(supervisor=True, agency=other))) == {other}


def test_owned_leaves_out_what_is_only_public(two_agencies: World) -> None:
    """Budget lines are readable by every office and owned by none of them."""
    lines = {
        name: set(owned(BudgetLine, getattr(two_agencies, name))) for name in ("operator_a", "supervisor", "auditor")
    }
    assert visible(BudgetLine, two_agencies.operator_a).count() == 2
    assert lines["operator_a"] == set()
    assert lines["supervisor"] == {two_agencies.a.budgetline}
    assert lines["auditor"] == {two_agencies.a.budgetline, two_agencies.b.budgetline}
    assert set(owned(Training, two_agencies.operator_a)) == {two_agencies.a.training}
    for stranger in (None, AnonymousUser(), two_agencies.inactive):
        assert not owned(Training, stranger).exists()


@pytest.mark.parametrize("model", [Training, Person, BudgetLine, User], ids=lambda model: model._meta.model_name)
def test_scoping_costs_one_query(two_agencies: World, model: type[models.Model]) -> None:
    user: Any = User.objects.select_related("agency").get(pk=two_agencies.supervisor.pk)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        list(visible(model, user))
    assert len(queries) == 1
