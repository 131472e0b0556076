"""Attendance of one participant: one line a session, those without a mark ready to be filled in."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest

from participants.models import Attendance, Enrolment
from portal.admin.base import ScopedTabularInline
from portal.admin.formsets import ScopedFormSet
from portal.scoping import visible
from programs.models import Session


def unmarked_sessions(user: Any, enrolment: Enrolment) -> list[Session]:
    """Return the sessions of the training in which nothing was written down for this participant."""
    sessions = visible(Session, user).filter(training=enrolment.training_id)
    return list(sessions.exclude(attendances__enrolment=enrolment))


class AttendanceFormSet(ScopedFormSet):
    """Sessions are those of the enrolment's own training; the database refuses others."""

    def add_fields(self, form: forms.ModelForm, index: int | None) -> None:
        super().add_fields(form, index)
        if "session" in form.fields:
            form.fields["session"].queryset = form.fields["session"].queryset.filter(training=self.instance.training_id)


class AttendanceInline(ScopedTabularInline):
    """Marks of presence."""

    model = Attendance
    formset = AttendanceFormSet
    fields = ("session", "presence")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("session")

    def get_extra(self, request: HttpRequest, obj: Enrolment | None = None, **kwargs: Any) -> int:
        return len(unmarked_sessions(request.user, obj)) if obj else 0

    def get_max_num(self, request: HttpRequest, obj: Enrolment | None = None, **kwargs: Any) -> int | None:
        """There are no more marks than sessions."""
        return visible(Session, request.user).filter(training=obj.training_id).count() if obj else None
