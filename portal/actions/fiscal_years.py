"""Closing a fiscal year, and the exception: opening it again, with a reason that stays."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from portal.actions.audit import record_event
from portal.enums import AuditAction, YearState
from portal.models import FiscalYear


@transaction.atomic
def close_year(year: FiscalYear, *, by: Any) -> FiscalYear:
    """Close a year for every write and return it. Raises ValidationError when it is closed already."""
    row = _locked(year, YearState.OPEN, f"Tahun anggaran {year} sudah ditutup.")
    row.state, row.closed_at, row.closed_by = YearState.CLOSED, timezone.now(), by
    row.reopen_reason = ""
    return _save(row, by, f"Tahun anggaran {row} ditutup")


@transaction.atomic
def reopen_year(year: FiscalYear, *, by: Any, reason: str) -> FiscalYear:
    """Open a closed year again and return it. Raises ValidationError for an open year or an empty reason."""
    if not reason.strip():
        raise ValidationError("Tulis alasan membuka kembali tahun anggaran.")
    row = _locked(year, YearState.CLOSED, f"Tahun anggaran {year} masih terbuka.")
    row.state, row.closed_at, row.closed_by = YearState.OPEN, None, None
    row.reopen_reason = reason.strip()
    return _save(row, by, f"Tahun anggaran {row} dibuka kembali: {row.reopen_reason}")


def _locked(year: FiscalYear, expected: YearState, otherwise: str) -> FiscalYear:
    row = FiscalYear.objects.select_for_update().get(pk=year.pk)
    if row.state != expected:
        raise ValidationError(otherwise)
    return row


def _save(row: FiscalYear, by: Any, summary: str) -> FiscalYear:
    row._history_user = by
    row.full_clean()
    row.save()
    record_event(AuditAction.YEAR, by=by, obj=row, summary=summary, data={"state": row.state})
    return row
