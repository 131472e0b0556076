"""Writing budget lines in bulk; the caller's import leaves the one audit row."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction

from portal.actions.bulk import write_rows
from programs.models import BudgetLine


@transaction.atomic
def record_budget_lines(
    new: Sequence[BudgetLine], changed: Sequence[BudgetLine], fields: Iterable[str], *, by: Any, reason: str
) -> None:
    """Create `new` lines and write `fields` of `changed` ones, with a row version each.

    Raises YearClosed for a closed year, VanishedRow when a line would not be the writer's own.
    """
    write_rows(BudgetLine, new=new, changed=changed, fields=fields, by=by, reason=reason)
