"""Fiscal years (Tahun Anggaran) and their lock."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from portal.enums import YearState


class FiscalYear(models.Model):
    """Open for writing, or closed by somebody at some moment; never half of it."""

    year = models.PositiveSmallIntegerField("tahun anggaran", primary_key=True)
    state = models.CharField("keadaan", max_length=6, choices=YearState, default=YearState.OPEN)
    closed_at = models.DateTimeField("ditutup pada", null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="ditutup oleh"
    )
    reopen_reason = models.CharField("alasan dibuka kembali", max_length=300, blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "tahun anggaran"
        verbose_name_plural = "tahun anggaran"
        ordering = ["-year"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=YearState.OPEN, closed_at__isnull=True, closed_by__isnull=True)
                | Q(state=YearState.CLOSED, closed_at__isnull=False, closed_by__isnull=False),
                name="fiscalyear_closed_at_and_by",
            ),
            models.CheckConstraint(condition=Q(year__gte=2000, year__lte=2100), name="fiscalyear_sane"),
        ]

    def __str__(self) -> str:
        return str(self.year)
