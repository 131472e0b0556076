"""Filter pages and exports: one base that starts at `visible_to(user)` and says in words what it filters.

A filterset that is not valid yields nothing. The library would leave the bad filter out and return more rows.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.http import HttpRequest, QueryDict

from portal.formatting import tanggal
from portal.scoping import visible


class DateInput(forms.DateInput):
    """The browser's own date picker; it speaks ISO on the wire and the reader's language on the screen."""

    input_type = "date"

    def __init__(self, attrs: dict | None = None):
        super().__init__(attrs, format="%Y-%m-%d")


class SuggestInput(forms.TextInput):
    """A text input with suggestions; `suggestions` are (value, label) pairs. Works without any script."""

    template_name = "portal/widgets/suggest.html"
    suggestions: list[tuple[str, str]] = []

    def get_context(self, name: str, value: Any, attrs: dict | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["attrs"]["list"] = context["list_id"] = f"{name}-suggestions"
        return {**context, "suggestions": self.suggestions}


def date_filter(field: str, lookup: str, label: str) -> django_filters.DateFilter:
    """Return one end of a date range: `lookup` is gte or lte."""
    return django_filters.DateFilter(field, lookup, label=label, widget=DateInput)


class RangeForm(forms.Form):
    """The form of a filterset with `…_after` and `…_before`: the first must not lie behind the second."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for name in [name for name in cleaned if name.endswith("_after")]:
            first, last = cleaned[name], cleaned.get(name.replace("_after", "_before"))
            if first and last and first > last:
                self.add_error(name, f"Tanggal awal {tanggal(first)} melewati tanggal akhir {tanggal(last)}.")
        return cleaned


class ScopedFilterSet(django_filters.FilterSet):  # noqa: TID251  (the one allowed place)
    """Base of every filterset. `request` is required: rows and choices are those of its user.

    Callers ask `is_valid()` before they show or export anything and give the user `errors` when it is not.
    """

    def __init__(self, data: Mapping | None = None, *, request: HttpRequest):
        rows = visible(self._meta.model, request.user)
        super().__init__(QueryDict() if data is None else data, rows, request=request)

    @classmethod
    def get_filters(cls) -> dict[str, django_filters.Filter]:
        """Refuse choices that were not written as a function of the request: they would be everybody's."""
        filters = super().get_filters()
        for name, filter_ in filters.items():
            if "queryset" in filter_.extra and not callable(filter_.extra["queryset"]):
                raise ImproperlyConfigured(f"{cls.__name__}.{name}: write its queryset as a function of the request.")
        return filters

    @property
    def qs(self) -> models.QuerySet:
        return super().qs if self.is_valid() else self.queryset.none()

    def in_words(self) -> list[tuple[str, str]]:
        """Return (label, value) of every active filter, as a reader would say it; [] when the filters are invalid."""
        if not self.is_valid():
            return []
        values = self.form.cleaned_data
        return [
            (str(self.filters[name].label), self.word_for(name, value))
            for name, value in values.items()
            if value not in (None, "")
        ]

    def word_for(self, name: str, value: Any) -> str:
        """Return one value in words; a filterset overrides this where a code should bring its name along."""
        field = self.form.fields[name]
        if isinstance(value, date):
            return tanggal(value)
        if isinstance(field, forms.ModelChoiceField):
            return field.label_from_instance(value)
        return str(dict(getattr(field, "choices", ())).get(value, value))
