"""The record of a file that left the portal: ExportRecord and audit event in one transaction."""

import uuid
from datetime import datetime
from typing import Any

from django.db import transaction
from django.http import HttpRequest

from portal.actions.audit import record_event
from portal.enums import AuditAction
from reports.models import ExportRecord
from reports.rules import grouped


@transaction.atomic
def record_export(
    *,
    export_id: uuid.UUID,
    label: str,
    values: dict[str, Any],
    at: datetime,
    by: Any,
    request: HttpRequest | None = None,
) -> ExportRecord:
    """Keep an export under its id and return the record; `values` are its other columns.

    Raises what the database raises: then the caller must not hand out the file.
    """
    record = ExportRecord(id=export_id, at=at, by=by, agency=by.agency, **values)
    record.save(force_insert=True)
    record_event(
        AuditAction.EXPORT,
        by=by,
        obj=record,
        summary=f"{label} ({record.format}), {record.rows} baris. {record.description}",
        data={"rows": record.rows, "sha256": grouped(record.sha256)},
        request=request,
    )
    return record
