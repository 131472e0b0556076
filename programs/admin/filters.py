"""Filters of lists about money and trainings; the names in the address are those of programs.filters."""

from collections.abc import Iterable
from typing import Any

from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.text import Truncator

from portal.admin.filters import DateRangeFilter, EnumFilter, FiscalYearFilter, ScopedListFilter
from portal.scoping import visible
from programs.enums import NomenclatureLevel, TrainingStatus
from programs.models import BudgetLine, FundSource
from programs.queries import nodes_above, under_code
from programs.validators import normalise_code

YearFilter = FiscalYearFilter.at("budget_line__fiscal_year")


class BudgetCodeFilter(ScopedListFilter):
    """Any level of the nomenclature tree, in any spelling of its code."""

    title = "kode anggaran"
    parameter_name = "budget_line"
    path = "budget_line__node__code"

    def options(self, request: HttpRequest) -> Iterable[tuple[Any, str]]:
        nodes = nodes_above(visible(BudgetLine, request.user))
        return [(node.code, f"{node.code} {Truncator(node.name).chars(60)}") for node in nodes]

    def value(self) -> str | None:
        try:
            return normalise_code(super().value() or "")
        except ValidationError:
            return super().value()

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() is None:
            return queryset
        try:
            return queryset.filter(under_code(self.path, normalise_code(self.value())))
        except ValidationError:
            raise IncorrectLookupParameters from None


class StatusFilter(EnumFilter):
    """Where a training stands."""

    title = "status"
    parameter_name = path = "status"
    choices_class = TrainingStatus


class FundSourceFilter(ScopedListFilter):
    """The sources of the budget lines that the user may see."""

    title = "sumber dana"
    parameter_name = "fund_source"
    path = "budget_line__fund_source__code"

    def options(self, request: HttpRequest) -> Iterable[tuple[Any, str]]:
        lines = visible(BudgetLine, request.user)
        sources = visible(FundSource, request.user).filter(pk__in=lines.order_by().values("fund_source"))
        return sources.values_list("code", "name")


class StartFilter(DateRangeFilter):
    """When a training begins."""

    title = "tanggal mulai"
    parameter_name = path = "start"


class LevelFilter(EnumFilter):
    """From urusan down to sub kegiatan."""

    title = "tingkat"
    parameter_name = path = "level"
    choices_class = NomenclatureLevel
