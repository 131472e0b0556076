"""What somebody decided about a finding. Findings are computed, never stored; only decisions are."""

from django.conf import settings
from django.db import models

from portal.models import Agency
from portal.scoping import ScopedModel
from programs.models import Training
from reports.enums import NoteKind


class FindingNote(ScopedModel):
    """A dismissal with its reason, or the end of one. The last note on a (rule, key) counts.

    `fingerprint` is of the figures that were looked at: a dismissal holds only while they stay. `office` and
    `organizer` are those of the training at that moment; of a finding about a person alone, the organizer is the one
    whose desk decided. The sentence that was read is not kept: it may name a training that the office of this one must
    not know of. Not locked with the year: audits come after its end.
    """

    AGENCY_PATH = ("office", "organizer")
    APPEND_ONLY = True

    rule = models.CharField("aturan", max_length=40)
    key = models.CharField("temuan", max_length=200)
    fingerprint = models.CharField("sidik angka", max_length=64)
    kind = models.CharField("keputusan", max_length=10, choices=NoteKind, default=NoteKind.DISMISSAL)
    training = models.ForeignKey(
        Training, models.PROTECT, null=True, related_name="finding_notes", verbose_name="pelatihan"
    )
    office = models.ForeignKey(Agency, models.PROTECT, related_name="+", verbose_name="kantor kecamatan")
    organizer = models.ForeignKey(Agency, models.PROTECT, null=True, related_name="+", verbose_name="perangkat daerah")
    reason = models.CharField("alasan", max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="oleh")
    at = models.DateTimeField("waktu")

    class Meta:
        verbose_name = "keputusan temuan"
        verbose_name_plural = "keputusan temuan"
        ordering = ["-id"]
        default_permissions = ["view"]
        permissions = [("dismiss_findingnote", "Dapat menutup dan membuka lagi temuan")]
        indexes = [models.Index(fields=["rule", "key"], name="findingnote_rule_key")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.rule} {self.key}"
