"""Writing the audit trail, and proving it whole."""

import uuid
from collections.abc import Iterator
from typing import Any

from django.db import connection, models, transaction
from django.http import HttpRequest
from django.utils import timezone

from portal.enums import AuditAction
from portal.identity import mask_text
from portal.models import AuditEvent

CHAIN_LOCK = 0x53554C41  # namespace of our advisory locks ("SULA"), so that no other use of them collides


def record_event(
    action: AuditAction,
    *,
    by: Any,
    summary: str,
    obj: models.Model | None = None,
    agency: Any = None,
    data: dict | None = None,
    request: HttpRequest | None = None,
) -> AuditEvent:
    """Append one event to the chain of the agency it concerns and return it.

    Call it last inside the transaction of the change it tells of: the chain stays locked until that commits. Runs of
    16 digits in the summary are masked; `data` must hold ids and counts, never personal values.
    """
    agency = agency or getattr(by, "agency", None)
    chain = agency.pk if agency else 0
    with transaction.atomic():
        _lock_chain(chain)
        last = AuditEvent.objects.filter(chain=chain).order_by("-sequence").first()
        event = AuditEvent(
            chain=chain,
            sequence=last.sequence + 1 if last else 1,
            at=timezone.now(),
            action=action,
            user=by,
            agency=agency,
            object_type=obj._meta.label if obj else "",
            object_id=str(obj.pk) if obj else "",
            summary=mask_text(summary)[:300],
            data=_plain(data or {}),
            address=(request.META.get("REMOTE_ADDR") or None) if request else None,
            previous=last.digest if last else "",
        )
        event.digest = event.compute_digest()
        event.save(force_insert=True)
    return event


def _lock_chain(chain: int) -> None:
    """Two writers must not both extend the same head. SQLite has one writer at a time anyway (IMMEDIATE)."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [CHAIN_LOCK, chain])


def _plain(data: dict) -> dict:
    """Return JSON that reads back as it was written, so that the digest can be computed again."""
    return {key: str(value) if isinstance(value, uuid.UUID) else value for key, value in data.items()}


def broken_links() -> Iterator[tuple[AuditEvent, str]]:
    """Yield (event, reason) for every event that was changed, removed before, or put in between."""
    heads: dict[int, tuple[int, str]] = {}
    for event in AuditEvent.objects.order_by("chain", "sequence").iterator(chunk_size=2000):
        sequence, digest = heads.get(event.chain, (0, ""))
        if event.sequence != sequence + 1:
            yield event, f"urutan melompat dari {sequence} ke {event.sequence}"
        elif event.previous != digest:
            yield event, "tidak bersambung dengan catatan sebelumnya"
        elif event.digest != event.compute_digest():
            yield event, "isinya berubah sejak dicatat"
        heads[event.chain] = (event.sequence, event.digest)
