"""What the processes of test_crash do, each on a database of its own; Django must be set up before this is imported.

They answer in lines of JSON. One that is to die names each call that writes just before it, so the last line says where
it died.
"""

import hashlib
import json
import os
import signal
import sys
import traceback
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Never

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import Max

from participants.models import Business, Enrolment, Person
from portal.actions import imports
from portal.actions.audit import broken_links
from portal.actions.jobs import queue_job, sweep
from portal.enums import AuditAction, BatchState
from portal.importing import judging, pipeline, tasks
from portal.importing.rows import ImportRefused
from portal.models import AuditEvent, ImportBatch, Job, User
from tests.portal.importing.faults import everything
from tests.portal.importing.lists import Line, content_of, many_lines
from tests.samples import FOUNDING, Sample

ROWS, KNOWN = 5_000, 500
judging.CHUNK = 2_000  # three chunks, so that a process can die when some of them are written and others are not
MIDST = 250  # row of a bulk load
WRITTEN = (Person, Enrolment, Business)
WRITING = ("INSERT", "UPDATE", "DELETE", "CREATE", "DROP")


# --- being born ---------------------------------------------------------------------------------------------------
def serve() -> None:
    """Run each call that is asked for by a line of input in a process of its own, and tell its exit code."""
    for line in sys.stdin:
        child = os.fork()
        if not child:
            _live(**json.loads(line))
        say(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


def _live(call: str, args: list[Any], said: str, database: str, files: str) -> Never:
    """Do one thing in the given portal, write what is said to a file, and end."""
    with Path(said).open("w") as file:
        os.dup2(file.fileno(), sys.stdout.fileno())
        os.dup2(file.fileno(), sys.stderr.fileno())
    connection.settings_dict["NAME"] = database
    settings.STORAGES["default"]["OPTIONS"]["location"] = f"{files}/files"
    code = 1
    try:
        globals()[call](*args)
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def say(answer: Any) -> None:
    """Tell the test something, even if this process dies right after."""
    sys.stdout.write(f"{json.dumps(answer)}\n")
    sys.stdout.flush()


def the_batch() -> ImportBatch:
    """Return the list of 5,000."""
    return ImportBatch.objects.get(filename="lima-ribu.csv")


def the_operator() -> User:
    """Return whose list it is, with rights asked anew."""
    return User.objects.get(username="operator.pagelaran")


# --- before -------------------------------------------------------------------------------------------------------
def prepare() -> None:
    """Make a portal with 500 people, and a list of 5,000, those among them, that is judged and ready to be saved."""
    call_command("migrate", verbosity=0)
    user, lines = Sample().operator, many_lines(ROWS)
    pipeline.apply(_ready(user, "dikenal.csv", lines[:KNOWN]), by=user)
    changed = [(*line[:7], "Pedagang", *line[8:]) for line in lines[:KNOWN]]
    say(_ready(user, "lima-ribu.csv", [*changed, *lines[KNOWN:]]).counts)
    say(facts())


def _ready(user: User, filename: str, lines: Iterable[Line]) -> ImportBatch:
    batch = pipeline.receive(content_of(lines), filename, resource="participants", by=user, target=FOUNDING)
    tasks.work(tasks.EXAMINE, batch, user)
    return batch


# --- dying --------------------------------------------------------------------------------------------------------
class Death:
    """kill -9 of this process at the `at`-th call that writes; 0 for none of them."""

    def __init__(self, at: int):
        self.at, self.calls = at, 0

    def __call__(self, what: str) -> None:
        self.calls += 1
        say(what)
        if self.calls == self.at:
            os.kill(os.getpid(), signal.SIGKILL)

    def amid(self, what: str, rows: Iterable[Any]) -> Iterator[Any]:
        """Yield rows on their way into the database; some row in their midst is a call of its own."""
        for number, row in enumerate(rows):
            if number == MIDST:
                self(f"amid {what}")
            yield row


class DeadlyCopy:
    """A COPY under way, some row of which is a call of its own."""

    def __init__(self, stream: Any, death: Death, what: str):
        self.stream, self.death, self.what, self.rows = stream, death, what, 0

    def __getattr__(self, name: str) -> Any:
        self.rows += 1
        if self.rows == MIDST:
            self.death(f"amid {self.what}")
        return getattr(self.stream, name)


@contextmanager
def mortal(at: int) -> Iterator[None]:
    """Count what writes (statements, rows in the midst of a bulk load, commits before and after), and die at one."""
    death = Death(at)

    def step(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        what = " ".join(sql.split()[:4])
        if sql.startswith(WRITING):
            death(what)
        return execute(sql, death.amid(what, params) if many else params, many, context)

    @contextmanager
    def copy(self: CursorWrapper, sql: str) -> Iterator[Any]:
        what = " ".join(sql.split()[:2])
        death(what)
        with self.cursor.copy(sql) as stream:
            yield DeadlyCopy(stream, death, what)
            death(f"end of {what}")

    commit = connection.commit

    def watched_commit() -> None:
        death("before commit")
        commit()
        death("after commit")

    CursorWrapper.copy, connection.commit = copy, watched_commit
    with connection.execute_wrapper(step):
        yield
    os.kill(os.getpid(), signal.SIGKILL)


def save(at: int) -> None:
    """Save the list as a page does, and die at a call that writes, or when it is saved but nobody was told."""
    with mortal(at):
        batch = the_batch()
        pipeline.apply(batch, by=the_operator(), seen_plan=batch.plan)


def work(at: int) -> None:
    """Save the list as the worker does, and die in the same ways."""
    job = _queued()
    with mortal(at):
        tasks.run_import.call(str(job.pk))


def _queued() -> Job:
    batch, by = the_batch(), the_operator()
    return queue_job(tasks.APPLY, str(batch.pk), total=ROWS, message=batch.filename, agency=batch.agency, by=by)


# --- afterwards ---------------------------------------------------------------------------------------------------
def recover() -> None:
    """Sweep, and save again, and once more; tell what stood in the database before and after each."""
    _await_the_dead()
    say({"swept": sweep(), **standing()})
    say({"answer": _saved(), **standing()})
    say({"answer": _saved(), "tables": facts()})


def _saved() -> str:
    try:
        pipeline.apply(the_batch(), by=the_operator(), seen_plan=the_batch().plan)
    except ImportRefused as refusal:
        return str(refusal)
    return ""


def recover_job() -> None:
    """Sweep, run the dead job again, then two new ones; tell what stood in the database after each."""
    _await_the_dead()
    say({"swept": sweep(), "jobs": jobs(), **standing()})
    tasks.run_import.call(str(Job.objects.get().pk))
    say({"tables": facts(), "jobs": jobs()})
    for _ in range(2):
        tasks.run_import.call(str(_queued().pk))
        say({"jobs": jobs(), **standing()})


def _await_the_dead() -> None:
    """PostgreSQL may still be about to roll back what a dead process left open; its locks fall last."""
    with transaction.atomic():
        list(ImportBatch.objects.select_for_update())


def standing() -> dict[str, Any]:
    """Return how the list stands, what all tables hold, and what speaks against it."""
    batch = the_batch()
    imports.ORPHAN_HOURS = -1
    imports.remove_orphans()
    storage = ImportBatch._meta.get_field("file").storage
    return {
        "state": batch.state,
        "reason": batch.notices[-1] if batch.notices else "",
        "counts": batch.counts,
        "faults": list(_faults(batch)),
        "files": len(storage.listdir(imports.FOLDER)[1]),
        "tables": facts(),
    }


def jobs() -> list[tuple[str, str]]:
    """Return state and reason of each job, oldest first."""
    return list(Job.objects.order_by("created_at").values_list("state", "message"))


def facts() -> dict[str, list[Any]]:
    """Return table -> [number of rows, digest of their content], for all but batches and jobs."""
    tables = everything()
    del tables[Job.__name__]
    return {name: [len(rows), hashlib.sha256(repr(rows).encode()).hexdigest()[:16]] for name, rows in tables.items()}


def _faults(batch: ImportBatch) -> Iterator[str]:
    """Yield what must not be: I4, a change without its version or its event; I7, a batch in nobody's hands."""
    saved = batch.state == BatchState.APPLIED
    if AuditEvent.objects.filter(action=AuditAction.IMPORT, object_id=str(batch.pk)).count() != saved:
        yield "events"
    if batch.process or (batch.state != BatchState.CHECKED and not saved and not batch.notices):
        yield "limbo"
    for model in WRITTEN:
        versions = Counter(model.history.filter(history_change_reason=f"impor {batch.pk}").values_list("id", flat=True))
        if set(versions.values()) - {1}:
            yield f"versions of {model.__name__}"
        latest = model.history.order_by().values("id").annotate(last=Max("history_id")).values("last")
        names = [field.attname for field in model._meta.concrete_fields if not field.generated]
        kept = set(model.history.filter(history_id__in=latest).values_list(*names))
        if kept != set(model.objects.values_list(*names)):
            yield f"last versions of {model.__name__}"
    if Person.objects.values("name").distinct().count() != Person.objects.count():
        yield "people twice"
    yield from (f"{event}: {why}" for event, why in broken_links())
