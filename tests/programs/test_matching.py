"""SIPD-RI against Sulam as pure rules: every kind of result, sources, SP2D, and gaps that add up."""

import random
from decimal import Decimal
from typing import Any

import pytest

from programs.enums import MatchKind
from programs.rules.bookings import Booking, Match, MoneyKey, Sp2dPart, match_bookings, sp2d_key
from programs.validators import code_key

CODE, OTHER = "3.31.02.2.01.0005", "3.31.02.2.01.0003"
KNOWN = {(2025, 1, CODE)}
HONOR, MEALS = "5.1.2.2.1.3", "5.1.2.1.1.52"


def booked(amount: Any, account: str = HONOR, *, code: str = CODE, fund: str = "1.1", **other: Any) -> Booking:
    return Booking(MoneyKey(2025, 1, code, fund, account), Decimal(str(amount)), **other)


def one(sipd: list[Booking], sulam: list[Booking]) -> Match:
    (match,) = match_bookings(sipd, sulam, KNOWN)
    return match


@pytest.mark.parametrize(
    ("sipd", "sulam", "kind"),
    [
        ([booked(1000)], [booked("1000.00")], MatchKind.EQUAL),
        ([booked(1000)], [booked(600), booked(400)], MatchKind.EQUAL),
        ([booked(1000)], [booked("999.99")], MatchKind.DIFFERENT),
        ([booked(1000)], [], MatchKind.SIPD_ONLY),
        ([booked(1000)], [booked(0)], MatchKind.SIPD_ONLY),
        ([], [booked(1000)], MatchKind.SULAM_ONLY),
        ([booked(0)], [booked(1000)], MatchKind.SULAM_ONLY),
        ([booked(1000, code=OTHER)], [], MatchKind.OUTSIDE),
        ([], [booked(1000, "")], MatchKind.UNEXPLAINED),
        ([booked(-5)], [], MatchKind.SIPD_ONLY),
    ],
)
def test_every_kind_of_result(sipd: list[Booking], sulam: list[Booking], kind: MatchKind) -> None:
    assert one(sipd, sulam).kind == kind


def test_nothing_on_both_sides_is_no_figure() -> None:
    assert match_bookings([booked(0), booked(5, MEALS), booked(-5, MEALS)], [booked(0)], KNOWN) == []


def test_recaps_that_cancel_each_other_stay_listed() -> None:
    match = one([], [booked(5, "", training=(1, "a")), booked(-5, "", training=(2, "b"))])
    assert (match.kind, match.gap, match.trainings) == (MatchKind.UNEXPLAINED, 0, ((1, "a"), (2, "b")))


def test_two_sources_of_one_sub_kegiatan_are_two_figures() -> None:
    matches = match_bookings(
        [booked(10), booked(20, fund="2.2")], [booked(10), booked(15, fund="2.2"), booked(3, fund="9")], KNOWN
    )
    assert [(match.key.fund, match.kind, match.gap) for match in matches] == [
        ("1.1", MatchKind.EQUAL, 0),
        ("2.2", MatchKind.DIFFERENT, 5),
        ("9", MatchKind.SULAM_ONLY, -3),
    ]


def test_without_a_source_in_sipd_the_sources_are_taken_together() -> None:
    """In that sub kegiatan alone; the other keeps its sources."""
    sipd = [booked(10, fund=""), booked(20, fund="2.2"), booked(7, code=OTHER)]
    sulam = [booked(10), booked(20, fund="2.2"), booked(7, code=OTHER)]
    matches = match_bookings(sipd, sulam, KNOWN)
    assert [(match.key.code, match.key.fund, match.sipd, match.sulam, match.kind) for match in matches] == [
        (OTHER, "1.1", 7, 7, MatchKind.EQUAL),
        (CODE, "", 30, 30, MatchKind.EQUAL),
    ]


def test_sp2d_are_compared_where_both_sides_name_them() -> None:
    sipd = [booked(10, sp2d="SP2D/1/2025"), booked(20, sp2d="SP2D/2/2025"), booked(1)]
    sulam = [booked(10, sp2d="sp2d-1-2025"), booked(25, sp2d="SP2D/2/2025"), booked(6, sp2d="SP2D/3/2025")]
    match = one(sipd, sulam)
    assert match.parts == (
        Sp2dPart("", Decimal(1), Decimal(0)),
        Sp2dPart("SP2D/2/2025", Decimal(20), Decimal(25)),
        Sp2dPart("SP2D/3/2025", Decimal(0), Decimal(6)),
    )
    assert sum(part.sipd - part.sulam for part in match.parts) == match.gap == -10


def test_an_equal_sum_by_other_sp2d_is_equal_and_says_so() -> None:
    match = one([booked(10, sp2d="1")], [booked(10, sp2d="2")])
    assert match.kind == MatchKind.EQUAL
    assert [part.number for part in match.parts] == ["1", "2"]


def test_where_one_side_has_no_sp2d_there_is_nothing_to_compare() -> None:
    assert one([booked(10, sp2d="1")], [booked(9)]).parts == ()


def test_trainings_are_named_once_and_only_for_money() -> None:
    sulam = [booked(1, training=(9, "b")), booked(2, training=(9, "b")), booked(3, training=(5, "a"))]
    assert one([], [*sulam, booked(0, training=(7, "c"))]).trainings == ((5, "a"), (9, "b"))


def test_gaps_add_up_whatever_is_booked() -> None:
    draw = random.Random(2025)  # noqa: S311
    sides = [
        [
            booked(
                Decimal(draw.randrange(-500, 5000)) / 100,
                draw.choice((HONOR, MEALS, "5.1.2.4.1.3")),
                code=draw.choice((CODE, OTHER)),
                fund=draw.choice(funds),
                sp2d=draw.choice(("", "1", "2")),
            )
            for _ in range(200)
        ]
        for funds in (("1.1", "2.2", ""), ("1.1", "2.2"))
    ]
    matches = match_bookings(*sides, KNOWN)
    sipd, sulam = (sum(booking.amount for booking in side) for side in sides)
    assert sum(match.sipd for match in matches) == sipd
    assert sum(match.sulam for match in matches) == sulam
    assert sum(match.gap for match in matches) == sipd - sulam


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("5.1.02.02.001.00003", "5.1.02.02.01.0003", True),
        ("1.1", "1.01", True),
        ("Dana Lain", "DANA LAIN", True),
        ("5.1.02.02.01.0003", "5.1.02.02.01.0030", False),
    ],
)
def test_codes_are_compared_by_their_groups(first: str, second: str, same: bool) -> None:
    assert (code_key(first) == code_key(second)) is same


def test_a_number_of_an_sp2d_is_its_letters_and_digits() -> None:
    assert sp2d_key("35.07/04.0/000123/LS/2025") == sp2d_key(" 35.07 - 04.0 - 000123 - ls - 2025")
    assert sp2d_key("SP2D/12") != sp2d_key("SP2D/21")
