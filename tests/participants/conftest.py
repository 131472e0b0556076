"""A kecamatan office with a training, and its desk."""

from datetime import date
from typing import Any

import pytest

from portal.models import User
from programs.models import Training
from tests.factories.portal import UserFactory
from tests.factories.programs import TrainingFactory
from tests.participants.sheets import Desk


@pytest.fixture
def clerk(db: None) -> User:
    """The operator of Pagelaran."""
    return UserFactory(operator=True)


@pytest.fixture
def training(clerk: User) -> Training:
    """Two days in July 2025 at Clumprit, for 30 people."""
    return TrainingFactory(office=clerk.agency, start=date(2025, 7, 14), end=date(2025, 7, 15))


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch, clerk: User, training: Training) -> Desk:
    """Lists of participants."""
    return Desk(monkeypatch, clerk, training)


@pytest.fixture
def attendance_desk(monkeypatch: pytest.MonkeyPatch, clerk: User, training: Training) -> Any:
    """Attendance sheets."""
    return Desk(monkeypatch, clerk, training, "attendance")
