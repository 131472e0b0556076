"""The base of every admin class: rows of `visible_to(user)`, scoped choices, audited and re-checked writes."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import quote
from django.contrib.admin.views.main import SEARCH_VAR
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from portal.actions.audit import record_event
from portal.admin.fields import RupiahField
from portal.admin.formsets import ScopedFormSet
from portal.admin.history import VersionedAdmin
from portal.enums import AuditAction, YearState
from portal.identity import ANY_NIK
from portal.locking import YearClosed, YearLockedModel, year_of
from portal.scoping import VanishedRow, assert_visible, visible


class ScopedAdminMixin:
    """What lists, forms and inlines share."""

    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    formfield_overrides = {models.DecimalField: {"form_class": RupiahField}}

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Start at the rows the user may see; nothing in the back office starts anywhere else."""
        queryset = visible(self.model, request.user)
        ordering = self.get_ordering(request)
        return queryset.order_by(*ordering) if ordering else queryset

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs["queryset"] = self.choices_for(db_field, request)
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        chosen_by = self.admin_site._registry.get(db_field.remote_field.model)
        if field and hasattr(chosen_by, "autocomplete_label"):
            field.label_from_instance = chosen_by.autocomplete_label
        return field

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs["queryset"] = self.choices_for(db_field, request)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def choices_for(self, db_field: Any, request: HttpRequest) -> QuerySet:
        """Return what may be chosen; an admin narrows it further by overriding this."""
        return visible(db_field.remote_field.model, request.user)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Take away the links beside a choice that add, change or delete the chosen row (a pop-up is a second door)."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        widget = getattr(field, "widget", None)
        for name in ("can_add_related", "can_change_related", "can_delete_related", "can_view_related"):
            if hasattr(widget, name):
                setattr(widget, name, False)
        return field

    def _year_is_open(self, obj: Any) -> bool:
        year = year_of(obj) if isinstance(obj, YearLockedModel) else None
        return year is None or year.state == YearState.OPEN

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and self._year_is_open(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and self._year_is_open(obj)


class ScopedTabularInline(ScopedAdminMixin, admin.TabularInline):  # noqa: TID251  (the one allowed place)
    """Rows of a parent; the parent is scoped, the rows are scoped once more."""

    formset = ScopedFormSet
    extra = 0


class ScopedModelAdmin(ScopedAdminMixin, VersionedAdmin):
    """A list and a form. Writes leave an AuditEvent and a row version in the same transaction.

    `list_filter` takes classes of portal.admin.filters only: Django's own offer the rows of every agency.
    """

    actions = None
    list_select_related: bool | tuple[str, ...] = True
    search_help_text = "Cari"

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Allow only what the filters of this list offer; free look-ups would be a way to ask about hidden columns."""
        offered = set()
        for item in self.get_list_filter(request):
            offered |= item.parameters()
        return lookup in offered

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """Drop a NIK that somebody searched for: the address of a page ends up in histories and logs."""
        if ANY_NIK.search(request.GET.get(SEARCH_VAR, "")):
            messages.warning(request, "NIK tidak dicari lewat alamat halaman. Cari dengan nama atau 4 digit akhir NIK.")
            return redirect(request.path)
        return super().changelist_view(request, extra_context)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Say it when the year was closed while the form was open; nothing of the form was written then."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except YearClosed as closed:
            messages.error(request, closed.messages[0])
            return redirect(request.path)

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> HttpResponse:
        """Say one thing of missing and foreign rows; Django would repeat what stood in the address."""
        messages.warning(request, "Data itu tidak ditemukan: sudah dihapus, atau bukan bagian dari instansi Anda.")
        return redirect("admin:index")

    def save_model(self, request: HttpRequest, obj: models.Model, form: Any, change: bool) -> None:
        obj._history_user = request.user
        super().save_model(request, obj, form, change)
        self._recheck(request, type(obj), {obj.pk})

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        for row in formset.save(commit=False):
            row._history_user = request.user
            row.save()
        for row in formset.deleted_objects:
            row._history_user = request.user
            row.delete()
        formset.save_m2m()
        written = {row.pk for row in [*formset.new_objects, *(changed for changed, _ in formset.changed_objects)]}
        self._recheck(request, formset.model, written)

    def delete_model(self, request: HttpRequest, obj: models.Model) -> None:
        obj._history_user = request.user
        super().delete_model(request, obj)

    def _recheck(self, request: HttpRequest, model: type[models.Model], ids: set) -> None:
        """Read what was written through the writer's own scope; the admin's transaction rolls back when it is gone."""
        try:
            assert_visible(model, ids, request.user)
        except VanishedRow:
            raise PermissionDenied from None

    # Django's LogEntry knows no agency; our own trail takes its place.
    def log_addition(self, request: HttpRequest, obj: models.Model, message: Any) -> None:
        self._log(AuditAction.CREATE, request, obj)

    def log_change(self, request: HttpRequest, obj: models.Model, message: Any) -> None:
        fields = sorted({name for part in message for name in part.get("changed", {}).get("fields", [])})
        self._log(AuditAction.CHANGE, request, obj, {"fields": fields})

    def log_deletions(self, request: HttpRequest, queryset: QuerySet) -> None:
        for obj in queryset:
            self._log(AuditAction.DELETE, request, obj)

    def _log(self, action: AuditAction, request: HttpRequest, obj: models.Model, data: dict | None = None) -> None:
        record_event(
            action, by=request.user, obj=obj, summary=f"{obj._meta.verbose_name}: {obj}", data=data, request=request
        )


class ReadOnly:
    """To look at: reference data that commands load, trails that nobody may edit."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnlyTabularInline(ReadOnly, ScopedTabularInline):
    """Rows of a parent that are edited on a page of their own."""


class ReadOnlyModelAdmin(ReadOnly, ScopedModelAdmin):
    """A list and its pages, nothing to write."""


def admin_url(obj: models.Model, page: str = "change") -> str:
    """Return the address of a row's page in the back office."""
    return reverse(f"admin:{obj._meta.app_label}_{obj._meta.model_name}_{page}", args=[quote(obj.pk)])
