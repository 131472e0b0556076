"""Filters of reports that are about more than the rows of trainings."""

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest

from portal.filtering import ScopedFilterSet
from portal.models import FiscalYear
from portal.scoping import visible
from programs.filters import KeyChoiceFilter, TrainingFilterSet
from programs.models import Training


def closed_years(request: HttpRequest) -> QuerySet[FiscalYear]:
    """Return the years that were closed at least once; figures were kept then."""
    return visible(FiscalYear, request.user).filter(closings__gt=0)


class CorrectionForm(forms.Form):
    """One year, and one of its closings. Any other filter is refused: left out, it would let more rows through."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        year, serial = cleaned.get("year"), cleaned.get("closing")
        if year and serial is not None and not 1 <= serial <= year.closings:
            self.add_error("closing", f"Tahun anggaran {year} baru ditutup {year.closings} kali.")
        others = TrainingFilterSet.base_filters.keys() - self.fields.keys()
        if used := sorted(str(TrainingFilterSet.base_filters[name].label) for name in others if self.data.get(name)):
            self.add_error(
                None, f"Laporan ini hanya disaring menurut tahun anggaran; hapus saringan {', '.join(used)}."
            )
        return cleaned


class SerialFilter(django_filters.Filter):
    """A whole number."""

    field_class = forms.IntegerField


class CorrectionFilterSet(ScopedFilterSet):
    """`?year=2025&closing=1`; without `closing` the first one, to which everything later is a correction."""

    year = KeyChoiceFilter("budget_line__fiscal_year", label="Tahun anggaran", queryset=closed_years, required=True)
    closing = SerialFilter(label="Penutupan ke-", method="keep")

    class Meta:
        model = Training
        fields: list[str] = []
        form = CorrectionForm

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.form.fields["year"].error_messages["required"] = "Pilih tahun yang pernah ditutup."

    def keep(self, queryset: QuerySet, name: str, value: int) -> QuerySet:
        """The closing chooses what the rows are compared with, not which rows there are."""
        return queryset
