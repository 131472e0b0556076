"""Writing trainings: recording, inviting RTs, changing status. Each is atomic and leaves its audit row."""

from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from portal.actions.audit import record_event
from portal.actions.bulk import write_rows
from portal.enums import AuditAction
from portal.locking import assert_open
from portal.models import Agency, ImportBatch
from portal.scoping import assert_visible
from programs.enums import TRANSITIONS, TrainingStatus
from programs.models import InvitedRt, Session, Training
from programs.rules import initial_status, training_number


def next_serials(office: Agency, year: int, count: int = 1) -> list[str]:
    """Return the next `count` numbers of an office in a year; the office's row is locked, so no two are equal."""
    Agency.objects.select_for_update().get(pk=office.pk)
    prefix = training_number(year, office.region_id, 0)[:-3]
    taken = Training.objects.filter(number__startswith=prefix).values_list("number", flat=True)
    serials = [int(number.removeprefix(prefix)) for number in taken if number.removeprefix(prefix).isdigit()]
    first = max(serials, default=0) + 1
    return [training_number(year, office.region_id, serial) for serial in range(first, first + count)]


def days_of(training: Training) -> list[Session]:
    """Return one unsaved session per day of a training, first and last day included."""
    return [Session(training=training, date=training.start + timedelta(days=day)) for day in range(training.days)]


def _enter(training: Training) -> None:
    training.status = initial_status(end=training.end, realised=training.realised, today=timezone.localdate())


@transaction.atomic
def record_training(training: Training, *, by: Any, source: ImportBatch | None = None) -> Training:
    """Give a new training its number and first status, save it with one session a day, and return it.

    Raises YearClosed for a closed year, VanishedRow when the training would not be the writer's own.
    """
    training.number = training.number or next_serials(training.office, training.budget_line.fiscal_year_id)[0]
    training.source = source
    _enter(training)
    write_rows(Training, new=[training], by=by, reason="dicatat")
    write_rows(Session, new=days_of(training), by=by, reason="dicatat")
    record_event(AuditAction.CREATE, by=by, agency=training.office, obj=training, summary=f"pelatihan: {training}")
    return training


@transaction.atomic
def record_trainings(
    new: list[Training],
    changed: list[Training],
    fields: Iterable[str],
    *,
    moved: Collection[Training] = (),
    by: Any,
    reason: str,
) -> None:
    """Write many trainings of a recap sheet at once; the caller's import leaves the one audit row.

    `moved` are those of the changed ones whose dates are others now: they get a session for each day that has none.
    """
    groups: dict[tuple[int, int], list[Training]] = {}
    for training in new:
        if not training.number:
            groups.setdefault((training.office_id, training.budget_line.fiscal_year_id), []).append(training)
        _enter(training)
    for (_, year), group in groups.items():
        for training, number in zip(group, next_serials(group[0].office, year, len(group)), strict=True):
            training.number = number
    write_rows(Training, new=new, changed=changed, fields=fields, by=by, reason=reason)
    days = [day for training in new for day in days_of(training)]
    held = set(Session.objects.filter(training__in=moved).values_list("training", "date"))
    days += [day for training in moved for day in days_of(training) if (training.pk, day.date) not in held]
    write_rows(Session, new=days, by=by, reason=reason)


@transaction.atomic
def invite_rts(training: Training, rts: Iterable[tuple[str, str]], *, by: Any) -> None:
    """Make the invited (RT, RW) of a training exactly these."""
    assert_open(training)
    wanted = set(rts)
    for row in InvitedRt.objects.filter(training=training):
        if (row.rt, row.rw) in wanted:
            wanted.discard((row.rt, row.rw))
        else:
            row._history_user = by
            row.delete()
    new = [InvitedRt(training=training, rt=rt, rw=rw) for rt, rw in sorted(wanted)]
    write_rows(InvitedRt, new=new, by=by, reason="RT diundang")


@transaction.atomic
def change_status(training: Training, to: str, *, by: Any, note: str = "") -> Training:
    """Move a training along TRANSITIONS and return it.

    Raises ValidationError for a step that the table does not know, PermissionDenied when the role may not take it.
    """
    assert_visible(Training, {training.pk}, by)
    row = Training.objects.select_for_update().get(pk=training.pk)
    assert_open(row)
    permission = TRANSITIONS.get((row.status, to))
    if permission is None:
        now, wanted = TrainingStatus(row.status).label, TrainingStatus(to).label
        raise ValidationError(f"Pelatihan berstatus {now} tidak dapat langsung menjadi {wanted}.")
    if not by.has_perm(permission):
        raise PermissionDenied
    if to == TrainingStatus.RETURNED and not note.strip():
        raise ValidationError("Tulis catatan: apa yang harus diperbaiki kantor kecamatan.")
    before, row.status = row.status, to
    row.version += 1
    row._history_user, row._change_reason = by, note[:100] or None
    row.save(update_fields=["status", "version"])
    record_event(
        AuditAction.TRANSITION,
        by=by,
        agency=row.office,
        obj=row,
        summary=f"{row.number}: {TrainingStatus(before).label} → {TrainingStatus(to).label}",
        data={"from": before, "to": to, "note": note[:200]},
    )
    return row
