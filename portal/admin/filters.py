"""Filters beside the lists: their choices start at `visible_to(user)`, their dates need no script."""

from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar, Self

from django import forms
from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import QuerySet, TextChoices
from django.http import HttpRequest

from portal.enums import AgencyKind
from portal.filtering import DateInput
from portal.models import Agency, FiscalYear
from portal.scoping import visible


class PlacedFilter:
    """A filter of the column at `path`."""

    path: ClassVar[str]

    @classmethod
    def at(cls, path: str) -> type[Self]:
        """Return the same filter for a list in which the column stands elsewhere."""
        return type(cls.__name__, (cls,), {"path": path})


class ScopedListFilter(PlacedFilter, admin.SimpleListFilter):
    """One choice out of `options(request)`, compared with the column."""

    @classmethod
    def parameters(cls) -> set[str]:
        """Return the names in the address that this filter reads."""
        return {cls.parameter_name}

    def options(self, request: HttpRequest) -> Iterable[tuple[Any, str]]:
        """Yield (value, label) of what this user may choose."""
        raise NotImplementedError

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(value), label) for value, label in self.options(request)]

    def has_output(self) -> bool:
        """One choice is no choice; but a filter in the address must never be passed over in silence."""
        return len(self.lookup_choices) > 1 or self.value() is not None

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        value = self.value()
        if value is None:
            return queryset
        if value not in dict(self.lookup_choices):
            raise IncorrectLookupParameters
        return self.narrow(queryset, value)

    def narrow(self, queryset: QuerySet, value: str) -> QuerySet:
        """Return the rows of one choice."""
        return queryset.filter(**{self.path: value})


class EnumFilter(ScopedListFilter):
    """A column with fixed choices."""

    choices_class: ClassVar[type[TextChoices]]

    def options(self, request: HttpRequest) -> Iterable[tuple[Any, str]]:
        return self.choices_class.choices


class FiscalYearFilter(ScopedListFilter):
    """The years the portal knows."""

    title = "tahun anggaran"
    parameter_name = "year"

    def options(self, request: HttpRequest) -> Iterable[tuple[Any, str]]:
        return [(year.pk, str(year)) for year in visible(FiscalYear, request.user)]


class OfficeFilter(ScopedListFilter):
    """The kecamatan offices that the user may name, by the code of their region."""

    title = "kecamatan"
    parameter_name = "office"
    path = "office__region"

    def options(self, request: HttpRequest) -> Iterable[tuple[Any, str]]:
        offices = visible(Agency, request.user).filter(kind=AgencyKind.OFFICE)
        return offices.order_by("region__name").values_list("region", "region__name")


class AgencyFilter(ScopedListFilter):
    """The agencies that the user may see."""

    title = "instansi"
    parameter_name = "agency"
    path = "agency"

    def options(self, request: HttpRequest) -> Iterable[tuple[Any, str]]:
        return visible(Agency, request.user).values_list("pk", "short_name")


class DateRangeFilter(PlacedFilter, admin.ListFilter):
    """Two dates in a small form of their own; `…_after` and `…_before` in the address."""

    template = "admin/date_range_filter.html"
    parameter_name: ClassVar[str]

    def __init__(self, request: HttpRequest, params: dict, model: Any, model_admin: Any):
        super().__init__(request, params, model, model_admin)
        for name in self.expected_parameters():
            if name in params:
                self.used_parameters[name] = params.pop(name)[-1]
        self.form = self._make_form()

    @classmethod
    def parameters(cls) -> set[str]:
        """Return the names in the address that this filter reads."""
        return {f"{cls.parameter_name}_after", f"{cls.parameter_name}_before"}

    def expected_parameters(self) -> list[str]:
        return sorted(self.parameters())

    def has_output(self) -> bool:
        return True

    def _make_form(self) -> forms.Form:
        ends = zip(self.expected_parameters(), ("Sejak", "Sampai"), strict=True)
        fields = {name: forms.DateField(label=label, required=False, widget=DateInput) for name, label in ends}
        return type("DateRangeForm", (forms.Form,), fields)(self.used_parameters, auto_id="id_filter_%s")

    def choices(self, changelist: Any) -> list[dict[str, Any]]:
        """Return one entry: the form, and the rest of the address to be sent along."""
        others = [item for item in changelist.params.items() if item[0] not in self.parameters()]
        return [{"form": self.form, "others": others}]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if not self.form.is_valid():
            raise IncorrectLookupParameters
        after, before = self.expected_parameters()
        limits: dict[str, date | None] = {
            f"{self.path}__gte": self.form.cleaned_data[after],
            f"{self.path}__lte": self.form.cleaned_data[before],
        }
        return queryset.filter(**{lookup: day for lookup, day in limits.items() if day})
