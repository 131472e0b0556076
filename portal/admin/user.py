"""Users. Rights come from role and agency alone; flags, groups and passwords are on no form."""

from typing import Any

from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from portal.actions.audit import record_event
from portal.actions.users import issue_password
from portal.admin.filters import AgencyFilter, EnumFilter
from portal.admin.panels import Panel, PanelAdmin
from portal.admin.user_password import PASSWORD_PAGE, password_panel, password_response
from portal.enums import AuditAction, Role
from portal.models import User

RIGHTS = ("role", "agency", "access_until", "is_active")


class RoleFilter(EnumFilter):
    """The verbs of a user."""

    title = "peran"
    parameter_name = path = "role"
    choices_class = Role


@admin.register(User)
class UserAdmin(PanelAdmin):
    list_display = ("username", "name", "role", "agency", "access_until", "is_active", "last_login")
    list_filter = (RoleFilter, AgencyFilter)
    list_select_related = ("agency",)
    search_fields = ("username", "name", "email")
    search_help_text = "Nama pengguna, nama, atau surel"
    fields = ("username", "name", "email", "phone", "nip", "role", "agency", "access_until", "is_active")
    row_pages = (PASSWORD_PAGE,)

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        """Nobody widens the own rights, and nobody locks themselves out."""
        return RIGHTS if obj == request.user else ()

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """The account for rescue is changed by itself only: its password would be a way past every rule."""
        rescue = obj is not None and obj.is_superuser and not request.user.is_superuser
        return super().has_change_permission(request, obj) and not rescue

    def get_panels(self, request: HttpRequest, obj: Any) -> list[Panel]:
        return password_panel(self, request, obj)

    @transaction.atomic
    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        obj.is_staff = bool(obj.role) or obj.is_superuser
        super().save_model(request, obj, form, change)
        if not change:
            obj.first_password = issue_password(obj, by=request.user)
        changed = [name for name in RIGHTS if name in form.changed_data]
        if changed:
            record_event(
                AuditAction.ACCESS,
                by=request.user,
                obj=obj,
                summary=f"Hak akses {obj.username}: {obj.get_role_display() or 'tanpa peran'}, {obj.agency or '–'}",
                data={"fields": changed, "role": obj.role, "agency": obj.agency_id, "active": obj.is_active},
                request=request,
            )

    def response_add(self, request: HttpRequest, obj: User, post_url_continue: str | None = None) -> HttpResponse:
        return password_response(request, obj, obj.first_password)
