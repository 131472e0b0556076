"""The pages on which SIPD-RI and Sulam are held against each other."""

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from portal.scoping import may_look, visible
from programs.enums import MatchKind
from programs.filters import ALL, CodeField
from programs.models import BudgetLine, SipdRow, SipdUpload, Training
from programs.reconciliation import (
    ComparedLine,
    SideSum,
    compare_with_sipd,
    in_force,
    sums_by_budget_line,
    sums_by_kind,
    with_sums,
)
from reports.views.pages import PAGE, ROWS_A_PAGE

ORDER = list(MatchKind)
SHOWN_TRAININGS = 5


class LineForm(forms.Form):
    """Which figures to show; both fields stand in the address."""

    kind = forms.ChoiceField(label="Hasil", choices=[("", ALL), *MatchKind.choices], required=False)
    budget_line = CodeField(
        label="Kode anggaran", required=False, help_text="Tingkat mana pun, misalnya 3.31.02 atau 3.31.02.2.01.0005."
    )

    def chosen(self, lines: list[ComparedLine]) -> list[ComparedLine]:
        """Return the lines that the valid form asks for, what must be looked into first."""
        kind, code = self.cleaned_data["kind"], self.cleaned_data["budget_line"]
        found = [line for line in lines if kind in ("", line.kind) and _under(line.match.key.code, code)]
        return sorted(found, key=lambda line: ORDER.index(line.kind))


def _under(code: str, above: str) -> bool:
    return not above or code == above or code.startswith(f"{above}.")


@login_required
@require_safe
def uploads(request: HttpRequest) -> HttpResponse:
    """The sheets of SIPD-RI that the user may see, the newest of each year marked as the one in force."""
    sheets = _sheets(request)
    page = Paginator(with_sums(sheets).order_by("-fiscal_year", "organizer__name", "-pk"), ROWS_A_PAGE).get_page(
        request.GET.get(PAGE)
    )
    context = {
        "title": "Rekonsiliasi SIPD",
        "page": page,
        "in_force": set(in_force(sheets).values_list("pk", flat=True)),
    }
    return render(request, "reports/sipd.html", context)


@login_required
@require_safe
def upload(request: HttpRequest, pk: int) -> HttpResponse:
    """One sheet against what Sulam has recorded by now for the same organizer and year."""
    sheets = _sheets(request)
    sheet = get_object_or_404(with_sums(sheets), pk=pk)
    form = LineForm(request.GET)
    context: dict[str, Any] = {
        "title": f"{sheet} · {sheet.organizer}",
        "sheet": sheet,
        "newer": in_force(sheets).filter(organizer=sheet.organizer_id, fiscal_year=sheet.fiscal_year_id).first(),
        "form": form,
    }
    if not form.is_valid():
        context["faults"] = [
            f"{form.fields[name].label}: {fault}" for name in form.errors for fault in form.errors[name]
        ]
        return render(request, "reports/sipd_upload.html", context)
    lines = _compared(request, sheet)
    by_kind = sums_by_kind(lines)
    chosen = form.chosen(lines)
    query = QueryDict(mutable=True)
    query.update({name: value for name, value in form.cleaned_data.items() if value})
    context |= {
        "kinds": list(by_kind.items()),
        "total": _total(lines),
        "budget_lines": sums_by_budget_line(lines),
        "page": Paginator(chosen, ROWS_A_PAGE).get_page(request.GET.get(PAGE)),
        "chosen": _total(chosen),
        "query": query.urlencode(),
        "shown_trainings": SHOWN_TRAININGS,
    }
    return render(request, "reports/sipd_upload.html", context)


def _sheets(request: HttpRequest) -> QuerySet[SipdUpload]:
    """Return the user's sheets. Raises PermissionDenied for roles that have nothing to do with SIPD-RI."""
    if not (may_look(request.user) and request.user.has_perm("programs.view_sipdupload")):
        raise PermissionDenied
    return visible(SipdUpload, request.user)


def _compared(request: HttpRequest, sheet: SipdUpload) -> list[ComparedLine]:
    user, organizer, year = request.user, sheet.organizer_id, sheet.fiscal_year_id
    return compare_with_sipd(
        visible(SipdRow, user).filter(upload=sheet),
        visible(Training, user).filter(organizer=organizer, budget_line__fiscal_year=year),
        visible(BudgetLine, user).filter(organizer=organizer, fiscal_year=year),
    )


def _total(lines: list[ComparedLine]) -> SideSum:
    total = SideSum()
    for line in lines:
        total.add(line)
    return total
