"""The page of a closed year: what was corrected since, by whom and why."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.formatting import NOTHING, rupiah
from portal.identity import mask_text
from portal.models import FiscalYear
from portal.scoping import may_look, visible
from portal.spreadsheets.workbook import format_count
from reports.corrections import Correction, causes, changes, corrections, year_events
from reports.enums import FigureKind
from reports.figures.of_year import COUNTS, label_of
from reports.queries import snapshot
from reports.registry import permitted_exporters

SHOWN = 200  # lines; the file has them all
CLOSING = "closing"


@login_required
@require_safe
def corrections_of_year(request: HttpRequest, pk: int) -> HttpResponse:
    """Figures of one closing beside those of now; `?closing=2` compares with another closing than the first."""
    if not (may_look(request.user) and request.user.has_perm("programs.view_training")):
        raise PermissionDenied
    year = visible(FiscalYear, request.user).filter(pk=pk).first()
    if year is None:
        raise Http404
    steps = year_events(year.pk)
    closings = {step.serial: step for step in steps if step.closed and step.serial}
    context: dict[str, Any] = {"title": f"Koreksi setelah tutup buku {year}", "year": year, "steps": steps}
    if closings:
        asked = request.GET.get(CLOSING, "")
        serial = int(asked) if asked.isascii() and asked.isdigit() and int(asked) in closings else min(closings)
        with snapshot():
            found = corrections(year.pk, serial, request.user)
            made = changes(found, closings[serial].at, request.user)
        because = causes(found, made)
        context |= {
            "closings": closings,
            "serial": serial,
            "count": len(found),
            "changes": len(made),
            "lines": [_line(one, because) for one in found[:SHOWN]],
            "exporter": permitted_exporters(request.user).get("corrections"),
        }
    return render(request, "reports/closing.html", context)


def _line(one: Correction, because: dict[tuple[str, int], str]) -> dict[str, str]:
    subject = one.subject
    return {
        "kind": FigureKind(subject.kind).label,
        "label": subject.label,
        "figure": label_of(one.figure),
        "closed": _amount(one, one.closed),
        "now": _amount(one, one.now),
        "difference": _amount(one, one.difference),
        "remark": one.remark,
        "cause": mask_text(because[subject.kind, subject.object_id]),
    }


def _amount(one: Correction, value: Any) -> str:
    if value is None:
        return NOTHING
    if one.figure not in COUNTS:
        return rupiah(value)
    return f"{'−' if value < 0 else ''}{format_count(abs(int(value)))}"
