"""Which RTs were asked to send somebody, who came for them, and which nobody ever came for."""

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db.models import Count, QuerySet

from programs.models import InvitedRt, Training
from programs.rules import absent_rts
from reports.figures.shared import people_of
from reports.queries import CHUNK, IN_TRAINING_ORDER, ordered

Rt = tuple[str, str]  # RT, RW ("" where numbers run through the village)
NO_RT: Rt = ("", "")


@dataclass(frozen=True)
class RtRow:
    """One RT in one training; NO_RT for participants who name none and whose address has none."""

    training: Training
    rt: Rt
    invited: bool
    reached: bool
    representing: int
    living: int  # of the village of the training


class Person(NamedTuple):
    """What an enrolment says of RTs."""

    training: int
    represents_rt: str
    represents_rw: str
    rt: str
    rw: str
    village: str | None
    held_in: str | None

    @property
    def represented(self) -> Rt:
        """Return the RT somebody stands for; as in participants.queries.absent_rts the one they live in by default."""
        return (self.represents_rt, self.represents_rw) if self.represents_rt else (self.rt, self.rw)

    @property
    def is_local(self) -> bool:
        """Tell whether the address may be in the village of the training: RT 003 of another village is another RT."""
        return self.village is None or self.held_in is None or self.village == self.held_in


REPRESENTS = ("represents_rt", "represents_rw", "person__rt", "person__rw")
PERSON = ("training", *REPRESENTS, "person__village", "training__village")


def rt_rows(trainings: QuerySet[Training]) -> Iterator[RtRow]:
    """Yield the RTs of each training in the order of the recap, invited or not. Three queries, read side by side."""
    invited = InvitedRt.objects.filter(training__in=trainings.order_by().values("pk"))
    invitations = _by_training(invited.order_by(*IN_TRAINING_ORDER).values_list("training", "rt", "rw"))
    people = _by_training(people_of(trainings).order_by(*IN_TRAINING_ORDER).values_list(*PERSON))
    asked, came = next(invitations, None), next(people, None)
    for training in ordered(trainings).iterator(chunk_size=CHUNK):
        rts: list[Rt] = []
        persons: list[Person] = []
        if asked and asked[0] == training.pk:
            rts, asked = [(rt, rw) for _, rt, rw in asked[1]], next(invitations, None)
        if came and came[0] == training.pk:
            persons, came = [Person(*row) for row in came[1]], next(people, None)
        yield from _of_training(training, rts, persons)


def _by_training(rows: QuerySet) -> Iterator[tuple[int, list[Any]]]:
    """The rows of each training that has any; their order is that of the trainings."""
    for training, group in itertools.groupby(rows.iterator(chunk_size=CHUNK), key=lambda row: row[0]):
        yield training, list(group)


def _of_training(training: Training, invited: list[Rt], people: list[Person]) -> Iterator[RtRow]:
    asked = set(invited)
    absent = set(absent_rts(asked, (person.represented for person in people)))
    representing = Counter(_asked_as(person.represented, asked) for person in people)
    living = Counter(_asked_as((one.rt, one.rw), asked) for one in people if one.rt and one.is_local)
    for rt in sorted({*asked, *representing, *living}, key=lambda rt: (not rt[0], rt[1], rt[0])):
        is_asked = rt in asked
        yield RtRow(
            training=training,
            rt=rt,
            invited=is_asked,
            reached=is_asked and rt not in absent,
            representing=representing[rt],
            living=living[rt],
        )


def _asked_as(rt: Rt, asked: set[Rt]) -> Rt:
    """Return how an RT was invited: without RW the number means that RT of any RW (programs.rules.absent_rts)."""
    plain = (rt[0], "")
    if not rt[0]:
        return NO_RT
    return plain if rt not in asked and plain in asked else rt


@dataclass
class VillageRow:
    """One village over all its trainings; without a name, trainings of one kecamatan that name no village."""

    district: str
    name: str
    trainings: int = 0
    people: int = 0
    invited: set[Rt] = field(default_factory=set)
    never_reached: list[Rt] = field(default_factory=list)

    @property
    def reached(self) -> int:
        """Return how many of the invited RTs somebody came for."""
        return len(self.invited) - len(self.never_reached)


VILLAGE = ("village", "office__region")


def village_rows(trainings: QuerySet[Training]) -> list[VillageRow]:
    """Return the villages by code; an RT is reached once somebody came for it to any training. Three queries."""
    names = (*VILLAGE, "village__name", "village__parent__name", "office__region__name")
    rows: dict[str, VillageRow] = {}
    found = trainings.order_by().values(*names).annotate(n=Count("pk")).values_list(*names, "n")
    for village, region, name, parent, office, count in found:
        row = rows.setdefault(village or region, VillageRow(parent or office if village else office, name or ""))
        row.trainings += count
    place = tuple(f"training__{key}" for key in VILLAGE)
    invited = InvitedRt.objects.filter(training__in=trainings.order_by().values("pk")).order_by()
    for village, region, rt, rw in invited.values_list(*place, "rt", "rw").distinct():
        rows[village or region].invited.add((rt, rw))
    represented: dict[str, set[Rt]] = defaultdict(set)
    people = people_of(trainings).values(*place, *REPRESENTS).annotate(n=Count("pk"))
    for village, region, rt, rw, own_rt, own_rw, count in people.values_list(*place, *REPRESENTS, "n"):
        rows[village or region].people += count
        represented[village or region].add((rt, rw) if rt else (own_rt, own_rw))
    for code, row in rows.items():
        row.never_reached = absent_rts(row.invited, represented[code])
    return [rows[code] for code in sorted(rows)]
