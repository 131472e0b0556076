"""Agencies: kept by the administrator, looked up by everybody."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from portal.admin.base import ScopedModelAdmin
from portal.admin.filters import EnumFilter
from portal.enums import AgencyKind, RegionLevel
from portal.models import Agency, Region


class KindFilter(EnumFilter):
    """Office, organizer, auditor, regency."""

    title = "jenis"
    parameter_name = path = "kind"
    choices_class = AgencyKind


class AgencyForm(forms.ModelForm):
    """An office stands in a kecamatan; every other agency in a regency."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        kind, region = cleaned.get("kind"), cleaned.get("region")
        if kind and region and (kind == AgencyKind.OFFICE) != (region.level == RegionLevel.DISTRICT):
            wanted = "kecamatan" if kind == AgencyKind.OFFICE else "kabupaten atau kota"
            self.add_error("region", f"Wilayah instansi jenis ini harus {wanted}.")
        return cleaned


@admin.register(Agency)
class AgencyAdmin(ScopedModelAdmin):
    form = AgencyForm
    list_display = ("name", "short_name", "kind", "region", "active")
    list_filter = (KindFilter,)
    list_select_related = ("region",)
    search_fields = ("name", "short_name", "region__code", "region__name")
    search_help_text = "Nama instansi, nama atau kode wilayah"
    fields = (
        "kind",
        "name",
        "short_name",
        "region",
        "address",
        "place",
        "head_title",
        "head_name",
        "head_nip",
        "active",
    )
    autocomplete_fields = ("region",)

    def get_readonly_fields(self, request: HttpRequest, obj: Agency | None = None) -> tuple[str, ...]:
        """Kind and region are in the numbers of trainings and in the roles of users: they stay."""
        return ("kind", "region") if obj else ()

    def choices_for(self, db_field: Any, request: HttpRequest) -> QuerySet:
        choices = super().choices_for(db_field, request)
        if db_field.remote_field.model is Region:
            return choices.filter(level__in=[RegionLevel.REGENCY, RegionLevel.DISTRICT])
        return choices
