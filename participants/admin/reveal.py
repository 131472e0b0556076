"""Opening a full NIK: a right, a reason, one page, one line in the audit trail."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from participants.models import Person
from portal.actions.audit import record_event
from portal.admin.base import admin_url
from portal.admin.panels import Panel, RowPage
from portal.enums import AuditAction
from portal.identity import decrypt_nik

PERMISSION = "participants.reveal_person"


class ReasonForm(forms.Form):
    """Why the full number is needed."""

    reason = forms.CharField(
        label="Alasan",
        min_length=10,
        max_length=200,
        help_text="Misalnya: mencocokkan dengan KTP untuk SPJ transport. Alasan dicatat dalam jejak audit.",
    )


def reveal_panels(request: HttpRequest, person: Person) -> list[Panel]:
    """Return the way to the page that opens the NIK, for whoever may and where there is one."""
    if not (person.nik_index and request.user.has_perm(PERMISSION)):
        return []
    return [
        Panel(
            title=f"NIK {person.nik_masked}",
            url=reverse("admin:participants_person_reveal", args=[person.pk]),
            buttons=(("", "Buka NIK", ""),),
            method="get",
        )
    ]


def reveal(model_admin: Any, request: HttpRequest, person: Person) -> HttpResponse:
    """Ask for the reason; with it, write the event first and then show the number, this once."""
    if not person.nik_index:
        messages.info(request, "Orang ini belum mempunyai NIK.")
        return redirect(admin_url(person))
    form = ReasonForm(request.POST or None)
    context = {"title": "Buka NIK", "person": person, "form": form, "back": admin_url(person)}
    if request.method == "POST" and form.is_valid():
        record_event(
            AuditAction.REVEAL,
            by=request.user,
            obj=person,
            agency=person.office,
            summary=f"NIK dibuka: {person}. Alasan: {form.cleaned_data['reason']}",
            request=request,
        )
        context["nik"] = decrypt_nik(person.nik_cipher, person.nik_index)
    return render(request, "participants/reveal.html", context)


REVEAL_PAGE = RowPage("reveal", "buka-nik", PERMISSION, reveal, methods=("GET", "HEAD", "POST"))
