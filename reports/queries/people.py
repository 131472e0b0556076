"""People in trainings and their marks of attendance as plain values: a report has more of these than of all else."""

import functools
import itertools
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import Any, NamedTuple

from django.db.models import QuerySet

from participants.enums import Presence
from participants.models import Attendance, Enrolment
from programs.models import Training
from reports.queries import IN_TRAINING_ORDER

CHUNK = 2000


class Participant(NamedTuple):
    """One enrolment with its person and the person's business; the values of several businesses stand side by side."""

    enrolment: int
    number: str
    title: str
    start: date
    nik_last4: str
    local_number: str | None
    name: str
    sex: str
    birth_place: str
    birth_date: date | None
    address: str
    rt: str
    rw: str
    village: str | None
    district: str | None
    represents_rt: str
    represents_rw: str
    phone: str
    education: str
    occupation: str
    business: str | None
    nib: str | None
    kbli: str | None
    product: str | None
    workers: int | None
    turnover: Decimal | None
    legality: str | None
    pre_score: int | None
    post_score: int | None
    status: str
    nik_index: str | None = None
    nik_cipher: bytes | None = None


PARTICIPANT_FIELDS = (
    "pk",
    "training__number",
    "training__title",
    "training__start",
    "person__nik_last4",
    "person__local_number",
    "person__name",
    "person__sex",
    "person__birth_place",
    "person__birth_date",
    "person__address",
    "person__rt",
    "person__rw",
    "person__village__name",
    "person__village__parent__name",
    "represents_rt",
    "represents_rw",
    "person__phone",
    "person__education",
    "person__occupation",
    "person__businesses__name",
    "person__businesses__nib",
    "person__businesses__kbli_code",
    "person__businesses__product",
    "person__businesses__workers",
    "person__businesses__turnover",
    "person__businesses__legality",
    "pre_score",
    "post_score",
    "status",
)
FULL_NIK_FIELDS = ("person__nik_index", "person__nik_cipher")
BUSINESS_TEXTS = ("business", "nib", "kbli", "product", "legality")
BUSINESS_FIGURES = ("workers", "turnover")


class Participants:
    """Every enrolment, those who withdrew included, with person, village and businesses: rows, or blocks of columns.

    Only with `full_nik` does the encrypted NIK leave the database.
    """

    def __init__(self, trainings: QuerySet[Training], *, full_nik: bool = False):
        fields = (*PARTICIPANT_FIELDS, *FULL_NIK_FIELDS) if full_nik else PARTICIPANT_FIELDS
        self._names = Participant._fields[: len(fields)]
        self._rows = (
            Enrolment.objects.filter(training__in=trainings.order_by().values("pk"))
            .order_by(*IN_TRAINING_ORDER, "person__name", "pk", "person__businesses__name")
            .values_list(*fields)
        )

    def __iter__(self) -> Iterator[Participant]:
        return itertools.chain.from_iterable(itertools.starmap(Participant, part) for part in self._parts(CHUNK))

    def blocks(self, size: int) -> Iterator[dict[str, Sequence[Any]]]:
        """Yield about `size` rows at a time as columns by the name of their field."""
        for part in self._parts(size):
            yield dict(zip(self._names, zip(*part, strict=True), strict=False))  # without the NIK that was not asked

    def _parts(self, size: int) -> Iterator[Sequence[Sequence[Any]]]:
        """Yield some rows at a time; one with two businesses comes twice, side by side, and becomes one."""
        rows, held = self._rows.iterator(chunk_size=CHUNK), []
        while part := list(itertools.islice(rows, size)):
            part = held + part
            end = len(part) - 1  # what follows may belong to the last one
            while end and part[end - 1][0] == part[end][0]:
                end -= 1
            part, held = part[:end], part[end:]
            if part:
                yield _united(part)
        if held:
            yield _united(held)


def _united(rows: Sequence[Sequence[Any]]) -> Sequence[Sequence[Any]]:
    if len({row[0] for row in rows}) == len(rows):
        return rows
    people = itertools.groupby(itertools.starmap(Participant, rows), key=attrgetter("enrolment"))
    return [functools.reduce(_with_business, same) for _, same in people]


def _with_business(row: Participant, other: Participant) -> Participant:
    """A person with two businesses stays one row."""
    texts = {name: "; ".join(filter(None, (getattr(row, name), getattr(other, name)))) for name in BUSINESS_TEXTS}
    figures = {}
    for name in BUSINESS_FIGURES:
        known = [value for value in (getattr(row, name), getattr(other, name)) if value is not None]
        figures[name] = sum(known) if known else None
    return row._replace(**texts, **figures)


class Mark(NamedTuple):
    """One person in one session."""

    number: str
    title: str
    date: date
    session: int
    name: str
    nik_last4: str
    local_number: str | None
    presence: str
    enrolment: int


MARK_FIELDS = (
    "training__number",
    "training__title",
    "session__date",
    "session__order",
    "enrolment__person__name",
    "enrolment__person__nik_last4",
    "enrolment__person__local_number",
    "presence",
    "enrolment",
)


def attendance_rows(trainings: QuerySet[Training]) -> Iterator[tuple[Mark, bool, bool]]:
    """Yield (mark, present, first presence of this person on this day): sessions and days are counted apart."""
    rows = (
        Attendance.objects.filter(training__in=trainings.order_by().values("pk"))
        .order_by(*IN_TRAINING_ORDER, "session__date", "session__order", "enrolment__person__name", "pk")
        .values_list(*MARK_FIELDS)
        .iterator(chunk_size=CHUNK)
    )
    day: tuple[str, date] | None = None
    seen: set[int] = set()
    for mark in map(Mark._make, rows):
        if (mark.number, mark.date) != day:
            day, seen = (mark.number, mark.date), set()
        present = mark.presence == Presence.PRESENT
        yield mark, present, present and mark.enrolment not in seen
        if present:
            seen.add(mark.enrolment)


def count_of_people(trainings: QuerySet[Training]) -> int:
    """Return how many lines `Participants` gives."""
    return Enrolment.objects.filter(training__in=trainings.order_by().values("pk")).count()


def count_of_marks(trainings: QuerySet[Training]) -> int:
    """Return how many lines `attendance_rows` gives."""
    return Attendance.objects.filter(training__in=trainings.order_by().values("pk")).count()
