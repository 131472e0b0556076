"""Regions: loaded by a command, read by everybody, chosen by code."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from portal.admin.base import ReadOnlyModelAdmin
from portal.admin.filters import EnumFilter
from portal.enums import RegionLevel
from portal.models import Region

PREFIXES = {RegionLevel.DISTRICT: "Kec. ", RegionLevel.REGENCY: "Kab./Kota "}


class LevelFilter(EnumFilter):
    """Province to village."""

    title = "tingkat"
    parameter_name = path = "level"
    choices_class = RegionLevel


@admin.register(Region)
class RegionAdmin(ReadOnlyModelAdmin):
    list_display = ("code", "name", "level", "parent")
    list_filter = (LevelFilter,)
    list_select_related = ("parent",)
    search_fields = ("code__startswith", "name")
    search_help_text = "Kode atau nama wilayah"

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("parent")

    @staticmethod
    def autocomplete_label(region: Region) -> str:
        """Return `Clumprit · Kec. Pagelaran · 35.07.33.2001`: 33 village names of one regency repeat."""
        parent = region.parent
        above = f" · {PREFIXES.get(parent.level, '')}{parent.name}" if parent else ""
        return f"{region.name}{above} · {region.code}"
