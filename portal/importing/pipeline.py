"""The way of a file: receive, stage, check, apply. Each leaves a state from which the next one, or a retry, starts."""

import hashlib
import json
from collections import Counter
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.actions.audit import record_event
from portal.actions.jobs import process_name, sweep
from portal.enums import AuditAction, BatchState, Verdict
from portal.identity import mask_text
from portal.importing.resources import FORMULA, ImportRefused, Message, PlannedRow, SheetResource, resource_class
from portal.models import ImportBatch, ImportRow
from portal.scoping import VanishedRow
from portal.spreadsheets.headers import find_header
from portal.spreadsheets.layout import HeaderMatch, shown
from portal.spreadsheets.reading import Limits, Sheet, UnreadableFile, Workbook, read_workbook
from portal.spreadsheets.rows import data_rows

HELPER_SHEETS = {"petunjuk", "pilihan", "keterangan"}  # of our own templates and exports
ROWS_AT_ONCE = 1_000
WRITABLE = (BatchState.CHECKED, BatchState.INTERRUPTED)
CHECKABLE = (BatchState.UPLOADED, *WRITABLE)


def resource_of(batch: ImportBatch, user: Any) -> SheetResource:
    """Return the batch's resource, bound to a user."""
    cls = resource_class(batch.resource)
    if cls is None:
        raise ImportRefused("Jenis data impor ini tidak dikenal lagi.")
    return cls(user=user, target=batch.target)


# --- receive ------------------------------------------------------------------------------------------------------
def receive(content: bytes, filename: str, *, resource: str, by: Any, target: str = "") -> ImportBatch:
    """Keep a file as a new batch of the sender's agency and return it.

    Raises PermissionDenied without the right to import, or without an agency to import for.
    """
    if not by.has_perm("portal.import_importbatch") or by.agency is None or resource_class(resource) is None:
        raise PermissionDenied
    batch = ImportBatch(
        resource=resource,
        target=target,
        filename=mask_text(filename)[-150:],
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        agency=by.agency,
        by=by,
    )
    batch.file.save(batch.filename, ContentFile(content), save=False)
    batch.save(force_insert=True)
    return batch


def seen_before(batch: ImportBatch) -> ImportBatch | None:
    """Return the newest applied import of the same bytes by the same agency, if any."""
    return (
        ImportBatch.objects.visible_to(batch.by)
        .filter(sha256=batch.sha256, resource=batch.resource, target=batch.target, state=BatchState.APPLIED)
        .exclude(pk=batch.pk)
        .first()
    )


# --- stage --------------------------------------------------------------------------------------------------------
def stage(batch: ImportBatch) -> None:
    """Read the file in the sandbox and keep every line of data as an ImportRow. Refuses the batch when it cannot."""
    resource = resource_of(batch, batch.by)
    try:
        with batch.file.open("rb") as file:
            workbook = read_workbook(
                file.read(),
                batch.filename,
                Limits(file_bytes=settings.IMPORT_MAX_BYTES, rows=settings.IMPORT_MAX_ROWS),
            )
        staged = _stage_sheets(batch, workbook, resource)
    except (UnreadableFile, ImportRefused) as refusal:
        _refuse(batch, str(refusal))
        raise ImportRefused(str(refusal)) from None
    with transaction.atomic():
        batch.rows.all().delete()
        ImportRow.objects.bulk_create(staged, batch_size=ROWS_AT_ONCE)
        batch.rows_total = len(staged)
        batch.save(update_fields=["rows_total", "notices", "layout"])


def _refuse(batch: ImportBatch, sentence: str) -> None:
    batch.state = BatchState.REFUSED
    batch.notices = [sentence]
    batch.save(update_fields=["state", "notices"])


def _stage_sheets(batch: ImportBatch, workbook: Workbook, resource: SheetResource) -> list[ImportRow]:
    staged: list[ImportRow] = []
    notices = [f"Lembar tersembunyi “{name}” tidak dibaca." for name in workbook.hidden_sheets]
    faults: list[str] = []
    for sheet in workbook.sheets:
        if sheet.name.strip().lower() in HELPER_SHEETS:
            continue
        match = find_header(sheet.rows, resource.header_columns(), dynamic=resource.dynamic_key)
        if not match.ok:
            faults.append(_header_fault(sheet, match, resource))
            continue
        if not batch.layout:
            batch.layout = {"columns": _layout(sheet, match)}
        notices += [
            f"Kolom {letter} “{heading}” pada lembar {sheet.name} tidak dikenal dan diabaikan."
            for letter, heading in match.unknown
            if heading.strip().lower().rstrip(".") not in {"no", "nomor urut"}
        ]
        staged += _staged_rows(batch, sheet, match)
    if not staged:
        raise ImportRefused(" ".join(faults) or "Berkas ini tidak berisi baris data di bawah judul kolomnya.")
    batch.notices = notices + faults
    return staged


def _header_fault(sheet: Sheet, match: HeaderMatch, resource: SheetResource) -> str:
    wanted = ", ".join(column.label for column in resource.header_columns() if column.required)
    if not match.header_rows:
        return (
            f"Lembar {sheet.name} dilewati: judul kolom tidak ditemukan pada 30 baris pertama. Kolom wajib: {wanted}."
        )
    parts = [f"kolom {column.label} tidak ada" for column in match.missing]
    parts += [f"kolom {label} muncul lebih dari sekali ({', '.join(letters)})" for label, letters in match.duplicated]
    hints = [
        f"Kolom {letter} “{heading}” mungkin {resource.heading_of(name)}; ganti judulnya bila benar."
        for name, (letter, heading) in match.suggestions.items()
        if name in {column.name for column in match.missing}
    ]
    return f"Lembar {sheet.name} dilewati: {'; '.join(parts)}. {' '.join(hints)}".strip()


def _layout(sheet: Sheet, match: HeaderMatch) -> list[list[str]]:
    """Return [name, heading] of the columns in the file's own order, for the file of faulty rows."""
    placed = {index: name for name, index in match.columns.items()} | {i: str(key) for i, key in match.dynamic.items()}
    heading = sheet.rows[match.header_rows[-1] - 1]
    above = sheet.rows[match.header_rows[0] - 1]
    return [[placed[i], shown(heading[i]) or shown(above[i]) or placed[i]] for i in sorted(placed)]


def _staged_rows(batch: ImportBatch, sheet: Sheet, match: HeaderMatch) -> list[ImportRow]:
    placed = [(name, index) for name, index in match.columns.items()]
    placed += [(str(key), index) for index, key in match.dynamic.items()]
    staged = []
    for number, values in data_rows(sheet, match):
        row = ImportRow(batch=batch, sheet=sheet.name[:60], number=number)
        row.cells = {name: FORMULA if (number, index) in sheet.formulas else values[index] for name, index in placed}
        staged.append(row)
    return staged


# --- check --------------------------------------------------------------------------------------------------------
def plan(batch: ImportBatch, user: Any) -> tuple[SheetResource, list[PlannedRow]]:
    """Return the resource and every row as it would be written now. The one plan of preview and apply."""
    resource = resource_of(batch, user)
    rows = [
        PlannedRow(sheet=row.sheet, number=row.number, cells=row.cells)
        for row in batch.rows.order_by("id").iterator(chunk_size=ROWS_AT_ONCE)
    ]
    resource.plan(rows)
    return resource, rows


def digest_of(rows: list[PlannedRow]) -> str:
    """Return a digest of what a plan would do; equal plans have equal digests."""
    lines = [[row.sheet, row.number, str(row.verdict), row.changes] for row in rows]
    return hashlib.sha256(json.dumps(lines, sort_keys=True, default=str).encode()).hexdigest()


def check(batch: ImportBatch, user: Any) -> None:
    """Judge every staged row and keep verdicts, messages and counts on the batch."""
    try:
        _, rows = plan(batch, user)
    except ImportRefused as refusal:
        _refuse(batch, str(refusal))
        raise
    _keep(batch, rows)
    batch.state = BatchState.CHECKED
    batch.plan = digest_of(rows)
    batch.save()


def _as_messages(row: PlannedRow) -> list[Message]:
    """Return what a row would change, old and new side by side; only rows of the sender's own office come here."""
    return [Message("change", label, "", f"{old or '(kosong)'} → {new}") for label, (old, new) in row.changes.items()]


def _keep(batch: ImportBatch, rows: list[PlannedRow]) -> None:
    staged = list(batch.rows.order_by("id"))
    for row, planned in zip(staged, rows, strict=True):
        row.verdict = planned.verdict
        row.messages = [message.as_json() for message in [*planned.messages, *_as_messages(planned)]]
    ImportRow.objects.bulk_update(staged, ["verdict", "messages"], batch_size=ROWS_AT_ONCE)
    counts = Counter(row.verdict for row in rows)
    for verdict in Verdict.values:
        setattr(batch, f"rows_{verdict}", counts[verdict])
    batch.rows_warned = sum(any(message.level == "warning" for message in row.messages) for row in rows)


# --- apply --------------------------------------------------------------------------------------------------------
def apply(batch: ImportBatch, *, by: Any, all_or_nothing: bool = False, seen_plan: str = "") -> ImportBatch:
    """Write the batch in one transaction and return it.

    The plan is made afresh; when it differs from `seen_plan` (what the sender saw) nothing is written. Raises
    ImportRefused with the reason; the batch then stands where it was, or is marked interrupted if this process dies.
    """
    sweep()
    _claim(batch, by)
    try:
        with transaction.atomic():
            rows = _write(batch, by, all_or_nothing, seen_plan)
            _finish(batch, rows, by)
    except (ImportRefused, ValidationError, VanishedRow, IntegrityError) as fault:
        sentence = _sentence(fault)
        _release(batch, sentence)
        raise ImportRefused(sentence) from fault
    except BaseException:
        _release(batch, "Penyimpanan gagal dan dibatalkan seluruhnya. Tidak ada yang tersimpan; ulangi.")
        raise
    return batch


@transaction.atomic
def _claim(batch: ImportBatch, by: Any) -> None:
    """Take the batch for this process, so that a double click or a second tab finds it taken."""
    found = ImportBatch.objects.visible_to(by).select_for_update().filter(pk=batch.pk).first()
    if found is None or not by.has_perm("portal.import_importbatch"):
        raise ImportRefused("Impor ini tidak ditemukan.")
    if found.state == BatchState.APPLIED:
        raise ImportRefused("Impor ini sudah disimpan; tidak ada yang disimpan dua kali.")
    if found.state not in WRITABLE:
        raise ImportRefused(f"Impor ini belum dapat disimpan: {found.get_state_display().lower()}.")
    found.state, found.process = BatchState.APPLYING, process_name()
    found.save(update_fields=["state", "process"])
    batch.refresh_from_db()


def _write(batch: ImportBatch, by: Any, all_or_nothing: bool, seen_plan: str) -> list[PlannedRow]:
    resource, rows = plan(batch, by)
    if seen_plan and digest_of(rows) != seen_plan:
        raise ImportRefused("Data di portal berubah sejak berkas diperiksa. Periksa ulang lalu simpan.")
    if all_or_nothing and any(row.rejected for row in rows):
        raise ImportRefused("Ada baris yang ditolak, sedangkan Anda memilih simpan semua atau tidak sama sekali.")
    resource.write([row for row in rows if row.verdict in {Verdict.NEW, Verdict.CHANGED}], batch)
    return rows


def _finish(batch: ImportBatch, rows: list[PlannedRow], by: Any) -> None:
    digest = digest_of(rows)
    if digest != batch.plan:  # otherwise the verdicts stand as they were checked
        _keep(batch, rows)
    batch.state, batch.process, batch.plan = BatchState.APPLIED, "", digest
    batch.applied_at, batch.applied_by = timezone.now(), by
    batch.save()
    record_event(
        AuditAction.IMPORT,
        by=by,
        obj=batch,
        summary=f"{batch.filename}: {batch.rows_new} baru, {batch.rows_changed} berubah, {batch.rows_rejected} ditolak",
        data={"resource": batch.resource, "sha256": batch.sha256, "plan": batch.plan, **batch.counts},
    )


def _sentence(fault: Exception) -> str:
    if isinstance(fault, ValidationError):
        return " ".join(fault.messages)
    if isinstance(fault, VanishedRow | IntegrityError):
        return "Sebagian baris bertabrakan dengan aturan basis data, sehingga tidak ada yang disimpan. Periksa ulang."
    return str(fault)


def _release(batch: ImportBatch, sentence: str) -> None:
    batch.refresh_from_db()
    batch.state, batch.process = BatchState.CHECKED, ""
    batch.notices = [*[notice for notice in batch.notices if notice != sentence], sentence]
    batch.save(update_fields=["state", "process", "notices"])
