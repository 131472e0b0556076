"""What an office taught the import desk, to look at and to forget."""

from django.contrib import admin
from django.http import HttpRequest

from portal.admin.base import ScopedModelAdmin
from portal.models import RememberedColumns, RememberedValue


class MemoryAdmin(ScopedModelAdmin):
    """A memory is made at the import desk; here it can only be seen and deleted."""

    list_select_related = ("by",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(RememberedColumns)
class RememberedColumnsAdmin(MemoryAdmin):
    list_display = ("resource", "__str__", "by", "at")
    search_fields = ("resource",)
    fields = ("resource", "columns", "by", "at")


@admin.register(RememberedValue)
class RememberedValueAdmin(MemoryAdmin):
    list_display = ("resource", "column", "wrong", "right", "by", "at")
    search_fields = ("wrong", "right")
    fields = ("resource", "column", "wrong", "right", "by", "at")
