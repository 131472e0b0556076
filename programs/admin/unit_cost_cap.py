"""Unit cost caps: the regency's standard prices, kept by the administrator and by those who plan with them."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from portal.admin.base import ScopedModelAdmin
from portal.admin.filters import FiscalYearFilter
from portal.admin.money import MoneyMixin, rupiah_column
from portal.enums import YearState
from portal.models import FiscalYear
from programs.models import ExpenseAccount, UnitCostCap
from programs.rules import LOWEST_ACCOUNT


@admin.register(UnitCostCap)
class UnitCostCapAdmin(MoneyMixin, ScopedModelAdmin):
    list_display = ("fiscal_year", "account", "item", "unit", "cap_text", "regulation")
    list_display_links = ("account",)
    list_filter = (FiscalYearFilter.at("fiscal_year"),)
    list_select_related = ("fiscal_year", "account")
    search_fields = ("account__code", "account__name", "item", "regulation")
    search_help_text = "Kode rekening, uraian, atau dasar"
    fields = ("fiscal_year", "account", "item", "unit", "cap", "regulation")
    autocomplete_fields = ("account",)
    RUPIAH_TEXTS = {"cap": "cap_text"}

    cap_text = rupiah_column("cap", "harga tertinggi", ordering="cap")

    def choices_for(self, db_field: object, request: HttpRequest) -> QuerySet:
        choices = super().choices_for(db_field, request)
        narrower = {FiscalYear: {"state": YearState.OPEN}, ExpenseAccount: {"level": LOWEST_ACCOUNT}}
        return choices.filter(**narrower.get(db_field.remote_field.model, {}))
