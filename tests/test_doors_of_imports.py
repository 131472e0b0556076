"""The import desk behind its doors: sheets and jobs that are handed foreign rows by mistake find nothing in them."""

from typing import Any

import pytest
from django.urls import reverse

from participants.models import Person
from participants.resources.attendance import AttendanceResource
from participants.resources.base import TrainingSheetResource
from participants.resources.participants import ParticipantResource
from portal.enums import BatchState, JobState
from portal.importing import pipeline, tasks
from portal.importing.resources import ImportRefused, PlannedRow
from portal.models import Agency, ImportBatch, Job
from programs.models import Training
from programs.resources.trainings import TrainingResource
from tests.factories.portal import AgencyFactory, ImportBatchFactory
from tests.factories.world import World
from tests.roles import client_of


@pytest.fixture
def misled(two_agencies: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """A sheet that was given B's training by mistake."""

    def prepare(self: TrainingSheetResource) -> None:
        self.training, self.blocked = two_agencies.b.training, ""

    monkeypatch.setattr(TrainingSheetResource, "prepare", prepare)
    return two_agencies


def planned(**values: Any) -> PlannedRow:
    return PlannedRow(sheet="Lembar", number=2, cells={}, **values)


def test_attendance_reads_nothing_of_a_foreign_training(misled: World) -> None:
    resource = AttendanceResource(user=misled.operator_a)
    resource.prepare()
    assert (dict(resource.sessions), resource.by_nik, resource.marks) == ({}, {}, {})
    own = AttendanceResource(user=misled.operator_b)
    own.prepare()
    assert own.sessions
    assert own.by_nik
    assert own.marks


def test_participants_read_nothing_of_a_foreign_training(misled: World) -> None:
    rows = [planned(key=misled.b.person.nik_index)]
    resource, own = (ParticipantResource(user=user) for user in (misled.operator_a, misled.operator_b))
    for one in (resource, own):
        one.training = misled.b.training
        one.look_up(rows)
    assert (resource.people, resource.enrolments, resource.businesses) == ({}, {}, {})
    assert own.people
    assert own.enrolments
    assert own.businesses


def test_businesses_are_looked_up_in_own_rows(misled: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even if the people had been found by mistake."""
    resource = ParticipantResource(user=misled.operator_a)
    resource.training = misled.b.training
    everybody = type(Person.objects.all()).visible_to
    monkeypatch.setattr(
        type(Person.objects.all()),
        "visible_to",
        lambda rows, user: rows.all() if rows.model is Person else everybody(rows, user),
    )
    resource.look_up([planned(key=misled.b.person.nik_index)])
    assert resource.people
    assert resource.businesses == {}


def test_a_sheet_finds_the_senders_own_trainings_only(two_agencies: World) -> None:
    user, numbers = two_agencies.operator_a, (two_agencies.b.training.number, two_agencies.a.training.number)
    foreign, own = (ParticipantResource(user=user, target=number) for number in numbers)
    foreign.prepare()
    own.prepare()
    assert foreign.training is None
    assert "tidak ditemukan" in foreign.blocked
    assert own.training == two_agencies.a.training
    assert [number for number, _ in own.targets()] == [two_agencies.a.training.number]


def test_a_recap_knows_the_senders_offices_lines_and_trainings_only(two_agencies: World) -> None:
    operators, organizers = (TrainingResource(user=user) for user in (two_agencies.operator_a, two_agencies.pptk))
    for resource in (operators, organizers):
        resource.prepare()
    assert {line.organizer for lines in organizers.lines.values() for line in lines} == {two_agencies.disperindag}
    rows = [
        planned(values={"start": training.start, "number": training.number})
        for training in (two_agencies.a.training, two_agencies.b.training)
    ]
    operators.look_up(rows)
    assert two_agencies.b.training not in operators.existing.values()
    assert list(operators.line_sums) == [two_agencies.a.training.pk]


def test_a_recap_sums_expenses_of_own_trainings_only(two_agencies: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even if the trainings had been found by mistake."""
    resource = TrainingResource(user=two_agencies.operator_a)
    resource.prepare()
    rows_class = type(Training.objects.all())
    scoped = rows_class.visible_to
    monkeypatch.setattr(
        rows_class, "visible_to", lambda rows, user: rows.all() if rows.model is Training else scoped(rows, user)
    )
    resource.look_up([planned(values={"start": two_agencies.b.training.start})])
    assert two_agencies.b.training in resource.existing.values()
    assert list(resource.line_sums) == [two_agencies.a.training.pk]


def test_a_recap_of_an_office_offers_no_other_agency(two_agencies: World) -> None:
    """Other kecamatan are known by the name of their region, so that they can be refused, never as agencies."""
    AgencyFactory(region__code="35.07.09", name="Kantor Kecamatan Turen")
    resource = TrainingResource(user=two_agencies.operator_a)
    resource.prepare()
    offered = resource.columns["office"].widget.__dict__.values()
    agencies = {one for held in offered if isinstance(held, dict) for one in held.values() if isinstance(one, Agency)}
    assert agencies == {two_agencies.pagelaran}


def test_an_earlier_import_of_another_office_is_not_mentioned(two_agencies: World) -> None:
    same = {"sha256": "a" * 64, "resource": "participants", "target": ""}
    ImportBatchFactory(by=two_agencies.operator_b, agency=two_agencies.wagir, **same)
    ImportBatch.objects.filter(sha256="a" * 64).update(
        state=BatchState.APPLIED, applied_at=two_agencies.b.auditevent.at, applied_by=two_agencies.operator_b
    )
    mine = ImportBatchFactory(by=two_agencies.operator_a, agency=two_agencies.pagelaran, **same)
    assert pipeline.seen_before(mine) is None


def test_a_foreign_batch_is_not_applied(two_agencies: World) -> None:
    with pytest.raises(ImportRefused, match="tidak ditemukan"):
        pipeline.apply(two_agencies.b.importbatch, by=two_agencies.operator_a)


def test_a_job_works_with_the_rights_of_its_owner(two_agencies: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The batch of the job was B's all along: the worker finds nothing."""
    monkeypatch.setattr(tasks, "work", lambda *given: None)
    batch, owner = two_agencies.b.importbatch, two_agencies.operator_a
    job = Job.objects.create(kind=tasks.CHECK, target=str(batch.pk), owner=owner, agency=owner.agency)
    with pytest.raises(ImportBatch.DoesNotExist):
        tasks.run_import.func(str(job.pk))
    job.refresh_from_db()
    assert job.state == JobState.FAILED


def test_the_desk_lists_own_imports_only(two_agencies: World) -> None:
    page = client_of(two_agencies.operator_a).get(reverse("importing:start"))
    assert list(page.context["batches"]) == [two_agencies.a.importbatch]
