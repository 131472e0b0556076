"""Reading people: figures beside trainings and enrolments, attendance, the RTs that sent nobody.

Functions that take a queryset want one that is already scoped with `visible_to(user)` and add no rows to it; functions
that take a row trust that the caller was allowed to see it, and check nothing themselves.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet

from participants.enums import EnrolmentStatus, Presence, Sex
from participants.models import Attendance, Business, Enrolment, Person
from portal.actions.bulk_sql import Among
from programs import rules
from programs.models import Session, Training
from programs.queries import count_of, money_totals


def taking_part() -> QuerySet[Enrolment]:
    """Return the enrolments that count as participants: everybody's but those who withdrew."""
    return Enrolment.objects.exclude(status=EnrolmentStatus.WITHDRAWN)


def _with_nib() -> Exists:
    return Exists(Business.objects.filter(person=OuterRef("person")).exclude(nib=""))


def with_people(trainings: QuerySet[Training]) -> QuerySet[Training]:
    """Annotate counts of participants: `people`, `women`, `men`, `with_nib`, `disabled`; and `attended`.

    `attended` counts marks of presence over all sessions. Somebody who withdrew is no participant any more, but the
    days before that were attended and paid.
    """
    enrolments = taking_part()
    present = Attendance.objects.filter(presence=Presence.PRESENT)
    return trainings.annotate(
        people=count_of(enrolments, "training"),
        women=count_of(enrolments.filter(person__sex=Sex.FEMALE), "training"),
        men=count_of(enrolments.filter(person__sex=Sex.MALE), "training"),
        with_nib=count_of(enrolments.filter(_with_nib()), "training"),
        disabled=count_of(enrolments.exclude(person__disability=""), "training"),
        attended=count_of(present, "training"),
    )


def people_totals(trainings: QuerySet[Training]) -> dict[str, int]:
    """Return people, women and men over the whole set, in one query; who takes part in two trainings counts twice."""
    return (
        taking_part()
        .filter(training__in=trainings.order_by().values("pk"))
        .order_by()
        .aggregate(
            people=Count("pk"),
            women=Count("pk", filter=Q(person__sex=Sex.FEMALE)),
            men=Count("pk", filter=Q(person__sex=Sex.MALE)),
        )
    )


def totals(trainings: QuerySet[Training]) -> dict[str, Any]:
    """Return trainings, days, people, women, men, ceiling and realised (rupiah) over the whole set, in two queries."""
    return money_totals(trainings) | people_totals(trainings)


def with_attendance(enrolments: QuerySet[Enrolment]) -> QuerySet[Enrolment]:
    """Annotate `present` (sessions attended) and `session_count` (sessions of the training)."""
    return enrolments.annotate(
        present=count_of(Attendance.objects.filter(presence=Presence.PRESENT), "enrolment"),
        session_count=count_of(Session.objects.all(), "training", outer="training"),
    )


def absent_rts(training: Training) -> list[tuple[str, str]]:
    """Return the invited (RT, RW) that nobody represents; who names no RT stands for the one they live in."""
    rows = taking_part().filter(training=training)
    represented = [
        (rt, rw) if rt else (own_rt, own_rw)
        for rt, rw, own_rt, own_rw in rows.values_list("represents_rt", "represents_rw", "person__rt", "person__rw")
    ]
    return rules.absent_rts(training.invited_rts.values_list("rt", "rw"), represented)


@dataclass(frozen=True)
class DayAttendance:
    """Marks of one session; `unmarked` are participants of whom nothing was written down."""

    session: Session
    present: int
    permitted: int
    sick: int
    absent: int
    unmarked: int


def attendance_by_day(training: Training) -> list[DayAttendance]:
    """Return the marks of each session in order; a day with two sessions gives two entries. Two queries."""
    people = taking_part().filter(training=training).count()
    marks = {
        "present": Presence.PRESENT,
        "permitted": Presence.PERMITTED,
        "sick": Presence.SICK,
        "absent": Presence.ABSENT,
    }
    counts = {name: Count("attendances", filter=Q(attendances__presence=mark)) for name, mark in marks.items()}
    marked = ~Q(attendances__enrolment__status=EnrolmentStatus.WITHDRAWN)
    sessions = training.sessions.annotate(marked=Count("attendances", filter=marked), **counts)
    return [
        DayAttendance(
            session=session, unmarked=people - session.marked, **{name: getattr(session, name) for name in marks}
        )
        for session in sessions.order_by("date", "order")
    ]


def also_recorded_elsewhere(person: Person) -> tuple[int, int | None]:
    """Return how many trainings other offices recorded for the same NIK, and the last fiscal year of them.

    Counts only, no office and no name: it warns of the same faces every year without opening another office's books.
    """
    if not person.nik_index:
        return 0, None
    found = (
        taking_part()
        .filter(person__nik_index=person.nik_index)
        .exclude(office=person.office_id)
        .aggregate(count=Count("training", distinct=True), last=Max("training__budget_line__fiscal_year"))
    )
    return found["count"], found["last"]


def among(rows: QuerySet, path: str, keys: Collection[Any]) -> QuerySet:
    """Return the rows whose `path` is one of the keys, in one query for any number of them; no keys, no query."""
    return rows.filter(Among(F(path), list(keys))) if keys else rows.none()


def at_the_same_time(enrolments: QuerySet[Enrolment], training: Training) -> QuerySet[Enrolment]:
    """Return the enrolments in other trainings whose days overlap with these; who withdrew was free."""
    return (
        enrolments.exclude(training=training)
        .exclude(status=EnrolmentStatus.WITHDRAWN)
        .filter(training__start__lte=training.end, training__end__gte=training.start)
    )
