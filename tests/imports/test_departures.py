"""Whoever may no longer save, or may not agree, saves nothing: neither by the button nor from the queue."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.enums import BatchState
from portal.importing import pipeline, tasks
from portal.models import ImportBatch, Job
from tests.factories.portal import UserFactory
from tests.imports.clerk import EXPIRED, Clerk
from tests.roles import client_of


def lose_role(clerk: Clerk) -> None:
    clerk.user.role = ""
    clerk.user.save()


def become_inactive(clerk: Clerk) -> None:
    clerk.user.is_active = False
    clerk.user.save()


def expire(clerk: Clerk) -> None:
    clerk.user.access_until = timezone.localdate() - timedelta(days=1)
    clerk.user.save()


def close_agency(clerk: Clerk) -> None:
    clerk.user.agency.active = False
    clerk.user.agency.save()


def move(clerk: Clerk) -> None:
    clerk.user.agency = clerk.here.neighbour.agency
    clerk.user.save()


DEPARTURES = {
    lose_role: "Peran Anda tidak mencakup pekerjaan ini",
    become_inactive: "Masuk | Sulam",
    expire: "Masuk | Sulam",
    close_agency: "Masuk | Sulam",
    move: "tidak ditemukan",
}


@pytest.mark.parametrize(("leave", "sentence"), DEPARTURES.items(), ids=lambda part: getattr(part, "__name__", ""))
def test_who_has_lost_the_right_saves_nothing(clerk: Clerk, leave: Callable[[Clerk], None], sentence: str):
    leave(clerk)
    assert sentence in clerk.save()
    clerk.assert_nothing_saved()


@pytest.mark.parametrize("leave", DEPARTURES, ids=lambda leave: leave.__name__)
def test_the_worker_asks_again_who_is_still_there(
    clerk: Clerk, monkeypatch: pytest.MonkeyPatch, settings: Any, leave: Callable[[Clerk], None]
):
    """Between the click and the work of the queue the right is lost."""
    settings.IMPORT_IN_REQUEST_ROWS = 1
    queued: list[str] = []
    monkeypatch.setattr(type(tasks.run_import), "enqueue", lambda task, job: queued.append(job))
    clerk.save()
    leave(clerk)
    with suppress(ImportBatch.DoesNotExist):
        tasks.run_import.func(*queued)
    assert Job.objects.get(pk=queued[0]).state == "failed"
    clerk.assert_nothing_saved()


def test_nobody_agrees_with_the_word_of_another(clerk: Clerk, settings: Any):
    settings.IMPORT_APPROVAL_ROWS = 1
    clerk.save()
    clerk.assert_nothing_saved()
    head, decide = client_of(UserFactory(head=True)), reverse("importing:decide", args=[clerk.batch.pk])
    own = clerk.token_of(clerk.client)
    assert EXPIRED in head.post(decide, {"token": own, "setujui": "1"}, follow=True).content.decode()
    for client in (clerk.client, client_of(UserFactory(operator=True)), client_of(clerk.here.neighbour)):
        page = client.get(reverse("importing:batch", args=[clerk.batch.pk]))
        token = page.context["form"].initial["token"] if page.status_code == 200 else own
        client.post(decide, {"token": token, "setujui": "1"})
    clerk.assert_nothing_saved()
    head.post(decide, {"token": clerk.token_of(head), "setujui": "1"})
    clerk.batch.refresh_from_db()
    assert clerk.batch.state == BatchState.APPLIED


def test_a_head_does_not_agree_with_an_own_upload(clerk: Clerk, settings: Any):
    settings.IMPORT_APPROVAL_ROWS = 1
    head, other_head = (client_of(UserFactory(head=True)) for _ in range(2))
    clerk.batch = clerk.upload(head)
    clerk.save(clerk.token_of(head), head)
    decide = reverse("importing:decide", args=[clerk.batch.pk])
    answer = head.post(decide, {"token": clerk.token_of(head), "setujui": "1"}, follow=True).content.decode()
    assert "tidak dapat menyetujui impornya sendiri" in answer
    clerk.assert_nothing_saved()
    other_head.post(decide, {"token": clerk.token_of(other_head), "setujui": "1"})
    clerk.batch.refresh_from_db()
    assert clerk.batch.state == BatchState.APPLIED


def test_the_pipeline_does_not_trust_its_caller(clerk: Clerk):
    """The plan that was seen is compared again inside the transaction that writes."""
    with pytest.raises(pipeline.ImportRefused, match="berubah sejak berkas diperiksa"):
        pipeline.apply(clerk.batch, by=clerk.user, seen_plan="0" * 64)
    clerk.assert_nothing_saved()
