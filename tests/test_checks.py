"""The system checks turn a forgotten scope into a red build."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib import admin
from django.core.checks import run_checks
from django.db import models

from participants.models import Attendance
from portal.admin.base import ScopedModelAdmin
from portal.checks import check_scoping
from portal.models import Agency, ImportBatch, Region
from portal.scoping import GLOBAL_MODELS
from programs.models import Session, Training


def found() -> set[str]:
    return {message.id for message in check_scoping(None)}


def test_the_house_is_in_order(db: None) -> None:
    assert run_checks() == []


class PlainAdmin(admin.ModelAdmin):  # noqa: TID251  (what the check must find)
    pass


class PlainInline(admin.TabularInline):  # noqa: TID251  (what the check must find)
    model = Session


class AdminWithPlainInline(ScopedModelAdmin):
    inlines = [PlainInline]


def register_plain(monkeypatch: Any) -> None:
    monkeypatch.setitem(admin.site._registry, Training, PlainAdmin(Training, admin.site))


def register_inline(monkeypatch: Any) -> None:
    monkeypatch.setitem(admin.site._registry, Training, AdminWithPlainInline(Training, admin.site))


def plain_manager(monkeypatch: Any) -> None:
    manager = models.Manager()
    manager.model = Agency
    monkeypatch.setitem(Agency._meta.__dict__, "default_manager", manager)


BREAKS: dict[str, tuple[str, Callable[[Any], None]]] = {
    "unclassified": ("portal.E001", lambda patch: patch.setattr("portal.triggers.GLOBAL_MODELS", set())),
    "classified twice": (
        "portal.E001",
        lambda patch: patch.setattr("portal.triggers.GLOBAL_MODELS", GLOBAL_MODELS | {"portal.Agency"}),
    ),
    "global but unknown": (
        "portal.E002",
        lambda patch: patch.setattr("portal.checks.GLOBAL_MODELS", GLOBAL_MODELS | {"portal.Regoin"}),
    ),
    "manager without scope": ("portal.E003", plain_manager),
    "path to nowhere": ("portal.E004", lambda patch: patch.setattr(ImportBatch, "AGENCY_PATH", "office")),
    "path to something else": ("portal.E004", lambda patch: patch.setattr(ImportBatch, "AGENCY_PATH", "by")),
    "path through a text": ("portal.E004", lambda patch: patch.setattr(ImportBatch, "AGENCY_PATH", "filename__agency")),
    "pk of another model": ("portal.E004", lambda patch: patch.setattr(ImportBatch, "AGENCY_PATH", "pk")),
    "year to nowhere": ("portal.E005", lambda patch: patch.setattr(Training, "YEAR_PATH", "budget_line__organizer")),
    "copy of nothing": ("portal.E006", lambda patch: patch.setattr(Attendance, "COPIES", {"session": ("colour",)})),
    "plain admin": ("portal.E007", register_plain),
    "plain inline": ("portal.E008", register_inline),
}


@pytest.mark.parametrize("name", BREAKS)
def test_each_mistake_is_found(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    expected, break_it = BREAKS[name]
    assert not found()
    break_it(monkeypatch)
    assert expected in found()


def test_the_site_keeps_library_admins_out() -> None:
    """Libraries register their own admin classes, which know no scope."""
    from django.contrib.auth.models import Group
    from django.contrib.contenttypes.models import ContentType

    for model in (Group, ContentType):
        admin.site.register(model, PlainAdmin)
        assert model not in admin.site._registry
    assert all(
        model._meta.app_label in ("portal", "programs", "participants", "reports") for model in admin.site._registry
    )


def test_regions_stay_global() -> None:
    assert Region._meta.label in GLOBAL_MODELS
