"""The life of an import batch: taken, held, given back, refused, remembered, and cleaned away.

What is written and judged is decided at the import desk; here stands who has the batch in hand.
"""

import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from portal.actions.audit import record_event
from portal.actions.jobs import process_name
from portal.enums import AuditAction, BatchState
from portal.models import ImportBatch, RememberedColumns, RememberedValue

WRITABLE = (BatchState.CHECKED, BatchState.INTERRUPTED)
MENDABLE = (*WRITABLE, BatchState.APPLIED)  # rejected rows of a saved import wait to be mended and saved, too
OUT_OF_HAND = (BatchState.APPLYING, BatchState.SUBMITTED)
ENDED = (BatchState.APPLIED, BatchState.UNDONE, BatchState.REFUSED, BatchState.EXPIRED)
ORPHAN_HOURS = 24  # a file is written before the row that names it
FOLDER = "imports"
BUSY = "Impor ini sedang atau sudah dikerjakan dari halaman lain. Buka lagi halamannya."


class ImportRefused(Exception):
    """The import, or a step of it, is refused; the message is an Indonesian sentence with cause and cure."""


class TryLater(ImportRefused):
    """Nothing is wrong with the import; the portal has no hand free for it now."""


def needs_approval(batch: ImportBatch) -> bool:
    """Tell whether a second person must agree before this batch is written."""
    return bool(settings.IMPORT_APPROVAL_ROWS) and batch.rows_new + batch.rows_changed > settings.IMPORT_APPROVAL_ROWS


def lock_batch(batch: ImportBatch, *, by: Any) -> ImportBatch:
    """Return the batch as it stands now, locked for the caller's transaction. Raises ImportRefused."""
    found = ImportBatch.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=batch.pk).first()
    if found is None:
        raise ImportRefused("Impor ini tidak ditemukan.")
    return found


def lock_for_mending(batch: ImportBatch, *, by: Any) -> ImportBatch:
    """Return the batch locked, so that nobody saves what is being mended. Raises ImportRefused when it is too late."""
    found = lock_batch(batch, by=by)
    if found.state not in MENDABLE:
        raise ImportRefused(f"Impor ini tidak dapat diperbaiki lagi: {found.get_state_display().lower()}.")
    found.plan, found.ticket = "", uuid.uuid4()  # what the page showed holds no more; only a check makes a plan again
    found.save(update_fields=["plan", "ticket"])
    batch.plan, batch.ticket = found.plan, found.ticket  # who mends goes on to judge
    return found


@transaction.atomic
def claim(batch: ImportBatch, *, by: Any, approved_by: Any = None) -> None:
    """Take the batch for this process, so that a double click or a second tab finds it taken. Raises ImportRefused."""
    found = lock_batch(batch, by=by)
    if not by.has_perm("portal.import_importbatch"):
        raise ImportRefused("Impor ini tidak ditemukan.")
    if found.state == BatchState.APPLIED:
        raise ImportRefused("Impor ini sudah disimpan; tidak ada yang disimpan dua kali.")
    if found.state not in ((BatchState.SUBMITTED,) if approved_by else WRITABLE):
        raise ImportRefused(f"Impor ini belum dapat disimpan: {found.get_state_display().lower()}.")
    if not found.plan:
        raise ImportRefused("Ada perbaikan yang belum diperiksa. Tekan Periksa ulang, lihat hasilnya, lalu simpan.")
    if needs_approval(found) and approved_by is None:
        raise ImportRefused(
            f"Lebih dari {settings.IMPORT_APPROVAL_ROWS} baris akan ditulis: ajukan dahulu untuk disetujui orang kedua."
        )
    found.state, found.process = BatchState.APPLYING, process_name()
    found.claimed_at, found.ticket = timezone.now(), uuid.uuid4()
    found.save(update_fields=["state", "process", "claimed_at", "ticket"])
    batch.refresh_from_db()


def take(batch: ImportBatch) -> None:
    """Take a batch in hand to read or judge it: whoever had it before can no longer conclude.

    Raises ImportRefused when it is being saved, waits for a second person, or is not as the caller saw it.
    """
    ticket = uuid.uuid4()
    as_seen = ImportBatch.objects.filter(pk=batch.pk, ticket=batch.ticket).exclude(state__in=OUT_OF_HAND)
    if not as_seen.update(ticket=ticket):
        raise ImportRefused(BUSY)
    batch.ticket = ticket


@transaction.atomic
def empty(batch: ImportBatch) -> None:
    """Remove the lines of a batch that was taken, to read its file again.

    From now on it is unread: half of its lines must never look like the whole. Raises ImportRefused as `conclude` does.
    """
    taken = ImportBatch.objects.filter(pk=batch.pk, ticket=batch.ticket)
    if not taken.update(state=BatchState.UPLOADED):
        raise ImportRefused(BUSY)
    batch.rows.all().delete()


@transaction.atomic
def conclude(batch: ImportBatch) -> None:
    """Store what became of a batch that was taken. Raises ImportRefused when somebody else took it meanwhile."""
    if not ImportBatch.objects.select_for_update().filter(pk=batch.pk, ticket=batch.ticket).exists():
        raise ImportRefused(BUSY)
    batch.ticket = uuid.uuid4()
    batch.save()


def hold(batch: ImportBatch) -> None:
    """Lock the claimed batch for the length of the transaction: as long as the lock stands, its process lives.

    Raises ImportRefused when the claim was taken away meanwhile, because this process was thought dead.
    """
    held = ImportBatch.objects.select_for_update().filter(pk=batch.pk, ticket=batch.ticket, state=BatchState.APPLYING)
    if not held.exists():
        raise ImportRefused("Impor ini sudah diambil alih proses lain. Buka lagi halamannya.")


def release(batch: ImportBatch, sentence: str) -> None:
    """Give a claimed batch back with the reason; one that somebody else took meanwhile is left alone."""
    ours = ImportBatch.objects.filter(pk=batch.pk, ticket=batch.ticket, state=BatchState.APPLYING)
    notices = [*[notice for notice in batch.notices if notice != sentence], sentence]
    ours.update(state=BatchState.CHECKED, process="", notices=notices)
    batch.refresh_from_db()


@transaction.atomic
def refuse(batch: ImportBatch, sentence: str) -> None:
    """End a batch with its reason; its file is not kept. One that somebody else took meanwhile is left alone."""
    ours = ImportBatch.objects.filter(pk=batch.pk, ticket=batch.ticket)
    if not ours.update(state=BatchState.REFUSED, notices=[sentence]):
        return
    batch.state, batch.notices = BatchState.REFUSED, [sentence]
    drop_file(batch)
    record_event(
        AuditAction.IMPORT,
        by=batch.by,
        obj=batch,
        summary=f"{batch.filename}: ditolak",
        data={"resource": batch.resource, "sha256": batch.sha256, "size": batch.size},
    )


def drop_file(batch: ImportBatch) -> None:
    """Remove the stored file once the database says that nobody needs it."""
    if batch.file:
        storage, name = batch.file.storage, batch.file.name
        batch.file = ""
        batch.save(update_fields=["file"])
        # Robust: a file that cannot be removed now is an orphan, which the sweeper removes later.
        transaction.on_commit(lambda: storage.delete(name), robust=True)


# --- what an office decided ---------------------------------------------------------------------------------------
def remember_columns(batch: ImportBatch, fingerprint: str, columns: Mapping[str, str | None], *, by: Any) -> None:
    """Keep what each heading of a layout means for the batch's agency."""
    RememberedColumns.objects.update_or_create(
        agency=batch.agency,
        resource=batch.resource,
        fingerprint=fingerprint,
        defaults={"columns": dict(columns), "by": by},
    )


def remember_value(batch: ImportBatch, column: str, wrong: str, right: str, *, by: Any) -> None:
    """Keep what a word of one column means for the batch's agency; `wrong` is the key of the word."""
    RememberedValue.objects.update_or_create(
        agency=batch.agency,
        resource=batch.resource,
        column=column,
        wrong=wrong[:100],
        defaults={"right": right, "by": by},
    )


# --- what is kept too long ----------------------------------------------------------------------------------------
def expire_imports() -> int:
    """Remove files and staged rows of imports older than IMPORT_KEEP_DAYS; return how many imports that were.

    The batch itself stays: who sent what and when, its digest and its counts. What was never saved is marked expired.
    """
    limit = timezone.now() - timedelta(days=settings.IMPORT_KEEP_DAYS)
    old = ImportBatch.objects.filter(created_at__lt=limit).exclude(state=BatchState.APPLYING)
    expired = 0
    for batch in old.exclude(file="", rows=None).distinct().iterator():
        with transaction.atomic():
            batch.rows.all().delete()
            if batch.state not in ENDED:
                batch.state = BatchState.EXPIRED
                batch.save(update_fields=["state"])
            drop_file(batch)
        expired += 1
    return expired


def remove_orphans() -> int:
    """Remove stored import files that no row names, left by a process that died in between; return how many."""
    storage = ImportBatch._meta.get_field("file").storage
    if not storage.exists(FOLDER):
        return 0
    limit = timezone.now() - timedelta(hours=ORPHAN_HOURS)
    names = [f"{FOLDER}/{name}" for name in storage.listdir(FOLDER)[1]]
    known = set(ImportBatch.objects.exclude(file="").values_list("file", flat=True))
    orphans = [name for name in names if name not in known and storage.get_modified_time(name) < limit]
    for name in orphans:
        storage.delete(name)
    return len(orphans)
