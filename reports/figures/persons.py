"""People by kecamatan and sub kegiatan: as often as they took part, and as so many different people."""

from dataclasses import dataclass, field

from django.db.models import Count, QuerySet

from programs.models import Training
from reports.figures.shared import people_of, same_person
from reports.queries import Nomenclature

WHOLE = ""  # beside codes of kecamatan and sub kegiatan: all of them


@dataclass
class CrossTable:
    """Counts by (kecamatan code, sub kegiatan code); WHOLE stands for all, a missing pair for no training there.

    `people` counts a person once in each cell, so that its cells do not add up to its WHOLE.
    """

    activities: dict[str, str]  # code -> name, in order
    offices: dict[str, str]
    enrolments: dict[tuple[str, str], int] = field(default_factory=dict)
    people: dict[tuple[str, str], int] = field(default_factory=dict)


def cross_table(trainings: QuerySet[Training]) -> CrossTable:
    """Return the counts of the trainings. Six queries."""
    region, name, code, year = (
        "office__region",
        "office__region__name",
        "budget_line__node__code",
        "budget_line__fiscal_year",
    )
    places = list(trainings.order_by().values_list(region, name, code, year).distinct())
    names, latest = Nomenclature(), {code: year for _, _, code, year in sorted(places, key=lambda place: place[3])}
    table = CrossTable(
        activities={code: names.name(code, latest[code]) for code in sorted(latest)},
        offices={place: name for place, name, _, _ in sorted(places)},
    )
    for place, _, activity, _ in places:
        for pair in ((place, activity), (place, WHOLE), (WHOLE, activity), (WHOLE, WHOLE)):
            table.enrolments[pair] = table.people[pair] = 0
    people = people_of(trainings)
    place, activity = f"training__{region}", f"training__{code}"
    for keys in ((place, activity), (place,), (activity,), ()):
        _count(table, people, keys, pair=(place in keys, activity in keys))
    return table


def _count(table: CrossTable, people: QuerySet, keys: tuple[str, ...], *, pair: tuple[bool, bool]) -> None:
    """Fill in what one way of grouping gives: by both codes, by one of them, over all."""
    counts = {"enrolments": Count("pk"), "different": Count(same_person(), distinct=True)}
    rows = people.values(*keys).annotate(**counts).values(*keys, *counts) if keys else [people.aggregate(**counts)]
    for row in rows:
        codes = iter([row[key] for key in keys])
        cell = tuple(next(codes) if grouped else WHOLE for grouped in pair)
        if cell in table.people:  # over nothing at all the database still counts 0
            table.enrolments[cell], table.people[cell] = row["enrolments"], row["different"]
