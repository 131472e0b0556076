"""Trainings with their people: counts in the list, attendance and missing RTs on the page."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from participants.admin.filters import PeopleFilter
from participants.queries import absent_rts, attendance_by_day, with_people
from portal.admin.formsets import ScopedFormSet
from portal.formatting import tanggal
from programs.admin.training import TrainingAdmin
from programs.admin.training_inlines import ExpenseInline, SessionInline
from programs.models import Training
from programs.rules import rt_name


class AttendedSessionFormSet(ScopedFormSet):
    """A day with attendance stays: deleting it would delete the marks of everybody who came."""

    def clean(self) -> None:
        super().clean()
        for form in self.deleted_forms:
            if form.instance.attendances.exists():
                raise ValidationError(f"Sesi {form.instance} sudah mempunyai daftar hadir, jadi tidak dapat dihapus.")


class AttendedSessionInline(SessionInline):
    """Days of the training, guarded by their attendance."""

    formset = AttendedSessionFormSet


@admin.register(Training)
class TrainingWithPeopleAdmin(TrainingAdmin):
    list_display = (*TrainingAdmin.list_display[:7], "people_text", *TrainingAdmin.list_display[7:])
    list_filter = (*TrainingAdmin.list_filter, PeopleFilter)
    inlines = (AttendedSessionInline, ExpenseInline)
    attendance_fields = ("participants", "absent", "attendance")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return with_people(super().get_queryset(request))

    def get_readonly_fields(self, request: HttpRequest, obj: Training | None = None) -> list[str]:
        return [*super().get_readonly_fields(request, obj), *self.attendance_fields]

    def get_fieldsets(self, request: HttpRequest, obj: Training | None = None) -> list:
        fieldsets = super().get_fieldsets(request, obj)
        return [*fieldsets, ("Kehadiran", {"fields": list(self.attendance_fields)})] if obj else fieldsets

    @admin.display(description="peserta (L/P)", ordering="people")
    def people_text(self, training: Training) -> str:
        """Return participants, and how many of them are men and women."""
        return f"{training.people} ({training.men}/{training.women})"

    @admin.display(description="peserta")
    def participants(self, training: Training) -> str:
        """Return the way to the participants."""
        url = f"{reverse('admin:participants_enrolment_changelist')}?q={training.number}"
        return format_html('<a href="{}">Lihat daftar peserta</a>', url)

    @admin.display(description="RT yang tidak mengirim peserta")
    def absent(self, training: Training) -> str:
        """Return the invited RTs that nobody represents, by name."""
        if not training.invited_rts.exists():
            return "Belum ada RT yang diundang."
        return ", ".join(rt_name(rt, rw) for rt, rw in absent_rts(training)) or "Semua RT mengirim peserta."

    @admin.display(description="kehadiran per hari")
    def attendance(self, training: Training) -> Any:
        """Return a line for each session."""
        lines = (
            (
                f"{tanggal(day.session.date)} sesi {day.session.order}: {day.present} hadir, {day.permitted} izin, "
                f"{day.sick} sakit, {day.absent} alpa, {day.unmarked} belum dicatat",
            )
            for day in attendance_by_day(training)
        )
        return format_html_join("", "<div>{}</div>", lines) or "Belum ada sesi."
