"""Filters of lists about people."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from participants.enums import EnrolmentStatus, Sex
from portal.admin.filters import EnumFilter, ScopedListFilter


class SexFilter(EnumFilter):
    """Women, men."""

    title = "jenis kelamin"
    parameter_name = path = "sex"
    choices_class = Sex


class EnrolmentStatusFilter(EnumFilter):
    """Enrolled, completed, withdrawn."""

    title = "status peserta"
    parameter_name = path = "status"
    choices_class = EnrolmentStatus


class PeopleFilter(ScopedListFilter):
    """Trainings with and without participants; needs the annotation `people`."""

    title = "peserta"
    parameter_name = "people"
    path = "people"

    def options(self, request: HttpRequest) -> Iterable[tuple[Any, str]]:
        return [("none", "Belum ada peserta"), ("some", "Sudah ada peserta")]

    def narrow(self, queryset: QuerySet, value: str) -> QuerySet:
        return queryset.filter(people=0) if value == "none" else queryset.filter(people__gt=0)
