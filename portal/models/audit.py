"""The audit trail: append-only, hash-chained per agency, readable without any NIK in it."""

import hashlib
import json
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from portal.enums import AuditAction
from portal.models.agency import Agency
from portal.scoping import ScopedModel


class AuditEvent(ScopedModel):
    """One thing that somebody did. `digest` covers the row and the digest before it in the same chain."""

    AGENCY_PATH = "agency"
    APPEND_ONLY = True

    chain = models.PositiveIntegerField("rantai", editable=False)  # the agency's id; 0 for events of nobody
    sequence = models.PositiveIntegerField("urutan", editable=False)
    at = models.DateTimeField("waktu")
    action = models.CharField("tindakan", max_length=12, choices=AuditAction)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="pengguna"
    )
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, related_name="+", verbose_name="instansi")
    object_type = models.CharField("jenis objek", max_length=60, blank=True)
    object_id = models.CharField("id objek", max_length=60, blank=True)
    summary = models.CharField("uraian", max_length=300)
    data = models.JSONField("rincian", default=dict, encoder=DjangoJSONEncoder)
    address = models.GenericIPAddressField("alamat IP", null=True)
    previous = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name = "jejak audit"
        verbose_name_plural = "jejak audit"
        ordering = ["-id"]
        default_permissions = ["view"]
        constraints = [models.UniqueConstraint(fields=["chain", "sequence"], name="auditevent_chain_sequence")]
        indexes = [models.Index(fields=["agency", "-id"], name="auditevent_agency")]

    def __str__(self) -> str:
        return f"{self.get_action_display()}: {self.summary}"

    def compute_digest(self) -> str:
        """Return SHA-256 (hex) over the previous digest and the row in canonical JSON."""
        row: dict[str, Any] = {
            "chain": self.chain,
            "sequence": self.sequence,
            "at": self.at.isoformat(timespec="microseconds").replace("+00:00", "Z"),
            "action": str(self.action),
            "user": self.user_id,
            "agency": self.agency_id,
            "object": [self.object_type, self.object_id],
            "summary": self.summary,
            "data": self.data,
            "address": self.address,
        }
        canonical = json.dumps(row, sort_keys=True, ensure_ascii=False, separators=(",", ":"), cls=DjangoJSONEncoder)
        return hashlib.sha256(f"{self.previous}{canonical}".encode()).hexdigest()
