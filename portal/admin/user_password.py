"""A new password for somebody who forgot theirs: made by chance, shown once, kept nowhere."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from portal.actions.users import issue_password
from portal.admin.panels import Panel, RowPage
from portal.models import User


def password_panel(model_admin: Any, request: HttpRequest, user: User) -> list[Panel]:
    """Return the panel that makes a new password, for whoever may change this user."""
    if not model_admin.has_change_permission(request, user):
        return []
    return [
        Panel(
            title="Kata sandi",
            text="Kata sandi lama langsung tidak berlaku dan semua sesi pengguna ini berakhir.",
            url=reverse("admin:portal_user_password", args=[user.pk]),
            buttons=(("", "Buat kata sandi baru", ""),),
        )
    ]


def password_response(request: HttpRequest, user: User, password: str) -> HttpResponse:
    """Return the one page that shows a new password."""
    context = {"title": "Kata sandi baru", "account": user, "password": password}
    return render(request, "portal/new_password.html", context)


def new_password(model_admin: Any, request: HttpRequest, user: User) -> HttpResponse:
    """Make a new password and show it."""
    if not model_admin.has_change_permission(request, user):
        raise PermissionDenied
    return password_response(request, user, issue_password(user, by=request.user))


PASSWORD_PAGE = RowPage("password", "kata-sandi", "portal.change_user", new_password)
