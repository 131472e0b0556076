"""The figures that closing a fiscal year kept: what was true then, whatever is corrected later."""

from django.db import models

from portal.models import Agency, FiscalYear
from portal.scoping import ScopedModel
from reports.enums import FigureKind


class ClosingFigure(ScopedModel):
    """One figure of one object at one closing; `figure` is a key of reports.figures. Rupiah, or a count.

    `object_id` is the key the object had and may have lost since; `line_id` that of its budget line. `office` is empty
    for what has trainings of several offices: only the organizer may see its sums.
    """

    AGENCY_PATH = ("office", "organizer")
    APPEND_ONLY = True

    year = models.ForeignKey(FiscalYear, models.PROTECT, related_name="+", verbose_name="tahun anggaran")
    serial = models.PositiveSmallIntegerField("penutupan ke-")
    kind = models.CharField("jenis", max_length=9, choices=FigureKind)
    object_id = models.BigIntegerField("id objek")
    label = models.CharField("objek", max_length=300)
    office = models.ForeignKey(Agency, models.PROTECT, null=True, related_name="+", verbose_name="kantor kecamatan")
    organizer = models.ForeignKey(Agency, models.PROTECT, related_name="+", verbose_name="perangkat daerah")
    line_id = models.BigIntegerField("id mata anggaran", null=True)
    figure = models.CharField("angka", max_length=40)
    value = models.DecimalField("nilai", max_digits=20, decimal_places=2)

    class Meta:
        verbose_name = "angka penutupan"
        verbose_name_plural = "angka penutupan"
        ordering = ["id"]
        default_permissions = []
        constraints = [
            models.UniqueConstraint(
                fields=["year", "serial", "kind", "object_id", "figure"], name="closingfigure_one_of_each"
            )
        ]

    def __str__(self) -> str:
        return f"{self.label}: {self.figure}"
