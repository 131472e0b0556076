"""Agencies: kecamatan offices, organizers (perangkat daerah), auditors, the regency's administrators."""

from typing import Any

from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from portal.enums import AgencyKind
from portal.models.region import Region
from portal.scoping import ScopedModel
from portal.validators import NIP


class Agency(ScopedModel):
    """One office with its letterhead. Its name is the office's own; rows hang on it, not on the region."""

    AGENCY_PATH = "pk"

    kind = models.CharField("jenis", max_length=12, choices=AgencyKind)
    name = models.CharField("nama", max_length=150, unique=True)
    short_name = models.CharField("singkatan", max_length=60)
    region = models.ForeignKey(Region, models.PROTECT, verbose_name="wilayah")
    address = models.CharField("alamat", max_length=200, blank=True)
    place = models.CharField("tempat surat", max_length=60, blank=True, help_text="Kota pada tanggal surat: Kepanjen.")
    head_title = models.CharField("jabatan kepala", max_length=100, blank=True, help_text="Kepala Dinas, Camat, ...")
    head_name = models.CharField("nama kepala", max_length=120, blank=True)
    head_nip = models.CharField("NIP kepala", max_length=18, blank=True, validators=[NIP])
    active = models.BooleanField("aktif", default=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "instansi"
        verbose_name_plural = "instansi"
        ordering = ["kind", "region", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["region"],
                condition=Q(kind=AgencyKind.OFFICE),
                name="agency_one_office_per_region",
                violation_error_message="Kecamatan ini sudah mempunyai kantor.",
            )
        ]

    def __str__(self) -> str:
        return self.short_name

    @classmethod
    def agency_q(cls, user: Any) -> Q:
        """An organizer must be able to name the offices its trainings are held in; an administrator keeps them all."""
        own = super().agency_q(user)
        if user.agency and user.agency.kind == AgencyKind.REGENCY:
            return Q(pk__isnull=False)
        if user.agency and user.agency.kind == AgencyKind.ORGANIZER:
            return own | Q(kind=AgencyKind.OFFICE, region__code__startswith=user.agency.region_id)
        return own
