"""The hand-made books, and a small house of demo data; each once a module."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import override_settings

from portal.models import User
from reports.demo.build import create_demo
from tests.factories.portal import UserFactory
from tests.reports.exporters.traps import Traps, build_traps

TODAY = date(2026, 7, 1)
DEMO_TRAININGS = 24  # enough to return to a kecamatan, so that some people come twice


@pytest.fixture(scope="module")
def shared_traps(django_db_setup: None, django_db_blocker: Any) -> Iterator[Traps]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield build_traps()
        transaction.set_rollback(True)


@pytest.fixture
def traps(shared_traps: Traps, db: None) -> Traps:
    """The books of tests.reports.exporters.traps."""
    return shared_traps


@pytest.fixture(scope="module")
def demo_auditor(
    request: pytest.FixtureRequest,
    django_db_setup: None,
    django_db_blocker: Any,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[User]:
    """An auditor of a house full of demo data; a module may ask for more of it by a DEMO_TRAININGS of its own."""
    count = getattr(request.module, "DEMO_TRAININGS", DEMO_TRAININGS)
    var = override_settings(VAR_DIR=tmp_path_factory.mktemp("var"))
    with django_db_blocker.unblock(), transaction.atomic(), var:
        create_demo(trainings=count, today=TODAY)
        if connection.vendor == "postgresql":  # which does it by itself only for what is committed
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
        yield UserFactory(auditor=True, username="pemeriksa.uji")
        transaction.set_rollback(True)
