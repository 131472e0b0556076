"""Writing past the ORM: what a shell, a script or a stray query would send, and what the database answers."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from participants.models import Attendance, Business, Enrolment
from portal.enums import YearState
from portal.models import FiscalYear
from programs.models import BudgetLine, Expense, InvitedRt, Session, SipdRow, SipdUpload, Training, UnitCostCap
from tests.factories.participants import PersonFactory
from tests.factories.programs import FundSourceFactory, SessionFactory
from tests.factories.world import World

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


def own_key(world: World, model: type[models.Model]) -> dict[str, Any]:
    """Return columns that give a copy of A's row a natural key of its own.

    Without it PostgreSQL refuses the copy as a double: its unique indexes are asked before the guards of a statement.
    """
    office, training = world.pagelaran, world.a.training
    return {
        BudgetLine: lambda: {"fund_source_id": FundSourceFactory(code="2.1").pk},
        Training: lambda: {"number": "2025.35.07.33.999", "title": "Pelatihan lain"},
        Session: lambda: {"order": 999},
        InvitedRt: lambda: {"rt": "099"},
        Expense: lambda: {"description": "Uraian lain"},
        SipdUpload: lambda: {"source_id": raw(world.b.importbatch.pk)},
        SipdRow: lambda: {"description": "Uraian lain"},
        UnitCostCap: lambda: {"item": "Uraian lain"},
        Business: lambda: {"name": "Usaha lain"},
        Enrolment: lambda: {"person_id": PersonFactory(office=office).pk},
        Attendance: lambda: {"session_id": SessionFactory(training=training).pk},
    }[model]()


def writable(model: type[models.Model]) -> list[models.Field]:
    return [field for field in model._meta.concrete_fields if not field.primary_key and not field.generated]
