"""Whatever call of an import fails: everything or nothing, a known state with its reason, and a second try works once.

Each test breaks the first call, then the second, and so on until a run meets no fault. I1: rows, row versions, audit
trail and counters change together or not at all. I3: a plan has its effect once. I4: each change has one version and
the import one event. I7: the batch stands where it was or says why not, and is nobody's.
"""

from collections import Counter
from contextlib import suppress
from itertools import compress
from pathlib import Path
from typing import Any

import pytest
from django.db import models, transaction
from simple_history.utils import get_history_model_for_model

from participants.models import Business, Enrolment, Person
from portal.actions import imports
from portal.actions.audit import broken_links
from portal.enums import AuditAction, BatchState
from portal.importing import judging, pipeline, tasks
from portal.importing.rows import ImportRefused
from portal.importing.undo import undo
from portal.models import AuditEvent, ImportBatch, ImportRow, User
from portal.spreadsheets import reading
from tests.imports.desk import read_here
from tests.portal.importing.faults import (
    Everything,
    Fault,
    at_files,
    at_statements,
    batches,
    each,
    everything,
    lost_file,
    lost_statement,
)
from tests.portal.importing.lists import ADDED, COUNTS, VERSIONS, content_of, fifty_lines
from tests.samples import FOUNDING, Sample

WRITTEN = (Person, Enrolment, Business)
FAILED = "Penyimpanan gagal dan dibatalkan seluruhnya. Tidak ada yang tersimpan; ulangi."


@pytest.fixture(autouse=True)
def _small_desk(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep files where no other test looks, however young they are, and read them in this process."""
    monkeypatch.setattr(imports, "ORPHAN_HOURS", -1)
    monkeypatch.setattr(judging, "CHUNK", 25)  # two chunks, so that the first can be written and the second not
    storage = settings.STORAGES["default"]
    settings.STORAGES = settings.STORAGES | {"default": storage | {"OPTIONS": {"location": tmp_path}}}
    monkeypatch.setattr(reading, "_read_in_child", read_here)


@pytest.fixture
def content(sample: Sample) -> bytes:
    return content_of(fifty_lines(sample))


def received(content: bytes, user: User) -> ImportBatch:
    return pipeline.receive(content, "lima-puluh.csv", resource="participants", by=user, target=FOUNDING)


def examined(batch: ImportBatch, user: User) -> ImportBatch:
    tasks.work(tasks.EXAMINE, batch, user)
    return batch


@pytest.fixture
def batch(sample: Sample, content: bytes) -> ImportBatch:
    found = examined(received(content, sample.operator), sample.operator)
    assert found.counts == COUNTS
    return found


def save(batch: ImportBatch, user: User, plan: str) -> ImportBatch:
    """Save as another request would: with what the database says of user and batch, and the plan that was seen."""
    user = User.objects.get(pk=user.pk)
    return pipeline.apply(ImportBatch.objects.get(pk=batch.pk), by=user, seen_plan=plan)


def take_back(batch: ImportBatch, user: User) -> dict[str, int]:
    """Undo as another request would."""
    return undo(ImportBatch.objects.get(pk=batch.pk), by=User.objects.get(pk=user.pk))


def grown(before: Everything) -> dict[str, int]:
    """Return by how many rows the tables have grown, for those that have."""
    after = everything()
    counts = {name: len(after[name]) - len(rows) for name, rows in before.items()}
    return {name: count for name, count in counts.items() if count}


def versions_of(batch: ImportBatch) -> dict[str, tuple[int, int]]:
    """Return how many rows the batch created and changed, from the row versions that name it."""
    found = {}
    for model in WRITTEN:
        mine = model.history.filter(history_change_reason=f"impor {batch.pk}")
        kinds = Counter(mine.values_list("history_type", flat=True))
        assert mine.values("id").distinct().count() == sum(kinds.values())  # one version a row
        found[model.__name__] = (kinds["+"], kinds["~"])
    return found


def assert_saved_once(batch: ImportBatch, before: Everything) -> None:
    """I1, I3, I4: all of the plan, once, with a version a row that equals the row, and with one event."""
    saved = ImportBatch.objects.get(pk=batch.pk)
    assert (saved.state, saved.process, saved.counts) == (BatchState.APPLIED, "", COUNTS)
    histories = {get_history_model_for_model(model).__name__: sum(VERSIONS[model.__name__]) for model in WRITTEN}
    assert grown(before) == ADDED | histories | {"AuditEvent": 1}
    assert versions_of(saved) == VERSIONS
    for model in WRITTEN:
        names = [field.attname for field in model._meta.concrete_fields if not field.generated]
        mine = model.history.filter(history_change_reason=f"impor {saved.pk}").order_by("id")
        rows = model.objects.filter(pk__in=mine.values("id")).order_by("pk")
        assert list(mine.values_list(*names)) == list(rows.values_list(*names))
    (event,) = AuditEvent.objects.filter(action=AuditAction.IMPORT, object_id=str(saved.pk))
    assert {name: event.data[name] for name in COUNTS} == COUNTS
    assert not list(broken_links())


def assert_second_try(batch: ImportBatch, user: User, plan: str, before: Everything) -> None:
    """The plan that failed is saved by the next try, and refused to the third."""
    save(batch, user, plan)
    assert_saved_once(batch, before)
    after, ended = everything(), batches()
    with pytest.raises(ImportRefused, match="sudah disimpan"):
        save(batch, user, plan)
    assert (everything(), batches()) == (after, ended)


def assert_given_back(ready: dict[str, Any], fault: Fault) -> bool:
    """I7: the batch is as if nobody had tried, or says that somebody did; return whether it was claimed."""
    (now,) = batches()
    if now["claimed_at"] is None:
        assert now == ready, fault.hit
        return False
    assert now["ticket"] != ready["ticket"]
    taken = {"claimed_at": now["claimed_at"], "ticket": now["ticket"]}
    assert now == ready | taken | {"notices": [*ready["notices"], FAILED]}, fault.hit
    return True


def test_a_statement_that_fails_while_saving(sample: Sample, batch: ImportBatch):
    before, (ready,), plan, claimed = everything(), batches(), batch.plan, []
    for fault, again in each(lost_statement):
        with at_statements(fault), fault.raised():
            save(batch, sample.operator, plan)
        if not fault.hit:
            assert_saved_once(batch, before)
            continue
        assert everything() == before, fault.hit
        claimed.append(assert_given_back(ready, fault))
        if again:
            assert_second_try(batch, sample.operator, plan, before)
    assert claimed == sorted(claimed)  # first those before the claim, then those after it
    assert claimed.count(False) > 3
    assert claimed.count(True) > 40


def test_a_statement_that_fails_while_undoing(sample: Sample, batch: ImportBatch):
    empty = everything()
    save(batch, sample.operator, batch.plan)
    before, saved = everything(), batches()
    for fault, again in each(lost_statement):
        with at_statements(fault), fault.raised():
            take_back(batch, sample.operator)
        if fault.hit:
            assert (everything(), batches()) == (before, saved), fault.hit
            if not again:
                continue
            take_back(batch, sample.operator)
        assert_undone_once(batch, empty)
        after = everything()
        with pytest.raises(ImportRefused, match="sudah dibatalkan"):
            take_back(batch, sample.operator)
        assert everything() == after
    assert fault.at > 30


def assert_undone_once(batch: ImportBatch, empty: Everything) -> None:
    """What was created is gone, what was changed has its former values, and each of them has one version more."""
    assert ImportBatch.objects.get(pk=batch.pk).state == BatchState.UNDONE
    for model in WRITTEN:
        created, changed = VERSIONS[model.__name__]
        back = model.history.filter(history_change_reason=f"batal impor {batch.pk}")
        kinds = Counter(back.values_list("history_type", flat=True))
        assert (kinds["-"], kinds["~"], kinds["+"]) == (created, changed, 0)
    now = everything()
    assert [former(now, model) for model in WRITTEN] == [former(empty, model) for model in WRITTEN]
    events = AuditEvent.objects.filter(object_id=str(batch.pk)).values_list("action", flat=True)
    assert sorted(events) == sorted([AuditAction.IMPORT, AuditAction.UNDO])
    assert not list(broken_links())


def former(rows: Everything, model: type[models.Model]) -> list[list[Any]]:
    """Return rows without the counter of versions, which goes on."""
    kept = [field.name != "version" for field in model._meta.concrete_fields]
    return [list(compress(row, kept)) for row in rows[model.__name__]]


def test_a_statement_that_fails_before_saving(sample: Sample, content: bytes):
    """Reading and judging write only lines of the file, and leave a batch that must be, and can be, read again."""
    before, user = written(), sample.operator
    for fault, again in each(lost_statement):
        with at_statements(fault), fault.raised():
            examined(received(content, user), user)
        transaction.set_rollback(False)  # a single save is a transaction of its own, but not inside a test's
        assert written() == before, fault.hit
        states = list(ImportBatch.objects.values_list("state", flat=True))
        if not fault.hit:
            assert states == [BatchState.CHECKED]
            continue
        assert states in ([], [BatchState.UPLOADED]), fault.hit
        if again:
            proceed(content, user)
            assert_saved_once(ImportBatch.objects.get(), before)
    assert fault.at > 20


@pytest.mark.parametrize("late", [False, True])
def test_a_file_call_that_fails(
    sample: Sample, content: bytes, tmp_path: Path, late: bool, django_capture_on_commit_callbacks: Any
):
    """From the upload to the removal of the file after saving; the step that failed is done again, and no other."""
    before, user, hits = written(), sample.operator, []
    for fault, _ in each(lost_file):
        with at_files(fault, late=late), suppress(OSError), django_capture_on_commit_callbacks(execute=True):
            proceed(content, user)
        if not saved():
            assert fault.hit
            assert written() == before, fault.hit
            with django_capture_on_commit_callbacks(execute=True):
                proceed(content, user)
        hits.append(fault.hit)
        (batch,) = ImportBatch.objects.all()
        assert_saved_once(batch, before)
        assert batch.file.name == ""
        assert len(names(tmp_path)) == (fault.hit == ("save" if late else "delete")), fault.hit
        imports.remove_orphans()
        assert not names(tmp_path)
    assert hits == ["", *(["exists", "save"] if late else ["save", "exists"]), "open", "delete", ""]


def proceed(content: bytes, user: User) -> None:
    """Take an upload as far as it goes, from wherever it stands."""
    batch = ImportBatch.objects.first() or received(content, user)
    if batch.state == BatchState.UPLOADED:
        examined(batch, user)
    save(batch, user, batch.plan)


def saved() -> bool:
    return ImportBatch.objects.filter(state=BatchState.APPLIED).exists()


def written() -> Everything:
    """Return everything but the lines of files."""
    return {name: rows for name, rows in everything().items() if name != ImportRow.__name__}


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file()]
