"""SIPD-RI against Sulam: what both sides booked, read for `programs.rules.match_bookings`, and what came of it.

Every function takes querysets that its caller has already scoped with `visible_to(user)` and adds no rows to them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Exists, Max, OuterRef, QuerySet, Sum
from django.db.models.functions import Coalesce

from programs.enums import MatchKind
from programs.models import BudgetLine, Expense, FundSource, SipdRow, SipdUpload, Training
from programs.queries import NO_MONEY, RUPIAH, count_of, sum_of
from programs.rules.bookings import Booking, Match, MoneyKey, match_bookings
from programs.validators import code_key


def in_force(uploads: QuerySet[SipdUpload]) -> QuerySet[SipdUpload]:
    """Return the newest sheet of each organizer and year; it takes the place of those before it."""
    newest = uploads.order_by().values("organizer", "fiscal_year").annotate(last=Max("pk")).values("last")
    return uploads.filter(pk__in=newest)


def with_sums(uploads: QuerySet[SipdUpload]) -> QuerySet[SipdUpload]:
    """Annotate `line_count` and `realised` (rupiah) over the lines of each sheet."""
    rows = SipdRow.objects.all()
    return uploads.select_related("organizer", "source__by").annotate(
        line_count=count_of(rows, "upload"),
        realised=Coalesce(sum_of(rows, "upload", "realised"), NO_MONEY, output_field=RUPIAH),
    )


@dataclass(frozen=True)
class ComparedLine:
    """A match with the names that a reader knows it by; `fund` and `account` are '' where nobody said."""

    match: Match
    organizer: str
    name: str  # of the sub kegiatan
    fund: str
    account: str
    account_name: str

    @property
    def kind(self) -> MatchKind:
        """Return what came of the comparison."""
        return self.match.kind


class _Sides:
    """Bookings of both sides, and every name met on the way; our own tables name a thing before SIPD does."""

    def __init__(self) -> None:
        self.organizers: dict[int, str] = {}
        self.names: dict[str, str] = {}
        self.funds = {code_key(code): name for code, name in FundSource.objects.values_list("code", "name")}
        self.accounts: dict[str, tuple[str, str]] = {}

    def ours(self, trainings: QuerySet[Training]) -> Iterator[Booking]:
        """Yield what the expense lines say, then what trainings spent beyond them: recaps without lines, mostly."""
        line = "training__budget_line__"
        lines = Expense.objects.filter(training__in=trainings.order_by().values("pk")).order_by()
        facts = lines.values_list(
            f"{line}fiscal_year", "organizer", f"{line}node__code", f"{line}fund_source__code",
            "account__code", "sp2d_number", "training", "training__number",
            "organizer__name", f"{line}node__name", "account__name",
        ).annotate(Sum("realised"))  # fmt: skip
        for year, owner, code, fund, account, sp2d, pk, number, *names, amount in facts:
            self._name(owner, code, fund, account, *names)
            key = MoneyKey(year, owner, code, code_key(fund), code_key(account))
            yield Booking(key, amount, sp2d, (pk, number))
        yield from self._unexplained(trainings)

    def _unexplained(self, trainings: QuerySet[Training]) -> Iterator[Booking]:
        totals = trainings.order_by().annotate(realised_lines=sum_of(Expense.objects.all(), "training", "realised"))
        facts = totals.values_list(
            "budget_line__fiscal_year", "organizer", "budget_line__node__code", "budget_line__fund_source__code",
            "pk", "number", "organizer__name", "budget_line__node__name", "realised", "realised_lines",
        )  # fmt: skip
        for year, owner, code, fund, pk, number, organizer, name, total, lines in facts:
            if rest := (total or NO_MONEY) - (lines or NO_MONEY):
                self._name(owner, code, fund, "", organizer, name, "")
                yield Booking(MoneyKey(year, owner, code, code_key(fund), ""), rest, "", (pk, number))

    def theirs(self, rows: QuerySet[SipdRow]) -> Iterator[Booking]:
        """Yield what the lines of SIPD say."""
        facts = rows.order_by().values_list(
            "upload__fiscal_year", "organizer", "code", "fund", "account", "sp2d_number", "organizer__name"
        )
        named = facts.annotate(Max("name"), Max("account_name"), Sum("realised"))
        for year, owner, code, fund, account, sp2d, organizer, name, account_name, amount in named:
            self._name(owner, code, fund, account, organizer, name, account_name)
            yield Booking(MoneyKey(year, owner, code, code_key(fund), code_key(account)), amount, sp2d)

    def _name(self, owner: int, code: str, fund: str, account: str, organizer: str, name: str, title: str) -> None:
        self.organizers[owner] = organizer
        self.names[code] = self.names.get(code) or name
        self.funds.setdefault(code_key(fund), fund)
        known = self.accounts.get(code_key(account))
        if not (known and known[1]):
            self.accounts[code_key(account)] = (account, title)


def compare_with_sipd(
    rows: QuerySet[SipdRow], trainings: QuerySet[Training], lines: QuerySet[BudgetLine]
) -> list[ComparedLine]:
    """Return both sides' figures held against each other; four queries and one for the names of sources.

    `rows` and `trainings` must be of the same organizers, years and sub kegiatan; `lines` tells which are ours.
    """
    sides = _Sides()
    known = set(lines.order_by().values_list("fiscal_year", "organizer", "node__code"))
    ours = list(sides.ours(trainings))  # first, for its names are the official ones
    return [
        ComparedLine(
            match=match,
            organizer=sides.organizers[match.key.organizer],
            name=sides.names[match.key.code],
            fund=sides.funds[match.key.fund],
            account=sides.accounts[match.key.account][0],
            account_name=sides.accounts[match.key.account][1],
        )
        for match in match_bookings(sides.theirs(rows), ours, known)
    ]


@dataclass
class SideSum:
    """Figures taken together, rupiah; `like` is one of them and names what they share."""

    like: ComparedLine | None = None
    count: int = 0
    sipd: Decimal = NO_MONEY
    sulam: Decimal = NO_MONEY

    @property
    def gap(self) -> Decimal:
        """Return SIPD minus Sulam, rupiah."""
        return self.sipd - self.sulam

    def add(self, line: ComparedLine) -> None:
        """Take one more figure in."""
        self.like = self.like or line
        self.count += 1
        self.sipd += line.match.sipd
        self.sulam += line.match.sulam


def sums_by_kind(lines: Iterable[ComparedLine]) -> dict[MatchKind, SideSum]:
    """Return a sum for every kind, those without a figure too: a kind that is missing reads like one forgotten."""
    sums = {kind: SideSum() for kind in MatchKind}
    for line in lines:
        sums[line.kind].add(line)
    return sums


def sums_by_budget_line(lines: Iterable[ComparedLine]) -> list[SideSum]:
    """Return a sum for each year, organizer, sub kegiatan and source, in this order; those outside Sulam left out."""
    sums: dict[MoneyKey, SideSum] = {}
    for line in lines:
        if line.kind != MatchKind.OUTSIDE:
            sums.setdefault(line.match.key._replace(account=""), SideSum()).add(line)
    return list(sums.values())


@dataclass(frozen=True)
class Scope:
    """What a selection of trainings can be held against."""

    uploads: QuerySet[SipdUpload]  # in force, of the organizers and years of the trainings
    lines: list[ComparedLine]
    without_upload: QuerySet[Training]  # nobody has uploaded a sheet for them


def scope_of(trainings: QuerySet[Training]) -> Scope:
    """Return the comparison of the sub kegiatan that these trainings hang on, each organizer and year by itself.

    The trainings must be all of their budget lines that the reader sees, and the reader one who may see sheets of
    SIPD-RI: whose sheets these are follows from the trainings.
    """
    years = {"organizer": OuterRef("organizer"), "budget_line__fiscal_year": OuterRef("fiscal_year")}
    uploads = in_force(SipdUpload.objects.filter(Exists(trainings.order_by().filter(**years))))
    same = {
        "organizer": OuterRef("organizer"),
        "budget_line__fiscal_year": OuterRef("upload__fiscal_year"),
        "budget_line__node__code": OuterRef("code"),
    }
    rows = SipdRow.objects.filter(Exists(trainings.order_by().filter(**same)), upload__in=uploads.values("pk"))
    theirs = SipdUpload.objects.filter(
        organizer=OuterRef("organizer"), fiscal_year=OuterRef("budget_line__fiscal_year")
    )
    lines = BudgetLine.objects.filter(pk__in=trainings.order_by().values("budget_line"))
    return Scope(
        uploads=with_sums(uploads).order_by("fiscal_year", "organizer__name"),
        lines=compare_with_sipd(rows, trainings.filter(Exists(theirs)), lines),
        without_upload=trainings.filter(~Exists(theirs)),
    )
