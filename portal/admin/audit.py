"""The audit trail, to read."""

from django.contrib import admin

from portal.admin.base import ReadOnlyModelAdmin
from portal.admin.filters import AgencyFilter, DateRangeFilter, EnumFilter
from portal.enums import AuditAction
from portal.models import AuditEvent


class ActionFilter(EnumFilter):
    """What was done."""

    title = "tindakan"
    parameter_name = path = "action"
    choices_class = AuditAction


class AtFilter(DateRangeFilter):
    """When it was done, by the calendar of Jakarta."""

    title = "waktu"
    parameter_name = "at"
    path = "at__date"


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyModelAdmin):
    list_display = ("at", "action", "user", "agency", "summary", "address")
    list_filter = (ActionFilter, AtFilter, AgencyFilter)
    list_select_related = ("user", "agency")
    search_fields = ("summary", "user__name", "user__username", "object_id__exact")
    search_help_text = "Uraian, nama pengguna, atau id objek"
    fields = (
        "at",
        "action",
        "user",
        "agency",
        "object_type",
        "object_id",
        "summary",
        "data",
        "address",
        "chain",
        "sequence",
        "previous",
        "digest",
    )
