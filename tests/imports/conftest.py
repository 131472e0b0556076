"""What the tests of imports share."""

import pytest

from portal.spreadsheets import reading
from tests.imports.clerk import Clerk
from tests.imports.desk import read_here


@pytest.fixture
def fast_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read files in this process; the child process has tests of its own."""
    monkeypatch.setattr(reading, "_read_in_child", read_here)


@pytest.fixture
def clerk(fast_reading: None, db: None) -> Clerk:
    """An operator with an upload that is ready to be saved."""
    return Clerk()
