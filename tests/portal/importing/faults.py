"""Breaking the N-th call, and looking at everything that must not have changed then."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import pytest
from django.core.files.storage import FileSystemStorage
from django.db import OperationalError, connection, models
from django.db.backends.utils import CursorWrapper
from simple_history.utils import get_history_model_for_model

from portal.models import ImportBatch
from portal.triggers import project_models
from tests.imports.desk import undone

Everything = dict[str, list[tuple[Any, ...]]]
TRIED_AGAIN = 5  # each of so many faults is followed by a second and a third try
FILE_CALLS = ("open", "save", "delete", "exists")


class Fault:
    """Raises `error` at the `at`-th call; `hit` tells which call that was, '' when there were fewer."""

    def __init__(self, at: int, error: Exception):
        self.at, self.error = at, error
        self.calls, self.hit = 0, ""

    def __call__(self, what: str) -> None:
        self.calls += 1
        if self.calls == self.at:
            self.hit = what
            raise self.error

    @contextmanager
    def raised(self) -> Iterator[None]:
        """Nobody may swallow a fault and go on: it comes out, and only when it was hit."""
        try:
            yield
        except type(self.error) as error:
            if error is not self.error:
                raise
        else:
            assert not self.hit, self.hit


def each(fault_of: Callable[[int], Fault]) -> Iterator[tuple[Fault, bool]]:
    """Yield faults at the first, second, … call, each inside a savepoint that is rolled back afterwards.

    Before them comes one that is never hit, and the last is one that finds no call any more. With each fault comes
    whether to try again after it, which holds for some and for the very last.
    """
    calls = 0
    for number in count():
        fault = fault_of(number)
        with undone():
            yield fault, number % TRIED_AGAIN == 1 or number == calls
        calls = calls or fault.calls
        if number and not fault.hit:
            return


def lost_statement(at: int) -> Fault:
    """Return a fault as the driver raises it when the database fails at a statement."""
    return Fault(at, OperationalError("disk I/O error"))


def lost_file(at: int) -> Fault:
    """Return a fault as the disk raises it."""
    return Fault(at, OSError(28, "No space left on device"))


@contextmanager
def at_statements(fault: Fault) -> Iterator[None]:
    """Let the fault count statements, those on savepoints included; a COPY counts twice, at its start and its end.

    COPY does not pass the wrappers of a connection, and whatever fails inside one leaves PostgreSQL's transaction
    aborted, as a failed statement does.
    """

    def step(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        fault(sql)
        return execute(sql, params, many, context)

    @contextmanager
    def copy(self: CursorWrapper, sql: str) -> Iterator[Any]:
        fault(sql)
        with self.cursor.copy(sql) as stream:
            yield stream
            fault(f"end of {sql}")

    with pytest.MonkeyPatch.context() as patch, connection.execute_wrapper(step):
        patch.setattr(CursorWrapper, "copy", copy, raising=False)
        yield


@contextmanager
def at_files(fault: Fault, *, late: bool) -> Iterator[None]:
    """Let the fault count the calls of the storage; a `late` one is raised after the call did its work."""

    def broken(name: str) -> Callable[..., Any]:
        original = getattr(FileSystemStorage, name)

        def call(self: FileSystemStorage, *args: Any, **options: Any) -> Any:
            if not late:
                fault(name)
            answer = original(self, *args, **options)
            if late:
                fault(name)
            return answer

        return call

    with pytest.MonkeyPatch.context() as patch:
        for name in FILE_CALLS:
            patch.setattr(FileSystemStorage, name, broken(name))
        yield


def everything() -> Everything:
    """Return every row of every table of the project and of its row versions, but not the batches."""
    return {model.__name__: _rows(model) for model in _tables() if model is not ImportBatch}


def batches() -> list[dict[str, Any]]:
    """Return every field of every batch."""
    return list(ImportBatch.objects.order_by("created_at").values())


def _tables() -> Iterator[type[models.Model]]:
    for model in project_models():
        yield model
        if hasattr(model._meta, "simple_history_manager_attribute"):
            yield get_history_model_for_model(model)


def _rows(model: type[models.Model]) -> list[tuple[Any, ...]]:
    quoted = connection.ops.quote_name
    columns = ", ".join(quoted(field.column) for field in model._meta.concrete_fields)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM {quoted(model._meta.db_table)} ORDER BY {quoted(model._meta.pk.column)}")
        return cursor.fetchall()
