"""Participants as blocks of columns are the same as row by row, wherever a block ends."""

import pytest

from programs.models import Training
from reports.queries.people import Participants
from tests.factories.participants import BusinessFactory, EnrolmentFactory
from tests.factories.programs import TrainingFactory


@pytest.fixture
def training(db: None) -> Training:
    """Six people: without a business, and with one, two and three."""
    training = TrainingFactory()
    for name, count in (("A", 1), ("B", 3), ("C", 0), ("D", 2), ("E", 2), ("F", 1)):
        person = EnrolmentFactory(training=training, person__name=name).person
        for number in range(count):
            BusinessFactory(person=person, name=f"Usaha {name}{number}", workers=number + 1, turnover=None)
    return training


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 8, 9, 10, 1000])
def test_blocks_end_anywhere(training: Training, size: int) -> None:
    people = Participants(Training.objects.filter(pk=training.pk))
    rows = [(row.name, row.business, row.workers) for row in people]
    assert rows == [
        ("A", "Usaha A0", 1),
        ("B", "Usaha B0; Usaha B1; Usaha B2", 6),
        ("C", None, None),
        ("D", "Usaha D0; Usaha D1", 3),
        ("E", "Usaha E0; Usaha E1", 3),
        ("F", "Usaha F0", 1),
    ]
    blocks = list(people.blocks(size))
    found = [row for block in blocks for row in zip(block["name"], block["business"], block["workers"], strict=True)]
    assert found == rows
    assert all("nik_cipher" not in block for block in blocks)


def test_no_one_at_all(db: None) -> None:
    people = Participants(Training.objects.none())
    assert (list(people), list(people.blocks(10))) == ([], [])
