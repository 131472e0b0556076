"""The money of budget lines: what was set aside, and what the trainings of a report took from it."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, QuerySet, Sum

from programs.models import BudgetLine, Training
from reports.figures.shared import people_of, to_cents
from reports.queries import ACTIVITY_PARTS, PROGRAM_PARTS, Nomenclature


@dataclass(frozen=True)
class BudgetRow:
    """One budget line. Its ceilings are those of the whole line; trainings, people and realised of the report only."""

    line: BudgetLine
    program: tuple[str, str]  # code, name
    activity: tuple[str, str]
    trainings: int
    people: int
    realised: Decimal


def realisation_rows(trainings: QuerySet[Training]) -> list[BudgetRow]:
    """Return the budget lines behind the trainings by year, code, organizer and fund source. Four queries."""
    names = Nomenclature()
    lines = BudgetLine.objects.filter(pk__in=trainings.order_by().values("budget_line"))
    money = {
        line: (count, to_cents(realised))
        for line, count, realised in trainings.order_by()
        .values("budget_line")
        .annotate(count=Count("pk"), sum=Sum("realised"))
        .values_list("budget_line", "count", "sum")
    }
    people = dict(
        people_of(trainings)
        .values("training__budget_line")
        .annotate(count=Count("pk"))
        .values_list("training__budget_line", "count")
    )
    rows = []
    for line in lines.select_related("node", "fund_source", "organizer"):
        parts, year = line.node.code.split("."), line.fiscal_year_id
        program, activity = ".".join(parts[:PROGRAM_PARTS]), ".".join(parts[:ACTIVITY_PARTS])
        count, realised = money[line.pk]
        rows.append(
            BudgetRow(
                line=line,
                program=(program, names.name(program, year)),
                activity=(activity, names.name(activity, year)),
                trainings=count,
                people=people.get(line.pk, 0),
                realised=realised or Decimal(0),
            )
        )
    # Sorted here: a database may sort codes by the letters of a language, and part what stands under one programme.
    return sorted(rows, key=lambda row: _place(row.line))


def _place(line: BudgetLine) -> tuple[int, str, str, str, int]:
    return line.fiscal_year_id, line.node.code, line.organizer.name, line.fund_source.code, line.pk
