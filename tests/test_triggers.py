"""The database's own guards against raw SQL: what a shell, a script or a stray query cannot do."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from portal.enums import YearState
from portal.models import AuditEvent, FiscalYear
from portal.triggers import guards, installed, project_models
from programs.models import Session, Training
from reports.models import ClosingFigure, FindingNote
from tests.factories.portal import AgencyFactory
from tests.factories.programs import BudgetLineFactory
from tests.factories.world import World
from tests.raw_sql import SQLITE, close_year, columns_of, insert_copy, own_key, raw, refuses, run, table, writable

COPIES = [
    pytest.param(model, parent, name, id=f"{model._meta.model_name}.{name}<-{parent}")
    for model in project_models()
    for parent, names in getattr(model, "COPIES", {}).items()
    for name in names
]
YEAR_LOCKED = [model for model in project_models() if hasattr(model, "YEAR_PATH")]
APPEND_ONLY = [model for model in project_models() if getattr(model, "APPEND_ONLY", False)]


def another_value(world: World, model: type[models.Model], name: str) -> Any:
    """Return a key that exists but is not the parent's."""
    return {
        "office": world.wagir.pk,
        "organizer": world.koperasi.pk,
        "training": world.b.training.pk,
    }[name]


def test_every_declared_guard_stands(db: None) -> None:
    declared = {guard.name: guard.table for guard in guards()}
    assert installed() == declared
    assert len(declared) >= 40


def test_guards_survive_a_migrate(two_agencies: World) -> None:
    before = installed()
    call_command("migrate", verbosity=0, interactive=False)
    assert installed() == before
    refuses("append-only", "DELETE FROM portal_auditevent")


@pytest.mark.parametrize(("model", "parent", "name"), COPIES)
def test_copied_fields_stay_equal_to_the_parent(
    two_agencies: World, model: type[models.Model], parent: str, name: str
) -> None:
    row = two_agencies.a.of(model)
    column, value = model._meta.get_field(name).column, another_value(two_agencies, model, name)
    refuses("must equal", f"UPDATE {table(model)} SET {column} = %s WHERE id = %s", value, row.pk)
    sql, parameters = insert_copy(model, row, **(own_key(two_agencies, model) | {column: value}))
    refuses("must equal", sql, *parameters)
    assert model.objects.filter(pk=row.pk, **{f"{name}_id": getattr(row, f"{name}_id")}).exists()


def test_a_null_copy_is_no_way_out(two_agencies: World) -> None:
    """`NULL <> 3` is not true in SQL; the guard must compare with IS DISTINCT FROM."""
    with pytest.raises(IntegrityError), transaction.atomic():
        run("UPDATE programs_session SET office_id = NULL WHERE id = %s", two_agencies.a.session.pk)


def test_a_child_cannot_move_to_another_offices_training(two_agencies: World) -> None:
    """Moving the link without the copies, and moving copies and link past the person's office."""
    a, b = two_agencies.a, two_agencies.b
    refuses("must equal", "UPDATE programs_session SET training_id = %s WHERE id = %s", b.training.pk, a.session.pk)
    refuses(
        "must equal",
        "UPDATE participants_enrolment SET training_id = %s, office_id = %s, organizer_id = %s WHERE id = %s",
        b.training.pk,
        two_agencies.wagir.pk,
        two_agencies.koperasi.pk,
        a.enrolment.pk,
    )
    refuses(
        "must equal", "UPDATE participants_attendance SET session_id = %s WHERE id = %s", b.session.pk, a.attendance.pk
    )


def test_children_follow_when_the_money_changes_hands(two_agencies: World) -> None:
    other = AgencyFactory(organizer=True, name="Dinas Pariwisata", short_name="Dispar")
    run("UPDATE programs_budgetline SET organizer_id = %s WHERE id = %s", other.pk, two_agencies.a.budgetline.pk)
    for name in ("training", "session", "invitedrt", "expense", "enrolment", "attendance"):
        row = getattr(two_agencies.a, name)
        row.refresh_from_db()
        assert row.organizer_id == other.pk, name


def test_a_training_with_people_cannot_change_office(two_agencies: World) -> None:
    refuses(
        "must equal",
        "UPDATE programs_training SET office_id = %s WHERE id = %s",
        two_agencies.wagir.pk,
        two_agencies.a.training.pk,
    )


@pytest.mark.parametrize("model", YEAR_LOCKED, ids=lambda model: model._meta.model_name)
def test_a_closed_year_refuses_raw_writes(two_agencies: World, model: type[models.Model]) -> None:
    row, key = two_agencies.a.of(model), own_key(two_agencies, model)
    close_year(two_agencies)
    before = model.objects.count()
    changed = next(field.column for field in model._meta.concrete_fields if not field.primary_key)
    refuses("is closed", f"UPDATE {table(model)} SET {changed} = {changed} WHERE id = %s", row.pk)
    refuses("is closed", f"DELETE FROM {table(model)} WHERE id = %s", row.pk)
    sql, parameters = insert_copy(model, row, **key)
    refuses("is closed", sql, *parameters)
    assert model.objects.count() == before


@pytest.mark.parametrize("model", YEAR_LOCKED, ids=lambda model: model._meta.model_name)
def test_a_closed_year_refuses_bulk_writes(two_agencies: World, model: type[models.Model]) -> None:
    row = two_agencies.a.of(model)
    column = next(field.attname for field in model._meta.concrete_fields if not field.primary_key)
    copied = {field.attname: getattr(row, field.attname) for field in writable(model)} | own_key(two_agencies, model)
    close_year(two_agencies)
    for write in (
        lambda: model.objects.filter(pk=row.pk).update(**{column: getattr(row, column)}),
        lambda: model.objects.bulk_update([row], [column.removesuffix("_id")]),
        lambda: model.objects.filter(pk=row.pk)._raw_delete("default"),
        lambda: model.objects.bulk_create([model(**copied)]),
    ):
        with pytest.raises(IntegrityError, match="is closed"), transaction.atomic():
            write()


def test_nothing_moves_into_or_out_of_a_closed_year(two_agencies: World) -> None:
    closed = BudgetLineFactory(fiscal_year__year=2024, fund_source__code="2.1")
    close_year(two_agencies, 2024)
    training = two_agencies.a.training
    refuses("is closed", "UPDATE programs_training SET budget_line_id = %s WHERE id = %s", closed.pk, training.pk)
    refuses("is closed", "UPDATE programs_budgetline SET fiscal_year_id = 2025 WHERE id = %s", closed.pk)


def test_one_wrong_row_among_many_refuses_the_statement(two_agencies: World) -> None:
    a, b = two_agencies.a, two_agencies.b
    sql, parameters = insert_copy(Session, a.session, order=999)
    wrong, wrong_parameters = insert_copy(Session, b.session, order=999, office_id=two_agencies.pagelaran.pk)
    refuses("must equal", f"{sql} UNION ALL {wrong[wrong.index('SELECT') :]}", *parameters, *wrong_parameters)
    refuses("must equal", "UPDATE programs_session SET office_id = %s", two_agencies.pagelaran.pk)
    FiscalYear.objects.create(year=2024, state=YearState.CLOSED, closed_at=timezone.now(), closed_by=a.user)
    run("UPDATE programs_session SET topic = ''")
    line = BudgetLineFactory(fiscal_year__year=2026)
    run("UPDATE programs_training SET organizer_id = %s, budget_line_id = %s", line.organizer_id, line.pk)
    run("UPDATE programs_training SET budget_line_id = %s WHERE id = %s", a.budgetline.pk, a.training.pk)
    close_year(two_agencies, 2026)
    refuses("is closed", "UPDATE programs_session SET topic = ''")
    refuses("is closed", "DELETE FROM programs_session")
    run("UPDATE programs_session SET topic = '' WHERE training_id = %s", a.training.pk)


def test_a_statement_that_touches_no_row_is_not_refused(two_agencies: World) -> None:
    close_year(two_agencies)
    assert run("UPDATE programs_session SET topic = '' WHERE id = -1") == 0
    assert run("DELETE FROM programs_session WHERE id = -1") == 0


def test_an_insert_that_becomes_an_update_is_guarded_as_one(two_agencies: World) -> None:
    row = two_agencies.a.session
    sql, parameters = insert_copy(Session, row)
    upsert = f'{sql} ON CONFLICT (training_id, date, "order") DO UPDATE SET'
    run(f"{upsert} topic = 'x'", *parameters)
    refuses("must equal", f"{upsert} office_id = %s", *parameters, two_agencies.wagir.pk)
    close_year(two_agencies)
    refuses("is closed", f"{upsert} topic = 'y'", *parameters)


@pytest.mark.skipif(SQLITE, reason="SQLite writes one table in a statement")
def test_a_parent_cannot_vanish_in_the_statement_that_takes_its_children(two_agencies: World) -> None:
    close_year(two_agencies)
    refuses("is closed", "WITH gone AS (DELETE FROM programs_training RETURNING id) DELETE FROM programs_session")


def test_an_open_year_accepts_them(two_agencies: World) -> None:
    assert run("UPDATE programs_training SET notes = 'dicatat' WHERE id = %s", two_agencies.a.training.pk) == 1


@pytest.mark.parametrize("model", APPEND_ONLY, ids=lambda model: model._meta.model_name)
def test_append_only_tables_refuse_change_and_removal(two_agencies: World, model: type[models.Model]) -> None:
    row = two_agencies.a.of(model)
    name = table(model)
    field = {AuditEvent: "summary", FindingNote: "reason", ClosingFigure: "label"}.get(model, "description")
    refuses("append-only", f"UPDATE {name} SET {field} = 'x' WHERE id = %s", raw(row.pk))
    refuses("append-only", f"DELETE FROM {name} WHERE id = %s", raw(row.pk))
    columns = columns_of(model, pk=True)
    again = f"INTO {name} ({', '.join(columns)}) SELECT {', '.join(columns)} FROM {name} WHERE id = %s"
    upsert = f"INSERT {again} ON CONFLICT (id) DO UPDATE SET {field} = 'x'"
    refuses("append-only", upsert, raw(row.pk))
    assert model.objects.filter(pk=row.pk, **{field: getattr(row, field)}).exists()


# (way, recursive triggers): a REPLACE of the same row, or of another one in the same place of the chain.
WAYS = {
    "sqlite": [(way, recursive) for way in ("same row", "same place") for recursive in ("ON", "OFF")],
    "postgresql": [("", ""), ("CASCADE", "")],
}


@pytest.mark.parametrize(("way", "recursive"), WAYS[connection.vendor])
def test_there_is_no_way_around_append_only(two_agencies: World, way: str, recursive: str) -> None:
    """Without recursive triggers SQLite removes the old row in silence, so an insert of a known key is refused too."""
    event = two_agencies.a.auditevent
    columns = ", ".join(columns_of(AuditEvent))
    new_key = (
        event.pk if way == "replace in place" else event.pk + 1_000_000
    )  # the same place in the chain all the same
    with settings_of_session(recursive):
        if SQLITE:
            row = f"SELECT %s, {columns} FROM portal_auditevent WHERE id = %s"
            refuses("append-only", f"REPLACE INTO portal_auditevent (id, {columns}) {row}", new_key, event.pk)
        else:
            # A table that others point to is not emptied without CASCADE: PostgreSQL sees to that itself.
            for model in (model for model in APPEND_ONLY if way or not model._meta.related_objects):
                refuses("append-only", f"TRUNCATE {table(model)} {way}")
    assert AuditEvent.objects.filter(pk=event.pk, summary=event.summary).exists()


@contextmanager
def settings_of_session(recursive: str) -> Iterator[None]:
    """What may differ between connections: recursive triggers on SQLite, deferred constraints on PostgreSQL."""
    if not SQLITE:
        run("SET CONSTRAINTS ALL IMMEDIATE")  # or TRUNCATE waits for them instead of asking the guard
        yield
        return
    run(f"PRAGMA recursive_triggers = {recursive}")
    try:
        yield
    finally:
        run("PRAGMA recursive_triggers = ON")


SETTINGS = {
    "sqlite": {"PRAGMA synchronous": 2, "PRAGMA recursive_triggers": 1, "PRAGMA foreign_keys": 1},
    "postgresql": {"SHOW server_encoding": "UTF8", "SHOW transaction_isolation": "read committed"},
}


def test_connections_are_set_up_for_safety(db: None) -> None:
    """SQLite: a commit is on the disk, REPLACE fires triggers, keys are checked."""
    wanted = SETTINGS[connection.vendor]
    with connection.cursor() as cursor:
        found = {question: cursor.execute(question) and cursor.fetchone()[0] for question in wanted}
    assert found == wanted


def test_orm_writes_pass_when_everything_agrees(two_agencies: World) -> None:
    training = Training.objects.get(pk=two_agencies.a.training.pk)
    training.notes = "Rapat persiapan selesai"
    training.save()
