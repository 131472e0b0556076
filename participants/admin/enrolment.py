"""Enrolments: who takes part in what, and how often they came."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from participants.admin.attendance import AttendanceInline, unmarked_sessions
from participants.admin.filters import EnrolmentStatusFilter, SexFilter
from participants.models import Enrolment
from participants.queries import with_attendance
from portal.admin.base import ScopedModelAdmin
from portal.admin.fields import RtField, RwField
from portal.admin.filters import OfficeFilter
from portal.enums import YearState
from programs.admin.filters import BudgetCodeFilter, FundSourceFilter, StartFilter, YearFilter
from programs.models import Training
from programs.rules import rt_name


class EnrolmentForm(forms.ModelForm):
    """A person takes part in the trainings of the office that keeps their record."""

    class Meta:
        model = Enrolment
        fields: list[str] = []
        field_classes = {"represents_rt": RtField, "represents_rw": RwField}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        training, person = cleaned.get("training"), cleaned.get("person")
        if training and person and training.office_id != person.office_id:
            self.add_error("person", "Orang ini dicatat kantor lain. Catat dahulu di kantor penyelenggara pelatihan.")
        return cleaned


@admin.register(Enrolment)
class EnrolmentAdmin(ScopedModelAdmin):
    form = EnrolmentForm
    list_display = ("training", "person", "masked", "sex", "neighbourhood", "attendance", "status")
    list_display_links = ("person",)
    list_filter = (
        YearFilter.at("training__budget_line__fiscal_year"),
        BudgetCodeFilter.at("training__budget_line__node__code"),
        OfficeFilter,
        FundSourceFilter.at("training__budget_line__fund_source__code"),
        StartFilter.at("training__start"),
        EnrolmentStatusFilter,
        SexFilter.at("person__sex"),
    )
    list_select_related = ("training", "person")
    search_fields = ("person__name", "person__nik_last4__exact", "training__number", "training__title")
    search_help_text = "Nama, 4 digit akhir NIK, atau nomor dan nama pelatihan"
    autocomplete_fields = ("training", "person")
    fields = (
        "training",
        "person",
        "represents_rt",
        "represents_rw",
        "status",
        "pre_score",
        "post_score",
        "feedback",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return with_attendance(super().get_queryset(request))

    def get_inlines(self, request: HttpRequest, obj: Enrolment | None = None) -> tuple:
        return (AttendanceInline,) if obj else ()

    def get_readonly_fields(self, request: HttpRequest, obj: Enrolment | None = None) -> tuple[str, ...]:
        """Another person or another training is another enrolment."""
        return ("training", "person") if obj else ()

    def get_formset_kwargs(self, request: HttpRequest, obj: Enrolment, inline: Any, prefix: str) -> dict[str, Any]:
        kwargs = super().get_formset_kwargs(request, obj, inline, prefix)
        if isinstance(inline, AttendanceInline):
            kwargs["initial"] = [{"session": session.pk} for session in unmarked_sessions(request.user, obj)]
        return kwargs

    def choices_for(self, db_field: Any, request: HttpRequest) -> QuerySet:
        choices = super().choices_for(db_field, request)
        if db_field.remote_field.model is Training:
            return choices.filter(budget_line__fiscal_year__state=YearState.OPEN)
        return choices

    @admin.display(description="NIK")
    def masked(self, enrolment: Enrolment) -> str:
        """Return the NIK as everybody may see it."""
        return enrolment.person.nik_masked

    @admin.display(description="L/P", ordering="person__sex")
    def sex(self, enrolment: Enrolment) -> str:
        """Return L or P."""
        return enrolment.person.sex

    @admin.display(description="RT/RW", ordering="represents_rt")
    def neighbourhood(self, enrolment: Enrolment) -> str:
        """Return the RT they represent, else the one they live in."""
        person = enrolment.person
        rt, rw = (
            (enrolment.represents_rt, enrolment.represents_rw) if enrolment.represents_rt else (person.rt, person.rw)
        )
        return rt_name(rt, rw) if rt else ""

    @admin.display(description="hadir", ordering="present")
    def attendance(self, enrolment: Enrolment) -> str:
        """Return sessions attended out of sessions held."""
        return f"{enrolment.present}/{enrolment.session_count}"
