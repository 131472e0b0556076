"""Deciding about findings: closing one with a reason, opening it again. A decision is a note that stays for ever."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from portal.actions.audit import record_event
from portal.enums import AgencyKind, AuditAction
from portal.scoping import assert_visible, may_look
from reports.enums import FindingState, NoteKind
from reports.findings import Finding, Scope, find_one
from reports.findings.state import Judged, judged
from reports.models import FindingNote

PERMISSION = "reports.dismiss_findingnote"
SHORTEST_REASON, LONGEST_REASON = 10, 500
NOT_FOUND = "Temuan itu tidak ada lagi: datanya sudah diperbaiki, atau bukan bagian dari instansi Anda."


@transaction.atomic
def dismiss_finding(
    rule: str, key: str, *, fingerprint: str, reason: str, by: Any, request: HttpRequest | None = None
) -> FindingNote:
    """Close a finding that the user sees, as long as its figures stay, and return the note.

    `fingerprint` is that of the figures the user looked at. Raises PermissionDenied for a role that may not,
    ValidationError without a reason, for a finding that does not exist (or only for others), whose figures have changed
    since the page was opened, or that is closed already.
    """
    now = _looked_up(rule, key, by)
    if now.state == FindingState.DISMISSED:
        raise ValidationError("Temuan itu sudah ditutup.")
    if now.finding.fingerprint != fingerprint:
        raise ValidationError("Angka temuan itu berubah sejak halaman dibuka. Baca lagi sebelum menutupnya.")
    return _note(now.finding, NoteKind.DISMISSAL, reason, by, request)


@transaction.atomic
def reopen_finding(rule: str, key: str, *, reason: str, by: Any, request: HttpRequest | None = None) -> FindingNote:
    """End the dismissal of a finding and return the note of it. Raises like `dismiss_finding`."""
    now = _looked_up(rule, key, by)
    if now.state != FindingState.DISMISSED:
        raise ValidationError("Temuan itu tidak sedang ditutup.")
    return _note(now.finding, NoteKind.REOPENING, reason, by, request)


def _looked_up(rule: str, key: str, by: Any) -> Judged:
    """Return the finding as it stands now in the user's own rows; what others see answers like what does not exist."""
    if not (may_look(by) and by.has_perm(PERMISSION)):
        raise PermissionDenied
    finding = find_one(Scope.of(by), rule, key)
    if finding is None:
        raise ValidationError(NOT_FOUND)
    return judged([finding], by)[0]


def _note(finding: Finding, kind: NoteKind, reason: str, by: Any, request: HttpRequest | None) -> FindingNote:
    words = " ".join(reason.split())
    if len(words) < SHORTEST_REASON:
        raise ValidationError(f"Tulis alasan yang dapat diperiksa orang lain, sedikitnya {SHORTEST_REASON} huruf.")
    if len(words) > LONGEST_REASON:
        raise ValidationError(f"Alasan paling panjang {LONGEST_REASON} huruf.")
    training = finding.training
    of_the_desk = by.agency_id if by.agency and by.agency.kind == AgencyKind.ORGANIZER else None
    note = FindingNote(
        rule=finding.rule.identifier,
        key=finding.key,
        fingerprint=finding.fingerprint,
        kind=kind,
        training_id=training.pk if training else None,
        office_id=finding.office.pk,
        organizer_id=training.organizer_id if training else of_the_desk,
        reason=words,
        by=by,
        at=timezone.now(),
    )
    note.save(force_insert=True)
    assert_visible(FindingNote, {note.pk}, by)
    about = training.number if training else finding.office.name
    record_event(
        AuditAction.TRANSITION,
        by=by,
        agency=note.office,
        obj=note,
        summary=f"Temuan {kind.label.lower()}: {finding.rule.label}, {about}. Alasan: {words}",
        data={"rule": note.rule, "key": note.key, "fingerprint": note.fingerprint[:12]},
        request=request,
    )
    return note
