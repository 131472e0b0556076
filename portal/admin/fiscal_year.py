"""Fiscal years: entered here, closed and opened again by the pages of fiscal_year_lock."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from portal.admin.fiscal_year_lock import ANSWER_PAGE, CHECKLIST_PAGE, CLOSE_PAGE, REOPEN_PAGE, lock_panels
from portal.admin.panels import Panel, PanelAdmin
from portal.models import FiscalYear

REOPENING = (
    "reopen_reason",
    "reopen_requested_at",
    "reopen_requested_by",
    "reopen_approved_at",
    "reopen_approved_by",
)


@admin.register(FiscalYear)
class FiscalYearAdmin(PanelAdmin):
    list_display = ("year", "state", "closed_at", "closed_by", "reopen_reason")
    list_select_related = ("closed_by",)
    row_pages = (CHECKLIST_PAGE, CLOSE_PAGE, REOPEN_PAGE, ANSWER_PAGE)

    def get_fields(self, request: HttpRequest, obj: FiscalYear | None = None) -> tuple[str, ...]:
        return ("year", "state", "closings", "closed_at", "closed_by", *REOPENING) if obj else ("year",)

    def has_change_permission(self, request: HttpRequest, obj: FiscalYear | None = None) -> bool:
        """Nothing of a year is changed by its form; the lock has pages of its own."""
        return obj is None and super().has_change_permission(request)

    def get_panels(self, request: HttpRequest, obj: Any) -> list[Panel]:
        return lock_panels(request, obj)
