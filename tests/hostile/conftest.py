"""One desk for a module: each test's own transaction hangs inside, and is undone before the next."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tests.hostile.posting import Desk, use_folders


@pytest.fixture(scope="module")
def module_desk(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Desk]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield Desk(tmp_path_factory.mktemp("scratch"), tmp_path_factory.mktemp("storage"))
        transaction.set_rollback(True)


@pytest.fixture
def desk(module_desk: Desk, db: None, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[Desk]:
    """The desk with its folders empty; whatever a test stored is thrown away."""
    use_folders(monkeypatch, settings, module_desk.scratch, module_desk.storage)
    yield module_desk
    module_desk.empty()
