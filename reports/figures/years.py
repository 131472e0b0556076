"""The years of a report beside each other: by sub kegiatan and by kecamatan."""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import Coalesce

from programs.models import BudgetLine, Training
from reports.figures.shared import people_of, plus, to_cents
from reports.queries import Nomenclature


@dataclass
class YearFigures:
    """What one row shows of one year; rupiah, None for what nobody entered."""

    ceiling: Decimal | None = None
    realised: Decimal | None = None
    trainings: int = 0
    people: int = 0


@dataclass(frozen=True)
class YearRow:
    """One sub kegiatan or one kecamatan; a year in which it has nothing gives empty figures."""

    code: str
    name: str
    figures: dict[int, YearFigures] = field(default_factory=lambda: defaultdict(YearFigures))


@dataclass(frozen=True)
class Comparison:
    """The years of the trainings in order, and the rows in the order of their codes."""

    years: list[int]
    activities: list[YearRow]  # the ceiling is the one in force of the whole budget lines
    offices: list[YearRow]  # a kecamatan has no budget line: the ceiling is that of its trainings


def compared(trainings: QuerySet[Training]) -> Comparison:
    """Return the comparison. Four queries."""
    activities: dict[str, YearRow] = {}
    offices: dict[str, YearRow] = {}
    keys = ("budget_line__fiscal_year", "budget_line__node__code", "office__region", "office__region__name")
    money = trainings.order_by().values(*keys).annotate(n=Count("pk"), c=Sum("ceiling"), r=Sum("realised"))
    for year, code, region, name, count, ceiling, realised in money.values_list(*keys, "n", "c", "r"):
        activity = activities.setdefault(code, YearRow(code, ""))
        office = offices.setdefault(region, YearRow(region, name))
        for figures in (activity.figures[year], office.figures[year]):
            figures.trainings += count
            figures.realised = plus(figures.realised, to_cents(realised))
        office.figures[year].ceiling = plus(office.figures[year].ceiling, to_cents(ceiling))
    keys = tuple(f"training__{key}" for key in keys[:3])
    for year, code, region, count in people_of(trainings).values(*keys).annotate(n=Count("pk")).values_list(*keys, "n"):
        activities[code].figures[year].people += count
        offices[region].figures[year].people += count
    for year, code, ceiling in _ceilings(trainings):
        activities[code].figures[year].ceiling = to_cents(ceiling)
    years = sorted({year for row in activities.values() for year in row.figures})
    return Comparison(years, _named(activities), [offices[region] for region in sorted(offices)])


def _ceilings(trainings: QuerySet[Training]) -> QuerySet:
    """What is in force of each line (BudgetLine.ceiling), added up by year and sub kegiatan."""
    lines = BudgetLine.objects.filter(pk__in=trainings.order_by().values("budget_line")).order_by()
    summed = lines.values("fiscal_year", "node__code").annotate(
        sum=Sum(Coalesce("ceiling_revised", "ceiling_original"))
    )
    return summed.values_list("fiscal_year", "node__code", "sum")


def _named(activities: dict[str, YearRow]) -> list[YearRow]:
    names = Nomenclature()
    return [YearRow(code, names.name(code, max(row.figures)), row.figures) for code, row in sorted(activities.items())]
