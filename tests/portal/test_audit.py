"""The audit trail: who did what, chained per agency; any change to it is found and named."""

import uuid
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.urls import reverse

from portal.actions.audit import broken_links, record_event
from portal.enums import AuditAction
from portal.models import AuditEvent
from portal.triggers import drop_guards
from tests.factories.portal import PASSWORD, AgencyFactory, UserFactory
from tests.factories.world import World
from tests.roles import client_of

NIK = "3507334107850003"


@pytest.fixture
def chain(db: None) -> list[AuditEvent]:
    """Five events of one agency, with two of another in between."""
    operator, other = UserFactory(operator=True), UserFactory(operator=True, agency__region__code="35.07.21")
    events = []
    for number in range(5):
        events.append(record_event(AuditAction.CHANGE, by=operator, summary=f"Catatan {number}", data={"rows": number}))
        if number < 2:
            record_event(AuditAction.CHANGE, by=other, summary="Milik kantor lain")
    return events


def test_an_agency_has_its_own_unbroken_chain(chain: list[AuditEvent]) -> None:
    assert [event.sequence for event in chain] == [1, 2, 3, 4, 5]
    assert [event.previous for event in chain] == ["", *(event.digest for event in chain[:-1])]
    assert list(broken_links()) == []


def test_events_without_agency_have_a_chain_too(db: None) -> None:
    first = record_event(AuditAction.LOGIN_FAILED, by=None, summary="a")
    second = record_event(AuditAction.LOGIN_FAILED, by=None, summary="b")
    assert (first.chain, first.sequence, second.sequence, second.previous) == (0, 1, 2, first.digest)


def test_the_agency_concerned_goes_before_the_agency_of_the_user(db: None) -> None:
    supervisor, office = UserFactory(supervisor=True), AgencyFactory()
    event = record_event(AuditAction.TRANSITION, by=supervisor, agency=office, summary="x")
    assert (event.agency, event.chain, event.user) == (office, office.pk, supervisor)


def alter(event: AuditEvent, column: str, value: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE portal_auditevent SET {column} = %s WHERE id = %s", [value, event.pk])


def remove(event: AuditEvent) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM portal_auditevent WHERE id = %s", [event.pk])


def swap(first: AuditEvent, second: AuditEvent) -> None:
    alter(first, "sequence", 99)
    alter(second, "sequence", first.sequence)
    alter(first, "sequence", second.sequence)


def forge(first: AuditEvent) -> None:
    """Change a row and compute its digest anew, as a clever hand would."""
    first.summary = "Lain"
    alter(first, "summary", first.summary)
    alter(first, "digest", first.compute_digest())


TAMPERINGS: dict[str, tuple[Callable, int]] = {
    "text changed": (lambda chain: alter(chain[1], "summary", "Lain"), 2),
    "data changed": (lambda chain: alter(chain[1], "data", '{"rows": 9}'), 2),
    "user changed": (lambda chain: alter(chain[1], "user_id", UserFactory().pk), 2),
    "row removed": (lambda chain: remove(chain[1]), 3),
    "rows swapped": (lambda chain: swap(chain[1], chain[2]), 2),
    "digest recomputed": (lambda chain: forge(chain[1]), 3),
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_every_tampering_is_found_and_named(chain: list[AuditEvent], name: str) -> None:
    tamper, sequence = TAMPERINGS[name]
    drop_guards()  # somebody who owns the database
    tamper(chain)
    found = [event.sequence for event, reason in broken_links() if reason]
    assert found[0] == sequence


def test_no_nik_enters_the_trail(db: None) -> None:
    user = UserFactory(operator=True)
    event = record_event(AuditAction.CHANGE, by=user, summary=f"orang: Siti {NIK}")
    assert event.summary == "orang: Siti ••••••••••••0003"
    assert len(record_event(AuditAction.CHANGE, by=user, summary="a" * 500).summary) == 300


def test_data_reads_back_as_it_was_written(db: None) -> None:
    key = uuid.uuid4()
    event = record_event(AuditAction.IMPORT, by=UserFactory(operator=True), summary="x", data={"batch": key, "new": 30})
    event.refresh_from_db()
    assert event.data == {"batch": str(key), "new": 30}
    assert event.digest == event.compute_digest()


def test_the_object_and_the_address_are_kept(two_agencies: World) -> None:
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.7")
    training = two_agencies.a.training
    event = record_event(AuditAction.CHANGE, by=two_agencies.operator_a, obj=training, summary="x", request=request)
    assert (event.object_type, event.object_id, event.address) == ("programs.Training", str(training.pk), "192.0.2.7")


def actions() -> list[str]:
    return list(AuditEvent.objects.order_by("id").values_list("action", flat=True))


def test_login_and_logout_leave_their_rows(db: None) -> None:
    user, client = UserFactory(operator=True), Client()
    answer = client.post(reverse("account_login"), {"login": user.username, "password": PASSWORD})
    assert answer.status_code == 302
    client.post(reverse("account_logout"))
    assert actions() == [AuditAction.LOGIN, AuditAction.LOGOUT]
    assert set(AuditEvent.objects.values_list("user", flat=True)) == {user.pk}


def test_failed_logins_are_recorded_without_the_password(db: None) -> None:
    user = UserFactory(operator=True)
    Client().post(reverse("account_login"), {"login": user.username, "password": "salah-sekali-99"})
    event = AuditEvent.objects.get()
    assert event.action == AuditAction.LOGIN_FAILED
    assert user.username in event.summary
    assert "salah-sekali-99" not in f"{event.summary}{event.data}"


def test_a_nik_typed_as_user_name_is_masked(db: None) -> None:
    Client().post(reverse("account_login"), {"login": NIK, "password": "salah-sekali-99"})
    assert NIK not in AuditEvent.objects.get().summary


def test_refused_access_is_recorded(two_agencies: World) -> None:
    address = reverse("no-access")
    assert client_of(two_agencies.operator_a).get(address).status_code == 403
    event = AuditEvent.objects.get(action=AuditAction.REFUSED)
    assert (event.user, event.agency) == (two_agencies.operator_a, two_agencies.pagelaran)
    assert address in event.summary


def test_a_stranger_cannot_fill_the_trail_with_refusals(db: None) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post(reverse("account_login"), {"login": "a", "password": "b"}).status_code == 403
    assert not AuditEvent.objects.exists()
