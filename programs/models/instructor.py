"""Instructors, kept by the agency that works with them."""

from typing import Any

from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from portal.models import Agency
from portal.scoping import ScopedModel


class Instructor(ScopedModel):
    """A trainer; `internal` decides the honorarium (Perpres 33/2020 and its successors)."""

    AGENCY_PATH = "agency"

    agency = models.ForeignKey(Agency, models.PROTECT, editable=False, verbose_name="instansi")
    name = models.CharField("nama", max_length=150)
    institution = models.CharField("lembaga", max_length=150, blank=True)
    internal = models.BooleanField("pegawai perangkat daerah sendiri", default=False)
    certificate = models.CharField("nomor sertifikat", max_length=80, blank=True)
    active = models.BooleanField("aktif", default=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "instruktur"
        verbose_name_plural = "instruktur"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "name", "institution"],
                name="instructor_agency_name",
                violation_error_message="Instruktur ini sudah terdaftar.",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def agency_q(cls, user: Any) -> Q:
        """Office and organizer see who teaches in a training they share, whichever of them keeps the file."""
        mine = user.agency_ids()
        shared = Q(session__office__in=mine) | Q(session__organizer__in=mine)
        return super().agency_q(user) | Q(pk__in=cls._default_manager.filter(shared).order_by().values("pk"))
