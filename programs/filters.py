"""Filters over trainings: what supervisors and auditors ask with, on the page, in exports and on the command line."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from portal.enums import AgencyKind
from portal.filtering import RangeForm, ScopedFilterSet, SuggestInput, date_filter
from portal.models import Agency, FiscalYear
from portal.scoping import visible
from programs.enums import TrainingStatus
from programs.models import BudgetLine, FundSource, Training
from programs.queries import name_of_code, nodes_above, under_code
from programs.validators import normalise_code

ALL = "Semua"


class CodeField(forms.CharField):
    """A nomenclature code of any level, in any spelling that documents use."""

    widget = SuggestInput

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        return normalise_code(text) if text else ""


class CodeFilter(django_filters.Filter):
    """Keeps the rows of a code and of every code below it."""

    field_class = CodeField

    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        return qs.filter(under_code(self.field_name, value)) if value else qs


class KeyChoiceFilter(django_filters.ModelChoiceFilter):
    """A choice whose value in the address is an official code, so that an address means the same everywhere."""

    def __init__(self, *args: Any, **kwargs: Any):
        kwargs.setdefault("empty_label", ALL)
        super().__init__(*args, **kwargs)


def years(request: HttpRequest) -> QuerySet[FiscalYear]:
    """Return the years that have budget lines; a year without trainings is a finding, not a missing choice."""
    lines = visible(BudgetLine, request.user)
    return visible(FiscalYear, request.user).filter(pk__in=lines.order_by().values("fiscal_year"))


def offices(request: HttpRequest) -> QuerySet[Agency]:
    """Return the kecamatan offices that the user may name."""
    return visible(Agency, request.user).filter(kind=AgencyKind.OFFICE).order_by("region")


def fund_sources(request: HttpRequest) -> QuerySet[FundSource]:
    """Return the fund sources of the budget lines that the user may see."""
    lines = visible(BudgetLine, request.user)
    return visible(FundSource, request.user).filter(pk__in=lines.order_by().values("fund_source"))


class TrainingFilterSet(ScopedFilterSet):
    """`?year=2025&budget_line=3.31.02.2.01.0005&office=35.07.33&status=finished&fund_source=1.1&start_after=…&q=…`"""

    year = KeyChoiceFilter("budget_line__fiscal_year", label="Tahun anggaran", queryset=years)
    budget_line = CodeFilter("budget_line__node__code", label="Kode anggaran")
    office = KeyChoiceFilter("office", label="Kecamatan", queryset=offices, to_field_name="region")
    status = django_filters.ChoiceFilter(label="Status", choices=TrainingStatus.choices, empty_label=ALL)
    fund_source = KeyChoiceFilter(
        "budget_line__fund_source", label="Sumber dana", queryset=fund_sources, to_field_name="code"
    )
    start_after = date_filter("start", "gte", "Mulai sejak")
    start_before = date_filter("start", "lte", "Mulai paling lambat")
    q = django_filters.CharFilter(label="Kata kunci", method="search", max_length=100)

    class Meta:
        model = Training
        fields: list[str] = []
        form = RangeForm

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        code = self.form.fields["budget_line"]
        code.help_text = "Tingkat mana pun, misalnya 3.31.02 atau 3.31.02.2.01.0005."
        code.widget.suggestions = [
            (node.code, node.name) for node in nodes_above(visible(BudgetLine, self.request.user))
        ]
        self.form.fields["q"].help_text = "Nama, nomor, tempat, atau desa."

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Keep the trainings in which every word stands somewhere."""
        for word in value.split():
            queryset = queryset.filter(
                Q(title__icontains=word)
                | Q(number__icontains=word)
                | Q(venue__icontains=word)
                | Q(village__name__icontains=word)
            )
        return queryset

    def word_for(self, name: str, value: Any) -> str:
        if name == "budget_line":
            return f"{value} {name_of_code(value)}".strip()
        return super().word_for(name, value)


WHOLE_LINES = {"year", "budget_line"}


class WholeLineForm(RangeForm):
    """Takes only filters that leave budget lines whole: SIPD-RI knows no kecamatan, no status and no training."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for name in [name for name in cleaned if name not in WHOLE_LINES and cleaned[name] not in (None, "")]:
            self.add_error(name, "SIPD membandingkan mata anggaran secara utuh. Hapus saringan ini lalu ulangi.")
        return cleaned


class WholeLineFilterSet(TrainingFilterSet):
    """The filters of trainings for reports about whole budget lines; it refuses those that would take a part."""

    class Meta(TrainingFilterSet.Meta):
        form = WholeLineForm
