"""Work in the background, to look at."""

from django.contrib import admin

from portal.admin.base import ReadOnlyModelAdmin
from portal.admin.filters import EnumFilter
from portal.enums import JobState
from portal.models import Job


class StateFilter(EnumFilter):
    """Waiting, running, done, failed."""

    title = "keadaan"
    parameter_name = path = "state"
    choices_class = JobState


@admin.register(Job)
class JobAdmin(ReadOnlyModelAdmin):
    list_display = ("created_at", "kind", "target", "state", "done", "total", "owner", "message")
    list_filter = (StateFilter,)
    list_select_related = ("owner",)
    search_fields = ("kind", "target", "owner__name")
    search_help_text = "Jenis, sasaran, atau nama pemilik"
    fields = ("kind", "target", "state", "done", "total", "message", "owner", "agency", "created_at", "heartbeat_at")
