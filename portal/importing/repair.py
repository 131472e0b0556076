"""Mending staged rows: cells in place, one wrong word in many rows, lines left out, and the problem file come back.

Nothing here is written to the real tables: a mended batch is judged again and saved like any other.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from portal.actions.audit import record_event
from portal.actions.bulk import update_columns
from portal.actions.imports import lock_for_mending, remember_value
from portal.enums import AuditAction, Verdict
from portal.importing.judging import resource_of
from portal.importing.problem_file import ORIGIN, ORIGIN_HEADING, editable
from portal.importing.resources import SheetResource
from portal.importing.rows import ERROR, ImportRefused
from portal.importing.staging import open_workbook
from portal.models import ImportBatch, ImportRow
from portal.spreadsheets.headers import find_header
from portal.spreadsheets.layout import HeaderColumn, header_key
from portal.spreadsheets.rows import data_rows
from portal.spreadsheets.workbook import Workbook

GROUPED_ROWS = 5_000  # so many rejected rows are looked through for wrong words
PLACE = re.compile(r"(?:(?P<sheet>.+), )?baris (?P<number>\d{1,7})")


@dataclass
class Group:
    """One complaint and the rows that share it; with `choices` it can be settled for all of them at once."""

    name: str
    label: str
    value: str
    message: str
    suggestion: str = ""
    choices: list[str] = field(default_factory=list)
    rows: list[ImportRow] = field(default_factory=list)

    @property
    def key(self) -> str:
        """Return how a form names the group."""
        return f"{self.name}:{header_key(self.value)}"


def groups_of(batch: ImportBatch, resource: SheetResource) -> list[Group]:
    """Return the wrong words of columns of choices, then the other complaints, each once; `offer` was called."""
    found: dict[tuple[str, ...], Group] = {}
    for row in batch.rows.filter(verdict=Verdict.REJECTED).order_by("pk")[:GROUPED_ROWS].iterator():
        for message in row.messages:
            if message["level"] != ERROR:
                continue
            name, value, choices = message.get("name", ""), message["value"], []
            if value:
                choices = resource.offered(name)
            key = (name, header_key(value)) if choices else (name, "", message["message"])
            group = found.get(key)
            if group is None:
                group = found[key] = Group(
                    name=name,
                    label=message["column"],
                    value=value if choices else "",
                    message=message["message"],
                    suggestion=message.get("suggestion", ""),
                    choices=choices,
                )
            group.rows.append(row)
    return sorted(found.values(), key=lambda group: not group.choices)


@transaction.atomic
def mend(
    batch: ImportBatch,
    *,
    cells: Mapping[tuple[int, str], str],
    left_out: Mapping[int, bool],
    words: Mapping[str, str],
    remember: bool,
    by: Any,
) -> int:
    """Change staged rows and return how many; the caller judges the batch again.

    cells: (row, column name) -> what was typed ('' empties the cell); left_out: row -> leave it out or take it back;
    words: key of a group -> the choice that is meant, for all its rows. Raises ImportRefused for a batch that may not
    be mended now, and for a word that the column does not offer.
    """
    lock_for_mending(batch, by=by)
    resource = _offering(batch, by)
    typed: dict[int, dict[str, str]] = {}
    for (pk, name), text in cells.items():
        if name in _names(batch):
            typed.setdefault(pk, {})[name] = text
    for group in groups_of(batch, resource) if words else ():
        meant = words.get(group.key)
        if not meant or not group.choices:
            continue
        if meant not in group.choices:
            raise ImportRefused(f"“{meant}” bukan pilihan untuk kolom {group.label}.")
        for row in group.rows:
            typed.setdefault(row.pk, {})[group.name] = meant
        if remember:
            remember_value(batch, group.name, header_key(group.value), meant, by=by)
    rows = {row.pk: row for row in batch.rows.filter(pk__in=[*typed, *left_out])}
    for pk, row in rows.items():
        row.skipped = left_out.get(pk, row.skipped)
        put(row, typed.get(pk, {}), resource)
    update_columns(ImportRow, list(rows.values()), ["payload", "edited", "skipped"])
    return len(rows)


def put(row: ImportRow, typed: Mapping[str, str], resource: SheetResource) -> None:
    """Set cells of a staged row to what somebody typed; text that stands there already is no change."""
    cells = row.cells
    changed = [name for name, text in typed.items() if text.strip() != editable(resource, name, cells.get(name))]
    if changed:
        row.cells = cells | {name: typed[name].strip() or None for name in changed}
        row.edited = sorted({*row.edited, *changed})


def _names(batch: ImportBatch) -> set[str]:
    return {name for name, _ in batch.layout.get("columns", [])}


def _offering(batch: ImportBatch, by: Any) -> SheetResource:
    resource = resource_of(batch, by)
    resource.offer()
    return resource


# --- the problem file ---------------------------------------------------------------------------------------------
def take_back(batch: ImportBatch, content: bytes, filename: str, *, by: Any) -> int:
    """Put the mended rows of a problem file into the import they came from and return how many lines it had.

    A line is known by its column of origin; lines that were removed from the file stay as they are. Raises
    ImportRefused for a file that is not this import's, and for a line that names no row of it.
    """
    workbook = open_workbook(content, filename)  # before the transaction: reading may take long
    if (came_from := workbook.properties.get("sulam_import", str(batch.pk))) != str(batch.pk):
        raise ImportRefused(f"Berkas ini berasal dari impor lain ({came_from[:8]}…). Unggah di halaman impor itu.")
    resource = _offering(batch, by)
    typed = _lines_of(workbook, batch, resource)
    with transaction.atomic():
        lock_for_mending(batch, by=by)
        rows = {(row.sheet, row.number): row for row in batch.rows.filter(number__in={place[1] for place in typed})}
        if strangers := sorted(typed.keys() - rows.keys()):
            raise ImportRefused(f"Baris asal “{strangers[0][0]}, baris {strangers[0][1]}” tidak ada pada impor ini.")
        for place, texts in typed.items():
            put(rows[place], texts, resource)
        update_columns(ImportRow, [rows[place] for place in typed], ["payload", "edited"])
        summary = f"baris bermasalah diunggah kembali: {filename}"
        record_event(AuditAction.IMPORT, by=by, obj=batch, summary=summary, data={"rows": len(typed)})
    return len(typed)


def _lines_of(workbook: Workbook, batch: ImportBatch, resource: SheetResource) -> dict[tuple[str, int], dict[str, str]]:
    """Return (sheet, row) of origin -> column name -> text, of every line of a problem file."""
    columns = [HeaderColumn(name, heading) for name, heading in batch.layout.get("columns", [])]
    columns.append(HeaderColumn(ORIGIN, ORIGIN_HEADING, required=True))
    typed: dict[tuple[str, int], dict[str, str]] = {}
    for sheet in workbook.sheets:
        match = find_header(sheet.rows, columns)
        if not match.ok:
            continue
        for number, values in data_rows(sheet, match):
            place = _place(str(values[match.columns[ORIGIN]] or ""), number)
            typed[place] = {
                name: editable(resource, name, values[index]) for name, index in match.columns.items() if name != ORIGIN
            }
    if not typed:
        raise ImportRefused(
            f"Kolom “{ORIGIN_HEADING}” tidak ditemukan; unggah berkas baris bermasalah dari halaman ini."
        )
    return typed


def _place(text: str, number: int) -> tuple[str, int]:
    found = PLACE.fullmatch(text.strip())
    if found is None:
        raise ImportRefused(
            f"Baris {number}: kolom “{ORIGIN_HEADING}” berubah. Kembalikan isinya, misalnya “Data, baris 5”."
        )
    return found["sheet"] or "", int(found["number"])
