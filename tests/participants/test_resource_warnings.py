"""What a list of participants is warned of, and what it must not be told: other offices' people and money."""

from datetime import date
from typing import Any

import pytest

from participants.models import Enrolment, Person
from participants.resources import plans
from participants.resources.base import TrainingSheetResource
from participants.resources.participants import ParticipantResource
from participants.resources.plans import Planned, write_plans
from participants.resources.recorded import LOADED, Recorded
from portal.importing.resources import PlannedRow
from portal.scoping import VanishedRow
from programs.models import Training
from tests.factories.participants import EnrolmentFactory, PersonFactory
from tests.factories.portal import AgencyFactory, RegionFactory, UserFactory, make_nik
from tests.factories.programs import BudgetLineFactory, InvitedRtFactory, TrainingFactory
from tests.factories.world import World
from tests.participants.sheets import PEOPLE, Desk

BORN = date(1985, 8, 17)
NIK = make_nik(11, BORN, "P")
SITI = (NIK, "Siti Aminah", "P", BORN, "003/002")


def siti_of(office: Any, **fields: Any) -> Any:
    facts = {"nik": NIK, "name": "Siti Aminah", "sex": "P", "birth_date": BORN, "rt": "003", "rw": "002"}
    return PersonFactory(office=office, **(facts | fields))


def parallel(desk: Desk, person: Any, first: date, last: date, **fields: Any) -> Training:
    """Enrol a person in another training of the office."""
    training = TrainingFactory(
        **{
            "office": desk.training.office,
            "title": "Batik",
            "number": "2025.35.07.33.900",
            "start": first,
            "end": last,
        },
        **fields,
    )
    EnrolmentFactory(training=training, person=person)
    return training


# --- two trainings at once --------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        (14, 15, "14-07-2025 s.d. 15-07-2025"),
        (15, 15, "15-07-2025"),
        (10, 14, "10-07-2025 s.d. 14-07-2025"),
        (1, 31, "01-07-2025 s.d. 31-07-2025"),
        (16, 18, ""),
        (10, 13, ""),
    ],
)
def test_overlapping_trainings_are_named(desk: Desk, first: int, last: int, days: str):
    parallel(desk, siti_of(desk.training.office), date(2025, 7, first), date(2025, 7, last))
    outcome = desk.look(PEOPLE, SITI)
    sentence = f"Nama Lengkap: Juga terdaftar pada pelatihan Batik (2025.35.07.33.900, {days}) yang waktunya bersamaan."
    assert outcome.verdicts == ["new"]
    assert outcome.said("warning") == ([sentence] if days else [])


def test_who_withdrew_there_is_free(desk: Desk):
    parallel(desk, siti_of(desk.training.office), date(2025, 7, 14), date(2025, 7, 14))
    Enrolment.objects.update(status="withdrawn")
    assert desk.look(PEOPLE, SITI).said("warning") == []


def test_a_foreign_training_of_the_same_nik_is_not_told(desk: Desk):
    """The same human is enrolled at the neighbour's on the same days: the answer is that of a stranger."""
    unknown = desk.look(PEOPLE, SITI)
    wagir = AgencyFactory(region=RegionFactory(code="35.07.21"))
    there = TrainingFactory(office=wagir, start=desk.training.start, end=desk.training.end)
    EnrolmentFactory(training=there, person=siti_of(wagir))
    EnrolmentFactory(
        training=there,
        person=siti_of(wagir, nik=None, local_number="L-35.07.21-0001"),
    )
    known_elsewhere = desk.look(PEOPLE, SITI)
    assert [row.messages for row in unknown.rows] == [row.messages for row in known_elsewhere.rows] == [[]]
    assert unknown.verdicts == known_elsewhere.verdicts == ["new"]
    assert unknown.batch.notices == known_elsewhere.batch.notices


def test_an_organizer_is_told_only_of_trainings_it_pays_for(desk: Desk):
    """The office's other training of these days is paid by another dinas."""
    siti = siti_of(desk.training.office)
    EnrolmentFactory(training=desk.training, person=siti)
    koperasi = AgencyFactory(organizer=True, name="Dinas Koperasi", short_name="Diskop")
    parallel(desk, siti, date(2025, 7, 14), date(2025, 7, 14), budget_line=BudgetLineFactory(organizer=koperasi))
    pptk = UserFactory(programme_officer=True, agency=desk.training.organizer)
    said = {}
    for user in (desk.user, pptk):
        resource = ParticipantResource(user=user, target=desk.training.number)
        row = PlannedRow(sheet="x", number=2, cells=dict(zip(("nik", "name", "sex", "birth_date"), SITI, strict=False)))
        resource.prepare()
        resource.plan([row])
        said[user] = [message.message for message in row.messages if "bersamaan" in message.message]
    assert (len(said[desk.user]), said[pptk]) == (1, [])


# --- too many, too far, too old -----------------------------------------------------------------------------------
def test_the_first_row_beyond_the_target_is_told(desk: Desk):
    desk.training.target_people = 3
    desk.training.save()
    EnrolmentFactory(training=desk.training, person=siti_of(desk.training.office))
    EnrolmentFactory(training=desk.training, status="withdrawn")
    lines = [(make_nik(serial, BORN, "P"), f"Orang {serial}", "P", BORN, None) for serial in range(20, 25)]
    outcome = desk.save(PEOPLE, SITI, *lines)
    assert outcome.verdicts == ["same"] + ["new"] * 5
    surplus = "Target pelatihan ini 3 orang; mulai baris ini pesertanya lebih. Sesuaikan bila memang benar."
    assert [outcome.said("warning", line) for line in range(6)] == [[], [], [], [surplus], [], []]


def test_a_double_is_one_participant(desk: Desk):
    desk.training.target_people = 2
    desk.training.save()
    outcome = desk.look(PEOPLE, SITI, SITI, (make_nik(20, BORN, "P"), "Umi", "P", BORN, None))
    assert outcome.verdicts == ["rejected", "rejected", "new"]
    assert outcome.said("warning") == []


@pytest.mark.parametrize(("born", "words"), [(date(2012, 1, 1), "Usia 13"), (date(1930, 1, 1), "Usia 95"), (BORN, "")])
def test_hardly_believable_ages(desk: Desk, born: date, words: str):
    outcome = desk.look(PEOPLE, ("belum ada NIK", "Siti", "P", born, None))
    assert outcome.verdicts == ["new"]
    assert outcome.said("warning") == (
        [f"Tanggal Lahir: {words} tahun pada hari pertama pelatihan; periksa tanggal lahirnya."] if words else []
    )


def test_a_nik_that_disagrees_is_odd_not_wrong(desk: Desk):
    outcome = desk.look(PEOPLE, (make_nik(1, BORN, "P", "357301"), "Siti", "L", date(1985, 8, 18), None))
    assert outcome.verdicts == ["new"]
    said = outcome.said("warning")
    assert len(said) == 3
    assert "18-08-1985 berbeda" in said[0]


@pytest.mark.parametrize(
    ("home", "odd"),
    [("003/002", False), ("003/001", False), ("004/002", False), ("004/001", True), ("005/001", True), (None, False)],
)
def test_who_lives_in_an_rt_that_was_not_invited(desk: Desk, home: str | None, odd: bool):
    line = ("belum ada NIK", "Siti", "P", BORN, home)
    assert desk.look(PEOPLE, line).said("warning") == []
    InvitedRtFactory(training=desk.training, rt="003", rw="")
    InvitedRtFactory(training=desk.training, rt="004", rw="002")
    said = desk.look(PEOPLE, line).said("warning")
    assert bool(said) == odd
    assert all("tidak termasuk RT yang diundang" in sentence for sentence in said)


def test_without_rw_the_rt_alone_decides(desk: Desk):
    InvitedRtFactory(training=desk.training, rt="004", rw="002")
    headings = ("NIK", "Nama", "L/P", "RT")
    assert desk.look(headings, (NIK, "Siti", "P", 4)).said("warning") == []
    assert "RT 005 tidak termasuk" in desk.look(headings, (NIK, "Siti", "P", 5)).said("warning")[0]


# --- parts that were handed a foreign row by mistake find nothing in it ---------------------------------------------
def test_nothing_is_loaded_of_a_foreign_training(two_agencies: World, monkeypatch: pytest.MonkeyPatch):
    def prepare(self: TrainingSheetResource) -> None:
        self.training, self.blocked = two_agencies.b.training, ""

    monkeypatch.setattr(TrainingSheetResource, "prepare", prepare)
    foreign, own = (ParticipantResource(user=user) for user in (two_agencies.operator_a, two_agencies.operator_b))
    PersonFactory(office=two_agencies.wagir, nik=None, local_number="L-35.07.21-0001")
    person = two_agencies.b.person
    EnrolmentFactory(
        person=person,
        training=TrainingFactory(
            office=two_agencies.wagir,
            budget_line=two_agencies.b.training.budget_line,
            start=two_agencies.b.training.start,
        ),
    )
    for resource in (foreign, own):
        resource.prepare()
        resource.look_up([PlannedRow(sheet="x", number=2, cells={}, key=person.nik_index)])
    assert (foreign.known.by_number, foreign.invited, foreign.taking_part) == ({}, set(), 0)
    assert (foreign.people, dict(foreign.overlaps)) == ({}, {})
    assert own.known.by_number
    assert own.invited
    assert (own.taking_part, person.pk in own.overlaps) == (1, True)


def test_enrolments_are_looked_up_in_own_rows(two_agencies: World, monkeypatch: pytest.MonkeyPatch):
    """Even if the people had been found by mistake."""
    manager = type(Enrolment.objects.all())
    scoped = manager.visible_to
    everybody = {"Person"}
    monkeypatch.setattr(
        manager,
        "visible_to",
        lambda rows, user: rows.all() if rows.model.__name__ in everybody else scoped(rows, user),
    )
    resource = ParticipantResource(user=two_agencies.operator_a)
    resource.training = two_agencies.b.training
    resource.look_up([PlannedRow(sheet="x", number=2, cells={}, key=two_agencies.b.person.nik_index)])
    assert resource.people
    assert resource.enrolments == {}


def test_people_are_written_in_own_rows_only(two_agencies: World, monkeypatch: pytest.MonkeyPatch):
    """Even if they had been found by mistake, and nobody looked again afterwards."""
    monkeypatch.setattr(plans, "enrol_people", lambda **given: None)
    values = Person.objects.filter(pk=two_agencies.b.person.pk).values_list(*LOADED).get()
    plan = Planned(person=Recorded(values), changed=["name"])
    with pytest.raises(VanishedRow):
        write_plans([plan], two_agencies.a.training, by=two_agencies.operator_a, source=two_agencies.a.importbatch)
    write_plans([plan], two_agencies.b.training, by=two_agencies.operator_b, source=two_agencies.b.importbatch)
