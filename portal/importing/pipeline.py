"""The way of a file: receive, stage, check, apply. Each leaves a state from which the next one, or a retry, starts."""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from itertools import islice
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from portal.actions.approvals import assert_may_approve
from portal.actions.audit import record_event
from portal.actions.bulk import insert_rows, unsaved, update_columns
from portal.actions.bulk_sql import Among
from portal.actions.imports import TryLater, claim, conclude, drop_file, empty, hold, refuse, release, take
from portal.actions.jobs import sweep
from portal.enums import AuditAction, BatchState
from portal.identity import mask_text
from portal.importing import staging
from portal.importing.judging import CHUNK, Beat, Tally, chunks, doubles_of, resource_of
from portal.importing.registry import resource_class
from portal.importing.resources import SheetResource
from portal.importing.rows import CHANGE, WRITES, ImportRefused, Message, PlannedRow
from portal.models import ImportBatch, ImportRow
from portal.models.import_batch import pack
from portal.scoping import VanishedRow


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
def stage(batch: ImportBatch, beat: Beat | None = None) -> None:
    """Read the file in the sandbox, judge every line of data, and keep each as an ImportRow.

    A file whose headings need a decision ends in the state COLUMNS. Raises ImportRefused, and refuses the batch, when
    the file is of no use. TryLater, or a process that dies in between, leaves it as UPLOADED, to be staged again.
    """
    take(batch)
    try:
        resource = resource_of(batch, batch.by)
        with batch.file.open("rb") as file:
            found = staging.read(batch, file.read(), resource)
        empty(batch)
        if batch.state == BatchState.COLUMNS:
            conclude(batch)
            return
        resource.prepare()
        tally, lines = Tally(), found.rows()
        while rows := list(islice(lines, CHUNK)):
            resource.plan(rows)
            _insert(batch, rows, resource)
            tally.add(rows)
            _tell(beat, tally, found.height)
        if not tally.rows:
            raise ImportRefused(staging.EMPTY)
    except TryLater:
        raise  # the file stays, to be staged again
    except ImportRefused as refusal:
        refuse(batch, str(refusal))
        raise
    _conclude(batch, resource, tally)


def _insert(batch: ImportBatch, rows: Sequence[PlannedRow], resource: SheetResource) -> None:
    staged = unsaved(
        ImportRow,
        (
            {
                "batch_id": batch.pk,
                "sheet": row.sheet,
                "number": row.number,
                "payload": pack(row.cells, batch.pk),
                **_verdict_of(row, resource),
            }
            for row in rows
        ),
    )
    insert_rows(ImportRow, staged)
    for row, stored in zip(rows, staged, strict=True):
        row.pk = stored.pk


# --- check --------------------------------------------------------------------------------------------------------
def check(batch: ImportBatch, user: Any, beat: Beat | None = None) -> None:
    """Judge every staged row again, after something changed: in the portal, or in the rows. Raises ImportRefused."""
    if batch.state == BatchState.COLUMNS:
        raise ImportRefused("Judul kolom berkas ini belum dicocokkan, jadi belum ada baris yang dapat diperiksa.")
    take(batch)
    resource, tally = resource_of(batch, user), Tally()
    try:
        resource.prepare()
        for rows in chunks(batch.rows.all()):
            _judge(resource, rows, tally)
            _tell(beat, tally, batch.rows_total)
    except ImportRefused as refusal:
        refuse(batch, str(refusal))
        raise
    _conclude(batch, resource, tally)


def _judge(resource: SheetResource, rows: Sequence[PlannedRow], tally: Tally) -> None:
    resource.plan(rows)
    tally.add(rows)
    stored = unsaved(ImportRow, ({"id": row.pk, **_verdict_of(row, resource)} for row in rows))
    update_columns(ImportRow, stored, ["verdict", "key", "messages"])


def _conclude(batch: ImportBatch, resource: SheetResource, tally: Tally) -> None:
    """Judge those once more whose key turned out to stand in the file twice, and keep what the batch amounts to."""
    claims, resource.claims = resource.claims, defaultdict(list)
    resource.doubles = doubles_of(batch, claims)
    if resource.doubles:
        claiming = [row.pk for key in resource.doubles for row in claims.get(key, ())]
        double = Among(F("key"), list(resource.doubles)) | Among(F("pk"), claiming)
        for rows in chunks(batch.rows.filter(double, skipped=False)):
            _judge(resource, rows, tally)
    batch.state, batch.plan = BatchState.CHECKED, tally.digest
    for name, count in tally.counts.items():
        setattr(batch, name, count)
    conclude(batch)


def _verdict_of(row: PlannedRow, resource: SheetResource) -> dict[str, Any]:
    """Return what is stored of a judgement, with old and new values side by side for a row that changes."""
    changes = [Message(CHANGE, label, "", f"{old or '(kosong)'} → {new}") for label, (old, new) in row.changes.items()]
    return {
        "verdict": row.verdict,
        "key": "" if row.key is None else resource.digest_of_key(row.key),
        "messages": [message.as_json() for message in [*row.messages, *changes]],
    }


def _tell(beat: Beat | None, tally: Tally, total: int) -> None:
    if beat:
        beat(tally.rows, total)


# --- apply --------------------------------------------------------------------------------------------------------
def apply(
    batch: ImportBatch,
    *,
    by: Any,
    all_or_nothing: bool = False,
    seen_plan: str = "",
    approved_by: Any = None,
    beat: Beat | None = None,
) -> ImportBatch:
    """Write the batch in one transaction and return it.

    The plan is made afresh; when it differs from `seen_plan` (what the sender saw; by default what the last check
    found) nothing is written. Raises ImportRefused with the reason; the batch then stands where it was, or is marked
    interrupted if this process dies.
    """
    sweep()
    claim(batch, by=by, approved_by=approved_by)
    try:
        with transaction.atomic():
            _write(batch, by, all_or_nothing, seen_plan, beat)
            _finish(batch, by, approved_by)
    except (ImportRefused, ValidationError, VanishedRow, IntegrityError) as fault:
        sentence = _sentence(fault)
        release(batch, sentence)
        raise ImportRefused(sentence) from fault
    except BaseException:
        release(batch, "Penyimpanan gagal dan dibatalkan seluruhnya. Tidak ada yang tersimpan; ulangi.")
        raise
    return batch


def approve(batch: ImportBatch, *, by: Any, beat: Beat | None = None) -> ImportBatch:
    """Save a handed-in batch with the rights of its sender. Raises ImportRefused, PermissionDenied."""
    found = ImportBatch.objects.visible_to(by).select_related("submitted_by").get(pk=batch.pk)
    assert_may_approve(found, by=by)
    return apply(
        batch,
        by=found.submitted_by,
        all_or_nothing=found.all_or_nothing,
        seen_plan=found.plan,
        approved_by=by,
        beat=beat,
    )


def _write(batch: ImportBatch, by: Any, all_or_nothing: bool, seen_plan: str, beat: Beat | None) -> None:
    """Plan and write the rows that the page showed as new or changed, and no others."""
    hold(batch)
    if all_or_nothing and batch.rows_rejected:
        raise ImportRefused("Ada baris yang ditolak, sedangkan Anda memilih simpan semua atau tidak sama sekali.")
    resource, tally = resource_of(batch, by), Tally()
    resource.prepare()
    for rows in chunks(batch.rows.filter(verdict__in=WRITES)):
        resource.plan(rows)
        tally.add(rows)
        resource.write([row for row in rows if row.writes], batch)
        _tell(beat, tally, batch.rows_new + batch.rows_changed)
    if tally.digest != (seen_plan or batch.plan):
        raise ImportRefused("Data di portal berubah sejak berkas diperiksa. Periksa ulang lalu simpan.")


def _finish(batch: ImportBatch, by: Any, approved_by: Any) -> None:
    now = timezone.now()
    batch.state, batch.process = BatchState.APPLIED, ""
    batch.applied_at, batch.applied_by = now, by
    if approved_by:
        batch.approved_at, batch.approved_by = now, approved_by
    batch.save()
    drop_file(batch)
    record_event(
        AuditAction.IMPORT,
        by=by,
        obj=batch,
        summary=f"{batch.filename}: {batch.rows_new} baru, {batch.rows_changed} berubah, {batch.rows_rejected} ditolak",
        data={
            "resource": batch.resource,
            "sha256": batch.sha256,
            "plan": batch.plan,
            "approved_by": approved_by.pk if approved_by else None,
            **batch.counts,
        },
    )


def _sentence(fault: Exception) -> str:
    if isinstance(fault, ValidationError):
        return " ".join(fault.messages)
    if isinstance(fault, VanishedRow | IntegrityError):
        return "Sebagian baris bertabrakan dengan aturan basis data, sehingga tidak ada yang disimpan. Periksa ulang."
    return str(fault)
