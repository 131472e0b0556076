"""Every file that left the portal: who took what, with which filters, and how to recognise it again."""

import uuid

from django.conf import settings
from django.db import models

from portal.models import Agency
from portal.scoping import ScopedModel


class ExportRecord(ScopedModel):
    """`sha256` is of the file's bytes, `content_digest` of its values, so a re-saved workbook is still recognised."""

    AGENCY_PATH = "agency"
    APPEND_ONLY = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    exporter = models.CharField("laporan", max_length=40)
    filters = models.JSONField("saringan", default=dict)
    description = models.CharField("saringan dalam kata", max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="oleh")
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, related_name="+", verbose_name="instansi")
    at = models.DateTimeField("waktu")
    format = models.CharField("bentuk", max_length=4)
    rows = models.PositiveIntegerField("baris")
    sums = models.JSONField("jumlah", default=dict)
    sha256 = models.CharField("SHA-256", max_length=64)
    content_digest = models.CharField("sidik isi", max_length=64)

    class Meta:
        verbose_name = "ekspor"
        verbose_name_plural = "riwayat ekspor"
        ordering = ["-at"]
        default_permissions = ["view"]
        permissions = [("export_exportrecord", "Dapat mengekspor laporan")]

    def __str__(self) -> str:
        return f"{self.exporter} {self.at:%d-%m-%Y}"
