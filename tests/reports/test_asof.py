"""A report as of a past moment is the report that was made at that moment."""

import itertools
import random
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from simple_history.utils import get_history_model_for_model

from portal.models import FiscalYear, User
from portal.scoping import visible
from portal.spreadsheets.sheets import SheetSpec
from portal.triggers import project_models
from programs.models import InvitedRt, Session, Training
from reports import asof
from reports.asof import NestedPast, as_of, shadowed_models, shown_moment
from reports.queries import snapshot
from reports.registry import permitted_exporters
from tests.factories.participants import EnrolmentFactory
from tests.factories.portal import AgencyFactory
from tests.factories.programs import InvitedRtFactory, SessionFactory, TrainingFactory
from tests.raw_sql import run
from tests.reports.edits import START, Clock, Life, change_trainings_in_bulk

HISTORIES, MOMENTS, DEEDS_BETWEEN = 50, 4, 4  # 200 moments

# Read with the rows of today, and why. A new model must be shadowed or stand here.
OF_TODAY = {
    "portal.Region": "no versions: areas are loaded from the decree",
    "portal.User": "rights are asked of today; versions leave the password out",
    "portal.ImportBatch": "a record of work, not of the books",
    "portal.ImportRow": "likewise",
    "portal.RememberedColumns": "likewise",
    "portal.RememberedValue": "likewise",
    "portal.Job": "likewise",
    "portal.AuditEvent": "append-only: its own past stands in it",
    "reports.ExportRecord": "append-only",
    "reports.ExportedFile": "belongs to an export",
    "reports.ExportRequest": "a record of work, not of the books",
    "reports.FindingNote": "append-only",
    "reports.ClosingFigure": "append-only",
}


def lines(spec: SheetSpec) -> Iterator[tuple]:
    yield spec.title, [list(row) for row in spec.rows]
    for below in spec.below:
        yield from lines(below)


def reports_of(user: User, names: Iterable[str]) -> dict[str, list[tuple]]:
    """Return what these exporters would write now."""
    found = permitted_exporters(user)
    return {
        name: [line for spec in found[name]().sheets(visible(Training, user)) for line in lines(spec)] for name in names
    }


def plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value


def books() -> dict[str, list[tuple]]:
    """Return every row of every model that keeps versions, by SQL of its own, with the types of the driver."""
    found = {}
    with connection.cursor() as cursor:
        for model in shadowed_models():
            columns = ", ".join(connection.ops.quote_name(field.column) for field in model._meta.concrete_fields)
            cursor.execute(f"SELECT {columns} FROM {model._meta.db_table} ORDER BY {model._meta.pk.column}")
            found[model._meta.label] = [tuple(map(plain, row)) for row in cursor.fetchall()]
    return found


def test_two_hundred_moments_come_back(db: None, clock: Clock) -> None:
    life = Life(random.Random(0))
    life.begin()
    turns = itertools.cycle([*permitted_exporters(life.auditor), None])
    compared = moved = 0
    for seed in range(HISTORIES):
        with transaction.atomic():
            life.dice, clock.now = random.Random(seed), START + timedelta(days=1)
            kept, deeds = [], []
            for _ in range(MOMENTS):
                for _ in range(DEEDS_BETWEEN):
                    clock.forward(minutes=1)
                    deeds.append(life.act())
                names = [name] if (name := next(turns)) else []
                kept.append((clock.now, books(), names, reports_of(life.auditor, names)))
            clock.forward(days=1)
            for moment, rows, names, reports in kept:
                with snapshot(moment):
                    assert books() == rows, (seed, deeds)
                    assert reports_of(life.auditor, names) == reports, (seed, deeds)
                compared, moved = compared + 1, moved + (rows != kept[-1][1])
            transaction.set_rollback(True)
    assert compared == HISTORIES * MOMENTS == 200
    assert moved >= 140, "the books of that day must differ from those of today"


def test_every_exporter_comes_back(db: None, clock: Clock) -> None:
    life = Life(random.Random(7))
    life.begin()
    names = list(permitted_exporters(life.auditor))
    kept = []
    for _ in range(4):
        for _ in range(6):
            clock.forward(hours=1)
            life.act()
        kept.append((clock.now, reports_of(life.auditor, names)))
    for moment, reports in kept:
        with snapshot(moment):
            assert reports_of(life.auditor, names) == reports
    assert kept[0][1] != kept[-1][1]


def test_every_model_has_a_past_or_says_why_not() -> None:
    shadowed = {model._meta.label for model in shadowed_models()}
    assert not shadowed & OF_TODAY.keys()
    assert {model._meta.label for model in project_models()} == shadowed | OF_TODAY.keys()
    for model in shadowed_models():
        versions = {field.name for field in get_history_model_for_model(model)._meta.get_fields()}
        assert {field.name for field in model._meta.concrete_fields} <= versions, "a column without a past"


def test_parents_come_before_rows_that_copy_from_them() -> None:
    order = shadowed_models()
    for model in order:
        for link in getattr(model, "COPIES", {}):
            assert order.index(model._meta.get_field(link).related_model) < order.index(model)


def test_copied_columns_are_the_parents_of_that_moment(db: None, clock: Clock) -> None:
    """A training that moves takes its sessions along by trigger, without a version of them."""
    session = SessionFactory()
    training, first = session.training, session.training.office
    other = AgencyFactory(region__code="35.07.21")
    before = clock.now
    clock.forward(days=1)
    training.office = other
    training.save()
    session.refresh_from_db()
    assert session.office == other
    for moment, office in ((before, first), (clock.now, other)):
        with as_of(moment):
            assert Session.objects.get().office == Training.objects.get().office == office


def test_a_deleted_training_and_what_hung_on_it_are_back(db: None, auditor: User, clock: Clock) -> None:
    training = EnrolmentFactory().training
    before = clock.now
    clock.forward(seconds=1)
    training.delete()
    assert not reports_of(auditor, ["participants"])["participants"][0][1]
    with as_of(before):
        assert len(reports_of(auditor, ["participants"])["participants"][0][1]) == 1
    with as_of(before - timedelta(seconds=1)):
        assert not reports_of(auditor, ["participants"])["participants"][0][1]


def test_the_version_written_last_counts_when_the_clock_was_set_back(db: None, clock: Clock) -> None:
    training = TrainingFactory(title="pertama")
    clock.forward(minutes=-10)
    training.title = "kedua"
    training.save()
    with as_of(clock.now + timedelta(hours=1)):
        assert Training.objects.get().title == "kedua"


def test_scope_is_asked_of_today(db: None, operator: User, clock: Clock) -> None:
    """Who moved to another office reads the past of that office, and nothing of the former one."""
    own, foreign = TrainingFactory(), TrainingFactory(office=AgencyFactory(region__code="35.07.21"))
    before = clock.now
    clock.forward(days=1)
    operator.agency = foreign.office
    operator.save()
    with as_of(before):
        assert list(visible(Training, operator)) == [foreign]
        assert visible(Training, operator).filter(pk=own.pk).count() == 0


WRITES = {
    "save": lambda: Training.objects.get().save(),
    "update": lambda: Training.objects.update(title="lain"),
    "delete": lambda: InvitedRt.objects.all().delete(),
    "a table without versions": lambda: FiscalYear.objects.filter(pk=2025).update(reopen_reason="lain"),
    "raw": lambda: run(f"DELETE FROM {Training._meta.db_table}"),
    "a real table": lambda: run("UPDATE portal_region SET name = 'lain'"),
}


@pytest.mark.parametrize("name", WRITES)
def test_nothing_can_be_written_into_the_past(db: None, clock: Clock, name: str) -> None:
    training = InvitedRtFactory().training
    with as_of(clock.now), pytest.raises(DatabaseError), transaction.atomic():
        WRITES[name]()
    assert Training.objects.get().title == training.title
    Training.objects.update(notes="sesudahnya")  # the guard does not outlive the past


def test_an_action_is_refused_too(db: None, clock: Clock) -> None:
    life = Life(random.Random(1))
    life.begin()
    with as_of(clock.now), pytest.raises(DatabaseError), transaction.atomic():
        change_trainings_in_bulk(life)
    assert not Training.objects.filter(venue__startswith="Balai 0.").exists()


def test_nothing_stays_of_it_even_when_the_body_fails(db: None, clock: Clock) -> None:
    TrainingFactory()
    with pytest.raises(Training.DoesNotExist), as_of(clock.now - timedelta(days=1)):
        Training.objects.get()
    assert shown_moment() is None
    assert Training.objects.exists()
    Training.objects.update(title="terbuka")


def test_a_past_inside_a_past_is_refused(db: None, clock: Clock) -> None:
    with as_of(clock.now):
        assert shown_moment() == clock.now
        with pytest.raises(NestedPast), as_of(START):
            pass
        assert shown_moment() == clock.now
    assert shown_moment() is None


def test_a_snapshot_of_the_past_is_a_transaction_of_its_own(django_db_setup: None, django_db_blocker: Any) -> None:
    """Outside the transaction that other tests live in; it leaves no table and no read-only connection behind."""
    with django_db_blocker.unblock():
        with snapshot(START):
            assert connection.in_atomic_block
            assert not Training.objects.exists()
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("SHOW transaction_isolation")
                    assert cursor.fetchone() == ("repeatable read",)
        assert not connection.in_atomic_block
        with transaction.atomic():
            FiscalYear.objects.create(year=2025)
            transaction.set_rollback(True)


def test_large_tables_get_indexes_and_statistics(db: None, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asof, "LARGE", 0)
    enrolment = EnrolmentFactory()
    with CaptureQueriesContext(connection) as queries, as_of(clock.now):
        assert list(enrolment.training.enrolments.all()) == [enrolment]
    made = {query["sql"] for query in queries if query["sql"].startswith("CREATE INDEX")}
    assert any("past_participants_attendance_training_id" in sql for sql in made)
    analyzed = sum(query["sql"].startswith("ANALYZE") for query in queries)
    assert analyzed == (len(shadowed_models()) if connection.vendor == "postgresql" else 0)


def test_making_the_past_asks_a_fixed_number_of_questions(db: None, clock: Clock) -> None:
    counts = set()
    for _ in range(3):
        EnrolmentFactory()
        with CaptureQueriesContext(connection) as queries, as_of(clock.now):
            pass
        counts.add(len(queries))
    assert len(counts) == 1
