"""Expense lines of a training: planned (RAB) and realised, per account."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Round
from simple_history.models import HistoricalRecords

from programs.enums import PaymentMethod
from programs.models.nomenclature import ExpenseAccount
from programs.models.training import Training, TrainingPart
from programs.validators import validate_amount

# As programs.rules.planned_amount. The product has four decimals; SQLite counts in binary, where half a cent may lie
# a little below half, and this lifts nothing else.
ABOVE_HALF = Value(Decimal("0.00001"))


class Expense(TrainingPart):
    """Volume times unit price is the plan; what was paid, how, and by which SP2D is the realisation. Rupiah."""

    training = models.ForeignKey(Training, models.CASCADE, related_name="expenses", verbose_name="pelatihan")
    account = models.ForeignKey(ExpenseAccount, models.PROTECT, verbose_name="rekening")
    description = models.CharField("uraian", max_length=200)
    volume = models.DecimalField("volume", max_digits=12, decimal_places=2, validators=[validate_amount])
    unit = models.CharField("satuan", max_length=30)
    unit_price = models.DecimalField("harga satuan", max_digits=18, decimal_places=2, validators=[validate_amount])
    planned = models.GeneratedField(
        expression=Round(F("volume") * F("unit_price") + ABOVE_HALF, precision=2),
        output_field=models.DecimalField(max_digits=18, decimal_places=2),
        db_persist=True,
        verbose_name="rencana",
    )
    realised = models.DecimalField(
        "realisasi", max_digits=18, decimal_places=2, default=0, validators=[validate_amount]
    )
    method = models.CharField("cara bayar", max_length=2, choices=PaymentMethod, blank=True)
    sp2d_number = models.CharField("nomor SP2D", max_length=60, blank=True)
    sp2d_date = models.DateField("tanggal SP2D", null=True, blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "belanja"
        verbose_name_plural = "belanja"
        ordering = ["account__code", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["training", "account", "description"],
                name="expense_training_account_description",
                violation_error_message="Uraian itu sudah ada pada rekening yang sama.",
            ),
            models.CheckConstraint(
                condition=Q(volume__gte=0, unit_price__gte=0, realised__gte=0), name="expense_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(sp2d_number="", sp2d_date__isnull=True) | (~Q(sp2d_number="") & Q(sp2d_date__isnull=False)),
                name="expense_sp2d_number_and_date",
                violation_error_message="Isi nomor dan tanggal SP2D, atau kosongkan keduanya.",
            ),
        ]

    def __str__(self) -> str:
        return self.description
