"""Days, portions and hours that were paid against those that were held and attended."""

import itertools
from collections.abc import Collection, Iterable, Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

from django.db.models import CharField, Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Cast, Coalesce, Concat, Greatest

from participants.enums import Presence
from participants.models import Attendance
from participants.queries import taking_part
from programs.enums import TrainingStatus
from programs.models import Expense, Session
from programs.queries import count_of
from programs.rules import CENTS, HOUR, LESSON_HOUR, PERSON_DAY, PORTION, unit_key
from reports.enums import Severity
from reports.findings.accounts import CLASSIFICATION, MEALS, MEETING_FEES, TRAINING_FEES, TRANSPORT
from reports.findings.base import WIDTH, Finding, Rule, Scope, naming, parted
from reports.findings.registry import register

SESSIONS, PEOPLE = 2, 10  # from these on it is odd that nobody was ever missing
PAID_DAYS = "dibayar menurut hari hadir yang ditandatangani tiap orang"


def person_days(training: str) -> Coalesce:
    """Return how many days people were present: somebody in two sessions of one day was there for one day.

    The marks of those who withdrew later count: those days were attended and paid. `training` is the outer column.
    """
    one = Concat(Cast("enrolment", CharField()), Value("/"), Cast("session__date", CharField()))
    present = Attendance.objects.filter(presence=Presence.PRESENT, training=OuterRef(training)).order_by()
    days = present.values("training").annotate(n=Count(one, distinct=True)).values("n")
    return Coalesce(Subquery(days, output_field=IntegerField()), 0)


class Paid(NamedTuple):
    """Expense lines of one kind: how many units were paid for, and what for, rupiah."""

    units: Decimal
    money: Decimal

    def exceeds(self, held: int) -> bool:
        """Tell whether at least one whole unit was paid that was not held; of nothing recorded another rule tells.

        A part of a unit is a price that turned out lower or higher than planned.
        """
        return held > 0 and self.units >= held + 1

    def above(self, held: int) -> Decimal:
        """Return what the units beyond `held` cost, at the price that the lines have on average."""
        return ((self.units - held) * self.money / self.units).quantize(CENTS, ROUND_HALF_UP)


def paid_lines(scope: Scope, accounts: Collection[str], held: Any) -> QuerySet:
    """Return the lines of some accounts for which money was spent, by training; `held` counts what stands against it.

    Columns after those of the training: key of the line, description, unit, price, realised, held.
    """
    lines = Expense.objects.filter(account__code__in=accounts, realised__gt=0, unit_price__gt=0)
    columns = ("pk", "description", "unit", "unit_price", "realised", "held")
    rows = scope.within(lines, scope.trainings).annotate(held=held)
    return rows.order_by("training_id", "pk").values_list(*naming("training__"), *columns)


def paid_for(lines: Iterable[tuple], units: Collection[str]) -> Paid:
    """Return what the lines paid for in these units; a line that spent half of its plan paid for half of the units."""
    fitting = [(price, money) for _, _, unit, price, money, _ in lines if unit_key(unit) in units]
    bought = sum((money / price for price, money in fitting), Decimal(0))
    return Paid(bought.quantize(CENTS, ROUND_HALF_UP), sum((money for _, money in fitting), Decimal(0)))


class PaidOverHeld(Rule):
    """Base: the lines of a training together paid for more units than were held."""

    accounts: Collection[str]
    units: Collection[str]

    def held(self) -> Any:
        """Return the expression that counts for an expense line what its training held."""
        raise NotImplementedError

    def query(self, scope: Scope) -> Iterator[Finding]:
        rows = paid_lines(scope, self.accounts, self.held())
        for _, group in itertools.groupby(rows, key=lambda row: row[:WIDTH]):
            lines = [parted(row) for row in group]
            name, (*_, held) = lines[0]
            paid = paid_for((figures for _, figures in lines), self.units)
            if paid.exceeds(held):
                figures = {"paid": paid.units, "held": held}
                yield self.about_training(name, figures, amount=paid.above(held))


@register
class TransportOverAttendance(PaidOverHeld):
    """Transport money for more days than people were there."""

    identifier = "transport_over_attendance"
    severity = Severity.HIGH
    label = "Uang transportasi melebihi hari hadir"
    sentence = "Uang transportasi dibayar untuk {paid:n} orang-hari, daftar hadir mencatat {held:n}."
    regulation = f"Catatan rekening 5.1.02.04.01.0003 pada {CLASSIFICATION}; {PAID_DAYS}"
    accounts, units = TRANSPORT, {PERSON_DAY}

    def held(self) -> Any:
        return person_days("training")


@register
class HoursOverSessions(PaidOverHeld):
    """Fees for more hours than the sessions, or the training as a whole, lasted: the greater of both counts."""

    identifier = "hours_over_sessions"
    severity = Severity.HIGH
    label = "Honorarium melebihi jam pelatihan"
    sentence = "Honorarium dibayar untuk {paid:n} JP/OJ, jadwal mencatat {held:n}."
    regulation = f"Rekening 5.1.02.02.01.0011 dan .0003 pada {CLASSIFICATION}; dibayar menurut jam yang dilaksanakan"
    accounts, units = (*TRAINING_FEES, *MEETING_FEES), {HOUR, LESSON_HOUR}

    def held(self) -> Any:
        sessions = Session.objects.filter(training=OuterRef("training")).order_by().values("training")
        scheduled = Subquery(sessions.annotate(n=Sum("hours")).values("n"), output_field=IntegerField())
        return Greatest(Coalesce(scheduled, 0), Coalesce(F("training__hours"), 0), output_field=IntegerField())


@register
class MealsOverAttendance(Rule):
    """One line of meals for more portions than people were there; a meal and a snack a day are two lines."""

    identifier = "meals_over_attendance"
    severity = Severity.MEDIUM
    label = "Konsumsi melebihi hari hadir"
    sentence = "“{description}” dibayar {paid:n} porsi, daftar hadir mencatat {held:n} orang-hari."
    regulation = f"Rekening 5.1.02.01.01.0052 dan .0058 pada {CLASSIFICATION}; porsi tidak melebihi yang hadir"

    def query(self, scope: Scope) -> Iterator[Finding]:
        for row in paid_lines(scope, MEALS, person_days("training")):
            name, line = parted(row)
            pk, description, *_, held = line
            paid = paid_for([line], {PERSON_DAY, PORTION})
            if paid.exceeds(held):
                figures = {"description": description, "paid": paid.units, "held": held}
                yield self.about_training(name, figures, part=f"expense:{pk}", amount=paid.above(held))


@register
class WithoutAttendance(Rule):
    """A training that is over and paid for, or said to be finished, of which nobody's presence is recorded."""

    identifier = "without_attendance"
    severity = Severity.HIGH
    label = "Selesai tanpa daftar hadir"
    sentence = "Pelatihan sudah selesai ({end:d}) dengan {people} peserta, tetapi tidak ada kehadiran yang dicatat."
    regulation = "Bukti pelaksanaan: daftar hadir peserta per hari/sesi dengan tanda tangan"

    def query(self, scope: Scope) -> Iterator[Finding]:
        done = Q(status__in=(TrainingStatus.FINISHED, TrainingStatus.VERIFIED))
        paid = Q(realised__gt=0, end__lt=scope.today)
        rows = scope.live.filter(done | paid).exclude(Exists(Attendance.objects.filter(training=OuterRef("pk"))))
        rows = rows.annotate(people=count_of(taking_part(), "training"))
        for row in rows.values_list(*naming(), "end", "people", "realised"):
            name, (end, people, realised) = parted(row)
            yield self.about_training(name, {"end": end, "people": people}, amount=realised)


@register
class NobodyEverMissing(Rule):
    """Every mark of a long list is presence: possible, but also what a list looks like that was written afterwards."""

    identifier = "nobody_ever_missing"
    severity = Severity.LOW
    label = "Kehadiran selalu 100%"
    sentence = "{people} peserta hadir pada seluruh {sessions} sesi tanpa satu pun izin, sakit, atau alpa."
    regulation = "Pola peserta fiktif: cocokkan tanda tangan dan foto tiap hari"

    def query(self, scope: Scope) -> Iterator[Finding]:
        marks = Attendance.objects.filter(training=OuterRef("pk")).order_by()
        missing = marks.exclude(presence=Presence.PRESENT)
        counted = marks.values("training")
        counts = {
            "people": counted.annotate(n=Count("enrolment", distinct=True)).values("n"),
            "marked_sessions": counted.annotate(n=Count("session", distinct=True)).values("n"),
        }
        rows = scope.live.exclude(Exists(missing)).annotate(
            **{name: Subquery(count, output_field=IntegerField()) for name, count in counts.items()}
        )
        rows = rows.filter(people__gte=PEOPLE, marked_sessions__gte=SESSIONS)
        for row in rows.values_list(*naming(), "people", "marked_sessions"):
            name, (people, sessions) = parted(row)
            yield self.about_training(name, {"people": people, "sessions": sessions})
