"""The two buttons of a fiscal year."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from portal.actions.fiscal_years import close_year, reopen_year
from portal.admin.base import admin_url
from portal.admin.panels import Panel, RowPage
from portal.enums import YearState
from portal.models import FiscalYear

PERMISSION = "portal.change_fiscalyear"


class ReasonForm(forms.Form):
    """Why a closed year is opened."""

    reason = forms.CharField(label="Alasan membuka kembali", max_length=300)


def lock_panels(request: HttpRequest, year: FiscalYear) -> list[Panel]:
    """Return the panel that closes an open year or opens a closed one, for whoever may."""
    if not request.user.has_perm(PERMISSION):
        return []
    if year.state == YearState.OPEN:
        return [
            Panel(
                title="Tutup tahun anggaran",
                text="Sesudah ditutup, tidak ada pelatihan, peserta, atau belanja tahun ini yang dapat diubah.",
                url=reverse("admin:portal_fiscalyear_close", args=[year.pk]),
                buttons=(("", f"Tutup tahun anggaran {year}", "button-danger"),),
            )
        ]
    return [
        Panel(
            title="Buka kembali tahun anggaran",
            url=reverse("admin:portal_fiscalyear_reopen", args=[year.pk]),
            buttons=(("", f"Buka kembali tahun anggaran {year}", ""),),
            form=ReasonForm(),
        )
    ]


def _change(request: HttpRequest, year: FiscalYear, work: Any, done: str) -> HttpResponse:
    try:
        work()
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, done)
    return redirect(admin_url(year))


def close(model_admin: Any, request: HttpRequest, year: FiscalYear) -> HttpResponse:
    """Close the year."""
    return _change(request, year, lambda: close_year(year, by=request.user), f"Tahun anggaran {year} ditutup.")


def reopen(model_admin: Any, request: HttpRequest, year: FiscalYear) -> HttpResponse:
    """Open the year again, with the reason that was sent."""
    reason = request.POST.get("reason", "")[:300]
    return _change(
        request,
        year,
        lambda: reopen_year(year, by=request.user, reason=reason),
        f"Tahun anggaran {year} dibuka kembali.",
    )


CLOSE_PAGE = RowPage("close", "tutup", PERMISSION, close)
REOPEN_PAGE = RowPage("reopen", "buka", PERMISSION, reopen)
