"""Trainings: the money and the days. `participants.admin.training` adds the people and registers the whole."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join

from portal.admin.filters import OfficeFilter
from portal.admin.forms import OwnedModelAdmin
from portal.admin.money import MoneyMixin, rupiah_column
from portal.admin.panels import Panel, PanelAdmin
from portal.admin.places import villages_of
from portal.enums import AgencyKind, YearState
from portal.formatting import tanggal
from portal.models import Agency, Region
from portal.scoping import VanishedRow
from programs.actions.expenses import settle_figures
from programs.actions.trainings import invite_rts, record_training
from programs.admin.filters import BudgetCodeFilter, FundSourceFilter, StartFilter, StatusFilter, YearFilter
from programs.admin.training_form import TrainingForm, rts_as_text
from programs.admin.training_inlines import ExpenseInline, SessionInline
from programs.admin.training_workflow import STATUS_PAGE, status_panels
from programs.enums import TrainingStatus
from programs.models import BudgetLine, Training


class TrainingAdmin(MoneyMixin, OwnedModelAdmin, PanelAdmin):
    form = TrainingForm
    owner, owner_kind = "office", AgencyKind.OFFICE
    list_display = (
        "number",
        "title",
        "field",
        "district",
        "village",
        "dates",
        "code",
        "ceiling_text",
        "realised_text",
        "status",
    )
    list_filter = (YearFilter, BudgetCodeFilter, OfficeFilter, StatusFilter, FundSourceFilter, StartFilter)
    list_select_related = ("office__region", "village", "budget_line__node")
    search_fields = ("number", "title", "venue", "village__name")
    search_help_text = "Nomor, nama pelatihan, tempat, atau desa"
    fieldsets = (
        ("Pelatihan", {"fields": ["title", "field", "batch", "budget_line", "office", "proposal_origin"]}),
        ("Tempat dan waktu", {"fields": ["village", "venue", "start", "end", "hours"]}),
        ("Peserta", {"fields": ["target_people", "invited"]}),
        ("Anggaran", {"fields": ["ceiling", "realised"]}),
        ("Lain-lain", {"fields": ["opened_by", "closed_by", "notes"]}),
    )
    given = (None, {"fields": ["number", "status", "organizer"]})
    autocomplete_fields = ("budget_line", "village")
    inlines = (SessionInline, ExpenseInline)
    row_pages = (STATUS_PAGE,)
    RUPIAH_TEXTS = {"ceiling": "ceiling_text", "realised": "realised_text"}

    ceiling_text = rupiah_column("ceiling", "pagu", ordering="ceiling")
    realised_text = rupiah_column("realised", "realisasi", ordering="realised")

    def get_fieldsets(self, request: HttpRequest, obj: Training | None = None) -> list:
        fieldsets = super().get_fieldsets(request, obj)
        return [self.given, *fieldsets] if obj else fieldsets

    def get_inlines(self, request: HttpRequest, obj: Training | None = None) -> tuple:
        return self.inlines if obj else ()

    def get_readonly_fields(self, request: HttpRequest, obj: Training | None = None) -> list[str]:
        """The office is in the number; figures with expense lines behind them are their sums."""
        fixed = ["number", "status", "organizer"]
        if obj:
            fixed.append("office")
            if obj.expenses.exists():
                fixed += ["ceiling", "realised"]
        return [*super().get_readonly_fields(request, obj), *fixed]

    def has_delete_permission(self, request: HttpRequest, obj: Training | None = None) -> bool:
        """What was submitted once is cancelled, not deleted."""
        return super().has_delete_permission(request, obj) and (obj is None or obj.status == TrainingStatus.DRAFT)

    def choices_for(self, db_field: Any, request: HttpRequest) -> QuerySet:
        model = db_field.remote_field.model
        if model is Region:
            return villages_of(request.user)
        choices = super().choices_for(db_field, request)
        if model is BudgetLine:
            return choices.filter(fiscal_year__state=YearState.OPEN).select_related("node", "fund_source")
        if model is Agency:
            return choices.filter(kind=AgencyKind.OFFICE, active=True)
        return choices

    def get_panels(self, request: HttpRequest, obj: Any) -> list[Panel]:
        return [*super().get_panels(request, obj), *status_panels(request, obj)]

    def save_model(self, request: HttpRequest, obj: Training, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
            return
        try:
            record_training(obj, by=request.user)
        except VanishedRow:
            raise PermissionDenied from None

    def save_related(self, request: HttpRequest, form: Any, formsets: list, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if "invited" in form.changed_data:
            invite_rts(form.instance, form.cleaned_data["invited"], by=request.user)
        if change:
            settle_figures(form.instance, by=request.user)

    def log_addition(self, request: HttpRequest, obj: Training, message: Any) -> None:
        """The action that records a training has written its event."""

    @staticmethod
    def autocomplete_label(training: Training) -> str:
        """Return `2025.35.07.33.001 · Pelatihan Menjahit · 14-07-2025`."""
        return f"{training.number} · {training.title} · {tanggal(training.start)}"

    @admin.display(description="kecamatan", ordering="office__region__name")
    def district(self, training: Training) -> str:
        """Return the kecamatan that records it."""
        return training.office.region.name

    @admin.display(description="tanggal", ordering="start")
    def dates(self, training: Training) -> str:
        """Return first and last day, each of them on one line."""
        days = sorted({training.start, training.end})
        return format_html_join(" s.d. ", '<span class="nowrap">{}</span>', ((tanggal(day),) for day in days))

    @admin.display(description="sub kegiatan", ordering="budget_line__node__code")
    def code(self, training: Training) -> str:
        """Return the code that pays for it."""
        return training.budget_line.node.code

    @admin.display(description="RT diundang")
    def invited(self, training: Training) -> str:
        """Return the invited RTs where they cannot be edited."""
        return rts_as_text(training.invited_rts.values_list("rt", "rw"))
