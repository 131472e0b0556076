"""After expense lines exist, a training's own totals are their sums: one place keeps them so."""

from typing import Any

from django.db import transaction
from django.db.models import Sum

from programs.models import Expense, Training


@transaction.atomic
def settle_figures(training: Training, *, by: Any) -> None:
    """Set ceiling and realised of a training to the sums of its expense lines, when it has any. Rupiah."""
    sums = Expense.objects.filter(training=training).aggregate(planned=Sum("planned"), realised=Sum("realised"))
    if sums["planned"] is None or (training.ceiling, training.realised) == (sums["planned"], sums["realised"]):
        return
    training.ceiling, training.realised = sums["planned"], sums["realised"]
    training.version += 1
    training._history_user, training._change_reason = by, "jumlah rincian belanja"
    training.save(update_fields=["ceiling", "realised", "version"])
