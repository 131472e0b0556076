"""The figures a head of office looks at first: one line a kecamatan."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q, QuerySet, Sum

from participants.enums import Sex
from programs.models import Training
from reports.figures.shared import people_of, to_cents


@dataclass
class OfficeRow:
    """One kecamatan; rupiah, None for what nobody entered."""

    office: str
    trainings: int = 0
    men: int = 0
    women: int = 0
    ceiling: Decimal | None = None
    realised: Decimal | None = None


def per_office(trainings: QuerySet[Training]) -> list[OfficeRow]:
    """Return the lines in the order of the codes of the kecamatan. Two queries."""
    keys = ("office__region", "office__region__name")
    money = trainings.order_by(*keys).values(*keys).annotate(n=Count("pk"), c=Sum("ceiling"), r=Sum("realised"))
    found = {
        region: OfficeRow(name, count, ceiling=to_cents(ceiling), realised=to_cents(realised))
        for region, name, count, ceiling, realised in money.values_list(*keys, "n", "c", "r")
    }
    people = people_of(trainings).values("office__region")
    sexes = people.annotate(
        men=Count("pk", filter=Q(person__sex=Sex.MALE)), women=Count("pk", filter=Q(person__sex=Sex.FEMALE))
    )
    for region, men, women in sexes.values_list("office__region", "men", "women"):
        found[region].men, found[region].women = men, women
    return list(found.values())
