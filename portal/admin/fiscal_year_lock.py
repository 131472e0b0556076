"""The lock of a fiscal year: what stands against closing, closing itself, and two people who open it again."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from portal.actions.fiscal_years import approve_reopening, close_year, refuse_reopening, request_reopening
from portal.admin.base import admin_url
from portal.admin.closing_checks import answers
from portal.admin.panels import Panel, RowPage
from portal.enums import YearState
from portal.models import FiscalYear

LOOK, CHANGE, APPROVE = "portal.view_fiscalyear", "portal.change_fiscalyear", "portal.approve_fiscalyear"
BOOKS = "programs.view_training"  # who may see the figures that closing kept
AGREE, REFUSE = "approve", "refuse"


class CloseForm(forms.Form):
    """The year once more, by hand: closing stops the work of every office."""

    confirm = forms.CharField(label="Ketik tahun yang ditutup", help_text="Empat angka, misalnya 2025.")

    def __init__(self, *args: Any, year: FiscalYear, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.year, self.sentence = year, f"Ketik {year} untuk menutup tahun anggaran {year}."
        self.fields["confirm"].error_messages["required"] = self.sentence
        self.fields["confirm"].widget.attrs |= {"inputmode": "numeric", "autocomplete": "off"}

    def clean_confirm(self) -> str:
        """Refuse any other text than the year."""
        if self.cleaned_data["confirm"].strip() != str(self.year):
            raise ValidationError(self.sentence)
        return self.cleaned_data["confirm"]


class ReasonForm(forms.Form):
    """Why a closed year is opened."""

    reason = forms.CharField(label="Alasan membuka kembali", max_length=300)


class NoteForm(forms.Form):
    """A word to who asked."""

    note = forms.CharField(label="Catatan bila ditolak", max_length=200, required=False)


def lock_panels(request: HttpRequest, year: FiscalYear) -> list[Panel]:
    """Return what this user may do with the lock of a year now."""
    may = request.user.has_perm
    panels = []
    if year.state == YearState.OPEN and may(LOOK):
        panels.append(
            Panel(
                title="Penutupan tahun anggaran",
                text="Sesudah ditutup, tidak ada pelatihan, peserta, atau belanja tahun ini yang dapat diubah.",
                url=reverse("admin:portal_fiscalyear_checklist", args=[year.pk]),
                buttons=(("", "Periksa kesiapan penutupan", ""),),
                method="get",
            )
        )
    elif year.waits_for_reopening and may(APPROVE):
        panels.append(_answer_panel(request, year))
    elif year.state == YearState.CLOSED and not year.waits_for_reopening and may(CHANGE):
        panels.append(
            Panel(
                title="Minta pembukaan kembali",
                text="Tahun baru terbuka sesudah orang kedua (administrator lain atau pengawas) menyetujui.",
                url=reverse("admin:portal_fiscalyear_reopen", args=[year.pk]),
                buttons=(("", f"Minta buka kembali tahun anggaran {year}", ""),),
                form=ReasonForm(),
            )
        )
    if year.closings and may(BOOKS):
        panels.append(
            Panel(
                title="Koreksi setelah tutup buku",
                text="Angka saat ditutup, angka sekarang, selisihnya, dan siapa yang mengubahnya.",
                url=reverse("reports:closing", args=[year.pk]),
                buttons=(("", "Lihat koreksi", ""),),
                method="get",
            )
        )
    return panels


def _answer_panel(request: HttpRequest, year: FiscalYear) -> Panel:
    own = year.reopen_requested_by_id == request.user.pk
    buttons = ((REFUSE, "Tarik kembali permintaan", ""),)
    if not own:
        buttons = ((AGREE, f"Setujui membuka kembali tahun anggaran {year}", "button-danger"), (REFUSE, "Tolak", ""))
    waits = " Menunggu orang lain yang menyetujui." if own else ""
    return Panel(
        title="Permintaan membuka kembali",
        text=f"Diminta {year.reopen_requested_by}: {year.reopen_reason}.{waits}",
        url=reverse("admin:portal_fiscalyear_answer", args=[year.pk]),
        buttons=buttons,
        form=None if own else NoteForm(),
    )


def checklist(model_admin: Any, request: HttpRequest, year: FiscalYear) -> HttpResponse:
    """Show what stands against closing: for who may close, of every agency, in numbers; for others, their own rows."""
    closes = request.user.has_perm(CHANGE) and year.state == YearState.OPEN
    found = answers(year.pk, request.user, everything=request.user.has_perm(CHANGE))
    context = {
        "title": f"Kesiapan penutupan tahun anggaran {year}",
        "year": year,
        "back": admin_url(year),
        "answers": found,
        "closes": closes,
        "blocked": any(answer.blocks for answer in found),
        "form": CloseForm(year=year),
    }
    return render(request, "portal/closing_checklist.html", context)


def close(model_admin: Any, request: HttpRequest, year: FiscalYear) -> HttpResponse:
    """Close the year that was typed."""
    form = CloseForm(request.POST, year=year)
    if not form.is_valid():
        messages.error(request, " ".join(error for errors in form.errors.values() for error in errors))
        return redirect("admin:portal_fiscalyear_checklist", year.pk)
    done = _change(request, lambda: close_year(year, by=request.user), f"Tahun anggaran {year} ditutup.")
    return redirect(admin_url(year) if done else reverse("admin:portal_fiscalyear_checklist", args=[year.pk]))


def reopen(model_admin: Any, request: HttpRequest, year: FiscalYear) -> HttpResponse:
    """Ask to open the year again, with the reason that was sent."""
    reason = request.POST.get("reason", "")[:300]
    _change(
        request,
        lambda: request_reopening(year, by=request.user, reason=reason),
        "Permintaan dicatat. Tahun terbuka sesudah orang kedua menyetujui.",
    )
    return redirect(admin_url(year))


def answer(model_admin: Any, request: HttpRequest, year: FiscalYear) -> HttpResponse:
    """Agree to a request, refuse it, or take back one's own."""
    to, note = request.POST.get("to", ""), request.POST.get("note", "")[:200]
    if to == AGREE:
        _change(request, lambda: approve_reopening(year, by=request.user), f"Tahun anggaran {year} dibuka kembali.")
    elif to == REFUSE:
        _change(
            request,
            lambda: refuse_reopening(year, by=request.user, note=note),
            f"Permintaan tidak berlaku lagi; tahun anggaran {year} tetap tertutup.",
        )
    else:
        messages.error(request, "Pilih salah satu tombol.")
    return redirect(admin_url(year))


def _change(request: HttpRequest, work: Any, done: str) -> bool:
    try:
        work()
    except ValidationError as error:
        for sentence in error.messages:
            messages.error(request, sentence)
        return False
    messages.success(request, done)
    return True


CHECKLIST_PAGE = RowPage("checklist", "periksa", LOOK, checklist, methods=("GET", "HEAD"))
CLOSE_PAGE = RowPage("close", "tutup", CHANGE, close)
REOPEN_PAGE = RowPage("reopen", "buka", CHANGE, reopen)
ANSWER_PAGE = RowPage("answer", "jawab", APPROVE, answer)
