"""What nothing can beat: calamine's bare read of the file, and a bare COPY of its rows into PostgreSQL."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from python_calamine import CalamineWorkbook

from benchmarks.measure import Meter
from benchmarks.sheet import HEADINGS
from participants.models import Enrolment, Person


def bare_read(path: Path, meter: Meter) -> dict[str, Any]:
    """Read the cells into Python; nothing is looked at."""
    with meter.step("read"):
        rows = _rows(path)
    return {"rows": len(rows)}


def bare_copy(path: Path, meter: Meter) -> dict[str, Any]:
    """COPY the file's rows into one table of text without keys; then, to compare, the rows that an import wrote.

    The second COPY needs a database into which the file has been imported: it empties the tables of people, enrolments
    and their versions, and fills them again in PostgreSQL's own binary form, with their keys, indexes and guards.
    """
    rows = _rows(path)
    columns = ", ".join(f"c{number} text" for number in range(len(HEADINGS)))
    tables = [model._meta.db_table for model in (Person, Person.history.model, Enrolment, Enrolment.history.model)]
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE bare_rows ({columns})")
        with meter.step("copy"), transaction.atomic(), cursor.copy("COPY bare_rows FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        stored = {table: _copied_out(cursor, table) for table in tables}
        cursor.execute(f"TRUNCATE {', '.join(tables)} CASCADE")
        with meter.step("copy_stored"), transaction.atomic():
            for table, blocks in stored.items():
                with cursor.copy(f"COPY {table} FROM STDIN (FORMAT BINARY)") as copy:
                    for block in blocks:
                        copy.write(block)
    return {"rows": len(rows)}


def _rows(path: Path) -> list[Sequence[Any]]:
    """Return the rows below the headings; calamine says "" for an empty cell."""
    with CalamineWorkbook.from_path(path) as workbook:
        return workbook.get_sheet_by_index(0).to_python()[1:]


def _copied_out(cursor: Any, table: str) -> list[bytes]:
    with cursor.copy(f"COPY {table} TO STDOUT (FORMAT BINARY)") as copy:
        return [bytes(block) for block in copy]
