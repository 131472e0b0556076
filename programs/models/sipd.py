"""What SIPD-RI says was spent: sheets that a dinas downloaded there, kept beside our own figures to compare."""

from django.db import models
from simple_history.models import HistoricalRecords

from portal.locking import YearLockedModel
from portal.models import Agency, FiscalYear, ImportBatch
from portal.scoping import ScopedModel
from programs.validators import validate_code


class SipdUpload(YearLockedModel, ScopedModel):
    """One sheet of realisation for one year. The newest of an organizer and year is in force, the others are history.

    Which file it was, its SHA-256, who sent it and when stand on the import that wrote it (`source`).
    """

    AGENCY_PATH = "organizer"
    YEAR_PATH = "fiscal_year"

    fiscal_year = models.ForeignKey(FiscalYear, models.PROTECT, verbose_name="tahun anggaran")
    organizer = models.ForeignKey(
        Agency, models.PROTECT, related_name="+", editable=False, verbose_name="perangkat daerah"
    )
    source = models.ForeignKey(ImportBatch, models.PROTECT, related_name="+", editable=False, verbose_name="asal impor")

    history = HistoricalRecords()

    class Meta:
        verbose_name = "lembar realisasi SIPD"
        verbose_name_plural = "lembar realisasi SIPD"
        ordering = ["-fiscal_year", "-id"]
        default_permissions = ["view", "add"]
        constraints = [models.UniqueConstraint(fields=["source", "fiscal_year"], name="sipdupload_source_year")]

    def __str__(self) -> str:
        return f"SIPD TA {self.fiscal_year_id}"


class SipdRow(YearLockedModel, ScopedModel):
    """One line of such a sheet: an account of a sub kegiatan, or one SP2D of it. Rupiah; negative when paid back.

    Codes are kept in our spelling. SIPD-RI knows more sub kegiatan, accounts and sources than our tables, so they are
    text here; `fund` is the code of our table where the source is known there, else what the sheet says.
    """

    AGENCY_PATH = "organizer"
    YEAR_PATH = "upload__fiscal_year"
    COPIES = {"upload": ("organizer",)}

    upload = models.ForeignKey(SipdUpload, models.CASCADE, related_name="lines", verbose_name="lembar SIPD")
    organizer = models.ForeignKey(
        Agency, models.PROTECT, related_name="+", editable=False, verbose_name="perangkat daerah"
    )
    unit_code = models.CharField("kode SKPD", max_length=60, blank=True)
    code = models.CharField("kode sub kegiatan", max_length=20, validators=[validate_code])
    name = models.CharField("nama sub kegiatan", max_length=500, blank=True)
    account = models.CharField("kode rekening", max_length=25)
    account_name = models.CharField("nama rekening", max_length=300, blank=True)
    fund = models.CharField("sumber dana", max_length=150, blank=True)
    description = models.CharField("keterangan", max_length=300, blank=True)
    budgeted = models.DecimalField("anggaran", max_digits=18, decimal_places=2, null=True, blank=True)
    realised = models.DecimalField("realisasi", max_digits=18, decimal_places=2)
    sp2d_number = models.CharField("nomor SP2D", max_length=100, blank=True)
    sp2d_date = models.DateField("tanggal SP2D", null=True, blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "baris SIPD"
        verbose_name_plural = "baris SIPD"
        ordering = ["code", "account", "id"]
        default_permissions: list[str] = []
        constraints = [
            models.UniqueConstraint(
                fields=["upload", "code", "account", "fund", "sp2d_number", "description"], name="sipdrow_upload_key"
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.account}"
