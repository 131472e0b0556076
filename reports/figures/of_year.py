"""The figures of a fiscal year: of each training, of each budget line, of each SKPD.

One computation for what closing keeps and for what is compared with it later. Sums over a budget line or an SKPD are
sums over all its trainings, cancelled ones included, as in the recap.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet, Sum

from participants.enums import Presence
from participants.models import Attendance
from participants.queries import taking_part
from portal.identity import mask_text
from programs.models import BudgetLine, Expense, Training
from programs.queries import count_of, sum_of
from reports.enums import FigureKind

ACCOUNT = "account:"  # followed by the code: realised expenses on one account
CEILING, PLANNED, REALISED = "ceiling", "planned", "realised"
PEOPLE, PERSON_DAYS, TRAININGS = "people", "person_days", "trainings"
LINE = "line"  # no figure: that a training hangs on another budget line
LABELS = {
    LINE: "Mata anggaran",
    TRAININGS: "Jumlah pelatihan",
    CEILING: "Pagu",
    PLANNED: "Rencana belanja",
    REALISED: "Realisasi",
    PEOPLE: "Jumlah peserta",
    PERSON_DAYS: "Orang-hari hadir",
}
COUNTS = {TRAININGS, PEOPLE, PERSON_DAYS}
Values = dict[str, Decimal]


def label_of(figure: str) -> str:
    """Return what a figure is called on screen and in files."""
    return LABELS.get(figure) or f"Belanja {figure.removeprefix(ACCOUNT)}"


def order_of(figure: str) -> tuple[int, str]:
    """Return the sort key that puts the figures of an object in the order of LABELS, accounts last."""
    return (list(LABELS).index(figure) if figure in LABELS else len(LABELS), figure)


@dataclass
class Subject:
    """What has figures. A figure that is not known (a training without ceiling) is absent, never 0."""

    kind: str
    object_id: int
    label: str
    organizer_id: int
    office_id: int | None = None
    line_id: int | None = None
    values: Values = field(default_factory=dict)

    def add(self, values: Values) -> None:
        """Take the figures of a part into the sums."""
        for name, value in values.items():
            self.values[name] = self.values.get(name, Decimal(0)) + value


def subjects_of(trainings: QuerySet[Training], lines: QuerySet[BudgetLine]) -> list[Subject]:
    """Return the figures of these trainings, and of these lines and their organizers, in four queries.

    Give only lines all of whose trainings are among `trainings`: else their sums would be sums of a part.
    """
    parts = [*_trainings(trainings)]
    found: dict[tuple[str, int], Subject] = {}
    for line in lines.select_related("node", "fund_source", "organizer").order_by("node__code", "pk"):
        label = f"{line.node.code} {line.node.name} · {line.fund_source.name}"
        owner, name = line.organizer_id, line.organizer.name
        found[FigureKind.LINE, line.pk] = Subject(FigureKind.LINE, line.pk, label[:300], owner, line_id=line.pk)
        found.setdefault((FigureKind.ORGANIZER, owner), Subject(FigureKind.ORGANIZER, owner, name[:300], owner))
        for key in ((FigureKind.LINE, line.pk), (FigureKind.ORGANIZER, owner)):
            found[key].add(dict.fromkeys((TRAININGS, PLANNED, REALISED, PEOPLE, PERSON_DAYS), Decimal(0)))
            found[key].add({CEILING: line.ceiling})
    for part in parts:
        sums = {name: value for name, value in part.values.items() if name != CEILING} | {TRAININGS: Decimal(1)}
        for key in ((FigureKind.LINE, part.line_id), (FigureKind.ORGANIZER, part.organizer_id)):
            if key in found and (FigureKind.LINE, part.line_id) in found:
                found[key].add(sums)
    return [*found.values(), *parts]


def _trainings(trainings: QuerySet[Training]) -> Iterable[Subject]:
    ids = trainings.order_by().values("pk")
    present = Attendance.objects.filter(training__in=ids, presence=Presence.PRESENT).order_by()
    days: dict[int, int] = defaultdict(int)
    for training, people in (
        present.values("training", "session__date")
        .annotate(people=Count("enrolment", distinct=True))
        .values_list("training", "people")
    ):
        days[training] += people
    accounts: dict[int, Values] = defaultdict(dict)
    expenses = Expense.objects.filter(training__in=ids).order_by()
    for training, code, realised in expenses.values_list("training", "account__code").annotate(s=Sum("realised")):
        accounts[training][f"{ACCOUNT}{code}"] = realised
    rows = trainings.order_by("number").annotate(
        planned_lines=sum_of(Expense.objects.all(), "training", "planned"), people=count_of(taking_part(), "training")
    )
    names = ("pk", "number", "title", "office", "organizer", "budget_line", "ceiling", "realised")
    for row in rows.values(*names, "planned_lines", "people"):
        known: dict[str, Any] = {CEILING: row["ceiling"], PLANNED: row["planned_lines"], REALISED: row["realised"]}
        values = {name: value for name, value in known.items() if value is not None}
        values |= {PEOPLE: Decimal(row["people"]), PERSON_DAYS: Decimal(days[row["pk"]])} | accounts[row["pk"]]
        yield Subject(
            kind=FigureKind.TRAINING,
            object_id=row["pk"],
            label=mask_text(f"{row['number']} {row['title']}")[:300],
            organizer_id=row["organizer"],
            office_id=row["office"],
            line_id=row["budget_line"],
            values=values,
        )
