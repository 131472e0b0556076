"""Instructors of the user's own agency, and those of the trainings it sees."""

from django.contrib import admin
from django.http import HttpRequest

from portal.admin.filters import AgencyFilter
from portal.admin.forms import OwnedModelAdmin
from programs.models import Instructor


@admin.register(Instructor)
class InstructorAdmin(OwnedModelAdmin):
    owner = "agency"
    list_display = ("name", "institution", "internal", "certificate", "agency", "active")
    list_filter = (AgencyFilter,)
    list_select_related = ("agency",)
    search_fields = ("name", "institution")
    search_help_text = "Nama atau lembaga"
    fields = ("name", "institution", "internal", "certificate", "active")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and self.owns(request)

    def has_change_permission(self, request: HttpRequest, obj: Instructor | None = None) -> bool:
        """Whoever sees another agency's instructor in a shared training does not keep their file."""
        foreign = obj is not None and obj.agency_id not in request.user.agency_ids()
        return super().has_change_permission(request, obj) and not foreign
