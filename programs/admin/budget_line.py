"""Budget lines: what was granted, what trainings have used of it."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.text import Truncator

from portal.admin.filters import AgencyFilter, FiscalYearFilter
from portal.admin.forms import OwnedForm, OwnedModelAdmin
from portal.admin.money import MoneyMixin, rupiah_column
from portal.enums import AgencyKind, YearState
from portal.formatting import percent, rupiah
from portal.models import Agency, FiscalYear
from portal.scoping import visible
from programs.admin.code_search import CodeSearchMixin
from programs.admin.filters import BudgetCodeFilter, FundSourceFilter
from programs.enums import NomenclatureLevel
from programs.models import BudgetLine, NomenclatureNode, Training
from programs.queries import with_realisation


class BudgetLineForm(OwnedForm):
    """The code must be valid in the year of the line."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        year, node = cleaned.get("fiscal_year"), cleaned.get("node")
        if year and node and not node.valid_from <= year.pk <= (node.valid_to or year.pk):
            raise ValidationError({"node": f"Kode ini tidak berlaku pada tahun anggaran {year}."})
        return cleaned


@admin.register(BudgetLine)
class BudgetLineAdmin(CodeSearchMixin, MoneyMixin, OwnedModelAdmin):
    form = BudgetLineForm
    owner, owner_kind = "organizer", AgencyKind.ORGANIZER
    code_path = "node__code"
    list_display = (
        "fiscal_year",
        "code",
        "name",
        "organizer",
        "fund_source",
        "ceiling_text",
        "realised_text",
        "remaining",
        "share",
    )
    list_display_links = ("code",)
    list_filter = (
        FiscalYearFilter.at("fiscal_year"),
        BudgetCodeFilter.at("node__code"),
        FundSourceFilter.at("fund_source__code"),
        AgencyFilter.at("organizer"),
    )
    list_select_related = ("fiscal_year", "node", "organizer", "fund_source")
    search_fields = ("node__code", "node__name")
    fields = ("fiscal_year", "node", "organizer", "fund_source", "ceiling_original", "ceiling_revised", "target")
    autocomplete_fields = ("node",)
    RUPIAH_TEXTS = {"ceiling_original": "original_text", "ceiling_revised": "revised_text"}

    original_text = rupiah_column("ceiling_original", "pagu murni")
    revised_text = rupiah_column("ceiling_revised", "pagu perubahan")
    ceiling_text = rupiah_column("ceiling", "pagu")
    realised_text = rupiah_column("realised", "realisasi", ordering="realised")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return with_realisation(super().get_queryset(request), visible(Training, request.user))

    def get_readonly_fields(self, request: HttpRequest, obj: BudgetLine | None = None) -> list[str]:
        """Year, code and source identify the line in the DPA; a mistake there is another line."""
        return [*super().get_readonly_fields(request, obj), *(self.fields[:4] if obj else ())]

    def choices_for(self, db_field: Any, request: HttpRequest) -> QuerySet:
        choices = super().choices_for(db_field, request)
        narrower = {
            FiscalYear: {"state": YearState.OPEN},
            NomenclatureNode: {"level": NomenclatureLevel.SUB_ACTIVITY},
            Agency: {"kind": AgencyKind.ORGANIZER},
        }
        return choices.filter(**narrower.get(db_field.remote_field.model, {}))

    @staticmethod
    def autocomplete_label(line: BudgetLine) -> str:
        """Return `TA 2025 · 3.31.02.2.01.0005 Koordinasi, Sinkronisasi… · Pendapatan Asli Daerah (PAD)`."""
        name = Truncator(line.node.name).chars(70)
        return f"TA {line.fiscal_year_id} · {line.node.code} {name} · {line.fund_source}"

    @admin.display(description="kode", ordering="node__code")
    def code(self, line: BudgetLine) -> str:
        """Return the code of the sub kegiatan."""
        return line.node.code

    @admin.display(description="sub kegiatan", ordering="node__name")
    def name(self, line: BudgetLine) -> str:
        """Return the official name."""
        return line.node.name

    @admin.display(description="sisa")
    def remaining(self, line: BudgetLine) -> str:
        """Return what is left after the trainings that the user may see."""
        return rupiah(line.ceiling - line.realised)

    @admin.display(description="%")
    def share(self, line: BudgetLine) -> str:
        """Return the realised share of the ceiling."""
        return percent(line.realised, line.ceiling)
