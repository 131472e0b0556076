"""Files that left the portal and decisions about findings, to look at."""

from django.contrib import admin

from portal.admin.base import ReadOnlyModelAdmin
from portal.admin.filters import DateRangeFilter
from reports.admin import tasks  # noqa: F401  (registers the tasks of the first page)
from reports.findings import rule_of
from reports.models import ExportRecord, FindingNote


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


@admin.register(FindingNote)
class FindingNoteAdmin(ReadOnlyModelAdmin):
    list_display = ("at", "rule_label", "training", "office", "kind", "reason", "role")
    list_filter = (TakenFilter,)
    list_select_related = ("training", "office", "by")
    search_fields = ("reason", "training__number")
    search_help_text = "Alasan atau nomor pelatihan"
    fields = ("at", "rule_label", "training", "office", "organizer", "kind", "reason", "role")
    readonly_fields = ("rule_label", "role")

    @admin.display(description="aturan", ordering="rule")
    def rule_label(self, note: FindingNote) -> str:
        """Return what the rule is called; of one that is no more, its identifier."""
        rule = rule_of(note.rule)
        return rule.label if rule else note.rule

    @admin.display(description="oleh", ordering="by__role")
    def role(self, note: FindingNote) -> str:
        """Return the role that decided; who it was stands in the audit trail, for those who may see that user."""
        return note.by.get_role_display()
