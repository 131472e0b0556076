"""Closing a fiscal year, and the exception: opening it again, with a reason that stays and a second person."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from portal.actions.audit import record_event
from portal.closing import closing_checks, keep_all
from portal.enums import AuditAction, YearState
from portal.locking import YearLockedModel
from portal.models import FiscalYear
from portal.triggers import project_models

PATIENCE = "5s"  # how long closing waits for writes that are under way


@transaction.atomic
def close_year(year: FiscalYear, *, by: Any) -> FiscalYear:
    """Close a year for every write, keep its figures, and return it.

    Raises ValidationError when it is closed already, while a blocking check has rows, or while somebody is writing.
    """
    row = _locked(year, YearState.OPEN, f"Tahun anggaran {year} sudah ditutup.")
    _wait_for_writers()
    blocking = [check for check in closing_checks() if check.blocking and check.rows(row.pk).exists()]
    if blocking:
        raise ValidationError([f"{check.text}. {check.cure}" for check in blocking])
    row.state, row.closed_at, row.closed_by = YearState.CLOSED, timezone.now(), by
    row.closings += 1
    row.reopen_reason = ""
    row.reopen_requested_at = row.reopen_requested_by = row.reopen_approved_at = row.reopen_approved_by = None
    _store(row, by)
    figures = keep_all(row)
    return _told(row, by, f"Tahun anggaran {row} ditutup", closing=row.closings, figures=figures)


@transaction.atomic
def request_reopening(year: FiscalYear, *, by: Any, reason: str) -> FiscalYear:
    """Ask to open a closed year, and return it; it stays closed until another person agrees.

    Raises ValidationError for an open year, an empty reason, or a request that already waits.
    """
    if not by.has_perm("portal.change_fiscalyear"):
        raise PermissionDenied
    if not reason.strip():
        raise ValidationError("Tulis alasan membuka kembali tahun anggaran.")
    row = _locked(year, YearState.CLOSED, f"Tahun anggaran {year} masih terbuka.")
    if row.waits_for_reopening:
        raise ValidationError(f"Pembukaan kembali tahun anggaran {year} sudah diminta dan menunggu persetujuan.")
    row.reopen_requested_at, row.reopen_requested_by = timezone.now(), by
    row.reopen_reason = reason.strip()
    _store(row, by)
    return _told(row, by, f"Pembukaan kembali tahun anggaran {row} diminta: {row.reopen_reason}")


@transaction.atomic
def approve_reopening(year: FiscalYear, *, by: Any) -> FiscalYear:
    """Agree to what somebody else asked for: the year is open again. Raises ValidationError when there is no request,
    or when the one who asked would agree with himself.
    """
    row = _requested(year, by)
    if by.pk == row.reopen_requested_by_id:
        raise ValidationError("Yang meminta pembukaan kembali tidak dapat menyetujuinya sendiri.")
    row.state, row.closed_at, row.closed_by = YearState.OPEN, None, None
    row.reopen_approved_at, row.reopen_approved_by = timezone.now(), by
    _store(row, by)
    return _told(
        row,
        by,
        f"Tahun anggaran {row} dibuka kembali: {row.reopen_reason}",
        requested_by=row.reopen_requested_by_id,
    )


@transaction.atomic
def refuse_reopening(year: FiscalYear, *, by: Any, note: str = "") -> FiscalYear:
    """Answer a request with no, or take back one's own; the year stays closed. Raises ValidationError without one."""
    row = _requested(year, by)
    verb = "ditarik kembali" if by.pk == row.reopen_requested_by_id else "ditolak"
    row.reopen_requested_at = row.reopen_requested_by = None
    row.reopen_reason = ""
    _store(row, by)
    said = note.strip() or "tanpa catatan"
    return _told(row, by, f"Permintaan membuka kembali tahun anggaran {row} {verb}: {said}")


def _locked(year: FiscalYear, expected: YearState, otherwise: str) -> FiscalYear:
    row = FiscalYear.objects.select_for_update().get(pk=year.pk)
    if row.state != expected:
        raise ValidationError(otherwise)
    return row


def _requested(year: FiscalYear, by: Any) -> FiscalYear:
    if not by.has_perm("portal.approve_fiscalyear"):
        raise PermissionDenied
    row = _locked(year, YearState.CLOSED, f"Tahun anggaran {year} masih terbuka.")
    if not row.waits_for_reopening:
        raise ValidationError(f"Pembukaan kembali tahun anggaran {year} tidak sedang diminta.")
    return row


def _wait_for_writers() -> None:
    """Let running writes end and new ones wait, so that what is kept is what the year ends with.

    A write that began before the closing has found the year open; on PostgreSQL it could be committed after the
    figures were read. SQLite has one writer.
    """
    if connection.vendor != "postgresql":
        return
    tables = [
        connection.ops.quote_name(model._meta.db_table)
        for model in project_models()
        if issubclass(model, YearLockedModel)
    ]
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{PATIENCE}'")
            cursor.execute(f"LOCK TABLE {', '.join(tables)} IN SHARE ROW EXCLUSIVE MODE")
            cursor.execute("SET LOCAL lock_timeout TO DEFAULT")
    except OperationalError:
        raise ValidationError(
            "Masih ada data yang sedang disimpan, misalnya impor. Coba lagi sesudah selesai."
        ) from None


def _store(row: FiscalYear, by: Any) -> None:
    row._history_user = by
    row.full_clean()
    row.save()


def _told(row: FiscalYear, by: Any, summary: str, **data: Any) -> FiscalYear:
    record_event(AuditAction.YEAR, by=by, obj=row, summary=summary, data={"state": row.state} | data)
    return row
