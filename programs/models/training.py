"""Trainings, their days, and the RTs that were invited."""

from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from portal.locking import YearLockedModel
from portal.models import Agency, ImportBatch, Region
from portal.scoping import ScopedModel
from programs.enums import ProposalOrigin, TrainingStatus
from programs.models.budget_line import BudgetLine
from programs.models.instructor import Instructor
from programs.validators import validate_amount


class Training(YearLockedModel, ScopedModel):
    """One training. Who records it (office), who pays (organizer) and where it is held (village) are three things.

    `ceiling` and `realised` are the totals of a recap sheet; once expense lines exist they must equal their sums.
    """

    AGENCY_PATH = ("office", "organizer")
    YEAR_PATH = "budget_line__fiscal_year"
    COPIES = {"budget_line": ("organizer",)}

    number = models.CharField("nomor", max_length=40, unique=True)
    title = models.CharField("nama pelatihan", max_length=200)
    field = models.CharField("bidang", max_length=80, blank=True)
    batch = models.PositiveSmallIntegerField("angkatan", default=1)
    budget_line = models.ForeignKey(BudgetLine, models.PROTECT, verbose_name="mata anggaran")
    office = models.ForeignKey(Agency, models.PROTECT, related_name="+", verbose_name="kantor kecamatan")
    organizer = models.ForeignKey(
        Agency, models.PROTECT, related_name="+", editable=False, verbose_name="perangkat daerah"
    )
    proposal_origin = models.CharField(
        "asal usulan", max_length=12, choices=ProposalOrigin, default=ProposalOrigin.REGULAR
    )
    village = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, verbose_name="desa/kelurahan")
    venue = models.CharField("tempat", max_length=150, blank=True)
    start = models.DateField("tanggal mulai")
    end = models.DateField("tanggal selesai")
    hours = models.PositiveSmallIntegerField("jumlah JP", null=True, blank=True)
    target_people = models.PositiveIntegerField("target peserta", null=True, blank=True)
    reported_people = models.PositiveIntegerField("hadir menurut rekap", null=True, blank=True)
    ceiling = models.DecimalField(
        "pagu", max_digits=18, decimal_places=2, null=True, blank=True, validators=[validate_amount]
    )
    realised = models.DecimalField(
        "realisasi", max_digits=18, decimal_places=2, null=True, blank=True, validators=[validate_amount]
    )
    status = models.CharField("status", max_length=10, choices=TrainingStatus, default=TrainingStatus.DRAFT)
    opened_by = models.CharField("dibuka oleh", max_length=150, blank=True)
    closed_by = models.CharField("ditutup oleh", max_length=150, blank=True)
    notes = models.TextField("keterangan", blank=True, max_length=2000)
    source = models.ForeignKey(
        ImportBatch, models.PROTECT, null=True, blank=True, editable=False, related_name="+", verbose_name="asal impor"
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "pelatihan"
        verbose_name_plural = "pelatihan"
        ordering = ["-start", "number"]
        permissions = [
            ("submit_training", "Dapat mengajukan pelatihan"),
            ("verify_training", "Dapat menyetujui, mengembalikan dan memverifikasi pelatihan"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["office", "title", "start", "batch"],
                name="training_office_title_start",
                violation_error_message="Kantor ini sudah mencatat pelatihan dengan nama dan tanggal mulai yang sama.",
            ),
            models.CheckConstraint(
                condition=Q(end__gte=F("start")),
                name="training_dates_ordered",
                violation_error_message="Tanggal selesai mendahului tanggal mulai.",
            ),
            models.CheckConstraint(
                condition=Q(ceiling__isnull=True) | Q(ceiling__gte=0), name="training_ceiling_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(realised__isnull=True) | Q(realised__gte=0), name="training_realised_not_negative"
            ),
        ]
        indexes = [
            models.Index(fields=["office", "-start"], name="training_office_start"),
            models.Index(fields=["organizer", "-start"], name="training_organizer_start"),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.number})"

    @property
    def days(self) -> int:
        """Return how many calendar days it lasts, first and last included."""
        return (self.end - self.start).days + 1


class TrainingPart(YearLockedModel, ScopedModel):
    """Base of what belongs to one training: scope and year are the training's own."""

    AGENCY_PATH = ("office", "organizer")
    YEAR_PATH = "training__budget_line__fiscal_year"
    COPIES = {"training": ("office", "organizer")}

    training = models.ForeignKey(Training, models.CASCADE, verbose_name="pelatihan")
    office = models.ForeignKey(Agency, models.PROTECT, related_name="+", editable=False, verbose_name="kantor")
    organizer = models.ForeignKey(
        Agency, models.PROTECT, related_name="+", editable=False, verbose_name="perangkat daerah"
    )

    class Meta:
        abstract = True


class Session(TrainingPart):
    """One day (or part of a day) of a training; attendance is taken per session."""

    training = models.ForeignKey(Training, models.CASCADE, related_name="sessions", verbose_name="pelatihan")
    date = models.DateField("tanggal")
    order = models.PositiveSmallIntegerField("sesi ke-", default=1)
    begins = models.TimeField("pukul mulai", null=True, blank=True)
    ends = models.TimeField("pukul selesai", null=True, blank=True)
    topic = models.CharField("materi", max_length=200, blank=True)
    hours = models.PositiveSmallIntegerField("JP", null=True, blank=True)
    instructor = models.ForeignKey(Instructor, models.PROTECT, null=True, blank=True, verbose_name="instruktur")

    history = HistoricalRecords()

    class Meta:
        verbose_name = "sesi"
        verbose_name_plural = "sesi"
        ordering = ["date", "order"]
        constraints = [
            models.UniqueConstraint(
                fields=["training", "date", "order"],
                name="session_training_date_order",
                violation_error_message="Sesi itu sudah ada pada tanggal yang sama.",
            ),
            models.CheckConstraint(
                condition=Q(begins__isnull=True) | Q(ends__isnull=True) | Q(ends__gt=F("begins")),
                name="session_times_ordered",
                violation_error_message="Pukul selesai mendahului pukul mulai.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date:%d-%m-%Y} sesi {self.order}"


class InvitedRt(TrainingPart):
    """An RT asked to send somebody. Without RW the number is unique in the village."""

    training = models.ForeignKey(Training, models.CASCADE, related_name="invited_rts", verbose_name="pelatihan")
    rt = models.CharField("RT", max_length=3)
    rw = models.CharField("RW", max_length=3, blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "RT diundang"
        verbose_name_plural = "RT diundang"
        ordering = ["rw", "rt"]
        constraints = [
            models.UniqueConstraint(fields=["training", "rt", "rw"], name="invitedrt_training_rt_rw"),
            models.CheckConstraint(condition=Q(rt__regex=r"^[0-9]{3}$"), name="invitedrt_rt_digits"),
        ]

    def __str__(self) -> str:
        return f"RT {self.rt}" + (f"/RW {self.rw}" if self.rw else "")
