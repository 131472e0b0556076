"""The buttons that move a training along: submit, approve, return, verify. The table of steps is in programs.enums."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from portal.admin.base import admin_url
from portal.admin.panels import Panel, RowPage
from portal.enums import YearState
from programs.actions.trainings import change_status
from programs.enums import TRANSITIONS, TrainingStatus
from programs.models import Training

VERBS = {
    TrainingStatus.SUBMITTED: ("Ajukan", "button-primary"),
    TrainingStatus.APPROVED: ("Setujui", "button-primary"),
    TrainingStatus.RETURNED: ("Kembalikan", ""),
    TrainingStatus.RUNNING: ("Mulai pelaksanaan", "button-primary"),
    TrainingStatus.FINISHED: ("Nyatakan selesai", "button-primary"),
    TrainingStatus.VERIFIED: ("Verifikasi", "button-primary"),
    TrainingStatus.CANCELLED: ("Batalkan", "button-danger"),
}


class NoteForm(forms.Form):
    """A word to the other side."""

    note = forms.CharField(
        label="Catatan",
        max_length=200,
        required=False,
        help_text="Wajib bila pelatihan dikembalikan: apa yang harus diperbaiki.",
    )


def status_panels(request: HttpRequest, training: Training) -> list[Panel]:
    """Return the panel with the steps that this user may take now."""
    may = request.user.has_perm
    steps = [to for (now, to), permission in TRANSITIONS.items() if now == training.status and may(permission)]
    if not steps or training.budget_line.fiscal_year.state == YearState.CLOSED:
        return []
    return [
        Panel(
            title=f"Status: {training.get_status_display()}",
            url=reverse("admin:programs_training_status", args=[training.pk]),
            buttons=tuple((str(to), *VERBS[to]) for to in steps),
            form=NoteForm(),
        )
    ]


def move(model_admin: Any, request: HttpRequest, training: Training) -> HttpResponse:
    """Take one step; the action checks table, right and year once more."""
    to = request.POST.get("to", "")
    if to not in TrainingStatus.values:
        messages.error(request, "Pilih salah satu tombol status.")
        return redirect(admin_url(training))
    try:
        moved = change_status(training, to, by=request.user, note=request.POST.get("note", "")[:200])
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, f"Status pelatihan menjadi {moved.get_status_display()}.")
    return redirect(admin_url(training))


STATUS_PAGE = RowPage("status", "status", "programs.view_training", move)
