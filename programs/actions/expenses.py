"""Writing expense lines. Once a training has lines, its own totals are their sums: one place keeps them so."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Sum

from portal.actions.bulk import write_rows
from programs.models import Expense, Training

SETTLED = "jumlah rincian belanja"


@transaction.atomic
def record_expenses(
    new: Sequence[Expense], changed: Sequence[Expense], fields: Iterable[str], *, by: Any, reason: str
) -> None:
    """Create `new` lines, write `fields` of `changed` ones, and settle the totals of every training concerned.

    The caller's import leaves the one audit row. Raises YearClosed for a closed year, VanishedRow when a line would
    not be the writer's own.
    """
    ids = {expense.training_id for expense in [*new, *changed]}
    trainings = list(Training.objects.select_for_update().filter(pk__in=ids).order_by("pk"))
    write_rows(Expense, new=new, changed=changed, fields=fields, by=by, reason=reason)
    settle_trainings(trainings, by=by, reason=reason)


def settle_figures(training: Training, *, by: Any) -> None:
    """Set ceiling and realised of a training to the sums of its expense lines, when it has any. Rupiah."""
    settle_trainings([training], by=by)


@transaction.atomic
def settle_trainings(trainings: Sequence[Training], *, by: Any, reason: str = SETTLED) -> None:
    """Do so for many trainings with one query for all sums; those whose figures are right already stay untouched."""
    lines = Expense.objects.filter(training__in=[training.pk for training in trainings]).order_by()
    sums = lines.values_list("training").annotate(planned=Sum("planned"), realised=Sum("realised"))
    found = {training: (planned, realised) for training, planned, realised in sums}
    changed = []
    for training in trainings:
        figures = found.get(training.pk)
        if figures and (training.ceiling, training.realised) != figures:
            training.ceiling, training.realised = figures
            changed.append(training)
    if changed:
        write_rows(Training, changed=changed, fields=("ceiling", "realised"), by=by, reason=reason)
