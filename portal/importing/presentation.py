"""What the page of an import shows: counts, rows with cells to mend, and complaints by group."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import QueryDict

from portal.actions.imports import MENDABLE, WRITABLE, needs_approval
from portal.actions.jobs import failure_of
from portal.actions.undo import may_undo
from portal.enums import BatchState, Verdict
from portal.importing.forms import ApplyForm
from portal.importing.problem_file import editable
from portal.importing.repair import Group, groups_of
from portal.importing.resources import SheetResource
from portal.importing.rows import ERROR
from portal.models import ImportBatch, ImportRow

ROWS_A_PAGE = 50
COLUMNS_SHOWN = 6
WARNED, EVERY = "warning", "semua"


@dataclass(frozen=True)
class Cell:
    """One cell of the table; with `field` it can be mended in place."""

    heading: str
    text: str
    name: str = ""
    field: str = ""
    value: str = ""
    options: bool = False  # the column has a list of choices
    absent: str = ""  # what may be written when there is nothing to write: "belum ada NIK"
    bad: bool = False


@dataclass(frozen=True)
class Line:
    """One staged row as the table shows it."""

    row: ImportRow
    verdict: str
    cells: list[Cell]


def context_of(batch: ImportBatch, user: Any, query: QueryDict, resource: SheetResource) -> dict[str, Any]:
    """Return the context of `importing/batch.html`."""
    may_import = user.has_perm("portal.import_importbatch")
    waiting = batch.state != BatchState.APPLIED or batch.rows_rejected or batch.rows_skipped
    mendable = may_import and batch.state in MENDABLE and bool(waiting)
    chosen = query.get("hasil") or (Verdict.REJECTED if mendable and batch.rows_rejected else EVERY)
    page = Paginator(_rows(batch, chosen), ROWS_A_PAGE).get_page(query.get("hal"))
    if mendable:
        resource.offer()
    columns = _columns(batch, page)
    opened = _opened(batch, query.get("ubah", ""), resource) if mendable else None
    lines = [_line(row, columns, resource, mendable=mendable and not (opened and opened.row == row)) for row in page]
    writes = batch.rows_new + batch.rows_changed
    failure = failure_of(str(batch.pk))
    groups = _groups(batch, resource) if mendable and chosen == Verdict.REJECTED else []
    return {
        "title": batch.filename,
        "batch": batch,
        "resource": resource,
        "form": ApplyForm(batch=batch, user=user),
        "chosen": chosen,
        "tiles": _tiles(batch, chosen),
        "page": page,
        "headings": [heading for _, heading in columns],
        "lines": lines,
        "opened": opened,
        "mends": bool(opened) or any(cell.field for line in lines for cell in line.cells),
        "groups": groups,
        "offers": any(group.choices for group in groups),  # a word to choose, and to remember
        "datalists": _datalists(resource, [*lines, *([opened] if opened else [])]),
        "mendable": mendable,
        "headline": _headline(batch, writes),
        "failure": "" if failure in batch.notices else failure,  # most failures leave their reason on the batch
        "writes": writes,
        "writable": may_import and batch.state in WRITABLE and writes > 0 and bool(batch.plan),
        "needs_approval": needs_approval(batch),
        "may_approve": batch.state == BatchState.SUBMITTED
        and user.has_perm("portal.approve_importbatch")
        and user.pk not in {batch.submitted_by_id, batch.by_id},
        "may_withdraw": may_import and batch.state == BatchState.SUBMITTED and user.pk == batch.submitted_by_id,
        "may_undo": may_undo(batch, user),
        "may_import": may_import,
        "can_retry": may_import and (mendable or (batch.state == BatchState.UPLOADED and batch.file)),
        "links": resource.links(batch) if batch.state == BatchState.APPLIED else [],
        "other_columns": may_import
        and batch.state in WRITABLE
        and batch.file
        and any(h["headings"] for h in batch.layout.get("headers", [])),
    }


def _headline(batch: ImportBatch, writes: int) -> str:
    """Return the batch's state in the words of what is to be done next."""
    if batch.state not in WRITABLE or writes:
        return batch.get_state_display()
    return "Perlu diperbaiki" if batch.rows_rejected else "Tidak ada perubahan"


def _rows(batch: ImportBatch, chosen: str) -> QuerySet:
    rows = batch.rows.order_by("pk")
    if chosen in Verdict.values:
        return rows.filter(verdict=chosen)
    return rows.filter(messages__icontains='"level": "warning"') if chosen == WARNED else rows


def _tiles(batch: ImportBatch, chosen: str) -> list[dict[str, Any]]:
    tiles = [{"key": key, "label": Verdict(key).label, "count": count} for key, count in batch.counts.items()]
    tiles.insert(3, {"key": WARNED, "label": "Peringatan", "count": batch.rows_warned})
    shown = [tile for tile in tiles if tile["key"] != Verdict.SKIPPED or tile["count"]]
    return [{**tile, "current": tile["key"] == chosen} for tile in shown]


def _columns(batch: ImportBatch, page: Page) -> list[list[str]]:
    """Return the first columns, and any that a row of this page is faulted for."""
    columns = batch.layout.get("columns", [])
    faulted = {message.get("name") for row in page for message in row.messages if message["level"] == ERROR}
    return [pair for index, pair in enumerate(columns) if index < COLUMNS_SHOWN or pair[0] in faulted]


def _opened(batch: ImportBatch, pk: str, resource: SheetResource) -> Line | None:
    """Return the row that the user asked to edit, with a field for every column of the file."""
    row = batch.rows.filter(pk=pk).first() if pk.isdigit() else None
    return _line(row, batch.layout.get("columns", []), resource, mendable=True, every=True) if row else None


def _line(
    row: ImportRow, columns: Sequence[Sequence[str]], resource: SheetResource, *, mendable: bool, every: bool = False
) -> Line:
    """Return a row; cells with a fault can be mended in place, `every` cell of a row that was opened."""
    cells = row.cells
    row.messages = sorted(row.messages, key=lambda message: message["level"] != ERROR)
    faulted = {message.get("name") for message in row.messages if message["level"] == ERROR}
    shown = []
    for name, heading in columns:
        raw, bad = cells.get(name), name in faulted
        field = f"{row.pk}-{name}" if mendable and (bad or every) else ""
        widget = resource.columns[name].widget if name in resource.columns else None
        shown.append(
            Cell(
                heading=heading,
                text=resource.shown(name, raw),
                name=name,
                field=field,
                value=editable(resource, name, raw) if field and not (widget and widget.secret) else "",
                options=bool(field and resource.offered(name)),
                absent=widget.absent if widget else "",
                bad=bad,
            )
        )
    return Line(row=row, verdict=Verdict(row.verdict).label if row.verdict else "", cells=shown)


def _groups(batch: ImportBatch, resource: SheetResource) -> list[Group]:
    """Return what can be settled for several rows at once, and what several rows share."""
    return [group for group in groups_of(batch, resource) if group.choices or len(group.rows) > 1]


def _datalists(resource: SheetResource, lines: list[Line]) -> dict[str, list[str]]:
    names = {cell.name for line in lines for cell in line.cells if cell.options}
    return {name: resource.offered(name) for name in sorted(names)}
