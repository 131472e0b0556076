"""What stands against closing a year: counted for who closes, named only to who may see it, refused by the action."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.actions import fiscal_years
from portal.actions.fiscal_years import close_year
from portal.closing import closing_checks
from portal.enums import BatchState
from portal.models import FiscalYear
from programs.enums import TrainingStatus
from programs.models import Training
from tests.factories.participants import AttendanceFactory, EnrolmentFactory
from tests.factories.portal import AgencyFactory, FiscalYearFactory, ImportBatchFactory
from tests.factories.programs import BudgetLineFactory, ExpenseFactory, SessionFactory, TrainingFactory
from tests.factories.world import World
from tests.roles import client_of

pytestmark = pytest.mark.django_db
FINISHED = TrainingStatus.FINISHED


def finished(**values: Any) -> Training:
    """Return a training against which nothing can be said."""
    training = TrainingFactory(status=FINISHED, **values)
    AttendanceFactory(
        enrolment=EnrolmentFactory(training=training), session=SessionFactory(training=training), presence="hadir"
    )
    return training


def absent() -> Training:
    training = TrainingFactory(status=TrainingStatus.VERIFIED)
    AttendanceFactory(
        enrolment=EnrolmentFactory(training=training), session=SessionFactory(training=training), presence="alpa"
    )
    return training


# text of the check -> (whether it blocks, rows that must be found, rows that must not)
CASES: dict[str, tuple[bool, list[Callable[[], Any]], list[Callable[[], Any]]]] = {
    "Pelatihan belum selesai dan belum dibatalkan": (
        True,
        [lambda status=status: TrainingFactory(status=status) for status in ("draft", "submitted", "running")],
        [finished, lambda: TrainingFactory(status="cancelled"), lambda: TrainingFactory(status="verified")],
    ),
    "Pelatihan selesai tanpa realisasi": (
        True,
        [lambda: finished(realised=None)],
        [lambda: finished(realised=0), lambda: TrainingFactory(realised=None)],
    ),
    "Realisasi melebihi pagu mata anggaran": (
        True,
        [
            lambda: (
                finished(
                    budget_line=BudgetLineFactory(ceiling_original=50, ceiling_revised=Decimal("40")), realised=41
                ).budget_line
            )
        ],
        [
            lambda: finished(
                budget_line=BudgetLineFactory(ceiling_original=10, ceiling_revised=Decimal("43.50")),
                realised=Decimal("43.50"),
            )
        ],
    ),
    "Realisasi melebihi pagu pelatihan": (
        False,
        [lambda: finished(ceiling=10, realised=Decimal("10.01"))],
        [lambda: finished(ceiling=10, realised=10), lambda: finished(ceiling=None)],
    ),
    "Belanja tanpa nomor SP2D": (
        False,
        [lambda: ExpenseFactory(training=finished(), sp2d_number="", sp2d_date=None)],
        [
            lambda: ExpenseFactory(training=finished(), sp2d_number="", sp2d_date=None, realised=0),
            lambda: ExpenseFactory(training=finished()),
        ],
    ),
    "Pelatihan selesai tanpa daftar hadir": (
        False,
        [lambda: TrainingFactory(status=FINISHED), absent],
        [finished, TrainingFactory],
    ),
    "Impor belum disimpan": (
        False,
        [
            lambda: ImportBatchFactory(rows_new=1),
            lambda: ImportBatchFactory(state=BatchState.COLUMNS, target="2025.35.07.33.001"),
        ],
        [
            lambda: ImportBatchFactory(rows_same=3),
            lambda: ImportBatchFactory(rows_new=1, target="2026.35.07.33.001"),
            lambda: ImportBatchFactory(state=BatchState.UNDONE, rows_new=1),
        ],
    ),
    "Impor menunggu persetujuan": (
        False,
        [lambda: ImportBatchFactory(state=BatchState.SUBMITTED)],
        [lambda: ImportBatchFactory(rows_new=1)],
    ),
}


def test_every_check_has_a_case() -> None:
    assert {check.text: check.blocking for check in closing_checks()} == {
        text: blocking for text, (blocking, _, _) in CASES.items()
    }
    order = [check.blocking for check in closing_checks()]
    assert order == sorted(order, reverse=True)


@pytest.mark.parametrize("text", CASES)
def test_a_check_finds_its_rows_and_no_others(text: str, administrator: Any) -> None:
    blocking, wrong, right = CASES[text]
    (check,) = [check for check in closing_checks() if check.text == text]
    for make in right:
        make()
    assert not check.rows(2025).exists()
    found = {make() for make in wrong}
    assert set(check.rows(2025)) == found
    assert not set(check.rows(2024)) & {row for row in found if not hasattr(row, "sha256")}
    if blocking:
        with pytest.raises(ValidationError, match=text):
            close_year(FiscalYear.objects.get(pk=2025), by=administrator)
        assert FiscalYear.objects.get(pk=2025).state == "open"


def test_warnings_do_not_stop_the_closing(administrator: Any) -> None:
    TrainingFactory(status=FINISHED, ceiling=1, realised=2)
    close_year(FiscalYear.objects.get(), by=administrator)
    assert FiscalYear.objects.get().state == "closed"


def page_of(user: Any, year: int = 2025) -> str:
    return client_of(user).get(reverse("admin:portal_fiscalyear_checklist", args=[year])).content.decode()


def test_who_closes_sees_numbers_by_agency_and_no_row(two_agencies: World) -> None:
    text = page_of(two_agencies.administrator)
    assert "3, menghalangi" in text
    for office, count in ((two_agencies.pagelaran, 1), (two_agencies.wagir, 2)):
        office.refresh_from_db()
        assert f"<dt>{office.short_name}</dt><dd>{count}</dd>" in text
    for rows in (two_agencies.a, two_agencies.b):
        assert rows.training.title not in text
        assert rows.training.number not in text
    assert "selesaikan dahulu yang bertanda" in text
    assert 'name="confirm"' not in text


def test_others_see_their_own_rows_and_nothing_of_others(two_agencies: World) -> None:
    address = reverse("admin:programs_training_change", args=[two_agencies.a.training.pk])
    text = page_of(two_agencies.operator_a)
    assert "1, menghalangi" in text
    assert address in text
    assert "RAHASIA" not in text
    assert "<dt>" not in text
    both = page_of(two_agencies.supervisor)
    assert address in both
    assert two_agencies.cross.training.number in both
    assert two_agencies.b.training.number not in both


def test_an_office_learns_nothing_of_a_lines_other_trainings(two_agencies: World) -> None:
    """Every office may read the budget line; what others spent of it is not its business."""
    line = two_agencies.a.budgetline
    TrainingFactory(office=two_agencies.wagir, budget_line=line, realised=line.ceiling, status=FINISHED)
    assert f"TA 2025 · {line.node.code}" not in page_of(two_agencies.operator_a)
    assert f"TA 2025 · {line.node.code}" in page_of(two_agencies.supervisor)


@pytest.mark.parametrize(("who", "queries"), [("administrator", 22), ("supervisor", 22)])
@pytest.mark.parametrize("rows", [1, 3])
def test_the_checklist_asks_a_fixed_number_of_questions(
    request: pytest.FixtureRequest, who: str, queries: int, rows: int, django_assert_num_queries: Any
) -> None:
    user = request.getfixturevalue(who)
    line = BudgetLineFactory()
    for number in range(rows):
        office = AgencyFactory(region__code=f"35.07.0{number + 1}")
        training = TrainingFactory(budget_line=line, office=office, realised=None, status=FINISHED)
        ExpenseFactory(training=training, sp2d_number="", sp2d_date=None)
        TrainingFactory(budget_line=line, office=office, realised=line.ceiling)
    client = client_of(user)
    address = reverse("admin:portal_fiscalyear_checklist", args=[2025])
    client.get(address)
    with django_assert_num_queries(queries):
        assert client.get(address).status_code == 200


def test_closing_waits_for_writers(administrator: Any) -> None:
    """Whoever found the year open must have committed before the figures are read."""
    year = FiscalYearFactory()
    with CaptureQueriesContext(connection) as queries:
        close_year(year, by=administrator)
    locks = [query["sql"] for query in queries if query["sql"].startswith("LOCK TABLE")]
    assert len(locks) == (1 if connection.vendor == "postgresql" else 0)
    if locks:
        assert all(f'"{table}"' in locks[0] for table in ("programs_training", "participants_attendance"))
        with connection.cursor() as cursor:
            cursor.execute("SHOW lock_timeout")
            assert cursor.fetchone() == ("0",)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer")
def test_closing_gives_up_while_somebody_writes(administrator: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fiscal_years, "PATIENCE", "100ms")
    year = FiscalYearFactory()
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("LOCK TABLE programs_expense IN ROW EXCLUSIVE MODE")
            with pytest.raises(ValidationError, match="sedang disimpan"), transaction.atomic():
                close_year(year, by=administrator)
            cursor.execute("ROLLBACK")
    finally:
        other.close()
    year.refresh_from_db()
    assert year.state == "open"
