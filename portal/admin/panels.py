"""Pages and small forms beside the big one: status, year lock, password, NIK. The work sits in sibling modules."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django import forms
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import path

from portal.admin.base import ScopedModelAdmin


@dataclass(frozen=True)
class RowPage:
    """A page of one row: `view(model_admin, request, obj)` at `<id>/route/`, named `<app>_<model>_<name>`.

    `permission` is asked before the row is looked up, so that its refusal tells nothing about rows.
    """

    name: str
    route: str
    permission: str
    view: Callable[[Any, HttpRequest, Model], HttpResponse]
    methods: tuple[str, ...] = ("POST",)


@dataclass(frozen=True)
class Panel:
    """A section on the page of a row with a form of its own; each button sends `to`."""

    title: str
    url: str
    buttons: tuple[tuple[str, str, str], ...]  # (value of `to`, label, class)
    text: str = ""
    form: forms.Form | None = None
    method: str = "post"


class PanelAdmin(ScopedModelAdmin):
    """An admin whose rows have more pages than Django's; a row of others answers there like none at all."""

    change_form_template = "admin/panels_change_form.html"
    row_pages: tuple[RowPage, ...] = ()

    def get_panels(self, request: HttpRequest, obj: Any) -> list[Panel]:
        """Return the panels of a row for this user."""
        return []

    def get_urls(self) -> list:
        own = [
            path(
                f"<path:object_id>/{page.route}/",
                self.admin_site.admin_view(partial(self._row_page, page)),
                name=f"{self.opts.app_label}_{self.opts.model_name}_{page.name}",
            )
            for page in self.row_pages
        ]
        return own + super().get_urls()

    def _row_page(self, page: RowPage, request: HttpRequest, object_id: str) -> HttpResponse:
        if request.method not in page.methods:
            return HttpResponseNotAllowed(page.methods)
        if not request.user.has_perm(page.permission):
            raise PermissionDenied
        obj = self.get_object(request, unquote(object_id))
        if obj is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        return page.view(self, request, obj)

    def render_change_form(self, request: HttpRequest, context: dict, *args: Any, **kwargs: Any) -> HttpResponse:
        obj = context.get("original")
        panels = self.get_panels(request, obj) if obj else []
        return super().render_change_form(request, {**context, "panels": panels}, *args, **kwargs)
