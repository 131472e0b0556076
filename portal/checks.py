"""System checks that make forgetting the scope a red build (`manage.py check`)."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import FieldDoesNotExist
from django.db import models

from portal.scoping import GLOBAL_MODELS, ScopedQuerySet, is_scoped
from portal.triggers import project_models, unclassified_models


@register()
def check_scoping(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Every model is classified, with a manager and paths that work."""
    return [*_classified(), *_managers(), *_paths(), *_admins()]


def _classified() -> Iterator[CheckMessage]:
    for model in unclassified_models():
        yield Error(
            f"{model._meta.label}: declare AGENCY_PATH, or list it in portal.scoping.GLOBAL_MODELS.",
            obj=model,
            id="portal.E001",
        )
    known = {model._meta.label for model in project_models()}
    for label in sorted(GLOBAL_MODELS - known):
        yield Error(f"{label} is in GLOBAL_MODELS but does not exist.", id="portal.E002")


def _managers() -> Iterator[CheckMessage]:
    for model in project_models():
        if is_scoped(model) and not issubclass(model._default_manager._queryset_class, ScopedQuerySet):
            yield Error(f"{model._meta.label}: its manager has no visible_to().", obj=model, id="portal.E003")


def _paths() -> Iterator[CheckMessage]:
    for model in project_models():
        paths = getattr(model, "AGENCY_PATH", ())
        for path in (paths,) if isinstance(paths, str) else paths:
            if not _leads_to(model, path, "portal.Agency"):
                yield Error(f"{model._meta.label}.AGENCY_PATH {path!r} is no agency.", obj=model, id="portal.E004")
        year = getattr(model, "YEAR_PATH", None)
        if year and not _leads_to(model, year, "portal.FiscalYear"):
            yield Error(f"{model._meta.label}.YEAR_PATH {year!r} is no fiscal year.", obj=model, id="portal.E005")
        for parent, names in getattr(model, "COPIES", {}).items():
            target = model._meta.get_field(parent).related_model
            for name in names:
                if not _has_field(target, name) or not _has_field(model, name):
                    yield Error(f"{model._meta.label}.COPIES names {name!r} in vain.", obj=model, id="portal.E006")


def _has_field(model: type[models.Model], name: str) -> bool:
    try:
        model._meta.get_field(name)
    except FieldDoesNotExist:
        return False
    return True


def _leads_to(model: type[models.Model], path: str, label: str) -> bool:
    if path == "pk":
        return model._meta.label == label
    for name in path.split("__"):
        if not _has_field(model, name):
            return False
        model = model._meta.get_field(name).related_model
        if model is None:
            return False
    return model._meta.label == label


def _admins() -> Iterator[CheckMessage]:
    from portal.admin.base import ScopedAdminMixin

    ours = set(project_models())
    for model_admin in admin.site._registry.values():
        if not isinstance(model_admin, ScopedAdminMixin):
            yield Error(f"{model_admin}: build it on portal.admin.base.", obj=model_admin, id="portal.E007")
        for inline in model_admin.inlines:
            if inline.model in ours and not issubclass(inline, ScopedAdminMixin):
                yield Error(f"{inline}: build it on portal.admin.base.", obj=inline, id="portal.E008")
