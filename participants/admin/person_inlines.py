"""What hangs on a person: businesses to edit, trainings to look at."""

from django.db.models import QuerySet
from django.http import HttpRequest

from participants.models import Business, Enrolment
from portal.admin.base import ReadOnlyTabularInline, ScopedTabularInline
from portal.admin.money import MoneyMixin, rupiah_column


class BusinessInline(MoneyMixin, ScopedTabularInline):
    """What the person makes."""

    model = Business
    fields = ("name", "nib", "kbli_code", "product", "workers", "turnover", "turnover_year")
    RUPIAH_TEXTS = {"turnover": "turnover_text"}

    turnover_text = rupiah_column("turnover", "omzet setahun")


class TrainingsInline(ReadOnlyTabularInline):
    """The trainings of the person that the user may see."""

    model = Enrolment
    fields = ("training", "represents_rt", "represents_rw", "status", "pre_score", "post_score")
    verbose_name_plural = "pelatihan yang diikuti"
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("training")
