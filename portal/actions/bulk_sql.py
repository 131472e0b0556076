# ruff: noqa: S608  (SQL made of the names of our own models, never of input)
"""The statements under the bulk door, made from a model's own columns for PostgreSQL and SQLite.

The ORM builds SQL and adapts every value for each row, which costs more than storing it does. Here values are taken
column by column, the drivers take them as they stand wherever they can, and one statement stores all rows, by COPY or
out of a temporary table. Row versions never pass through Python: the database copies the row that it has just stored.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, partial
from operator import attrgetter
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.backends.utils import CursorWrapper
from django.utils import timezone
from simple_history.utils import get_history_model_for_model

# Fields whose values both drivers store as they stand; the others go through Django's own conversion.
AS_THEY_STAND = (models.CharField, models.TextField, models.IntegerField, models.BooleanField, models.BinaryField)
GATHERED = '"sulam_gathered"'
# PostgreSQL keeps the plans of its foreign keys for the whole session. One that was made while a table had a page or
# two reads all of it for each row, so after this many new rows they are made anew.
MANY = 1_000


class Among(models.Lookup):
    """`Among(F("pk"), keys)`: like `pk__in`, but with one parameter, where that has one for each key."""

    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        sql, parameters = self.process_lhs(compiler, connection)
        condition, keys = _among(sql, self.lhs.output_field, self.rhs)
        return condition, [*parameters, *keys]


def _among(column: str, field: models.Field, keys: Sequence[Any]) -> tuple[str, list[Any]]:
    stored = _stored(field, keys)
    if connection.vendor == "postgresql":
        # No join: inside a large import the statistics are those from before it, and a join planned by them takes
        # each key to each row.
        return f"{column} = ANY(%s::{field.rel_db_type(connection)}[])", [stored]
    return f"{column} IN (SELECT value FROM json_each(%s))", [json.dumps(stored)]


def take_over_keys(model: type[models.Model], rows: Sequence[models.Model]) -> None:
    """Fill in keys that parents got after their children were made, as Django's own save does."""
    for field in model._meta.concrete_fields:
        if field.is_relation:
            for row in rows:
                if row.__dict__.get(field.attname) is None and field.is_cached(row):
                    setattr(row, field.name, getattr(row, field.name))


def insert(model: type[models.Model], rows: Sequence[models.Model]) -> None:
    """Store new rows and give them their keys."""
    key, table = model._meta.pk, _table(model)
    others = [field for field in model._meta.concrete_fields if not field.generated and field is not key]
    fields = [key, *others]
    with connection.cursor() as cursor:
        fresh = _next_keys(cursor, model, sum(row.pk is None for row in rows))
        ids = [next(fresh) if row.pk is None else row.pk for row in rows]
        values = [_stored(key, ids), *(_column_of(field, rows, add=True) for field in others)]
        if connection.vendor == "postgresql":
            _load(cursor, table, fields, values)
            if len(rows) >= MANY:
                cursor.execute("DISCARD PLANS")
        else:
            # SQLite sets every page aside that a statement changes, for the case that a guard refuses. Row by row
            # that is three times the work of the insert.
            with _gathered(cursor, table, fields, values):
                cursor.execute(f"INSERT INTO {table} ({_names(fields)}) SELECT {_names(fields)} FROM {GATHERED}")
    for row, value in zip(rows, ids, strict=True):
        setattr(row, key.attname, value)
        row._state.adding, row._state.db = False, connection.alias


def update(model: type[models.Model], rows: Sequence[models.Model], names: Iterable[str]) -> int:
    """Store some fields of existing rows and return how many rows were found."""
    key, table = _quoted(model._meta.pk), _table(model)
    fields = [model._meta.get_field(name) for name in names]
    columns = [model._meta.pk, *fields]
    assigned = ", ".join(f"{_quoted(field)} = g.{_quoted(field)}" for field in fields)
    values = [_column_of(field, rows, add=False) for field in columns]
    with connection.cursor() as cursor, _gathered(cursor, table, columns, values):
        cursor.execute(f"UPDATE {table} AS t SET {assigned} FROM {GATHERED} AS g WHERE t.{key} = g.{key}")
        return cursor.rowcount


def keep_versions(model: type[models.Model], ids: Sequence[Any], kind: str, *, by: Any, reason: str) -> None:
    """Write a row version (`kind` "+", "~" or "-") of each row as it stands now."""
    history = get_history_model_for_model(model)
    tracked = _names(field for field in history.tracked_fields if not field.generated)
    about = {
        "history_date": timezone.now(),
        "history_type": kind,
        "history_user": by and by.pk,
        "history_change_reason": reason,
    }
    fields = [history._meta.get_field(name) for name in about]
    values = [field.get_db_prep_save(value, connection) for field, value in zip(fields, about.values(), strict=True)]
    key = _quoted(model._meta.pk)
    these, keys = _among(key, model._meta.pk, ids)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {_table(history)} ({tracked}, {_names(fields)}) "
            f"SELECT {tracked}, %s, %s, %s, %s FROM {_table(model)} WHERE {these} ORDER BY {key}",
            [*values, *keys],
        )


def delete(model: type[models.Model], ids: Sequence[Any]) -> int:
    """Remove rows by key and return how many were found. Nothing that points at them is touched."""
    these, keys = _among(_quoted(model._meta.pk), model._meta.pk, ids)
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {_table(model)} WHERE {these}", keys)
        return cursor.rowcount


def _table(model: type[models.Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)


def _quoted(field: models.Field) -> str:
    return connection.ops.quote_name(field.column)


def _names(fields: Iterable[models.Field]) -> str:
    return ", ".join(map(_quoted, fields))


def _next_keys(cursor: CursorWrapper, model: type[models.Model], count: int) -> Iterator[int]:
    """Take keys for rows that have none. On SQLite the writer's lock keeps others from taking the same."""
    if not count:
        return iter(())
    table, key = model._meta.db_table, model._meta.pk.column
    if connection.vendor == "postgresql":
        cursor.execute(
            "WITH s AS MATERIALIZED (SELECT pg_get_serial_sequence(%s, %s)::regclass AS keys) "
            "SELECT nextval(keys) FROM s, generate_series(1, %s)",
            [connection.ops.quote_name(table), key, count],
        )
        return (value for (value,) in cursor.fetchall())
    cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
    (last,) = cursor.fetchone() or (0,)
    return iter(range(last + 1, last + 1 + count))


def _column_of(field: models.Field, rows: Sequence[models.Model], *, add: bool) -> Sequence[Any]:
    """Return what the database shall store in one field, row by row."""
    if type(field).pre_save is models.Field.pre_save:
        return _stored(field, [*map(attrgetter(field.attname), rows)])
    return _stored(field, [field.pre_save(row, add) for row in rows])


def _stored(field: models.Field, values: Sequence[Any]) -> Sequence[Any]:
    if isinstance(getattr(field, "target_field", field), AS_THEY_STAND):
        return values
    prepare = partial(field.get_db_prep_save, connection=connections[DEFAULT_DB_ALIAS])
    if isinstance(field, models.JSONField):  # lists are no keys of a cache, but most are empty
        empty = prepare([])
        return [empty if value == [] else prepare(value) for value in values]
    return [*map(cache(prepare), values)]  # days, sources and amounts come again and again


@contextmanager
def _gathered(
    cursor: CursorWrapper, table: str, fields: Sequence[models.Field], values: Sequence[Sequence[Any]]
) -> Iterator[None]:
    """Hold rows in a temporary table; when something fails inside, the caller's rollback takes it away."""
    cursor.execute(f"CREATE TEMPORARY TABLE {GATHERED} AS SELECT {_names(fields)} FROM {table} LIMIT 0")
    _load(cursor, GATHERED, fields, values)
    yield
    cursor.execute(f"DROP TABLE {GATHERED}")


def _load(cursor: CursorWrapper, table: str, fields: Sequence[models.Field], values: Sequence[Sequence[Any]]) -> None:
    """Store columns of values in a table the way that the driver has for many rows."""
    rows = zip(*values, strict=True)
    if connection.vendor == "sqlite":
        marks = ", ".join(["%s"] * len(fields))
        cursor.executemany(f"INSERT INTO {table} ({_names(fields)}) VALUES ({marks})", rows)
        return
    with connection.wrap_database_errors, cursor.copy(f"COPY {table} ({_names(fields)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
