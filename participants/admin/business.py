"""Businesses of participants."""

from django.contrib import admin
from django.http import HttpRequest

from participants.models import Business
from portal.admin.base import ScopedModelAdmin
from portal.admin.filters import OfficeFilter
from portal.admin.money import MoneyMixin, rupiah_column


@admin.register(Business)
class BusinessAdmin(MoneyMixin, ScopedModelAdmin):
    list_display = ("name", "person", "nib", "kbli_code", "product", "workers", "turnover_text", "turnover_year")
    list_filter = (OfficeFilter,)
    list_select_related = ("person",)
    search_fields = ("name", "person__name", "nib", "product")
    search_help_text = "Nama usaha, nama pemilik, NIB, atau produk"
    autocomplete_fields = ("person",)
    fields = (
        "person",
        "name",
        "nib",
        "kbli_code",
        "kbli_version",
        "product",
        "workers",
        "investment",
        "turnover",
        "turnover_year",
        "legality",
    )
    RUPIAH_TEXTS = {"investment": "investment_text", "turnover": "turnover_text"}

    investment_text = rupiah_column("investment", "investasi")
    turnover_text = rupiah_column("turnover", "omzet setahun", ordering="turnover")

    def get_readonly_fields(self, request: HttpRequest, obj: Business | None = None) -> list[str]:
        """A business stays with its owner."""
        return [*super().get_readonly_fields(request, obj), *(["person"] if obj else [])]
