"""Closing a finding: who may, with which reason, in which rows, and for how long it holds."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, models, transaction

from portal.actions.audit import broken_links
from portal.enums import AuditAction
from portal.models import AuditEvent
from portal.scoping import visible
from programs.models import Training
from reports.actions.findings import NOT_FOUND, dismiss_finding, reopen_finding
from reports.enums import FindingState, NoteKind
from reports.findings import Finding, Scope, find, find_one
from reports.findings.state import judged, open_by_severity
from reports.models import FindingNote
from tests.factories.participants import EnrolmentFactory, PersonFactory
from tests.factories.portal import AgencyFactory, UserFactory, make_nik
from tests.factories.programs import BudgetLineFactory, TrainingFactory
from tests.factories.world import World

pytestmark = pytest.mark.django_db
RULE = "realised_over_ceiling"
REASON = "Kelebihan disetor kembali, bukti STS terlampir"


@pytest.fixture
def training() -> Training:
    return TrainingFactory(ceiling=Decimal("100"), realised=Decimal("150"))


def seen(user: Any, training: Training, rule: str = RULE) -> Finding:
    return find_one(Scope.of(user), rule, f"training:{training.pk}")


def close(user: Any, training: Training, **other: Any) -> FindingNote:
    finding = seen(user, training)
    sent = {"fingerprint": finding.fingerprint if finding else "", "reason": REASON} | other
    return dismiss_finding(RULE, f"training:{training.pk}", by=user, **sent)


def state(user: Any, training: Training) -> FindingState:
    return judged([seen(user, training)], user)[0].state


@pytest.mark.parametrize("role", ["programme_officer", "supervisor", "auditor"])
def test_a_decision_is_kept_logged_and_seen_by_everybody_concerned(training: Training, role: str) -> None:
    user, operator = UserFactory(**{role: True}), UserFactory(operator=True)
    note = close(user, training)
    assert (note.rule, note.kind, note.training, note.reason) == (RULE, NoteKind.DISMISSAL, training, REASON)
    assert (note.office, note.organizer) == (training.office, training.organizer)
    assert {state(one, training) for one in (user, operator)} == {FindingState.DISMISSED}
    event = AuditEvent.objects.latest("pk")
    assert (event.action, event.user, event.agency) == (AuditAction.TRANSITION, user, training.office)
    assert event.summary == f"Temuan ditutup: Realisasi melebihi pagu, {training.number}. Alasan: {REASON}"
    assert not list(broken_links())


@pytest.mark.parametrize("role", ["operator", "head", "administrator"])
def test_others_may_not_decide(training: Training, role: str) -> None:
    user = UserFactory(**{role: True})
    for decide in (
        lambda: dismiss_finding(RULE, f"training:{training.pk}", fingerprint="", reason=REASON, by=user),
        lambda: reopen_finding(RULE, f"training:{training.pk}", reason=REASON, by=user),
    ):
        with pytest.raises(PermissionDenied):
            decide()
    assert not FindingNote.objects.exists()


@pytest.mark.parametrize("reason", ["", "  \n ", "sudah ok", "x" * 501])
def test_a_reason_is_wanted(training: Training, supervisor: Any, reason: str) -> None:
    with pytest.raises(ValidationError, match="lasan"):
        close(supervisor, training, reason=reason)
    assert not FindingNote.objects.exists()


@pytest.mark.parametrize(
    ("rule", "key"),
    [
        (RULE, "training:987654321"),
        (RULE, "training:"),
        (RULE, "person:1:2025:x"),
        (RULE, "training:99999999999999999999"),
        ("no_such_rule", "training:1"),
        ("without_nik", ""),
    ],
)
def test_what_does_not_exist_cannot_be_closed(supervisor: Any, rule: str, key: str) -> None:
    with pytest.raises(ValidationError, match=NOT_FOUND):
        dismiss_finding(rule, key, fingerprint="", reason=REASON, by=supervisor)


def test_a_finding_of_others_answers_like_one_that_does_not_exist(training: Training) -> None:
    other = AgencyFactory(organizer=True, name="Dinas Koperasi dan Usaha Mikro", short_name="Diskopum")
    stranger = UserFactory(supervisor=True, agency=other)
    with pytest.raises(ValidationError, match=NOT_FOUND):
        close(stranger, training)
    close(UserFactory(supervisor=True), training)
    assert not visible(FindingNote, stranger).exists()


def test_figures_must_be_those_that_were_looked_at(training: Training, supervisor: Any) -> None:
    old = seen(supervisor, training).fingerprint
    Training.objects.filter(pk=training.pk).update(realised=175)
    with pytest.raises(ValidationError, match="berubah sejak halaman dibuka"):
        close(supervisor, training, fingerprint=old)


def test_changed_figures_open_it_again(training: Training, supervisor: Any) -> None:
    close(supervisor, training)
    with pytest.raises(ValidationError, match="sudah ditutup"):
        close(supervisor, training)
    Training.objects.filter(pk=training.pk).update(title="Nama yang diperbaiki")
    assert state(supervisor, training) == FindingState.DISMISSED, "the figures are the same"
    Training.objects.filter(pk=training.pk).update(realised=175)
    assert state(supervisor, training) == FindingState.REOPENED
    assert open_by_severity(Scope.of(supervisor))["high"] >= 1
    close(supervisor, training)
    assert state(supervisor, training) == FindingState.DISMISSED
    Training.objects.filter(pk=training.pk).update(realised=150)
    assert state(supervisor, training) == FindingState.REOPENED, "only the last decision counts"


def test_a_dismissal_can_be_taken_back(training: Training, supervisor: Any, auditor: Any) -> None:
    with pytest.raises(ValidationError, match="tidak sedang ditutup"):
        reopen_finding(RULE, f"training:{training.pk}", reason=REASON, by=auditor)
    close(supervisor, training)
    reopen_finding(RULE, f"training:{training.pk}", reason="Bukti STS tidak ditemukan", by=auditor)
    assert state(supervisor, training) == FindingState.OPEN
    assert AuditEvent.objects.latest("pk").summary.startswith("Temuan dibuka lagi: Realisasi melebihi pagu")
    assert FindingNote.objects.count() == 2


def test_a_finding_about_a_person_is_decided_for_the_own_desk(supervisor: Any, auditor: Any, operator: Any) -> None:
    person = PersonFactory()
    for _ in range(2):
        EnrolmentFactory(training=TrainingFactory(field="Batik"), person=person)
    [finding] = [one for one in find(Scope.of(supervisor)) if one.training is None]
    note = dismiss_finding(
        finding.rule.identifier, finding.key, fingerprint=finding.fingerprint, reason=REASON, by=supervisor
    )
    assert (note.training, note.office, note.organizer) == (None, person.office, supervisor.agency)
    for user in (supervisor, auditor, operator):
        assert judged([finding], user)[0].state == FindingState.DISMISSED


def test_notes_stay_and_keep_their_training(training: Training, supervisor: Any) -> None:
    note = close(supervisor, training)
    for write in (note.save, note.delete):
        with pytest.raises(IntegrityError), transaction.atomic():
            write()
    with pytest.raises(models.ProtectedError):
        training.delete()


def test_decisions_of_all_findings_are_read_at_once(supervisor: Any, django_assert_num_queries: Any) -> None:
    for _ in range(3):
        close(supervisor, TrainingFactory(ceiling=1, realised=2))
    found = find(Scope.of(supervisor))
    with django_assert_num_queries(1):
        assert sum(one.state == FindingState.DISMISSED for one in judged(found, supervisor)) == 3


def test_all_rules_over_a_full_world_leak_nothing(two_agencies: World) -> None:
    """Everything that only B has is full of tokens; A's findings hold none of them."""
    world, nik = two_agencies, make_nik(1, date(1980, 5, 5), "P")
    line = BudgetLineFactory(organizer=world.koperasi)
    for office, word in ((world.pagelaran, "Terbuka"), (world.wagir, "RAHASIA")):
        person = PersonFactory(office=office, nik=nik, name=f"{word} Sulastri")
        for batch in (1, 2):
            training = TrainingFactory(office=office, budget_line=line, field="Batik", title=word, batch=batch)
            EnrolmentFactory(training=training, person=person)
    found = find(Scope.of(world.operator_a))
    assert {"same_time_elsewhere", "same_people_again"} <= {one.rule.identifier for one in found}
    assert {one.office.pk for one in found} == {world.pagelaran.pk}
    words = " ".join(one.sentence + one.key + repr(one.training) for one in found)
    assert not [token for token in ("RAHASIA", "Wagir", nik) if token in words]
    assert {one.office.pk for one in find(Scope.of(world.auditor))} == {world.pagelaran.pk, world.wagir.pk}
    assert not find(Scope.of(world.inactive))
    assert not find(Scope.of(world.administrator))


@pytest.mark.parametrize("rows", [1, 3])
def test_all_rules_ask_one_query_each(supervisor: Any, rows: int, django_assert_num_queries: Any) -> None:
    for _ in range(rows):
        EnrolmentFactory(training=TrainingFactory(ceiling=1, realised=2))
    scope = Scope.of(supervisor)
    with django_assert_num_queries(21):
        assert len(find(scope)) == 2 * rows + rows  # overspent, without attendance, fewer people than planned
