"""Fiscal years (Tahun Anggaran) and their lock."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from portal.enums import YearState


def _user(label: str) -> models.ForeignKey:
    """Return a field for the user who took a step of the lock."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=label
    )


class FiscalYear(models.Model):
    """Open for writing, or closed by somebody at some moment; never half of it.

    A closed year is opened again by two people: one asks and says why, another one agrees. What stands here is the
    last word; the steps before it are in the row versions and in the audit trail.
    """

    year = models.PositiveSmallIntegerField("tahun anggaran", primary_key=True)
    state = models.CharField("keadaan", max_length=6, choices=YearState, default=YearState.OPEN)
    closed_at = models.DateTimeField("ditutup pada", null=True, blank=True)
    closed_by = _user("ditutup oleh")
    closings = models.PositiveSmallIntegerField("berapa kali ditutup", default=0)
    reopen_reason = models.CharField("alasan dibuka kembali", max_length=300, blank=True)
    reopen_requested_at = models.DateTimeField("pembukaan diminta pada", null=True, blank=True)
    reopen_requested_by = _user("pembukaan diminta oleh")
    reopen_approved_at = models.DateTimeField("pembukaan disetujui pada", null=True, blank=True)
    reopen_approved_by = _user("pembukaan disetujui oleh")

    history = HistoricalRecords()

    class Meta:
        verbose_name = "tahun anggaran"
        verbose_name_plural = "tahun anggaran"
        ordering = ["-year"]
        permissions = [("approve_fiscalyear", "Dapat menyetujui pembukaan kembali tahun anggaran")]
        constraints = [
            *(
                models.CheckConstraint(
                    condition=Q(**{f"reopen_{step}_at__isnull": True, f"reopen_{step}_by__isnull": True})
                    | Q(**{f"reopen_{step}_at__isnull": False, f"reopen_{step}_by__isnull": False}),
                    name=f"fiscalyear_reopen_{step}_at_and_by",
                )
                for step in ("requested", "approved")
            ),
            models.CheckConstraint(
                condition=Q(reopen_approved_by__isnull=True)
                | (Q(reopen_requested_by__isnull=False) & ~Q(reopen_approved_by=F("reopen_requested_by"))),
                name="fiscalyear_reopen_maker_is_not_checker",
            ),
            models.CheckConstraint(
                condition=Q(reopen_requested_by__isnull=True) | ~Q(reopen_reason=""),
                name="fiscalyear_reopen_needs_reason",
            ),
            models.CheckConstraint(
                condition=Q(state=YearState.OPEN, closed_at__isnull=True, closed_by__isnull=True)
                | Q(state=YearState.CLOSED, closed_at__isnull=False, closed_by__isnull=False),
                name="fiscalyear_closed_at_and_by",
            ),
            models.CheckConstraint(condition=Q(year__gte=2000, year__lte=2100), name="fiscalyear_sane"),
        ]

    def __str__(self) -> str:
        return str(self.year)

    @property
    def waits_for_reopening(self) -> bool:
        """True while somebody has asked to open the closed year and nobody has answered."""
        return self.state == YearState.CLOSED and self.reopen_requested_by_id is not None
