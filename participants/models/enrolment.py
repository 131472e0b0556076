"""Enrolments (a person in a training) and attendance (an enrolment in a session)."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from participants.enums import EnrolmentStatus, Presence
from participants.models.person import THREE_DIGITS, Person
from portal.models import ImportBatch
from programs.models import Session, Training, TrainingPart


class Enrolment(TrainingPart):
    """Who takes part, and which RT sent them. The office of the person, the training and this row are one."""

    COPIES = {"training": ("office", "organizer"), "person": ("office",)}

    training = models.ForeignKey(Training, models.CASCADE, related_name="enrolments", verbose_name="pelatihan")
    person = models.ForeignKey(Person, models.PROTECT, related_name="enrolments", verbose_name="orang")
    represents_rt = models.CharField("mewakili RT", max_length=3, blank=True, validators=[THREE_DIGITS])
    represents_rw = models.CharField("mewakili RW", max_length=3, blank=True, validators=[THREE_DIGITS])
    status = models.CharField("status", max_length=10, choices=EnrolmentStatus, default=EnrolmentStatus.ENROLLED)
    pre_score = models.PositiveSmallIntegerField(
        "nilai awal", null=True, blank=True, validators=[MaxValueValidator(100)]
    )
    post_score = models.PositiveSmallIntegerField(
        "nilai akhir", null=True, blank=True, validators=[MaxValueValidator(100)]
    )
    feedback = models.CharField("pesan peserta", max_length=500, blank=True)
    source = models.ForeignKey(
        ImportBatch, models.PROTECT, null=True, blank=True, editable=False, related_name="+", verbose_name="asal impor"
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = "kepesertaan"
        verbose_name_plural = "kepesertaan"
        ordering = ["training", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["training", "person"],
                name="enrolment_training_person",
                violation_error_message="Orang ini sudah terdaftar pada pelatihan itu.",
            ),
            models.CheckConstraint(
                condition=(Q(pre_score__isnull=True) | Q(pre_score__lte=100))
                & (Q(post_score__isnull=True) | Q(post_score__lte=100)),
                name="enrolment_scores_percent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.training.number}"


class Attendance(TrainingPart):
    """Present or not, and why not, in one session of the enrolment's own training."""

    COPIES = {"enrolment": ("office", "organizer", "training"), "session": ("training",)}

    training = models.ForeignKey(
        Training, models.CASCADE, related_name="attendances", editable=False, verbose_name="pelatihan"
    )
    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="attendances", verbose_name="kepesertaan")
    session = models.ForeignKey(Session, models.CASCADE, related_name="attendances", verbose_name="sesi")
    presence = models.CharField("kehadiran", max_length=5, choices=Presence)
    source = models.ForeignKey(
        ImportBatch, models.PROTECT, null=True, blank=True, editable=False, related_name="+", verbose_name="asal impor"
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = "kehadiran"
        verbose_name_plural = "kehadiran"
        ordering = ["session__date", "session__order", "enrolment"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "session"],
                name="attendance_enrolment_session",
                violation_error_message="Kehadiran peserta pada sesi itu sudah dicatat.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id} sesi {self.session_id}: {self.get_presence_display()}"
