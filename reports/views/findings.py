"""The page of findings: what the rules find in the rows of the filters, and deciding about it."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from portal.enums import AgencyKind
from portal.scoping import may_look
from programs.filters import ALL, TrainingFilterSet
from reports.actions.findings import PERMISSION as DECIDE
from reports.actions.findings import dismiss_finding, reopen_finding
from reports.admin.tasks import count_key
from reports.base.exporter import filter_faults
from reports.enums import FindingState, NoteKind, Severity
from reports.findings import Finding, Rule, Scope, all_rules, find
from reports.findings.state import Judged, judged

VIEW = "reports.view_findingnote"
ROWS_A_PAGE = 50
PAGE = "hal"
BADGES = {Severity.HIGH: "badge-rejected", Severity.MEDIUM: "badge-warning", Severity.LOW: ""}
STATS = {Severity.HIGH: "stat-rejected", Severity.MEDIUM: "stat-warning", Severity.LOW: ""}
STATES = (("", "Terbuka"), (FindingState.DISMISSED, "Ditutup"), ("all", ALL))


class FindingForm(forms.Form):
    """The filters of findings themselves; those of their trainings are the TrainingFilterSet's."""

    rule = forms.ChoiceField(label="Aturan", required=False)
    severity = forms.ChoiceField(label="Tingkat", required=False, choices=[("", ALL), *Severity.choices])
    state = forms.ChoiceField(label="Keadaan", required=False, choices=STATES)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["rule"].choices = [("", ALL), *((rule.identifier, rule.label) for rule in all_rules())]

    def rules(self) -> list[Rule]:
        """Return the rules to run: a rule or a severity that is not asked for costs nothing."""
        rule, severity = self.cleaned_data["rule"], self.cleaned_data["severity"]
        return [one for one in all_rules() if rule in ("", one.identifier) and severity in ("", one.severity)]

    def fits(self, one: Judged) -> bool:
        """Tell whether a finding is in the state that is asked for."""
        state = self.cleaned_data["state"]
        return state == "all" or one.is_open == (state == "")


@login_required
@require_safe
def findings(request: HttpRequest) -> HttpResponse:
    """Findings of the filters with their counts. The address holds the whole state."""
    user = request.user
    if not (may_look(user) and user.has_perm(VIEW)):
        raise PermissionDenied
    own = user.agency is not None and user.agency.kind == AgencyKind.OFFICE
    filterset, form = TrainingFilterSet(request.GET, request=request), FindingForm(request.GET)
    context: dict[str, Any] = {"title": "Temuan saya" if own else "Temuan", "forms": (form, filterset.form)}
    if faults := [*filter_faults(filterset), *_faults(form)]:
        return render(request, "reports/findings.html", context | {"faults": faults})
    found = judged(find(Scope(user, filterset.qs), form.rules()), user)
    shown = [one for one in found if form.fits(one)]
    query = _query(request.GET, (filterset.form, form))
    page = Paginator(shown, ROWS_A_PAGE).get_page(request.GET.get(PAGE))
    context |= {
        "query": query.urlencode(),
        "count": len(shown),
        "severities": _severities(shown, query),
        "tallies": (
            ("Menurut aturan", _tally(query, "rule", ((one.rule.identifier, one.rule.label) for one in _of(shown)))),
            ("Menurut kecamatan", _tally(query, "office", ((one.office.code, one.office.name) for one in _of(shown)))),
        ),
        "page": page,
        "lines": [_line(one) for one in page.object_list],
        "may_decide": user.has_perm(DECIDE),
    }
    return render(request, "reports/findings.html", context)


@login_required
@require_POST
def decide(request: HttpRequest) -> HttpResponse:
    """Close a finding, or open it again; the action asks for the right and looks the finding up once more."""
    if not (may_look(request.user) and request.user.has_perm(DECIDE)):
        raise PermissionDenied
    sent = {name: request.POST.get(name, "") for name in ("rule", "key", "reason")}
    try:
        if request.POST.get("to") == NoteKind.REOPENING:
            reopen_finding(**sent, by=request.user, request=request)
            done = "Temuan dibuka lagi."
        else:
            dismiss_finding(**sent, fingerprint=request.POST.get("fingerprint", ""), by=request.user, request=request)
            done = "Temuan ditutup. Bila angkanya berubah, temuan itu terbuka lagi dengan sendirinya."
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        cache.delete(count_key(request.user))
        messages.success(request, done)
    return redirect(f"{reverse('reports:findings')}?{request.GET.urlencode()}")


def _faults(form: forms.Form) -> list[str]:
    if form.is_valid():
        return []
    return [f"{form.fields[name].label}: {fault}" for name, found in form.errors.items() for fault in found]


def _query(sent: QueryDict, sides: Iterable[forms.Form]) -> QueryDict:
    """Return the filters in use, without the page and without what no filter reads."""
    query = QueryDict(mutable=True)
    for form in sides:
        for name, value in form.cleaned_data.items():
            if value not in (None, ""):
                query[name] = str(sent[name])
    return query


def _with(query: QueryDict, name: str, value: str) -> str:
    other = query.copy()
    other[name] = value
    return other.urlencode()


def _of(shown: list[Judged]) -> Iterable[Finding]:
    return (one.finding for one in shown)


def _severities(shown: list[Judged], query: QueryDict) -> list[dict[str, Any]]:
    counts = Counter(one.finding.rule.severity for one in shown)
    return [
        {
            "label": severity.label.lower(),
            "count": counts[severity],
            "classes": STATS[severity],
            "query": _with(query, "severity", severity.value),
            "current": query.get("severity") == severity.value,
        }
        for severity in Severity
    ]


def _tally(query: QueryDict, name: str, values: Iterable[tuple[str, str]]) -> list[dict[str, Any]]:
    """Return how many findings each value has, the most first, with the address that keeps only those."""
    counts = Counter(values)
    return [
        {"label": label, "count": count, "query": _with(query, name, value)}
        for (value, label), count in sorted(counts.items(), key=lambda item: (-item[1], item[0][1]))
    ]


def _line(one: Judged) -> dict[str, Any]:
    finding = one.finding
    row = ("programs_training", finding.training.pk) if finding.training else ("participants_person", finding.person_id)
    return {
        "finding": finding,
        "badge": BADGES[finding.rule.severity],
        "url": reverse(f"admin:{row[0]}_change", args=[row[1]]),
        "state": one.state,
        "is_open": one.is_open,
        "note": one.note,
    }
