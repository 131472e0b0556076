"""Paid days, portions and hours against those that were attended and held."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from participants.enums import EnrolmentStatus, Presence
from programs.enums import TrainingStatus
from programs.models import Training
from tests.factories.participants import AttendanceFactory, EnrolmentFactory
from tests.factories.programs import ExpenseAccountFactory, ExpenseFactory, SessionFactory, TrainingFactory
from tests.reports.findings.conftest import TODAY, Run
from tests.reports.ledger import sql

pytestmark = pytest.mark.django_db
TRANSPORT, MEALS, FEES = "5.1.02.04.01.0003", "5.1.02.01.01.0052", "5.1.02.02.01.0011"


def attended(people: int = 3, *, days: int = 2, sessions_a_day: int = 1, **other: Any) -> Training:
    """Return a training at which everybody was always present."""
    training = TrainingFactory(**other)
    sessions = [
        SessionFactory(training=training, date=training.start + timedelta(days=day), hours=None)
        for day in range(days)
        for _ in range(sessions_a_day)
    ]
    for _ in range(people):
        enrolment = EnrolmentFactory(training=training)
        for session in sessions:
            AttendanceFactory(enrolment=enrolment, session=session)
    return training


def pay(training: Training, code: str, volume: Any, unit: str, price: int = 75_000, share: Any = 1) -> Any:
    volume = Decimal(volume)
    return ExpenseFactory(
        training=training,
        account=ExpenseAccountFactory(code=code),
        volume=volume,
        unit=unit,
        unit_price=price,
        realised=volume * price * Decimal(share),
    )


def person_days(training: Training) -> Decimal:
    return sql(
        "SELECT COUNT(*) FROM (SELECT DISTINCT a.enrolment_id, s.date FROM participants_attendance a "
        "JOIN programs_session s ON s.id = a.session_id WHERE a.presence = 'hadir' AND a.training_id = %s) AS days",
        training.pk,
    )


# --- transport ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("unit", ["orang hari", "OH", "Orang/Hari", "org hari"])
def test_transport_paid_for_days_that_nobody_came(run: Run, unit: str) -> None:
    odd, fine = attended(3, sessions_a_day=2), attended(3, sessions_a_day=2)
    pay(odd, TRANSPORT, 7, unit)
    pay(fine, TRANSPORT, 6, unit)
    [finding] = run("transport_over_attendance")
    assert person_days(odd) == 6
    assert (finding.key, finding.amount) == (f"training:{odd.pk}", 75_000)
    assert finding.sentence == "Uang transportasi dibayar untuk 7 orang-hari, daftar hadir mencatat 6."


def test_transport_is_summed_over_its_lines_and_counts_what_was_paid(run: Run) -> None:
    split, saved = attended(3), attended(3)
    pay(split, TRANSPORT, 4, "OH")
    pay(split, "5.1.02.04.001.00003", 4, "OH")
    pay(saved, TRANSPORT, 12, "OH", share="0.5")  # half of the plan was spent
    pay(saved, TRANSPORT, 1, "paket")  # cannot be counted in days
    [finding] = run("transport_over_attendance")
    assert (finding.training.pk, finding.amount) == (split.pk, 150_000)


@pytest.mark.parametrize(("volume", "found"), [("6.90", 0), ("7.00", 1)])
def test_less_than_a_day_is_a_matter_of_prices(run: Run, volume: str, found: int) -> None:
    pay(attended(3), TRANSPORT, volume, "OH")
    assert len(run("transport_over_attendance")) == found


def test_days_before_somebody_withdrew_were_attended(run: Run) -> None:
    training = attended(2)
    training.enrolments.update(status=EnrolmentStatus.WITHDRAWN)
    pay(training, TRANSPORT, 4, "OH")
    assert not run("transport_over_attendance")


def test_without_any_list_another_rule_speaks(run: Run) -> None:
    training = TrainingFactory()
    pay(training, TRANSPORT, 60, "OH")
    assert not run("transport_over_attendance")
    assert [one.training.pk for one in run("without_attendance")] == [training.pk]


# --- meals ----------------------------------------------------------------------------------------------------------
def test_more_portions_than_people_each_line_by_itself(run: Run) -> None:
    training = attended(3)
    pay(training, MEALS, 6, "kotak", 35_000)
    odd = pay(training, "5.1.02.01.01.0058", 8, "porsi", 15_000)
    pay(training, MEALS, 99, "paket", 15_000)
    [finding] = run("meals_over_attendance")
    assert (finding.key, finding.amount) == (f"training:{training.pk}:expense:{odd.pk}", 30_000)
    assert "dibayar 8 porsi, daftar hadir mencatat 6 orang-hari" in finding.sentence


# --- hours ----------------------------------------------------------------------------------------------------------
def test_fees_for_more_hours_than_were_taught(run: Run) -> None:
    odd, longer, unknown = TrainingFactory(hours=16), TrainingFactory(hours=8), TrainingFactory(hours=None)
    for _ in range(2):
        SessionFactory(training=odd, hours=7)  # the training as a whole says more
        SessionFactory(training=longer, hours=9)  # the sessions say more
    for training in (odd, longer, unknown):
        pay(training, FEES, 18, "JP", 300_000)
        pay(training, FEES, 1, "kegiatan", 700_000)
    [finding] = run("hours_over_sessions")
    assert (finding.key, finding.amount) == (f"training:{odd.pk}", 600_000)
    assert finding.sentence == "Honorarium dibayar untuk 18 JP/OJ, jadwal mencatat 16."


# --- lists ----------------------------------------------------------------------------------------------------------
def test_a_finished_training_without_attendance(run: Run) -> None:
    said = TrainingFactory(status=TrainingStatus.FINISHED, realised=None)
    paid = TrainingFactory(status=TrainingStatus.DRAFT)
    attended(1, status=TrainingStatus.FINISHED)
    TrainingFactory(status=TrainingStatus.CANCELLED)
    TrainingFactory(status=TrainingStatus.APPROVED, realised=None)
    TrainingFactory(status=TrainingStatus.APPROVED, start=TODAY, end=TODAY)  # paid ahead, not over
    assert {one.key for one in run("without_attendance")} == {f"training:{said.pk}", f"training:{paid.pk}"}


def test_a_list_on_which_nobody_is_ever_missing(run: Run) -> None:
    odd, one_ill, few, short = attended(10), attended(10), attended(9), attended(10, days=1)
    mark = one_ill.attendances.first()
    mark.presence = Presence.SICK
    mark.save()
    [finding] = run("nobody_ever_missing")
    assert finding.key == f"training:{odd.pk}"
    assert finding.sentence.startswith("10 peserta hadir pada seluruh 2 sesi")
    assert {few.pk, short.pk, one_ill.pk}.isdisjoint({finding.training.pk})


def test_sessions_of_one_day_are_one_day(run: Run) -> None:
    training = TrainingFactory(start=date(2025, 3, 3), end=date(2025, 3, 3))
    enrolment = EnrolmentFactory(training=training)
    for presence in (Presence.PRESENT, Presence.PRESENT, Presence.ABSENT):
        session = SessionFactory(training=training, date=training.start)
        AttendanceFactory(enrolment=enrolment, session=session, presence=presence)
    pay(training, TRANSPORT, 2, "OH")
    [finding] = run("transport_over_attendance")
    assert person_days(training) == 1
    assert finding.amount == 75_000
