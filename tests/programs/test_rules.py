"""Rules of trainings, without a database."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.enums import TRANSITIONS, TrainingStatus
from programs.rules import (
    absent_rts,
    dates_fault,
    expand_rts,
    figure_conflict,
    initial_status,
    rt_name,
    training_number,
)

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("end", "realised", "status"),
    [
        (TODAY - timedelta(days=1), Decimal(1), TrainingStatus.FINISHED),
        (TODAY - timedelta(days=1), Decimal(0), TrainingStatus.FINISHED),
        (TODAY - timedelta(days=1), None, TrainingStatus.DRAFT),
        (TODAY, Decimal(1), TrainingStatus.DRAFT),  # still running
        (None, Decimal(1), TrainingStatus.DRAFT),
    ],
)
def test_the_first_status(end: date | None, realised: Decimal | None, status: str) -> None:
    assert initial_status(end=end, realised=realised, today=TODAY) == status


@pytest.mark.parametrize(
    ("own", "lines", "conflict"),
    [(None, None, False), (Decimal(5), None, False), (None, Decimal(5), False), (Decimal("5.00"), Decimal(5), False)]
    + [(Decimal(5), Decimal("5.01"), True), (Decimal(0), Decimal(1), True)],
)
def test_own_totals_and_expense_lines_must_agree(own, lines, conflict: bool) -> None:
    assert figure_conflict(own, lines) is conflict


def test_dates_in_order_and_in_the_year() -> None:
    assert dates_fault(date(2025, 7, 14), date(2025, 7, 15), 2025) == ""
    assert dates_fault(date(2025, 7, 14), date(2025, 7, 14), 2025) == ""
    assert "mendahului" in dates_fault(date(2025, 7, 15), date(2025, 7, 14), 2025)
    assert "di luar tahun anggaran 2025" in dates_fault(date(2024, 12, 31), date(2025, 1, 1), 2025)
    assert "di luar tahun anggaran 2025" in dates_fault(date(2025, 12, 31), date(2026, 1, 1), 2025)


def test_numbers_and_names() -> None:
    assert training_number(2025, "35.07.33", 1) == "2025.35.07.33.001"
    assert rt_name("031", "") == "RT 031"
    assert rt_name("003", "002") == "RT 003/RW 002"


@pytest.mark.parametrize(
    ("text", "rts"),
    [
        ("", []),
        ("1-3", [("001", ""), ("002", ""), ("003", "")]),
        ("1–2", [("001", ""), ("002", "")]),
        ("001, 002;5", [("001", ""), ("002", ""), ("005", "")]),
        ("RT 3/RW 2", [("003", "002")]),
        ("3/2, 3/2", [("003", "002")]),
        ("1-2/4", [("001", "004"), ("002", "004")]),
        ("7\n8", [("007", ""), ("008", "")]),
    ],
)
def test_rts_as_people_type_them(text: str, rts: list) -> None:
    assert expand_rts(text) == rts


@pytest.mark.parametrize("text", ["a", "1-", "-3", "3-1", "0", "1-1000", "1/x", "٣", "²"])
def test_what_is_no_rt_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match="RT"):
        expand_rts(text)


@given(st.integers(1, 999), st.integers(0, 40))
def test_ranges_are_complete(first: int, more: int) -> None:
    last = min(first + more, 999)
    assert [rt for rt, _ in expand_rts(f"{first}-{last}")] == [f"{rt:03d}" for rt in range(first, last + 1)]


def test_the_portal_names_the_rt_that_sent_nobody() -> None:
    """The founding training: 31 RT invited, 30 people came."""
    invited = expand_rts("1-31")
    came = [(rt, "004") for rt, _ in invited if rt != "017"]
    assert absent_rts(invited, came) == [("017", "")]


def test_an_invitation_with_rw_is_met_by_that_rw_only() -> None:
    assert absent_rts([("003", "001"), ("003", "002")], [("003", "002")]) == [("003", "001")]
    assert absent_rts([], [("001", "")]) == []


def test_verified_and_cancelled_are_ends_and_every_status_is_reached() -> None:
    starts, ends = {start for start, _ in TRANSITIONS}, {end for _, end in TRANSITIONS}
    assert not starts & {TrainingStatus.VERIFIED, TrainingStatus.CANCELLED}
    assert ends | {TrainingStatus.DRAFT} == set(TrainingStatus)
