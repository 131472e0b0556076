"""The database's own guards, written from the models and renewed after every migrate.

Three kinds, on SQLite and PostgreSQL alike: copied fields stay equal to their parent's (COPIES), a closed fiscal year
refuses every write (YEAR_PATH), append-only tables refuse change and removal (APPEND_ONLY). They are not migrations:
Django rebuilds SQLite tables when it alters them and would lose them in silence, so `pre_migrate` drops and
`post_migrate` makes them anew.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db import connection, models

from portal.scoping import GLOBAL_MODELS, is_scoped

PROJECT_APPS = ("portal", "programs", "participants", "reports")
BY_INDEX = "SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off"


@dataclass(frozen=True)
class Guard:
    """One trigger: `event` on `table`, refusing with `message` when `condition` holds, or running `statement`.

    A condition that can be asked of many rows at once calls the row `{row}`, names the columns it `reads`, and says
    whether the row before the change (OLD), after it (NEW) or both are meant.
    """

    name: str
    table: str
    event: str  # "INSERT", "UPDATE", "DELETE", "UPDATE OF a, b", on PostgreSQL "TRUNCATE"
    condition: str
    message: str = ""
    statement: str = ""
    reads: tuple[str, ...] = ()
    rows: tuple[str, ...] = ("NEW",)

    @property
    def for_each_row(self) -> str:
        """Return the condition as a row-level trigger asks it."""
        return " OR ".join(self.condition.format(row=row) for row in self.rows)


def project_models() -> list[type[models.Model]]:
    """Return our own concrete models; row versions (Historical…) are reached only through the row they belong to."""
    return [
        model
        for label in PROJECT_APPS
        for model in apps.get_app_config(label).get_models()
        if not hasattr(model, "history_object")
    ]


def guards() -> Iterator[Guard]:
    """Yield every guard that the models declare."""
    for model in project_models():
        yield from _copy_guards(model)
        yield from _year_guards(model)
        yield from _append_only_guards(model)


def _column(model: type[models.Model], name: str) -> str:
    return model._meta.get_field(name).column


def _same(left: str, right: str) -> str:
    """Return SQL that holds for equal values, NULL being equal to NULL."""
    return f"{left} IS NOT DISTINCT FROM {right}" if connection.vendor == "postgresql" else f"{left} IS {right}"


def _copy_guards(model: type[models.Model]) -> Iterator[Guard]:
    for parent_name, names in getattr(model, "COPIES", {}).items():
        parent = model._meta.get_field(parent_name).related_model
        table, above = model._meta.db_table, parent._meta.db_table
        key, link = _column(parent, parent._meta.pk.name), _column(model, parent_name)
        copies = {_column(parent, name): _column(model, name) for name in names}
        equal = " AND ".join(_same(f"p.{original}", f"{{row}}.{copy}") for original, copy in copies.items())
        for event in ("INSERT", "UPDATE"):
            yield Guard(
                name=f"sulam_copy_{table}_{parent_name}_{event.lower()}",
                table=table,
                event=event,
                condition=f"{{row}}.{link} IS NOT NULL AND "
                f"NOT EXISTS (SELECT 1 FROM {above} p WHERE p.{key} = {{row}}.{link} AND {equal})",
                message=f"{table}: {', '.join(names)} must equal those of {parent_name}",
                reads=(link, *copies.values()),
            )
        yield Guard(
            name=f"sulam_follow_{table}_{parent_name}",
            table=above,
            event=f"UPDATE OF {', '.join(copies)}",
            condition=f"NOT ({' AND '.join(_same(f'NEW.{original}', f'OLD.{original}') for original in copies)})",
            statement=f"UPDATE {table} SET "
            + ", ".join(f"{copy} = NEW.{original}" for original, copy in copies.items())
            + f" WHERE {link} = NEW.{key}",
        )


def _year_expression(model: type[models.Model], path: str, row: str) -> str:
    """Return SQL for the year of `row`, walking the foreign keys of YEAR_PATH."""
    first, _, rest = path.partition("__")
    field = model._meta.get_field(first)
    value = f"{row}.{field.column}"
    model = field.related_model
    while rest:
        first, _, rest = rest.partition("__")
        field = model._meta.get_field(first)
        value = f"(SELECT t.{field.column} FROM {model._meta.db_table} t WHERE t.{model._meta.pk.column} = {value})"
        model = field.related_model
    return value


def _year_guards(model: type[models.Model]) -> Iterator[Guard]:
    path = getattr(model, "YEAR_PATH", None)
    if not path:
        return
    table, year = model._meta.db_table, _year_expression(model, path, "{row}")
    for event, rows in (("INSERT", ("NEW",)), ("UPDATE", ("OLD", "NEW")), ("DELETE", ("OLD",))):
        yield Guard(
            name=f"sulam_year_{table}_{event.lower()}",
            table=table,
            event=event,
            condition=f"EXISTS (SELECT 1 FROM portal_fiscalyear y WHERE y.state = 'closed' AND y.year = {year})",
            message=f"{table}: the fiscal year is closed",
            reads=(_column(model, path.partition("__")[0]),),
            rows=rows,
        )


def _append_only_guards(model: type[models.Model]) -> Iterator[Guard]:
    if not getattr(model, "APPEND_ONLY", False):
        return
    table = model._meta.db_table
    conditions = {"UPDATE": "1 = 1", "DELETE": "1 = 1"}
    if connection.vendor == "postgresql":
        conditions["TRUNCATE"] = "1 = 1"
    else:
        # INSERT OR REPLACE removes the row it replaces without a word to the DELETE trigger, unless the connection
        # asks for recursive triggers; a connection that is not ours may not.
        conditions["INSERT"] = f"EXISTS (SELECT 1 FROM {table} o WHERE {_same_key(model)})"
    for event, condition in conditions.items():
        yield Guard(
            name=f"sulam_keep_{table}_{event.lower()}",
            table=table,
            event=event,
            condition=condition,
            message=f"{table} is append-only",
        )


def _same_key(model: type[models.Model]) -> str:
    """Return SQL that holds for a row `o` that NEW would replace: equal primary key, or equal unique columns."""
    keys = [(model._meta.pk.name,), *(unique.fields for unique in model._meta.total_unique_constraints)]
    return " OR ".join(
        "(" + " AND ".join(f"o.{_column(model, n)} = NEW.{_column(model, n)}" for n in key) + ")" for key in keys
    )


def _statements(guard: Guard) -> Iterator[str]:
    if connection.vendor == "postgresql":
        yield from _set_based(guard) if guard.reads else _row_based(guard)
        return
    moment = "AFTER" if guard.statement else "BEFORE"
    body = guard.statement or f"SELECT RAISE(ABORT, '{guard.message}')"
    yield (
        f"CREATE TRIGGER {guard.name} {moment} {guard.event} ON {guard.table} FOR EACH ROW "
        f"WHEN {guard.for_each_row} BEGIN {body}; END"
    )


def _set_based(guard: Guard) -> Iterator[str]:
    """Ask once a statement, of all its rows: asked for each row, an import waits longer for guards than for rows.

    The planner keeps to indexes, because a session keeps its plans: one made while the parent's table was small would
    read the whole of it for every row of an import that fills it.
    """
    distinct = " UNION ".join(f"SELECT DISTINCT {', '.join(guard.reads)} FROM {row.lower()}_rows" for row in guard.rows)
    wrong = f"EXISTS (SELECT 1 FROM ({distinct}) r WHERE {guard.condition.format(row='r')})"
    yield _function(guard, f"IF {wrong} THEN {_refusal(guard)}; END IF", BY_INDEX)
    tables = " ".join(f"{row} TABLE AS {row.lower()}_rows" for row in guard.rows)
    yield (
        f"CREATE TRIGGER {guard.name} AFTER {guard.event} ON {guard.table} REFERENCING {tables} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {guard.name}()"
    )


def _row_based(guard: Guard) -> Iterator[str]:
    """Ask before the function is called, so that rows which it does not concern cost nothing."""
    moment = "AFTER" if guard.statement else "BEFORE"
    each = "STATEMENT" if guard.event == "TRUNCATE" else "ROW"
    yield _function(guard, guard.statement or _refusal(guard))
    yield (
        f"CREATE TRIGGER {guard.name} {moment} {guard.event} ON {guard.table} FOR EACH {each} "
        f"WHEN ({guard.for_each_row}) EXECUTE FUNCTION {guard.name}()"
    )


def _function(guard: Guard, body: str, settings: str = "") -> str:
    # What it returns is looked at for refusals only, and those do not return.
    return (
        f"CREATE OR REPLACE FUNCTION {guard.name}() RETURNS trigger LANGUAGE plpgsql {settings} "
        f"AS $$ BEGIN {body}; RETURN NULL; END $$"
    )


def _refusal(guard: Guard) -> str:
    return f"RAISE EXCEPTION '{guard.message}' USING ERRCODE = 'integrity_constraint_violation'"


def installed() -> dict[str, str]:
    """Return the guards that stand in the database now, name -> table."""
    query = {
        "sqlite": "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger' AND name GLOB 'sulam_*'",
        "postgresql": (
            "SELECT t.tgname, c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "WHERE t.tgname LIKE 'sulam\\_%%' AND NOT t.tgisinternal"
        ),
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(query.replace("%%", "%"))
        return dict(cursor.fetchall())


def drop_guards() -> None:
    """Remove them all, so that a migration may rebuild tables."""
    with connection.cursor() as cursor:
        for name, table in installed().items():
            suffix = f" ON {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER {name}{suffix}")


def make_guards() -> None:
    """Install every declared guard whose tables exist, replacing older ones."""
    tables = set(connection.introspection.table_names())
    if not {model._meta.db_table for model in project_models()} <= tables:
        return  # a partial migrate; the full one comes back here
    drop_guards()
    with connection.cursor() as cursor:
        for guard in guards():
            for statement in _statements(guard):
                cursor.execute(statement)


def unclassified_models() -> list[type[models.Model]]:
    """Return the models that declare neither AGENCY_PATH nor a place in GLOBAL_MODELS, or both."""
    return [model for model in project_models() if is_scoped(model) == (model._meta.label in GLOBAL_MODELS)]
