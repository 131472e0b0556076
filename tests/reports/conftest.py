"""One ledger a module: each test's own transaction hangs inside and is undone before the next."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from tests.reports.edits import Clock
from tests.reports.ledger import Ledger, build_ledger


@pytest.fixture(scope="module")
def shared_ledger(django_db_setup: None, django_db_blocker: Any) -> Iterator[Ledger]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield build_ledger()
        transaction.set_rollback(True)


@pytest.fixture
def ledger(shared_ledger: Ledger, db: None) -> Ledger:
    """The books of tests.reports.ledger."""
    return shared_ledger


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A clock that stands still; row versions take their date from it."""
    made = Clock()
    monkeypatch.setattr(timezone, "now", lambda: made.now)
    return made
