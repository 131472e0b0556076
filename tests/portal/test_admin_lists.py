"""Every list of the portal's own models: the same number of queries for one row and for three."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from tests.factories.portal import (
    AgencyFactory,
    AuditEventFactory,
    FiscalYearFactory,
    ImportBatchFactory,
    JobFactory,
    RegionFactory,
    UserFactory,
)
from tests.roles import client_of

pytestmark = pytest.mark.django_db


def offices(number: int) -> Any:
    return AgencyFactory(region=RegionFactory(code=f"35.07.{number:02d}"))


def users(number: int) -> Any:
    return UserFactory(operator=True, agency=offices(number))


# name of the list, who looks, how the n-th row is made, queries
LISTS: list[tuple[str, str, Callable[[int], Any], int]] = [
    ("portal_region", "operator", lambda n: RegionFactory(code=f"35.07.33.2{n:03d}"), 7),
    ("portal_agency", "administrator", offices, 7),
    ("portal_user", "administrator", users, 8),
    ("portal_fiscalyear", "administrator", lambda n: FiscalYearFactory(year=2030 + n), 7),
    ("portal_auditevent", "auditor", lambda n: AuditEventFactory(by=users(n)), 8),
    ("portal_importbatch", "auditor", lambda n: ImportBatchFactory(by=users(n)), 7),
    ("portal_job", "administrator", lambda n: JobFactory(owner=UserFactory(administrator=True)), 7),
]


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("name", "role", "make", "queries"), LISTS, ids=[line[0] for line in LISTS])
def test_a_list_asks_as_often_for_three_rows_as_for_one(
    name: str, role: str, make: Callable[[int], Any], queries: int, rows: int, django_assert_num_queries: Any
) -> None:
    assert_queries(django_assert_num_queries, name, role, make, queries, rows)


def assert_queries(counting: Any, name: str, role: str, make: Callable[[int], Any], queries: int, rows: int) -> None:
    """Fail unless the list `name` costs `queries` with `rows` rows; the numbers are literal on purpose."""
    client = client_of(UserFactory(**{role: True}))
    for number in range(1, rows + 1):
        make(number)
    client.get(reverse("healthz"))  # the first request of a session writes it
    with counting(queries):
        response = client.get(reverse(f"admin:{name}_changelist"))
    assert response.status_code == 200
    assert len(response.context["cl"].result_list) >= rows
