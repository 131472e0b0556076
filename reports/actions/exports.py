"""The record of files that left the portal: ExportRecord, its files and the audit event in one transaction."""

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.files import File
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from portal.actions.audit import record_event
from portal.enums import AuditAction
from reports.models import ExportedFile, ExportRecord
from reports.rules import grouped


@transaction.atomic
def record_export(
    record: ExportRecord, files: Sequence[Path], *, label: str, request: HttpRequest | None = None
) -> ExportRecord:
    """Keep a record with the bytes of its files and return it; its SHA-256 is filled in here.

    Raises what the database raises: then the caller must not hand out the files.
    """
    record.sha256 = sha256_of(files)
    record.save(force_insert=True)
    for path in files:
        kept = ExportedFile(record=record, name=path.name, sha256=sha256_of([path]), size=path.stat().st_size)
        with path.open("rb") as file:
            kept.content.save(path.name, File(file), save=False)
        kept.save(force_insert=True)
    record_event(
        AuditAction.EXPORT,
        by=record.by,
        obj=record,
        summary=f"{label} ({record.format}), {record.rows} baris. {record.description}",
        data={"rows": record.rows, "sha256": grouped(record.sha256)},
        request=request,
    )
    return record


def drop_old_files() -> int:
    """Remove the kept bytes of exports older than EXPORT_KEEP_DAYS and return of how many files; records stay."""
    limit = timezone.now() - timedelta(days=settings.EXPORT_KEEP_DAYS)
    old = ExportedFile.objects.filter(record__at__lt=limit).exclude(content="")
    dropped = list(old)
    for kept in dropped:
        kept.content.delete(save=False)
        kept.save(update_fields=["content"])
    return len(dropped)


def sha256_of(files: Sequence[Path]) -> str:
    """Return SHA-256 of the file; of several, SHA-256 of the list that `sha256sum` prints for them in this order."""
    digests = []
    for path in files:
        with path.open("rb") as file:
            digests.append(hashlib.file_digest(file, "sha256").hexdigest())
    if len(digests) == 1:
        return digests[0]
    listing = "".join(f"{digest}  {path.name}\n" for digest, path in zip(digests, files, strict=True))
    return hashlib.sha256(listing.encode()).hexdigest()
