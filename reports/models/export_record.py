"""Every file that left the portal: who took what, with which filters, and how to recognise it again."""

import uuid

from django.conf import settings
from django.db import models

from portal.models import Agency
from portal.scoping import ScopedModel


class ExportRecord(ScopedModel):
    """`sha256` is of the files' bytes, `content_digest` of the values, so a workbook saved again is still recognised.

    `code` is what a reader types to verify (exports older than the verification page have none); `sheets` has, in
    order, name, digest of all cells and row of the header of each sheet of a workbook.
    """

    AGENCY_PATH = "agency"
    APPEND_ONLY = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.CharField("kode verifikasi", max_length=14, unique=True, null=True, editable=False)
    exporter = models.CharField("laporan", max_length=40)
    filters = models.JSONField("saringan", default=dict)
    description = models.CharField("saringan dalam kata", max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="oleh")
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, related_name="+", verbose_name="instansi")
    at = models.DateTimeField("waktu")
    format = models.CharField("bentuk", max_length=4)
    rows = models.PositiveIntegerField("baris")
    sums = models.JSONField("jumlah", default=dict)
    sheets = models.JSONField("sidik lembar", default=list)
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


def kept_name(kept: "ExportedFile", filename: str) -> str:
    """Return our own name for a kept file."""
    return f"exports/{kept.record_id}-{kept.sha256[:12]}"


class ExportedFile(ScopedModel):
    """One file of an export. The bytes are kept, encrypted, for EXPORT_KEEP_DAYS; what they were stays known."""

    AGENCY_PATH = "record__agency"

    record = models.ForeignKey(ExportRecord, models.PROTECT, related_name="files", verbose_name="ekspor")
    name = models.CharField("nama berkas", max_length=200)
    sha256 = models.CharField("SHA-256", max_length=64, db_index=True)
    size = models.PositiveBigIntegerField("ukuran (bita)")
    content = models.FileField("isi", upload_to=kept_name, blank=True)

    class Meta:
        verbose_name = "berkas ekspor"
        verbose_name_plural = "berkas ekspor"
        ordering = ["record", "name"]
        default_permissions = ["view"]

    def __str__(self) -> str:
        return self.name
