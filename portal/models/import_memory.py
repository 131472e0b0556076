"""What an office decided once about its spreadsheets, so that next month's file needs no decision."""

from django.conf import settings
from django.db import models

from portal.models.agency import Agency
from portal.scoping import ScopedModel


class Remembered(ScopedModel):
    """Base of both memories: whose they are, for which sheet, and who decided."""

    AGENCY_PATH = "agency"

    agency = models.ForeignKey(Agency, models.PROTECT, verbose_name="instansi")
    resource = models.CharField("jenis data", max_length=30)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="diputuskan oleh")
    at = models.DateTimeField("diputuskan pada", auto_now=True)

    class Meta:
        abstract = True


class RememberedColumns(Remembered):
    """Which heading of a known layout means which column; `fingerprint` tells the layout by its headings."""

    fingerprint = models.CharField("sidik judul kolom", max_length=64)
    columns = models.JSONField("kolom", default=dict)  # key of a heading -> column name, or null: ignored

    class Meta:
        verbose_name = "ingatan kolom"
        verbose_name_plural = "ingatan kolom"
        ordering = ["resource", "-at"]
        default_permissions = ["view", "delete"]
        constraints = [
            models.UniqueConstraint(fields=["agency", "resource", "fingerprint"], name="rememberedcolumns_layout")
        ]

    def __str__(self) -> str:
        return f"{self.resource}: {len(self.columns)} kolom"


class RememberedValue(Remembered):
    """What a word that the portal does not know means in one column of a list of choices."""

    column = models.CharField("kolom", max_length=40)
    wrong = models.CharField("tertulis", max_length=100)  # compared without case, spaces and punctuation
    right = models.CharField("dibaca sebagai", max_length=200)

    class Meta:
        verbose_name = "ingatan isian"
        verbose_name_plural = "ingatan isian"
        ordering = ["resource", "column", "wrong"]
        default_permissions = ["view", "delete"]
        constraints = [
            models.UniqueConstraint(fields=["agency", "resource", "column", "wrong"], name="rememberedvalue_word")
        ]

    def __str__(self) -> str:
        return f"{self.wrong} → {self.right}"
