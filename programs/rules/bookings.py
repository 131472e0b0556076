"""Holding the bookings of SIPD-RI against our own: pure rules."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from programs.enums import MatchKind
from programs.rules import CENTS


class MoneyKey(NamedTuple):
    """What two figures of realisation must share to be the same money; fund and account as `code_key` gives them."""

    year: int
    organizer: int
    code: str  # of the sub kegiatan
    fund: str  # '' where SIPD does not say
    account: str  # '' for what a training spent without saying on which account


class Booking(NamedTuple):
    """An amount of rupiah on one side; `training` is (key, number) and stands on our side only."""

    key: MoneyKey
    amount: Decimal
    sp2d: str = ""
    training: tuple[int, str] | None = None


@dataclass(frozen=True)
class Sp2dPart:
    """One SP2D of a pair of figures on which the two sides do not agree; '' is what carries no number."""

    number: str
    sipd: Decimal
    sulam: Decimal


@dataclass(frozen=True)
class Match:
    """One figure of SIPD-RI beside the one of Sulam, rupiah; 0 where a side has none."""

    key: MoneyKey
    kind: MatchKind
    sipd: Decimal
    sulam: Decimal
    parts: tuple[Sp2dPart, ...]
    trainings: tuple[tuple[int, str], ...]  # behind our figure: (key, number)

    @property
    def gap(self) -> Decimal:
        """Return SIPD minus Sulam, rupiah."""
        return self.sipd - self.sulam


def match_bookings(
    sipd: Iterable[Booking], sulam: Iterable[Booking], known: Collection[tuple[int, int, str]]
) -> list[Match]:
    """Return every figure that either side has, in the order of its key; figures of nothing are left out.

    The gaps add up to the whole of SIPD less the whole of Sulam. Where SIPD does not name the source of money of every
    row of a sub kegiatan, its sources are taken together on both sides. `known` are the (year, organizer, sub kegiatan)
    of our budget lines: what SIPD spends elsewhere is no business of ours, and said to be so.
    """
    sides: tuple[dict[MoneyKey, list[Booking]], ...] = (defaultdict(list), defaultdict(list))
    theirs = list(sipd)
    coarse = {booking.key[:3] for booking in theirs if not booking.key.fund}
    for side, bookings in zip(sides, (theirs, sulam), strict=True):
        for booking in bookings:
            key = booking.key._replace(fund="") if booking.key[:3] in coarse else booking.key
            side[key].append(booking)
    left, right = sides
    keys = sorted(left.keys() | right.keys())
    matches = (_match(key, left.get(key, ()), right.get(key, ()), key[:3] in known) for key in keys)
    return [match for match in matches if match.sipd or match.sulam or match.parts or not match.key.account]


def _match(key: MoneyKey, left: Sequence[Booking], right: Sequence[Booking], known: bool) -> Match:
    sipd, sulam = _sum(left), _sum(right)
    return Match(
        key=key,
        kind=_kind(key, sipd, sulam, known),
        sipd=sipd,
        sulam=sulam,
        parts=tuple(_unequal_parts(left, right)),
        trainings=tuple(sorted({one.training for one in right if one.training and one.amount}, key=lambda t: t[1])),
    )


def _kind(key: MoneyKey, sipd: Decimal, sulam: Decimal, known: bool) -> MatchKind:
    if not key.account:
        return MatchKind.UNEXPLAINED
    if sipd == sulam:
        return MatchKind.EQUAL
    if sipd and sulam:
        return MatchKind.DIFFERENT
    if sulam:
        return MatchKind.SULAM_ONLY
    return MatchKind.SIPD_ONLY if known else MatchKind.OUTSIDE


def _unequal_parts(left: Sequence[Booking], right: Sequence[Booking]) -> Iterable[Sp2dPart]:
    """Yield the SP2D on which the sides differ, when both name any."""
    if not (any(one.sp2d for one in left) and any(one.sp2d for one in right)):
        return
    groups: dict[str, tuple[list[Booking], list[Booking]]] = defaultdict(lambda: ([], []))
    for place, side in enumerate((left, right)):
        for booking in side:
            groups[sp2d_key(booking.sp2d)][place].append(booking)
    for _, (theirs, ours) in sorted(groups.items()):
        sipd, sulam = _sum(theirs), _sum(ours)
        if sipd != sulam:
            yield Sp2dPart((theirs or ours)[0].sp2d, sipd, sulam)


def _sum(bookings: Iterable[Booking]) -> Decimal:
    return sum((booking.amount for booking in bookings), Decimal(0)).quantize(CENTS)


def sp2d_key(number: str) -> str:
    """Return the letters and digits of an SP2D's number: who types it changes its strokes and blanks."""
    return "".join(letter for letter in number.casefold() if letter.isalnum())
