"""Verification: by code for everybody, who learns nothing personal; by file for those who may sign in."""

from typing import Any

from allauth.core.internal import ratelimit
from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal.scoping import may_look, visible
from portal.spreadsheets.reading import UnreadableFile
from reports.base.verification import LIMITS, State, changes_since, find_record, verify
from reports.models import ExportRecord
from reports.registry import exporter_of
from reports.rules import grouped

TITLE = "Verifikasi berkas"
TOO_LARGE = "Berkas terlalu besar: batas {} MB."
UNKNOWN = "Kode verifikasi ini tidak dikenal. Periksa lagi hurufnya; kode terdiri atas 12 huruf dan angka."


class FileForm(forms.Form):
    """The workbook to verify."""

    file = forms.FileField(label="Berkas", help_text="Buku kerja (.xlsx), CSV atau ZIP yang diunduh dari portal.")

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LIMITS.file_bytes:
            raise forms.ValidationError(TOO_LARGE.format(LIMITS.file_bytes // (1024 * 1024)))
        return file


@never_cache
@require_safe
def by_code(request: HttpRequest, code: str = "") -> HttpResponse:
    """What is known about a code: which report, which office, when, how large; never who or whose data."""
    typed = code or request.GET.get("kode", "").strip()
    if not typed:
        return render(request, "reports/verify.html", {"title": TITLE, "form": FileForm()})
    # The public function of allauth counts no GET.
    if not ratelimit.consume(
        request, app="reports", action="verify_export", config=settings.RATE_LIMITS, limit_get=True
    ):
        return render(request, "429.html", status=429)
    record = find_record(typed)
    if record and not code:
        return redirect("reports:verify", code=record.code)
    context = {"title": TITLE, "form": FileForm(), "typed": typed, "fault": "" if record else UNKNOWN}
    if record:
        context |= _public_facts(record)
    return render(request, "reports/verify.html", context, status=200 if record else 404)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def by_file(request: HttpRequest) -> HttpResponse:
    """Whether a file is ours and unchanged; for those who may see the export, which cells and which rows changed."""
    if not may_look(request.user):
        raise PermissionDenied
    form = FileForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"title": TITLE, "form": form}
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            verdict = verify(file.read(), file.name, request.user)
        except UnreadableFile as refusal:
            form.add_error("file", str(refusal))
            return render(request, "reports/verify.html", context)
        context |= {"verdict": verdict, "unchanged": verdict.state == State.UNCHANGED, "filename": file.name}
        if verdict.record:
            context |= _public_facts(verdict.record)
            if visible(ExportRecord, request.user).filter(pk=verdict.record.pk).exists():
                context["changes"] = changes_since(verdict.record, request.user)
    return render(request, "reports/verify.html", context)


def _public_facts(record: ExportRecord) -> dict[str, Any]:
    exporter = exporter_of(record.exporter)
    return {
        "record": record,
        "report": exporter.label if exporter else record.exporter,
        "digest": grouped(record.content_digest),
        "kept": record.files.exclude(content="").exists(),
    }
