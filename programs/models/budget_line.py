"""A budget line: one sub kegiatan in one fiscal year, owned by one organizer, paid from one source."""

from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from portal.enums import AgencyKind
from portal.locking import YearLockedModel
from portal.models import Agency, FiscalYear
from portal.scoping import ScopedModel
from programs.models.nomenclature import FundSource, NomenclatureNode
from programs.validators import validate_amount


class BudgetLine(YearLockedModel, ScopedModel):
    """The ceiling (pagu) of the DPA and, after the APBD change, the revised one; rupiah."""

    AGENCY_PATH = "organizer"
    YEAR_PATH = "fiscal_year"

    fiscal_year = models.ForeignKey(FiscalYear, models.PROTECT, verbose_name="tahun anggaran")
    node = models.ForeignKey(NomenclatureNode, models.PROTECT, verbose_name="sub kegiatan")
    organizer = models.ForeignKey(Agency, models.PROTECT, verbose_name="perangkat daerah")
    fund_source = models.ForeignKey(FundSource, models.PROTECT, verbose_name="sumber dana")
    ceiling_original = models.DecimalField("pagu murni", max_digits=18, decimal_places=2, validators=[validate_amount])
    ceiling_revised = models.DecimalField(
        "pagu perubahan", max_digits=18, decimal_places=2, null=True, blank=True, validators=[validate_amount]
    )
    target = models.CharField("target keluaran", max_length=200, blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "mata anggaran"
        verbose_name_plural = "mata anggaran"
        ordering = ["-fiscal_year", "node__code", "fund_source__code"]
        constraints = [
            models.UniqueConstraint(
                fields=["fiscal_year", "node", "organizer", "fund_source"],
                name="budgetline_year_node_organizer_fund",
                violation_error_message="Mata anggaran ini sudah ada untuk tahun, instansi dan sumber dana itu.",
            ),
            models.CheckConstraint(condition=Q(ceiling_original__gte=0), name="budgetline_original_not_negative"),
            models.CheckConstraint(
                condition=Q(ceiling_revised__isnull=True) | Q(ceiling_revised__gte=0),
                name="budgetline_revised_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"TA {self.fiscal_year_id} · {self.node.code} {self.node.name}"

    @classmethod
    def agency_q(cls, user: Any) -> Q:
        """The lines of the APBD are public law, and an office must name one for each training it records."""
        if user.agency and user.agency.kind == AgencyKind.OFFICE:
            return Q(pk__isnull=False)
        return super().agency_q(user)

    @property
    def ceiling(self) -> Decimal:
        """Return the ceiling in force, rupiah: the revised one once there is one."""
        return self.ceiling_original if self.ceiling_revised is None else self.ceiling_revised
