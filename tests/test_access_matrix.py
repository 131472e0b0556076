"""Every address × every user × GET and POST × own, foreign and missing row, against tests/access_table.py.

A foreign row must answer exactly like one that does not exist, and must be the same afterwards.
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.utils import quote
from django.db import models
from django.test import Client
from django.urls import reverse

from portal.scoping import is_scoped
from tests.access_pages import EXCEPTIONS, PAGES, STRANGERS, USERS, Page
from tests.access_table import ADMIN, ROLE_OF, SIDES, sees, sides_of
from tests.addresses import ADMIN_VIEWS, Answer, answer_of, ask, form_of, names
from tests.factories.world import World
from tests.roles import client_of

MINIMUM_CASES = 1_500
WITHOUT_ROW = ("changelist", "add")
MISSING = {
    "AutoField": 987654321,
    "UUIDField": uuid.UUID(int=7),
    "CharField": "99.99",
    "PositiveSmallIntegerField": 2099,
}


@dataclass(frozen=True)
class Target:
    """One address: a page of the table, or one of Django's pages of a registered model."""

    name: str
    page: Page | None = None
    model: type[models.Model] | None = None
    view: str = ""

    @property
    def has_row(self) -> bool:
        return self.model is not None and self.view not in WITHOUT_ROW


@dataclass(frozen=True)
class Case:
    """One question; `side` is "" (no row in the address), "own", "foreign" or "missing"."""

    user: str
    method: str
    side: str


def targets() -> list[Target]:
    """Return every named address; one that the table does not know has neither page nor model."""
    views = {
        f"admin:{model._meta.app_label}_{model._meta.model_name}_{view}": Target("", None, model, view)
        for model in admin.site._registry
        for view in ADMIN_VIEWS
    }
    found = []
    for name in names():
        if name in views:
            found.append(Target(name, None, views[name].model, views[name].view))
        else:
            page = PAGES.get(name)
            found.append(Target(name, page, apps.get_model(page.model) if page and page.model else None))
    return found


def sides(target: Target, user: str) -> tuple[str, ...]:
    """Return the kinds of rows that this user can be asked about."""
    if not target.has_row:
        return ("",)
    if not is_scoped(target.model):
        return ("own", "missing")
    name = target.model._meta.model_name
    own = sees(user, name)
    foreign = set(sides_of(name)) - set(own)
    return (*(("own",) if own else ()), *(("foreign",) if foreign else ()), "missing")


def cases(target: Target) -> Iterator[Case]:
    for user in USERS:
        for method in ("GET", "POST"):
            for side in sides(target, user):
                yield Case(user, method, side)


def expected(target: Target, case: Case) -> int:
    """Return the status that the table promises."""
    if target.page:
        status = (target.page.get if case.method == "GET" else target.page.post)[case.user]
        open_door = status != 403 if target.page.door is None else case.user in target.page.door
        passes_door = open_door and status != 405 and case.user not in STRANGERS
        return target.page.missing if case.side in ("foreign", "missing") and passes_door else status
    return expected_of_admin(target, case)


def expected_of_admin(target: Target, case: Case) -> int:
    if case.user in STRANGERS:
        return 302
    label = target.model._meta.label_lower
    verbs = ADMIN[label].get(ROLE_OF.get(case.user, ""), "").split()
    needed = {"add": "add", "delete": "delete", "change": "change" if case.method == "POST" else "view"}
    if target.view == "simple_history" and case.method == "POST":
        return 405
    if needed.get(target.view, "view") not in verbs:
        return 403
    if case.side in ("foreign", "missing"):
        return 302
    exception = EXCEPTIONS.get((label, target.view, case.method), {})
    if case.user in exception:
        return exception[case.user]
    if target.view in ("history", "simple_history") and not hasattr(target.model, "history"):
        return 404
    return 302 if case.method == "POST" and target.view in ("change", "delete") else 200


class Desk:
    """What a module of the matrix keeps: the world, a client a user, rows by user and side."""

    def __init__(self, world: World):
        self.world = world
        self.clients: dict[str, Client] = {user: client_of(getattr(world, user, None)) for user in USERS}

    def row(self, target: Target, case: Case) -> models.Model | None:
        """Return the row that stands in the address; None for one that does not exist."""
        if case.side == "missing":
            return None
        if not is_scoped(target.model):
            return self.shared_row(target.model)
        name = target.model._meta.model_name
        own = sees(case.user, name)
        wanted = own if case.side == "own" else "".join(side for side in sides_of(name) if side not in own)
        return getattr(self.world, SIDES[wanted[0]]).of(target.model)

    def shared_row(self, model: type[models.Model]) -> models.Model:
        """Return a row of a global model that the world is built on."""
        line = self.world.a.budgetline
        known = {
            "region": self.world.pagelaran.region,
            "fiscalyear": line.fiscal_year,
            "nomenclaturenode": line.node,
            "fundsource": line.fund_source,
            "expenseaccount": self.world.a.expense.account,
            "unitcostcap": self.world.a.unitcostcap,
        }
        return known[model._meta.model_name]

    def path(self, target: Target, row: models.Model | None) -> tuple[str, Any]:
        """Return the address and the key in it."""
        if not target.has_row:
            fixed = target.page.fixed if target.page else {}
            return reverse(target.name, kwargs=fixed) + (target.page.query if target.page else ""), ""
        key = row.pk if row else missing_key(target.model)
        if target.view == "simple_history":
            version = row.history.latest().pk if row and hasattr(row, "history") else 987654321
            return reverse(target.name, args=[quote(key), version]), key
        if target.name.startswith("admin:"):
            return reverse(target.name, args=[quote(key)]), key
        return reverse(target.name, kwargs={"pk": key, **target.page.fixed}), key

    def data(self, target: Target, user: str) -> dict[str, Any]:
        """Return what a browser would send from the user's own page: something that would be accepted there."""
        if target.page:
            return target.page.data
        if target.view == "delete":
            return {"post": "yes"}
        if target.view not in ("change", "add"):
            return {}
        giver = user if "own" in sides(target, user) or not target.has_row else "operator_a"
        case = Case(giver, "GET", "own" if target.has_row else "")
        path, _ = self.path(target, self.row(target, case) if target.has_row else None)
        response = ask(self.clients[giver], "GET", path)
        return form_of(response.content.decode()) if response.status_code == 200 else {}

    def answer(self, target: Target, case: Case, data: dict[str, Any]) -> Answer:
        path, key = self.path(target, self.row(target, case) if target.has_row else None)
        return answer_of(ask(self.clients[case.user], case.method, path, data), path, key)


def missing_key(model: type[models.Model]) -> Any:
    return MISSING.get(type(model._meta.pk).__name__, 2099)


@pytest.fixture(scope="module")
def desk(shared_world: World) -> Desk:
    return Desk(shared_world)


def versions(row: models.Model) -> list[dict[str, Any]]:
    return list(type(row)._base_manager.filter(pk=row.pk).values())


@pytest.mark.parametrize("target", targets(), ids=lambda target: target.name)
@pytest.mark.django_db
def test_every_user_at(desk: Desk, target: Target) -> None:
    wrong: list[str] = []
    assert target.page or target.model, "this address stands in no table"
    for user in USERS:
        data = desk.data(target, user)
        seen: dict[tuple[str, str], Answer] = {}
        for case in (case for case in cases(target) if case.user == user):
            answer = seen[case.method, case.side] = desk.answer(target, case, data)
            if answer.status != expected(target, case):
                wrong.append(f"{case}: {answer.status}, not {expected(target, case)}")
        for method in ("GET", "POST"):
            foreign = seen.get((method, "foreign"))
            if foreign and foreign != seen[method, "missing"]:
                wrong.append(f"{user} {method}: a foreign row answers otherwise than a missing one")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("target", [target for target in targets() if target.has_row], ids=lambda target: target.name)
@pytest.mark.django_db
def test_a_foreign_row_is_the_same_afterwards(desk: Desk, target: Target) -> None:
    """Asked without undoing anything: the test's own transaction does that."""
    for user in USERS:
        if "foreign" not in sides(target, user):
            continue
        case = Case(user, "POST", "foreign")
        row = desk.row(target, case)
        before, data = versions(row), desk.data(target, user)
        client, cookies = desk.clients[user], desk.clients[user].cookies.copy()
        path, _ = desk.path(target, row)
        client.post(path, data)
        client.cookies = cookies
        assert versions(row) == before, user


def test_the_matrix_is_large_enough() -> None:
    assert sum(1 for target in targets() for _ in cases(target)) >= MINIMUM_CASES
