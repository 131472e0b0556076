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
from programs.models import Training
from tests.factories.portal import AgencyFactory
from tests.factories.programs import BudgetLineFactory
from tests.factories.world import World

COPIES = [
    pytest.param(model, parent, name, id=f"{model._meta.model_name}.{name}<-{parent}")
    for model in project_models()
    for parent, names in getattr(model, "COPIES", {}).items()
    for name in names
]
YEAR_LOCKED = [model for model in project_models() if hasattr(model, "YEAR_PATH")]
APPEND_ONLY = [model for model in project_models() if getattr(model, "APPEND_ONLY", False)]
SQLITE = connection.vendor == "sqlite"


def run(sql: str, *parameters: Any) -> int:
    """Run raw SQL and return how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.rowcount


def refuses(match: str, sql: str, *parameters: Any) -> None:
    """Assert that the database itself refuses, whatever the code would have allowed."""
    with pytest.raises(IntegrityError, match=match), transaction.atomic():
        run(sql, *parameters)


def columns_of(model: type[models.Model], *, pk: bool = False) -> list[str]:
    return [
        connection.ops.quote_name(field.column)
        for field in model._meta.concrete_fields
        if not field.generated and (pk or not field.primary_key)
    ]


def table(model: type[models.Model]) -> str:
    return model._meta.db_table


def raw(value: Any) -> Any:
    """Return a key as this database stores it (SQLite keeps a UUID as 32 hex digits)."""
    return value.hex if SQLITE and hasattr(value, "hex") and not isinstance(value, float | bytes) else value


def close_year(world: World, year: int = 2025) -> None:
    FiscalYear.objects.filter(pk=year).update(
        state=YearState.CLOSED, closed_at=timezone.now(), closed_by=world.administrator
    )


def insert_copy(model: type[models.Model], row: models.Model, **other: Any) -> tuple[str, list[Any]]:
    """Return SQL that inserts the row a second time with other values in some columns."""
    columns = columns_of(model)
    named = {connection.ops.quote_name(column): value for column, value in other.items()}
    values = ", ".join("%s" if column in named else column for column in columns)
    return (
        f"INSERT INTO {table(model)} (id, {', '.join(columns)}) "
        f"SELECT id + 1000000, {values} FROM {table(model)} WHERE id = %s",
        [*(named[column] for column in columns if column in named), row.pk],
    )


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
    sql, parameters = insert_copy(model, row, **{column: value})
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
    row = two_agencies.a.of(model)
    close_year(two_agencies)
    before = model.objects.count()
    changed = next(field.column for field in model._meta.concrete_fields if not field.primary_key)
    refuses("is closed", f"UPDATE {table(model)} SET {changed} = {changed} WHERE id = %s", row.pk)
    refuses("is closed", f"DELETE FROM {table(model)} WHERE id = %s", row.pk)
    sql, parameters = insert_copy(model, row)
    refuses("is closed", sql, *parameters)
    assert model.objects.count() == before


@pytest.mark.parametrize("model", YEAR_LOCKED, ids=lambda model: model._meta.model_name)
def test_a_closed_year_refuses_bulk_writes(two_agencies: World, model: type[models.Model]) -> None:
    row = two_agencies.a.of(model)
    column = next(field.attname for field in model._meta.concrete_fields if not field.primary_key)
    close_year(two_agencies)
    for write in (
        lambda: model.objects.filter(pk=row.pk).update(**{column: getattr(row, column)}),
        lambda: model.objects.bulk_update([row], [column.removesuffix("_id")]),
        lambda: model.objects.filter(pk=row.pk)._raw_delete("default"),
        lambda: model.objects.bulk_create([model(**{f.attname: getattr(row, f.attname) for f in writable(model)})]),
    ):
        with pytest.raises(IntegrityError, match="is closed"), transaction.atomic():
            write()


def writable(model: type[models.Model]) -> list[models.Field]:
    return [field for field in model._meta.concrete_fields if not field.primary_key and not field.generated]


def test_nothing_moves_into_or_out_of_a_closed_year(two_agencies: World) -> None:
    closed = BudgetLineFactory(fiscal_year__year=2024)
    close_year(two_agencies, 2024)
    training = two_agencies.a.training
    refuses("is closed", "UPDATE programs_training SET budget_line_id = %s WHERE id = %s", closed.pk, training.pk)
    refuses("is closed", "UPDATE programs_budgetline SET fiscal_year_id = 2025 WHERE id = %s", closed.pk)


def test_an_open_year_accepts_them(two_agencies: World) -> None:
    assert run("UPDATE programs_training SET notes = 'dicatat' WHERE id = %s", two_agencies.a.training.pk) == 1


@pytest.mark.parametrize("model", APPEND_ONLY, ids=lambda model: model._meta.model_name)
def test_append_only_tables_refuse_change_and_removal(two_agencies: World, model: type[models.Model]) -> None:
    row = two_agencies.a.of(model)
    name = table(model)
    field = "summary" if model is AuditEvent else "description"
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
            for model in APPEND_ONLY:
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
