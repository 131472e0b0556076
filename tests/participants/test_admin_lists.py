"""Lists of people: the same number of queries for one row and for three."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.factories.participants import AttendanceFactory, BusinessFactory, EnrolmentFactory
from tests.portal.test_admin_lists import assert_queries
from tests.programs.test_admin_lists import training

pytestmark = pytest.mark.django_db


def enrolment(number: int) -> Any:
    row = EnrolmentFactory(training=training(number))
    AttendanceFactory(enrolment=row, session=row.training.sessions.get())
    return row


LISTS: list[tuple[str, str, Callable[[int], Any], int]] = [
    ("participants_person", "auditor", enrolment, 8),
    ("participants_business", "auditor", lambda n: BusinessFactory(person=enrolment(n).person), 8),
    ("participants_enrolment", "auditor", enrolment, 12),
    ("programs_training", "auditor", enrolment, 12),
]


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("name", "role", "make", "queries"), LISTS, ids=[line[0] for line in LISTS])
def test_a_list_asks_as_often_for_three_rows_as_for_one(
    name: str, role: str, make: Callable[[int], Any], queries: int, rows: int, django_assert_num_queries: Any
) -> None:
    assert_queries(django_assert_num_queries, name, role, make, queries, rows)
