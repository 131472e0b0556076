"""Reading what reports show, row by row and in the order of the recap: year, code, date, number.

Every function wants trainings that are already scoped with `visible_to(user)`; what hangs on them (people,
attendance, expenses) is in the same scope, because it carries the office and the organizer of its training.
"""

import itertools
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Q, QuerySet

from participants.enums import EnrolmentStatus, Presence
from participants.models import Attendance, Enrolment
from participants.queries import taking_part, with_people
from portal.models import ImportBatch
from portal.scoping import visible
from programs.models import BudgetLine, Expense, ExpenseAccount, InvitedRt, NomenclatureNode, Training
from programs.queries import count_of, with_realisation
from programs.rules import absent_rts
from reports.asof import as_of

CHUNK = 500
TRAINING_ORDER = ("budget_line__fiscal_year", "budget_line__node__code", "start", "number")
IN_TRAINING_ORDER = tuple(f"training__{name}" for name in TRAINING_ORDER)
PROGRAM_PARTS, ACTIVITY_PARTS = 3, 5  # 3.31.02 is the program, 3.31.02.2.01 the kegiatan


@contextmanager
def snapshot(moment: datetime | None = None) -> Iterator[None]:
    """Let everything read inside agree: one moment of the database, whoever writes meanwhile.

    On PostgreSQL REPEATABLE READ; on SQLite a deferred transaction, which keeps no writer waiting for a long report.
    Inside a transaction of the caller it changes nothing. With a past `moment` everything is read as it stood then,
    and nothing at all can be written inside (see reports.asof).
    """
    past = as_of(moment) if moment else nullcontext()
    if connection.in_atomic_block:
        with past:
            yield
        return
    mode = getattr(connection, "transaction_mode", None)
    try:
        if connection.vendor == "sqlite":
            connection.ensure_connection()
            connection.transaction_mode = "DEFERRED"
        with transaction.atomic():
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    # The tables of the past have to be made first; they forbid writing by themselves.
                    access = "READ WRITE" if moment else "READ ONLY"
                    cursor.execute(f"SET TRANSACTION ISOLATION LEVEL REPEATABLE READ {access}")
            with past:
                yield
    finally:
        if connection.vendor == "sqlite":
            connection.transaction_mode = mode


def ordered(trainings: QuerySet[Training]) -> QuerySet[Training]:
    """Return trainings in the order of the recap, with the rows that name them."""
    related = ("budget_line__node", "budget_line__fund_source", "organizer", "office__region", "village")
    return trainings.select_related(*related).order_by(*TRAINING_ORDER)


def listed(trainings: QuerySet[Training]) -> QuerySet[Training]:
    """Return ordered trainings with the counts of a line of the recap."""
    withdrawn = Enrolment.objects.filter(status=EnrolmentStatus.WITHDRAWN)
    return with_people(ordered(trainings)).annotate(
        withdrawn=count_of(withdrawn, "training"), invited=count_of(InvitedRt.objects.all(), "training")
    )


class Nomenclature:
    """Official names by code, of the version that is valid in a year; `table` is any official table of such codes."""

    def __init__(self, table: type[NomenclatureNode] | type[ExpenseAccount] = NomenclatureNode) -> None:
        self._versions: dict[str, list[tuple[int, int | None, str]]] = defaultdict(list)
        rows = table.objects.order_by("-valid_from").values_list("code", "valid_from", "valid_to", "name")
        for code, first, last, name in rows:
            self._versions[code].append((first, last, name))

    def name(self, code: str, year: int) -> str:
        """Return the name, of the newest version when none covers the year; '' for a code nobody knows."""
        versions = self._versions.get(code, [])
        valid = (name for first, last, name in versions if first <= year and (last is None or year <= last))
        return next(valid, versions[0][2] if versions else "")


@dataclass(frozen=True)
class RecapRow:
    """One training of the recap, with what stands in other tables."""

    training: Training
    program: tuple[str, str]  # code, name
    activity: tuple[str, str]
    absent_rts: list[tuple[str, str]]
    person_days: int


def recap_rows(trainings: QuerySet[Training]) -> Iterator[RecapRow]:
    """Yield the lines of the recap; the side tables are read once per chunk."""
    names = Nomenclature()
    rows = listed(trainings).iterator(chunk_size=CHUNK)
    while chunk := list(itertools.islice(rows, CHUNK)):
        ids = [training.pk for training in chunk]
        invited, represented, days = _invited(ids), _represented(ids), _person_days(ids)
        for training in chunk:
            parts = training.budget_line.node.code.split(".")
            year = training.budget_line.fiscal_year_id
            program, activity = ".".join(parts[:PROGRAM_PARTS]), ".".join(parts[:ACTIVITY_PARTS])
            yield RecapRow(
                training=training,
                program=(program, names.name(program, year)),
                activity=(activity, names.name(activity, year)),
                absent_rts=absent_rts(invited[training.pk], represented[training.pk]),
                person_days=days[training.pk],
            )


def _invited(ids: list[int]) -> dict[int, list[tuple[str, str]]]:
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for training, rt, rw in InvitedRt.objects.filter(training__in=ids).values_list("training", "rt", "rw"):
        found[training].append((rt, rw))
    return found


def _represented(ids: list[int]) -> dict[int, list[tuple[str, str]]]:
    """Who names no RT stands for the one they live in, as in participants.queries.absent_rts."""
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    rows = taking_part().filter(training__in=ids)
    for training, rt, rw, own_rt, own_rw in rows.values_list(
        "training", "represents_rt", "represents_rw", "person__rt", "person__rw"
    ):
        found[training].append((rt, rw) if rt else (own_rt, own_rw))
    return found


def _person_days(ids: list[int]) -> dict[int, int]:
    """Two sessions on one day are one day of one person: what transport money is paid for."""
    found: dict[int, int] = defaultdict(int)
    days = Attendance.objects.filter(training__in=ids, presence=Presence.PRESENT).order_by()
    for training, people in (
        days.values("training", "session__date")
        .annotate(people=Count("enrolment", distinct=True))
        .values_list("training", "people")
    ):
        found[training] += people
    return found


@dataclass(frozen=True)
class MoneyRow:
    """One line of money. `origin` tells where its figures come from; `expense` is None for what no line explains."""

    training: Training
    origin: str
    planned: Decimal | None
    realised: Decimal | None
    expense: Expense | None = None


LINES, RECAP, DIFFERENCE = "Rincian belanja", "Angka rekap", "Selisih"


def money_rows(trainings: QuerySet[Training]) -> Iterator[MoneyRow]:
    """Yield the expense lines of each training; its own figures when it has none; what is left between the two.

    So that the sums are the sums of the recap, also where a training contradicts its lines: an auditor must see that.
    """
    rows = ordered(trainings).iterator(chunk_size=CHUNK)
    while chunk := list(itertools.islice(rows, CHUNK)):
        lines: dict[int, list[Expense]] = defaultdict(list)
        expenses = Expense.objects.filter(training__in=[training.pk for training in chunk])
        for expense in expenses.select_related("account").order_by("account__code", "pk"):
            lines[expense.training_id].append(expense)
        for training in chunk:
            yield from _money_of(training, lines[training.pk])


def _money_of(training: Training, lines: list[Expense]) -> Iterator[MoneyRow]:
    if not lines:
        yield MoneyRow(training, RECAP, training.ceiling, training.realised)
        return
    for line in lines:
        yield MoneyRow(training, LINES, line.planned, line.realised, line)
    planned = (training.ceiling or 0) - sum(line.planned for line in lines)
    realised = (training.realised or 0) - sum(line.realised for line in lines)
    if planned or realised:
        yield MoneyRow(training, DIFFERENCE, planned, realised)


def budget_rows(trainings: QuerySet[Training]) -> QuerySet[BudgetLine]:
    """Return the budget lines behind the trainings with `training_count` and `realised` over these trainings only."""
    lines = BudgetLine.objects.filter(pk__in=trainings.order_by().values("budget_line"))
    return (
        with_realisation(lines, trainings)
        .select_related("node", "fund_source", "organizer")
        .order_by("fiscal_year", "node__code", "organizer__name", "fund_source__code")
    )


def batches_behind(trainings: QuerySet[Training], user: Any) -> tuple[list[ImportBatch], int]:
    """Return (imports that wrote these rows and that the user may see, how many others there are)."""
    ids = trainings.order_by().values("pk")
    within = Q(training__in=ids, source__isnull=False)
    sources = set(trainings.order_by().filter(source__isnull=False).values_list("source", flat=True).distinct())
    for model in (Enrolment, Attendance):
        sources |= set(model.objects.filter(within).order_by().values_list("source", flat=True).distinct())
    seen = visible(ImportBatch, user).filter(pk__in=sources).select_related("by").order_by("created_at")
    batches = list(seen)
    return batches, len(sources) - len(batches)
