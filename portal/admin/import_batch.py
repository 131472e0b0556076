"""Imports of the past; the work itself is done at the import desk."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html

from portal.admin.base import ReadOnlyModelAdmin
from portal.admin.filters import DateRangeFilter, EnumFilter
from portal.enums import BatchState
from portal.importing.registry import resource_class
from portal.models import ImportBatch


class StateFilter(EnumFilter):
    """Waiting, saved, refused."""

    title = "keadaan"
    parameter_name = path = "state"
    choices_class = BatchState


class UploadedFilter(DateRangeFilter):
    """When the file came in."""

    title = "diunggah"
    parameter_name = "created"
    path = "created_at__date"


@admin.register(ImportBatch)
class ImportBatchAdmin(ReadOnlyModelAdmin):
    list_display = (
        "created_at",
        "filename",
        "resource_label",
        "target",
        "by",
        "state",
        "rows_new",
        "rows_changed",
        "rows_same",
        "rows_rejected",
    )
    list_filter = (StateFilter, UploadedFilter)
    list_select_related = ("by",)
    search_fields = ("filename", "target", "by__name")
    search_help_text = "Nama berkas, nomor pelatihan, atau nama pengunggah"
    fields = (
        "filename",
        "resource_label",
        "target",
        "agency",
        "by",
        "created_at",
        "state",
        "rows_total",
        "rows_new",
        "rows_changed",
        "rows_same",
        "rows_rejected",
        "rows_warned",
        "applied_at",
        "applied_by",
        "sha256",
        "size",
        "desk",
    )

    @admin.display(description="jenis data", ordering="resource")
    def resource_label(self, batch: ImportBatch) -> str:
        """Return the sheet's own name."""
        found = resource_class(batch.resource)
        return found.label if found else batch.resource

    @admin.display(description="meja impor")
    def desk(self, batch: ImportBatch) -> str:
        """Return the way to the rows of the file."""
        return format_html('<a href="{}">Buka hasil pemeriksaan</a>', reverse("importing:batch", args=[batch.pk]))
