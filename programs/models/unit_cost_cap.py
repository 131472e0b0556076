"""What a unit of something may cost at most in a fiscal year, by the regency's own standard prices."""

from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from portal.locking import YearLockedModel
from portal.models import FiscalYear
from programs.models.nomenclature import ExpenseAccount
from programs.validators import validate_amount


class UnitCostCap(YearLockedModel):
    """A limit of planning and of spending (Perpres 33/2020, replaced by Perpres 72/2025), rupiah per unit.

    An empty `item` holds for everything that is booked on the account in that unit; a named one goes before it.
    """

    YEAR_PATH = "fiscal_year"

    fiscal_year = models.ForeignKey(FiscalYear, models.PROTECT, verbose_name="tahun anggaran")
    account = models.ForeignKey(
        ExpenseAccount, models.PROTECT, related_name="unit_cost_caps", verbose_name="rekening belanja"
    )
    item = models.CharField(
        "uraian",
        max_length=150,
        blank=True,
        help_text="Kata yang tertulis di uraian belanja, misalnya “narasumber eselon II”. Kosong: berlaku umum.",
    )
    unit = models.CharField("satuan", max_length=30)
    cap = models.DecimalField("harga tertinggi", max_digits=18, decimal_places=2, validators=[validate_amount])
    regulation = models.CharField("dasar", max_length=200)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "batas harga satuan"
        verbose_name_plural = "batas harga satuan"
        ordering = ["-fiscal_year", "account__code", "item", "unit"]
        constraints = [
            models.UniqueConstraint(
                fields=["fiscal_year", "account", "item", "unit"],
                name="unitcostcap_year_account_item_unit",
                violation_error_message="Batas harga untuk rekening, uraian dan satuan itu sudah ada pada tahun ini.",
            ),
            models.CheckConstraint(condition=Q(cap__gte=0), name="unitcostcap_not_negative"),
        ]

    def __str__(self) -> str:
        return f"TA {self.fiscal_year_id} · {self.account.code} {self.item or 'umum'} per {self.unit}"
