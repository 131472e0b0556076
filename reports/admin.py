"""Files that left the portal, to look at."""

from django.contrib import admin

from portal.admin.base import ReadOnlyModelAdmin
from portal.admin.filters import DateRangeFilter
from reports.models import ExportRecord


class TakenFilter(DateRangeFilter):
    """When the file was taken."""

    title = "waktu"
    parameter_name = "at"
    path = "at__date"


@admin.register(ExportRecord)
class ExportRecordAdmin(ReadOnlyModelAdmin):
    list_display = ("at", "exporter", "description", "by", "agency", "format", "rows")
    list_filter = (TakenFilter,)
    list_select_related = ("by", "agency")
    search_fields = ("exporter", "description", "by__name", "id__exact", "sha256__exact", "content_digest__exact")
    search_help_text = "Laporan, saringan, nama pengambil, nomor ekspor, atau SHA-256"
    fields = (
        "id",
        "at",
        "exporter",
        "description",
        "filters",
        "by",
        "agency",
        "format",
        "rows",
        "sums",
        "sha256",
        "content_digest",
    )
