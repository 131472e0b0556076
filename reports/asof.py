# ruff: noqa: S608  (SQL made of the names of our own models, never of input)
"""Reading the past: inside `as_of(moment)` every query of the house sees the rows as they stood at that moment.

For each model that keeps row versions a temporary table of the same name is filled from its versions. Both databases
look for a table in the temporary schema first, so exporters, filters and scoping read the past without knowing it.
See docs/adr/0016-reports-as-of.md for what stays of today (areas, users, imports) and why.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, time
from functools import cache
from graphlib import TopologicalSorter

from django.db import connection, models, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone
from simple_history.utils import get_history_model_for_model

from portal.models import Agency, User
from portal.scoping import is_scoped
from portal.triggers import project_models
from programs.models import Training
from reports.rules import day_asked

# Who may see what is asked of today, never of the past; and versions of users leave the password out.
OF_TODAY = {User}
TEMPORARY = {"postgresql": "pg_temp", "sqlite": "temp"}  # how each database calls its temporary schema
LARGE = 1_000  # rows; a smaller table is read as fast as indexes and statistics of it are made
NOTES = (
    "Isi laporan dibaca dari riwayat perubahan di portal: setiap baris seperti keadaannya pada akhir hari itu (WIB), "
    "termasuk yang sesudahnya diubah, dihapus, atau dibatalkan impornya.",
    "Nama wilayah, nama pengguna, dan nama berkas impor ditulis menurut data saat laporan dibuat; cakupan baris "
    "mengikuti hak pengguna saat laporan dibuat.",
)

_shown: ContextVar[datetime | None] = ContextVar("shown_moment", default=None)


class NestedPast(RuntimeError):
    """Somebody asked for a past inside a past: the inner one would be read from the outer one's tables."""


def end_of_day(day: date) -> datetime:
    """Return the last moment of a calendar day in the time zone of the house (WIB)."""
    return datetime.combine(day, time.max, timezone.get_default_timezone())


def parse_day(text: str) -> date | None:
    """Return the day that somebody asks a report for (`31-12-2025` or `2025-12-31`), None for an empty text.

    Raises ValueError with an Indonesian sentence for anything else, for the future, and for days before the portal
    kept its first version: an empty report would read as if there had been no trainings then.
    """
    history = get_history_model_for_model(Training)
    first = history.objects.order_by("history_date").values_list("history_date", flat=True).first()
    return day_asked(text, today=timezone.localdate(), first=first and timezone.localtime(first).date())


def shown_moment() -> datetime | None:
    """Return the past moment that is being read, None while it is the present."""
    return _shown.get()


def told() -> list[tuple[str, str, str]]:
    """Return what the sheet Keterangan must say of the moment that is read (part, item, value); [] for the present."""
    moment = _shown.get()
    if moment is None:
        return []
    day = f"{timezone.localtime(moment):%d-%m-%Y}, akhir hari (WIB)"
    return [("Laporan", "Per tanggal", day), *(("Catatan", "", note) for note in NOTES)]


@contextmanager
def as_of(moment: datetime) -> Iterator[None]:
    """Let everything read inside be as it was at `moment`; nothing can be written inside, and nothing stays of it.

    The tables are made in a transaction (a savepoint inside the caller's) that always ends with a rollback. Raises
    NestedPast inside another `as_of`. The role needs the right TEMPORARY on PostgreSQL, as bulk writes do.
    """
    if _shown.get() is not None:
        raise NestedPast(f"The tables already show {_shown.get()}.")
    token = _shown.set(moment)
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                for model in shadowed_models():
                    _make_shadow(cursor, model, moment)
            with _nothing_written():
                yield
            transaction.set_rollback(True)
    finally:
        _shown.reset(token)


@cache
def shadowed_models() -> tuple[type[models.Model], ...]:
    """Return the models whose past can be read, parents before those that copy fields from them."""
    kept = [
        model
        for model in project_models()
        if hasattr(model._meta, "simple_history_manager_attribute") and model not in OF_TODAY
    ]
    parents = {model: [parent for parent, _ in _copies(model).values() if parent in kept] for model in kept}
    return tuple(TopologicalSorter(parents).static_order())


def _copies(model: type[models.Model]) -> dict[str, tuple[type[models.Model], str]]:
    """Return {field: (model it is copied from, the link to that)}."""
    found: dict[str, tuple[type[models.Model], str]] = {}
    for link, names in getattr(model, "COPIES", {}).items():
        for name in names:
            found.setdefault(name, (model._meta.get_field(link).related_model, link))
    return found


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def _shadow(model: type[models.Model]) -> str:
    """Return the temporary table's full name: half of it could mean the real table."""
    return f"{TEMPORARY[connection.vendor]}.{_quoted(model._meta.db_table)}"


def _make_shadow(cursor: CursorWrapper, model: type[models.Model], moment: datetime) -> None:
    fields, table = model._meta.concrete_fields, model._meta.db_table
    columns = ", ".join(
        f"{_quoted(field.column)} {field.db_type(connection)}{' PRIMARY KEY' if field.primary_key else ''}"
        for field in fields
    )
    cursor.execute(f"CREATE TABLE {_shadow(model)} ({columns})")
    cursor.execute(*_filling(model, moment))
    if cursor.rowcount < LARGE:
        return
    for field in fields:
        if _is_searched(field):
            cursor.execute(_index_of(table, field))
    if connection.vendor == "postgresql":  # nobody else looks at temporary tables to plan by
        cursor.execute(f"ANALYZE {_shadow(model)}")


def _filling(model: type[models.Model], moment: datetime) -> tuple[str, list[object]]:
    """Return the statement that takes the newest version of each row up to `moment`, and its parameters.

    The newest is the one written last (`history_id`): the clock of a server may be set back.
    Copied fields come from the parent as it was: when that changes, triggers follow with no version of the child.
    """
    history = get_history_model_for_model(model)
    copies, joins, values = _copies(model), {}, []
    for field in model._meta.concrete_fields:
        value = f"h.{_quoted(history._meta.get_field(field.name).column)}"
        parent, link = copies.get(field.name, (None, ""))
        if parent is not None:
            link_column, key = model._meta.get_field(link).column, parent._meta.pk.column
            joins[link] = f"LEFT JOIN {_shadow(parent)} {_quoted(f'p_{link}')} ON " + (
                f"{_quoted(f'p_{link}')}.{_quoted(key)} = h.{_quoted(link_column)}"
            )
            column = parent._meta.get_field(field.name).column
            value = f"COALESCE({_quoted(f'p_{link}')}.{_quoted(column)}, {value})"
        values.append(value)
    names = ", ".join(_quoted(field.column) for field in model._meta.concrete_fields)
    key, versions = _quoted(history._meta.get_field(model._meta.pk.name).column), _quoted(history._meta.db_table)
    until = history._meta.get_field("history_date").get_db_prep_value(moment, connection)
    return (
        f"INSERT INTO {_shadow(model)} ({names}) "
        f"SELECT {', '.join(values)} FROM {versions} h {' '.join(joins.values())} "
        f"WHERE h.history_type <> '-' AND h.history_id IN "
        f"(SELECT MAX(history_id) FROM {versions} WHERE history_date <= %s GROUP BY {key})",
        [until],
    )


def _is_searched(field: models.Field) -> bool:
    """Tell whether queries go from a parent to its rows by this link; agencies and code tables have few rows."""
    parent = field.related_model
    return bool(parent) and is_scoped(parent) and parent is not Agency and parent not in OF_TODAY


def _index_of(table: str, field: models.Field) -> str:
    """Return the statement for an index; on SQLite the schema stands before its name, on PostgreSQL it follows."""
    name, here = _quoted(f"past_{table}_{field.column}"[:63]), TEMPORARY[connection.vendor]
    if connection.vendor == "sqlite":
        return f"CREATE INDEX {here}.{name} ON {_quoted(table)} ({_quoted(field.column)})"
    return f"CREATE INDEX {name} ON {here}.{_quoted(table)} ({_quoted(field.column)})"


@contextmanager
def _nothing_written() -> Iterator[None]:
    """Let the database refuse every write, to the shadows as well as to the real tables, until the rollback."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA query_only = ON")
        else:
            _assert_shadows_found(cursor)
            # A read-only transaction may still write to temporary tables; their owner can give that right away.
            names = ", ".join(map(_shadow, shadowed_models()))
            cursor.execute(f"REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON TABLE {names} FROM CURRENT_USER")
            cursor.execute("SET TRANSACTION READ ONLY")
    try:
        yield
    finally:
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA query_only = OFF")


def _assert_shadows_found(cursor: CursorWrapper) -> None:
    """Raise when a plain name does not mean its shadow: a search_path that puts pg_temp last shows the present."""
    names = [_quoted(model._meta.db_table) for model in shadowed_models()]
    cursor.execute(
        "SELECT count(*) FROM unnest(%s::text[]) AS name JOIN pg_class c ON c.oid = to_regclass(name) "
        "WHERE c.relnamespace = pg_my_temp_schema()",
        [names],
    )
    if cursor.fetchone() != (len(names),):
        raise RuntimeError("pg_temp is not the first schema of search_path: the past cannot be read.")
