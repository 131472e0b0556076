"""Nothing may stand outside the tables: a new model, role, admin, address, resource, filter or exporter fails here."""

import re
from collections.abc import Iterator
from importlib import import_module
from pkgutil import walk_packages

import pytest
from django.contrib import admin
from django.db import models

import tests.factories as factories
from participants import enums as participants_enums
from portal import enums as portal_enums
from portal.enums import ROLE_KINDS, Role
from portal.filtering import ScopedFilterSet
from portal.importing.registry import resource_classes
from portal.importing.resources import SheetResource
from portal.permissions import ROLE_PERMISSIONS
from portal.scoping import GLOBAL_MODELS, is_scoped
from portal.triggers import PROJECT_APPS, project_models
from programs import enums as programs_enums
from reports import enums as reports_enums
from reports.base import Exporter
from reports.registry import permitted_exporters
from tests.access_pages import EXCEPTIONS, PAGES, USERS
from tests.access_table import ADMIN, EXPORTER_ROLES, FILTER_PAGES, GROUPS, RESOURCE_ROLES, ROLE_OF, ROWS, SPECIAL
from tests.addresses import ADMIN_VIEWS, names
from tests.factories.portal import UserFactory
from tests.factories.world import World


def test_every_model_belongs_to_agencies_or_to_everyone() -> None:
    for model in project_models():
        assert is_scoped(model) != (model._meta.label in GLOBAL_MODELS), model._meta.label


def test_every_scoped_model_stands_in_the_table_of_rows() -> None:
    grouped = set().union(*GROUPS.values()) | {"agency", "budgetline", "instructor"}
    assert {model._meta.model_name for model in project_models() if is_scoped(model)} == grouped


def factory_models() -> set[type[models.Model]]:
    found = set()
    for module in walk_packages(factories.__path__, f"{factories.__name__}."):
        for item in vars(import_module(module.name)).values():
            if isinstance(item, type) and getattr(getattr(item, "_meta", None), "model", None):
                found.add(item._meta.model)
    return found


def test_every_model_has_a_factory() -> None:
    assert set(project_models()) <= factory_models()


def test_the_world_holds_a_row_of_every_scoped_model(two_agencies: World) -> None:
    for model in project_models():
        if is_scoped(model):
            for rows in (two_agencies.a, two_agencies.b, two_agencies.cross):
                assert isinstance(rows.of(model), model)


def test_every_admin_is_in_the_table_and_in_the_menu() -> None:
    from portal.admin.site import MENU

    registered = {model._meta.label for model in admin.site._registry}
    assert {label.lower() for label in registered} <= ADMIN.keys()
    listed = [label for _, labels in MENU for label in labels]
    assert len(listed) == len(set(listed))
    assert set(listed) <= registered


def standard_names() -> set[str]:
    return {
        f"admin:{model._meta.app_label}_{model._meta.model_name}_{view}"
        for model in admin.site._registry
        for view in ADMIN_VIEWS
    }


def test_every_address_is_in_the_table_and_every_line_of_it_exists() -> None:
    assert set(names()) - standard_names() == set(PAGES)


def test_every_page_of_the_table_answers_every_user() -> None:
    for name, page in PAGES.items():
        assert set(page.get) == set(page.post) == set(USERS), name
    assert set(ROLE_OF.values()) == set(Role)
    assert set(USERS) <= ROWS.keys()
    registered = {model._meta.label_lower for model in admin.site._registry}
    assert {label for label, _, _ in EXCEPTIONS} <= registered


def test_roles_and_the_table_of_verbs_agree() -> None:
    """The table is literal; a change of rights is a change of one of its lines."""
    table: dict[str, set[str]] = {role: set() for role in Role}
    for label, roles in ADMIN.items():
        app, name = label.split(".")
        for role, verbs in roles.items():
            table[role] |= {f"{app}.{verb}_{name}" for verb in verbs.split()}
    for permission, roles in SPECIAL.items():
        for role in roles:
            table[role].add(permission)
    assert table == {role: set(names) for role, names in ROLE_PERMISSIONS.items()}


def test_every_role_has_permissions_and_a_kind_of_agency() -> None:
    assert set(ROLE_PERMISSIONS) == set(ROLE_KINDS) == set(Role)


def subclasses(base: type) -> Iterator[type]:
    for child in base.__subclasses__():
        yield child
        yield from subclasses(child)


def ours(base: type) -> set[type]:
    """Return the concrete subclasses that our apps define."""
    for app in PROJECT_APPS:
        package = import_module(app)
        for module in walk_packages(package.__path__, f"{app}."):
            if ".migrations" not in module.name:
                import_module(module.name)
    return {child for child in subclasses(base) if child.__module__.split(".")[0] in PROJECT_APPS}


def test_every_resource_is_in_the_table(db: None) -> None:
    found = {child.identifier for child in ours(SheetResource) if getattr(child, "identifier", "")}
    assert found == RESOURCE_ROLES.keys()


def test_every_exporter_is_in_the_table() -> None:
    found = {child.identifier for child in ours(Exporter) if getattr(child, "identifier", "")}
    assert found == EXPORTER_ROLES.keys()


def test_every_filterset_is_in_the_table() -> None:
    assert {child.__name__ for child in ours(ScopedFilterSet)} == FILTER_PAGES.keys()
    assert set(FILTER_PAGES.values()) <= PAGES.keys()


@pytest.mark.parametrize("role", list(Role))
def test_sheets_and_reports_go_to_the_roles_of_the_table(db: None, role: str) -> None:
    user = UserFactory(**{role: True})
    assert {cls.identifier for cls in resource_classes(user)} == {
        name for name, roles in RESOURCE_ROLES.items() if role in roles
    }
    assert set(permitted_exporters(user)) == {name for name, roles in EXPORTER_ROLES.items() if role in roles}


ENGLISH = re.compile(
    r"\b(the|and|year|years|name|date|status of|open|closed|new|changed|same|rejected|draft|submitted|approved|running|"
    r"finished|verified|cancelled|returned|office|agency|role|village|district|province|training|person|expense|file)\b",
    re.IGNORECASE,
)


def labels() -> Iterator[tuple[str, str]]:
    for module in (portal_enums, programs_enums, participants_enums, reports_enums):
        for name, item in vars(module).items():
            if isinstance(item, type) and issubclass(item, models.Choices) and item.__module__ == module.__name__:
                yield from ((f"{name}.{choice.name}", str(choice.label)) for choice in item)
    for model in project_models():
        label = model._meta.label
        yield from ((label, str(model._meta.verbose_name)), (label, str(model._meta.verbose_name_plural)))
        for column in model._meta.fields:
            if column.editable and not column.auto_created:
                yield f"{label}.{column.name}", str(column.verbose_name)
        for constraint in model._meta.constraints:
            if constraint.violation_error_message != constraint.default_violation_error_message:
                yield f"{label}.{constraint.name}", str(constraint.violation_error_message)


@pytest.mark.parametrize(("where", "label"), list(labels()))
def test_what_people_read_is_indonesian(where: str, label: str) -> None:
    assert label
    assert not ENGLISH.search(label), f"{where}: {label}"
