"""Large imports need a second person: whoever hands in is not the one who agrees."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from participants.models import Enrolment
from portal.enums import AuditAction, BatchState
from portal.importing import pipeline
from portal.importing.rows import ImportRefused
from portal.models import AuditEvent, ImportBatch
from tests.factories.portal import UserFactory
from tests.portal.importing.desk import CLEAN, post, save, send, token_of
from tests.roles import client_of
from tests.samples import FOUNDING, Sample, run_import


@pytest.fixture
def head(sample: Sample, settings: object) -> Client:
    settings.IMPORT_APPROVAL_ROWS = 20
    return client_of(UserFactory(head=True, username="kepala.pagelaran", agency=sample.operator.agency))


@pytest.fixture
def batch(clerk: Client, head: Client) -> ImportBatch:
    found = send(clerk, CLEAN).context["batch"]
    page = save(clerk, found)
    assert "diajukan" in page.content.decode()
    found.refresh_from_db()
    return found


def decide(client: Client, batch: ImportBatch, **data: str) -> str:
    return post(client, "decide", batch, {"token": token_of(client, batch)} | data).content.decode()


def test_a_large_import_waits_for_the_head(batch: ImportBatch, sample: Sample):
    assert (batch.state, batch.submitted_by) == (BatchState.SUBMITTED, sample.operator)
    assert not Enrolment.objects.exists()


def test_the_head_approves_and_the_rows_are_the_senders(batch: ImportBatch, head: Client, sample: Sample):
    page = decide(head, batch, setujui="1")
    assert "Disetujui" in page
    batch.refresh_from_db()
    assert (batch.state, batch.applied_by, batch.approved_by.username) == (
        BatchState.APPLIED,
        sample.operator,
        "kepala.pagelaran",
    )
    assert Enrolment.objects.count() == 30
    assert Enrolment.history.first().history_user == sample.operator
    event = AuditEvent.objects.get(action=AuditAction.IMPORT, summary__contains="30 baru")
    assert event.data["approved_by"] == batch.approved_by_id


def test_the_sender_cannot_approve_but_may_take_it_back(batch: ImportBatch, clerk: Client):
    response = clerk.post(f"/impor/berkas/{batch.pk}/persetujuan/", {"token": token_of(clerk, batch), "setujui": "1"})
    assert response.status_code == 403
    decide(clerk, batch)
    batch.refresh_from_db()
    assert (batch.state, batch.submitted_by) == (BatchState.CHECKED, None)
    assert not Enrolment.objects.exists()


def test_a_head_who_hands_in_does_not_approve_himself(head: Client, sample: Sample):
    found = send(head, CLEAN).context["batch"]
    save(head, found)
    page = decide(head, found, setujui="1")
    assert "tidak dapat menyetujui impornya sendiri" in page
    assert not Enrolment.objects.exists()


def test_the_database_itself_keeps_maker_and_checker_apart(batch: ImportBatch):
    batch.approved_at, batch.approved_by = timezone.now(), batch.submitted_by
    with pytest.raises(IntegrityError), transaction.atomic():
        batch.save()


def test_the_head_gives_it_back_with_a_note(batch: ImportBatch, head: Client, clerk: Client):
    decide(head, batch, note="Cocokkan RT dengan undangan")
    batch.refresh_from_db()
    assert batch.state == BatchState.CHECKED
    assert "Cocokkan RT dengan undangan" in batch.notices[-1]


def test_what_waits_for_approval_is_not_mended(batch: ImportBatch, clerk: Client):
    row = batch.rows.first()
    page = post(clerk, "mend", batch, {f"sel-{row.pk}-name": "Orang Lain"})
    assert "tidak dapat diperbaiki lagi" in page.content.decode()
    assert batch.rows.first().cells["name"] == row.cells["name"]


def test_rights_of_the_sender_are_asked_again(batch: ImportBatch, head: Client, sample: Sample):
    sample.operator.is_active = False
    sample.operator.save()
    decide(head, batch, setujui="1")
    batch.refresh_from_db()
    assert batch.state == BatchState.SUBMITTED
    assert not Enrolment.objects.exists()


def test_the_command_line_asks_for_approval_too(head: Client, sample: Sample):
    code, report = run_import("participants", CLEAN, "operator.pagelaran", "--training", FOUNDING, "--apply")
    assert code == 2
    assert "disetujui orang kedua" in report["notices"][-1]
    assert not Enrolment.objects.exists()


def test_small_imports_need_nobody(clerk: Client, head: Client, settings: object):
    settings.IMPORT_APPROVAL_ROWS = 30
    save(clerk, send(clerk, CLEAN).context["batch"])
    assert Enrolment.objects.count() == 30


def test_what_was_handed_in_is_not_read_or_judged_again(batch: ImportBatch, clerk: Client):
    """The head agrees to what was shown; a second reading would change it under their eyes."""
    for step in ("check", "columns"):
        post(clerk, step, batch)
    batch.refresh_from_db()
    for work in (pipeline.stage, lambda found: pipeline.check(found, found.by)):
        with pytest.raises(ImportRefused):
            work(batch)
    assert (ImportBatch.objects.get(pk=batch.pk).state, batch.rows.count()) == (BatchState.SUBMITTED, 30)
    assert "Ubah pencocokan kolom" not in clerk.get(f"/impor/berkas/{batch.pk}/").content.decode()
