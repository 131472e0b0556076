"""The second walls: parts that are only ever handed rows of their user, handed foreign ones all the same."""

from typing import Any

import pytest
from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.test import RequestFactory
from simple_history.models import ModelChange

from participants.actions.enrolments import enrol_people
from participants.admin.attendance import AttendanceInline, unmarked_sessions
from participants.admin.person_form import PersonForm
from participants.models import Enrolment, Person
from portal.actions.bulk import write_rows
from portal.admin.filters import AgencyFilter, OfficeFilter
from portal.admin.forms import OwnedForm
from portal.admin.history import EditableChanges
from portal.dashboard import tasks_of
from portal.identity import decrypt_nik
from portal.models import FiscalYear
from portal.scoping import VanishedRow
from programs.actions.trainings import change_status
from programs.admin.filters import BudgetCodeFilter, FundSourceFilter
from programs.enums import TrainingStatus
from programs.filters import TrainingFilterSet
from programs.models import BudgetLine, Training
from reports.queries import batches_behind
from tests.factories.participants import EnrolmentFactory, PersonFactory
from tests.factories.programs import BudgetLineFactory, TrainingFactory, nomenclature_path
from tests.factories.world import World

FOREIGN_CODE, FOREIGN_FUND, FOREIGN_YEAR = "3.30.05.2.07.0001", "9.9", 2023


@pytest.fixture
def world(two_agencies: World) -> World:
    """The world, and a budget line of the other organizer whose year, code and source nobody else uses."""
    BudgetLineFactory(
        organizer=two_agencies.koperasi,
        node=nomenclature_path(FOREIGN_CODE),
        fund_source__code=FOREIGN_FUND,
        fiscal_year__year=FOREIGN_YEAR,
    )
    return two_agencies


def request_of(user: Any) -> Any:
    request = RequestFactory().get("/")
    request.user = user
    return request


# --- writes: the row is read again through the writer's scope -------------------------------------------------------
def test_bulk_writes_of_foreign_rows_vanish(world: World) -> None:
    foreign = TrainingFactory.build(office=world.wagir, budget_line=world.b.budgetline, number="x", village=None)
    with pytest.raises(VanishedRow):
        write_rows(Training, new=[foreign], by=world.operator_a, reason="uji")
    with pytest.raises(VanishedRow):
        write_rows(Person, changed=[world.b.person], fields=["name"], by=world.operator_a, reason="uji")


def test_people_of_another_office_are_not_enrolled(world: World) -> None:
    stranger = PersonFactory(office=world.wagir)
    with pytest.raises(VanishedRow):
        enrol_people(changed_people=[stranger], person_fields=["name"], by=world.operator_a)


@pytest.mark.parametrize("rows", ["b", "cross"])
def test_the_status_of_a_foreign_training_does_not_change(world: World, rows: str) -> None:
    training = getattr(world, rows).training
    with pytest.raises(VanishedRow):
        change_status(training, TrainingStatus.SUBMITTED, by=world.operator_a)
    training.refresh_from_db()
    assert training.status == TrainingStatus.DRAFT


@pytest.mark.parametrize("model", [Training, Person], ids=lambda model: model._meta.model_name)
def test_the_back_office_writes_no_foreign_row(world: World, model: type) -> None:
    model_admin, row = admin.site._registry[model], world.b.of(model)
    form = type("Form", (), {"cleaned_data": {}, "changed_data": [], "instance": row})()
    with pytest.raises(PermissionDenied):
        model_admin.save_model(request_of(world.operator_a), row, form, True)


# --- choices --------------------------------------------------------------------------------------------------------
def test_filters_offer_agencies_of_the_user_only(world: World) -> None:
    request = request_of(world.operator_a)
    assert [code for code, _ in OfficeFilter.options(OfficeFilter, request)] == ["35.07.33"]
    assert [pk for pk, _ in AgencyFilter.options(AgencyFilter, request)] == [world.pagelaran.pk]


def test_filters_offer_codes_and_sources_of_the_users_own_money_only(world: World) -> None:
    request = request_of(world.supervisor)
    assert FOREIGN_CODE not in dict(BudgetCodeFilter.options(BudgetCodeFilter, request))
    assert list(dict(FundSourceFilter.options(FundSourceFilter, request))) == ["1.1"]
    form = TrainingFilterSet({}, request=request).form
    assert [year.pk for year in form.fields["year"].queryset] == [2025]
    assert [source.code for source in form.fields["fund_source"].queryset] == ["1.1"]
    assert FOREIGN_CODE not in dict(form.fields["budget_line"].widget.suggestions)


def test_the_filter_page_offers_offices_of_the_user_only(world: World) -> None:
    form = TrainingFilterSet({}, request=request_of(world.operator_a)).form
    assert list(form.fields["office"].queryset) == [world.pagelaran]
    assert not TrainingFilterSet({"office": "35.07.21"}, request=request_of(world.operator_a)).is_valid()


def test_a_form_keeps_no_foreign_choice(world: World) -> None:
    """A narrower list keeps what the row names now, unless that is another agency's."""

    class Form(OwnedForm):
        user, owner = world.operator_a, "office"

        class Meta:
            model = Enrolment
            fields = ["training"]

        training = forms.ModelChoiceField(Training.objects.none())

    form = Form(instance=world.b.enrolment)
    form.keep_current("training")
    assert not form.fields["training"].queryset.exists()


def test_a_known_nik_is_reported_from_own_rows_only(world: World) -> None:
    person = Person.objects.get(pk=world.b.person.pk)

    class Form(PersonForm):
        user, owner = world.operator_a, "office"

    form = Form({"nik": decrypt_nik(person.nik_cipher, person.nik_index)})
    form.instance.office = world.wagir
    form.is_valid()
    assert "nik" not in form.errors


# --- counts ---------------------------------------------------------------------------------------------------------
def test_tasks_count_own_rows_only(world: World) -> None:
    counts = {task.text: task.count for task in tasks_of(world.operator_a)}
    assert counts["Impor belum disimpan"] == 1
    others = {text: count for text, count in counts.items() if not text.startswith("Temuan")}  # one row has several
    assert {text: count for text, count in others.items() if count > 1} == {}
    TrainingFactory(office=world.wagir, budget_line=world.a.budgetline, village=None)  # has no participants
    assert "Pelatihan tanpa peserta" not in {task.text for task in tasks_of(world.operator_a)}


def test_realisation_of_a_budget_line_counts_visible_trainings_only(world: World) -> None:
    rows = admin.site._registry[BudgetLine].get_queryset(request_of(world.operator_a))
    assert rows.get(pk=world.a.budgetline.pk).realised == world.a.training.realised
    assert not rows.get(pk=world.b.budgetline.pk).realised


def test_trainings_of_a_person_are_counted_where_the_user_may_look(world: World) -> None:
    person = world.cross.person
    EnrolmentFactory(training=world.b.training, person=person)
    rows = admin.site._registry[Person].get_queryset(request_of(world.supervisor))
    assert rows.get(pk=person.pk).training_count == 1


def test_sessions_of_a_foreign_enrolment_are_not_counted(world: World) -> None:
    inline = AttendanceInline(Enrolment, admin.site)
    world.b.attendance.delete()
    assert unmarked_sessions(world.operator_b, world.b.enrolment) == [world.b.session]
    assert unmarked_sessions(world.operator_a, world.b.enrolment) == []
    assert inline.get_max_num(request_of(world.operator_a), world.b.enrolment) == 0


# --- reports --------------------------------------------------------------------------------------------------------
def test_a_report_names_only_imports_of_the_readers_agency(world: World) -> None:
    Training.objects.filter(pk=world.cross.training.pk).update(source=world.cross.importbatch)
    rows = Training.objects.filter(pk=world.cross.training.pk)
    assert batches_behind(rows, world.supervisor) == ([], 1)
    assert batches_behind(rows, world.operator_b) == ([world.cross.importbatch], 0)


def test_row_versions_name_only_whom_the_reader_may_see(world: World) -> None:
    change = ModelChange("closed_by", None, world.operator_b.pk)
    told = {
        user: EditableChanges(FiscalYear, None, user=user).prepare_delta_change_value(change, world.operator_b.pk)
        for user in (world.operator_a, world.administrator)
    }
    assert told == {world.operator_a: "(tidak terlihat)", world.administrator: str(world.operator_b)}
