"""Our own admin site: login by allauth, a menu by role, a first page with the user's next tasks."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from portal.dashboard import tasks_of
from portal.scoping import may_look
from portal.triggers import PROJECT_APPS

# Groups of the menu, in the order of the work. A model that stands in none is reached from its parent's page.
MENU = (
    ("Pelatihan", ("programs.Training", "participants.Enrolment", "participants.Person", "participants.Business")),
    (
        "Anggaran",
        (
            "programs.BudgetLine",
            "programs.FundSource",
            "programs.ExpenseAccount",
            "programs.UnitCostCap",
            "programs.NomenclatureNode",
        ),
    ),
    (
        "Riwayat",
        (
            "portal.ImportBatch",
            "reports.ExportRecord",
            "reports.FindingNote",
            "portal.AuditEvent",
            "portal.Job",
            "portal.RememberedColumns",
            "portal.RememberedValue",
        ),
    ),
    ("Pengaturan", ("portal.User", "portal.Agency", "portal.FiscalYear", "portal.Region", "programs.Instructor")),
)


class LabelledAutocompleteView(AutocompleteJsonView):
    """Answers for fields that a form really offers, with what that form lets the user choose.

    Results may say more than `str(obj)`: a village needs its kecamatan, a budget line its year.
    """

    def process_request(self, request: HttpRequest) -> tuple:
        term, model_admin, field, to_field_name = super().process_request(request)
        offering = (one for one in self._sources(field) if field.name in one.autocomplete_fields)
        self.source = next((one for one in offering if one.has_change_permission(request)), None)
        if self.source is None:
            raise PermissionDenied
        return term, model_admin, field, to_field_name

    def _sources(self, field: Any) -> Iterator[Any]:
        """Yield the admin classes and inlines that edit the model of the field."""
        for model, model_admin in self.admin_site._registry.items():
            if model is field.model:
                yield model_admin
            for inline in model_admin.inlines:
                if inline.model is field.model:
                    yield inline(model, self.admin_site)

    def get_queryset(self) -> QuerySet:
        choices = self.source.choices_for(self.source_field, self.request)
        return super().get_queryset().filter(pk__in=choices.order_by().values("pk"))

    def serialize_result(self, obj: Any, to_field_name: str) -> dict:
        label = getattr(self.model_admin, "autocomplete_label", str)
        return {"id": str(getattr(obj, to_field_name)), "text": label(obj)}


class PortalAdminSite(admin.AdminSite):
    """The back office. Rows come from `visible_to(user)`, verbs from the role; the site itself only asks for access."""

    site_title = "Sulam"
    site_header = "Sulam"
    index_title = "Beranda"
    enable_nav_sidebar = True

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Keep out the admin classes that libraries register: they know no scope."""
        models = [model_or_iterable] if isinstance(model_or_iterable, type) else model_or_iterable
        ours = [model for model in models if model._meta.app_label in PROJECT_APPS]
        super().register(ours, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        return may_look(request.user) and request.user.is_staff

    def login(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """Send strangers to the one login page; a signed-in user without access gets told so there."""
        if request.user.is_authenticated:
            return redirect("no-access")
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"), reverse("account_login"))

    def logout(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """Hand over to the one logout page; Django's own code still asks for this address by name."""
        return redirect("account_logout")

    def get_urls(self) -> list:
        """Drop `r/<type>/<id>/`, which resolves any object unscoped, and the pages that allauth replaces."""
        dropped = {"view_on_site", "password_change", "password_change_done"}
        return [url for url in super().get_urls() if getattr(url, "name", None) not in dropped]

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        return LabelledAutocompleteView.as_view(admin_site=self)(request)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict]:
        """Return the menu of this user: the same models, grouped by work instead of by Django app."""
        apps = super().get_app_list(request, app_label)
        if app_label:
            return apps
        models = {model["model"]._meta.label: model for app in apps for model in app["models"]}
        menu = []
        for name, labels in MENU:
            entries = [models[label] for label in labels if label in models]
            if entries:
                menu.append(
                    {
                        "name": name,
                        "app_label": name.lower(),
                        "app_url": "",
                        "has_module_perms": True,
                        "models": entries,
                    }
                )
        return menu

    def index(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        return super().index(request, {"tasks": tasks_of(request.user), **(extra_context or {})})


def site_context(request: HttpRequest) -> dict[str, Any]:
    """Context processor: pages outside the admin's own views wear the same frame and menu."""
    common = {
        "site_header": PortalAdminSite.site_header,
        "site_title": PortalAdminSite.site_title,
        "regency_name": settings.REGENCY_NAME,
    }
    signed_in = hasattr(request, "user") and request.user.is_authenticated
    if not signed_in or not admin.site.has_permission(request):
        return common
    return {**common, **admin.site.each_context(request)}
