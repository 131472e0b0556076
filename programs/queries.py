"""Reading budgets and trainings: figures beside rows, totals over sets, the tree of codes.

Every function takes a queryset that its caller has already scoped with `visible_to(user)` and adds no rows to it.
"""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db.models import (
    Count,
    DecimalField,
    DurationField,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
)
from django.db.models.functions import Coalesce

from programs.models import BudgetLine, Expense, NomenclatureNode, Session, Training

RUPIAH = DecimalField(max_digits=18, decimal_places=2)
NO_MONEY = Decimal("0.00")


def count_of(rows: QuerySet, link: str, *, outer: str = "pk") -> Coalesce:
    """Return how many of `rows` point through `link` at the outer row (or at what its column `outer` points at), 0 for
    none; a subquery multiplies nothing.
    """
    counted = rows.filter(**{link: OuterRef(outer)}).order_by().values(link).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def sum_of(rows: QuerySet, link: str, field: str) -> Subquery:
    """Return the sum of `field` (rupiah) over the `rows` that point through `link` at the outer row; None for none."""
    summed = rows.filter(**{link: OuterRef("pk")}).order_by().values(link).annotate(s=Sum(field)).values("s")
    return Subquery(summed, output_field=RUPIAH)


def with_figures(trainings: QuerySet[Training]) -> QuerySet[Training]:
    """Annotate `session_count`, `planned` and `realised_lines` (rupiah sums of expense lines; None without lines).

    The figures in force are the training's own `ceiling` and `realised`: actions keep them equal to the lines. How
    many days it lasts is `training.days`.
    """
    return trainings.annotate(
        session_count=count_of(Session.objects.all(), "training"),
        planned=sum_of(Expense.objects.all(), "training", "planned"),
        realised_lines=sum_of(Expense.objects.all(), "training", "realised"),
    )


def with_realisation(lines: QuerySet[BudgetLine], trainings: QuerySet[Training]) -> QuerySet[BudgetLine]:
    """Annotate `training_count` and `realised` (rupiah, 0 for none) over those of `trainings` that hang on the line."""
    return lines.annotate(
        training_count=count_of(trainings, "budget_line"),
        realised=Coalesce(sum_of(trainings, "budget_line", "realised"), NO_MONEY, output_field=RUPIAH),
    )


def money_totals(trainings: QuerySet[Training]) -> dict[str, Any]:
    """Return trainings, days, ceiling and realised (rupiah) over the whole set, in one query."""
    span = ExpressionWrapper(F("end") - F("start"), output_field=DurationField())
    found = trainings.order_by().aggregate(
        trainings=Count("pk"), span=Sum(span), ceiling=Sum("ceiling"), realised=Sum("realised")
    )
    return {
        "trainings": found["trainings"],
        "days": (found["span"] or timedelta()).days + found["trainings"],
        "ceiling": found["ceiling"] or NO_MONEY,
        "realised": found["realised"] or NO_MONEY,
    }


def under_code(path: str, code: str) -> Q:
    """Return the condition for rows whose nomenclature code at `path` is `code` or stands below it in the tree."""
    return Q(**{path: code}) | Q(**{f"{path}__startswith": f"{code}."})


def nodes_above(lines: QuerySet[BudgetLine]) -> list[NomenclatureNode]:
    """Return the nodes of every level that `lines` hang on, in the order of their codes; the newest of each code."""
    codes = set(lines.order_by().values_list("node__code", flat=True).distinct())
    wanted = {code[:end] for code in codes for end in (*_dots(code), len(code))}
    nodes = NomenclatureNode.objects.filter(code__in=wanted).order_by("code", "valid_from")
    return list({node.code: node for node in nodes}.values())


def _dots(code: str) -> list[int]:
    return [place for place, letter in enumerate(code) if letter == "."]


def name_of_code(code: str) -> str:
    """Return the newest official name of a nomenclature code, '' when the tables do not know it."""
    names = NomenclatureNode.objects.filter(code=code).order_by("-valid_from").values_list("name", flat=True)
    return names.first() or ""
