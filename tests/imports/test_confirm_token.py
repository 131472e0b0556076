"""The word to save is good once, for one user, one import and one plan; everything else is refused with a sentence."""

import time
from types import SimpleNamespace
from typing import Any

import pytest
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from portal.actions.jobs import process_name
from portal.enums import BatchState
from portal.importing import repair
from portal.importing.forms import TOKEN_SALT, TOKEN_SECONDS
from portal.models import ImportBatch
from tests.factories.portal import AgencyFactory, UserFactory
from tests.imports.clerk import EXPIRED, Clerk
from tests.imports.desk import tables
from tests.imports.neighbours import THEIR_NUMBER, participants
from tests.roles import client_of


def test_the_button_works_when_nothing_is_wrong(clerk: Clerk):
    assert "Tersimpan: 1 baru, 1 berubah" in clerk.save()
    assert tables() != clerk.before


# --- whose word, about what ---------------------------------------------------------------------------------------
def test_a_colleagues_word_is_not_mine(clerk: Clerk):
    colleague = client_of(UserFactory(operator=True))
    assert EXPIRED in clerk.save(clerk.token_of(colleague))
    assert EXPIRED in clerk.save(client=colleague)
    clerk.assert_nothing_saved()


def test_the_word_for_another_upload_of_the_same_file_does_not_do(clerk: Clerk):
    other = clerk.upload(clerk.client)
    assert other.sha256 == clerk.batch.sha256
    assert EXPIRED in clerk.save(clerk.token_of(clerk.client, other))
    clerk.assert_nothing_saved()


@pytest.mark.parametrize(
    "change",
    [
        {"sha256": "0" * 64},
        {"plan": "0" * 64},
        {"resource": "attendance"},
        {"rows_new": 2},
        {"rows_rejected": 0},
    ],
    ids=lambda change: next(iter(change)),
)
def test_another_file_plan_or_count_than_the_page_showed(clerk: Clerk, change: dict[str, Any]):
    ImportBatch.objects.filter(pk=clerk.batch.pk).update(**change)
    assert EXPIRED in clerk.save()
    clerk.assert_nothing_saved()


def test_checking_again_makes_the_old_page_stale(clerk: Clerk):
    """Also when the second check finds the same."""
    clerk.client.post(reverse("importing:check", args=[clerk.batch.pk]))
    assert EXPIRED in clerk.save()
    clerk.assert_nothing_saved()


def test_mending_makes_the_old_page_stale(clerk: Clerk):
    row = clerk.batch.rows.get(verdict="new")
    colleague = client_of(UserFactory(operator=True))
    colleague.post(reverse("importing:mend", args=[clerk.batch.pk]), {f"sel-{row.pk}-name": "Nama Lain"})
    assert EXPIRED in clerk.save()
    clerk.assert_nothing_saved()


def test_what_was_mended_but_not_judged_is_not_saved(clerk: Clerk):
    """The process of a colleague died between mending a new row and judging it: nobody has seen the new name."""
    row = clerk.batch.rows.get(verdict="new")
    mended = {(row.pk, "name"): "Nama Lain"}
    repair.mend(clerk.batch, cells=mended, left_out={}, words={}, remember=False, by=clerk.user)
    clerk.save()
    clerk.assert_nothing_saved()


# --- when ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("late", "is_expired"), [(TOKEN_SECONDS - 5, False), (TOKEN_SECONDS + 5, True)])
def test_the_word_grows_old(clerk: Clerk, monkeypatch: pytest.MonkeyPatch, late: int, is_expired: bool):
    now = time.time()
    monkeypatch.setattr(signing, "time", SimpleNamespace(time=lambda: now + late))
    assert (EXPIRED in clerk.save()) == is_expired
    assert (tables() == clerk.before) == is_expired


def test_the_word_is_good_once(clerk: Clerk):
    clerk.save()
    after = tables()
    for _ in range(2):
        assert EXPIRED in clerk.save()
    assert tables() == after


def test_a_word_that_failed_is_used_up(clerk: Clerk):
    assert "tidak sama sekali" in clerk.save(mode="all")
    assert EXPIRED in clerk.save()
    clerk.assert_nothing_saved()


@pytest.mark.parametrize("state", [state for state in BatchState if state not in {"checked", "interrupted"}])
def test_an_import_in_another_state_is_not_saved(clerk: Clerk, state: str):
    alive = {"process": process_name()} if state == BatchState.APPLYING else {}
    ImportBatch.objects.filter(pk=clerk.batch.pk).update(state=state, **alive)
    answer = clerk.save()
    assert "Tersimpan: 1 baru" not in answer or state == BatchState.APPLIED
    assert tables() == clerk.before


# --- forged fields ------------------------------------------------------------------------------------------------
def forged_tokens(clerk: Clerk) -> dict[str, str]:
    body, stamp, signature = clerk.token.rsplit(":", 2)
    promise = signing.loads(clerk.token, salt=TOKEN_SALT)
    return {
        "empty": "",
        "word": "x",
        "longer": f"{clerk.token}x",
        "shorter": clerk.token[:-1],
        "later": f"{body}:{stamp[:-1]}Z:{signature}",
        "unsigned": f"{body}:{stamp}",
        "other salt": signing.dumps(promise, salt="portal"),
        "other key": signing.dumps(promise, salt=TOKEN_SALT, key="other"),
        "other promise": signing.dumps([*promise[:-1], {}], salt=TOKEN_SALT),
        "no promise": signing.dumps(None, salt=TOKEN_SALT),
        "compressed": signing.dumps("x" * 100, salt=TOKEN_SALT, compress=True),
        "long": "x" * 100_000,
        "nul": "\0",
        "half a letter": "\udcff".encode("utf-8", "surrogatepass").decode("latin-1"),
    }


def test_a_forged_word_is_refused(clerk: Clerk):
    for name, token in forged_tokens(clerk).items():
        answer = clerk.save(token)
        assert 'class="message-error"' in answer or "messagelist" in answer, name
        assert "Tersimpan:" not in answer, name
    clerk.assert_nothing_saved()


@pytest.mark.parametrize("mode", ["everything", "ALL", "valid,all", "0", "\0"])
def test_a_forged_mode_is_refused(clerk: Clerk, mode: str):
    assert "Tersimpan:" not in clerk.save(mode=mode)
    clerk.assert_nothing_saved()


def test_other_hidden_fields_say_nothing(clerk: Clerk):
    """The answer and the result are those of the plain form; nothing but token and mode is read."""
    other = AgencyFactory(office=True, region__code="35.07.09")
    names = ("id", "pk", "state", "plan", "rows_new", "approved_by", "setujui", "all_or_nothing")
    forged: dict[str, Any] = dict.fromkeys(names, "1") | {"resource": "trainings", "target": THEIR_NUMBER}
    forged |= {"agency": other.pk, "by": clerk.here.neighbour.pk}
    clerk.save(**forged)
    clerk.batch.refresh_from_db()
    kept = (clerk.batch.agency, clerk.batch.by, clerk.batch.applied_by, clerk.batch.resource, clerk.batch.approved_by)
    assert kept == (clerk.user.agency, clerk.user, clerk.user, "participants", None)
    assert clerk.batch.target == clerk.here.training.number


@pytest.mark.parametrize("slug", ["kucing", "trainings.xlsx", "budget_lines", "expenses"])
def test_a_sheet_that_is_not_of_the_role_is_no_page(clerk: Clerk, slug: str):
    count = ImportBatch.objects.count()
    upload = participants(clerk.here)
    data = {"file": SimpleUploadedFile("uji.csv", upload.content), "target": upload.target}
    answer = clerk.client.post(f"/impor/{slug}/", data)
    assert answer.status_code == 404
    assert ImportBatch.objects.count() == count


def test_reading_the_address_saves_nothing(clerk: Clerk):
    url = reverse("importing:apply", args=[clerk.batch.pk])
    assert clerk.client.get(url, {"token": clerk.token, "mode": "valid"}).status_code == 405
    clerk.assert_nothing_saved()
