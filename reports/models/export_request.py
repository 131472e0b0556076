"""An export that is not handed out at once: it is long, or it holds full NIK and needs a second person."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from portal.models import Agency
from portal.scoping import ScopedModel
from reports.models.export_record import ExportRecord


def _user(label: str) -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=label
    )


class ExportRequest(ScopedModel):
    """What was asked for and what became of it; its job (portal.Job, target = key) tells how far the work is."""

    AGENCY_PATH = "agency"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    exporter = models.CharField("laporan", max_length=40)
    params = models.JSONField("saringan", default=dict)
    per = models.DateField("per tanggal", null=True, blank=True)
    format = models.CharField("bentuk", max_length=4)
    rows = models.PositiveIntegerField("perkiraan baris")
    full_nik = models.BooleanField("NIK lengkap", default=False)
    reason = models.CharField("alasan", max_length=300, blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="pemohon")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+", verbose_name="instansi")
    created_at = models.DateTimeField("diminta", auto_now_add=True)
    approved_at = models.DateTimeField("disetujui", null=True, blank=True)
    approved_by = _user("disetujui oleh")
    refused_at = models.DateTimeField("ditolak", null=True, blank=True)
    refused_by = _user("ditolak oleh")
    record = models.OneToOneField(
        ExportRecord, models.PROTECT, null=True, blank=True, related_name="request", verbose_name="hasil"
    )

    class Meta:
        verbose_name = "permintaan ekspor"
        verbose_name_plural = "permintaan ekspor"
        ordering = ["-created_at"]
        default_permissions = ["view"]
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_at__isnull=True, approved_by__isnull=True)
                | Q(approved_at__isnull=False, approved_by__isnull=False),
                name="export_request_approved_at_and_by",
            ),
            models.CheckConstraint(
                condition=Q(refused_at__isnull=True, refused_by__isnull=True)
                | Q(refused_at__isnull=False, refused_by__isnull=False),
                name="export_request_refused_at_and_by",
            ),
            models.CheckConstraint(
                condition=Q(full_nik=False) | ~Q(reason=""),
                name="export_request_full_nik_needs_reason",
                violation_error_message="Tulis alasan mengambil NIK lengkap.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.exporter} {self.created_at:%d-%m-%Y}"
