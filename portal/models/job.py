"""Work in the background with progress, and an end that is always known."""

import uuid

from django.conf import settings
from django.db import models

from portal.enums import JobState
from portal.models.agency import Agency
from portal.scoping import ScopedModel


class Job(ScopedModel):
    """`process` names who is at work (`host:pid:start`): sweep_jobs ends the jobs of a process that is no more."""

    AGENCY_PATH = "agency"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField("jenis", max_length=40)
    state = models.CharField("keadaan", max_length=8, choices=JobState, default=JobState.QUEUED)
    target = models.CharField("sasaran", max_length=60)
    done = models.PositiveIntegerField("selesai", default=0)
    total = models.PositiveIntegerField("jumlah", default=0)
    message = models.CharField("keterangan", max_length=300, blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="pemilik")
    agency = models.ForeignKey(Agency, models.PROTECT, verbose_name="instansi")
    process = models.CharField(max_length=120, blank=True, editable=False)
    created_at = models.DateTimeField("dibuat", auto_now_add=True)
    started_at = models.DateTimeField("dimulai", null=True, blank=True)
    heartbeat_at = models.DateTimeField("denyut", auto_now=True)

    class Meta:
        verbose_name = "pekerjaan"
        verbose_name_plural = "pekerjaan"
        ordering = ["-created_at"]
        default_permissions = ["view"]

    def __str__(self) -> str:
        return f"{self.kind} {self.get_state_display()}"

    @property
    def seconds_left(self) -> int | None:
        """Return about how many seconds the rest will take at the pace so far; None while there is no pace."""
        if not (self.started_at and self.done and self.total):
            return None
        pace = (self.heartbeat_at - self.started_at).total_seconds() / self.done
        return round(pace * (self.total - self.done))
