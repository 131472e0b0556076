"""Fixtures that every test may use: the world of two agencies, one user a role, clients."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction

from tests.factories.portal import UserFactory
from tests.factories.world import World, build_world
from tests.roles import client_of


@pytest.fixture
def two_agencies(db: None) -> World:
    """A fresh world for one test."""
    return build_world()


@pytest.fixture(scope="module")
def shared_world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """One world for a whole module; each test's own transaction hangs inside and is undone before the next."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build_world()
        transaction.set_rollback(True)


@pytest.fixture
def operator(db: None) -> Any:
    """An operator of Kecamatan Pagelaran."""
    return UserFactory(operator=True)


@pytest.fixture
def head(db: None) -> Any:
    """The head of Kecamatan Pagelaran."""
    return UserFactory(head=True)


@pytest.fixture
def programme_officer(db: None) -> Any:
    """The PPTK of Disperindag."""
    return UserFactory(programme_officer=True)


@pytest.fixture
def supervisor(db: None) -> Any:
    """A supervisor of Disperindag."""
    return UserFactory(supervisor=True)


@pytest.fixture
def auditor(db: None) -> Any:
    """An auditor of the Inspektorat."""
    return UserFactory(auditor=True)


@pytest.fixture
def administrator(db: None) -> Any:
    """The administrator of the regency."""
    return UserFactory(administrator=True)


@pytest.fixture
def operator_client(operator: Any) -> Any:
    """A browser of the operator."""
    return client_of(operator)


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    """Keys of users are given out again after each test; what was kept of the last one would be another's."""
    cache.clear()
