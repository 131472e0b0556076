"""People who took part in more than one training of a report."""

import itertools
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from django.db.models import Count, F, QuerySet, Window
from django.db.models.functions import FirstValue

from programs.models import Training
from reports.figures.shared import people_of, same_person
from reports.queries import CHUNK, IN_TRAINING_ORDER

MANY = 2


class Participation(NamedTuple):
    """One training of one person; `latest_*` are as the person's last training has them."""

    who: str
    latest_name: str
    latest_nik: str
    latest_local_number: str | None
    name: str
    number: str
    title: str
    office: str
    start: date
    year: int
    sub_activity: str


FIELDS = (
    "who",
    "latest_name",
    "latest_nik",
    "latest_local_number",
    "person__name",
    "training__number",
    "training__title",
    "training__office__region__name",
    "training__start",
    "training__budget_line__fiscal_year",
    "training__budget_line__node__code",
)


def repeated_people(trainings: QuerySet[Training]) -> Iterator[list[Participation]]:
    """Yield the trainings of each person who took part in two or more of these, whoever has most first. One query.

    A NIK makes one person of the records of several offices, as far as the trainings are in the caller's scope; who
    has none is known by the record alone. Who withdrew took no part.
    """
    people = people_of(trainings).annotate(who=same_person())
    by_person = {"partition_by": F("who")}
    latest = {**by_person, "order_by": [F("training__start").desc(), F("pk").desc()]}
    rows = (
        people.annotate(
            times=Window(Count("pk"), **by_person),
            latest_name=Window(FirstValue("person__name"), **latest),
            latest_nik=Window(FirstValue("person__nik_last4"), **latest),
            latest_local_number=Window(FirstValue("person__local_number"), **latest),
        )
        .filter(times__gte=MANY)
        .order_by("-times", "latest_name", "who", *IN_TRAINING_ORDER)
        .values_list(*FIELDS)
    )
    found = map(Participation._make, rows.iterator(chunk_size=CHUNK))
    for _, group in itertools.groupby(found, key=lambda row: row.who):
        yield list(group)
