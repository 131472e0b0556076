"""Next tasks around trainings: what an office left unfinished, what waits for whoever pays."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Count
from django.urls import reverse

from portal.dashboard import Task, register_tasks
from portal.enums import YearState
from portal.scoping import visible
from programs.enums import TrainingStatus
from programs.models import Training

WAITING = {
    "programs.submit_training": (
        (TrainingStatus.DRAFT, "Pelatihan masih berupa konsep"),
        (TrainingStatus.RETURNED, "Pelatihan dikembalikan untuk diperbaiki"),
    ),
    "programs.verify_training": (
        (TrainingStatus.SUBMITTED, "Pelatihan menunggu persetujuan"),
        (TrainingStatus.FINISHED, "Pelatihan menunggu verifikasi"),
    ),
}


@register_tasks
def training_tasks(user: Any) -> Iterator[Task]:
    """Count the trainings of open years by status and lead to the filtered list."""
    wanted = [line for permission, lines in WAITING.items() if user.has_perm(permission) for line in lines]
    if not wanted:
        return
    rows = visible(Training, user).filter(budget_line__fiscal_year__state=YearState.OPEN)
    counts = dict(rows.order_by().values_list("status").annotate(Count("pk")))
    for status, text in wanted:
        yield Task(text, counts.get(status, 0), f"{reverse('admin:programs_training_changelist')}?status={status}")
