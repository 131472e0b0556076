"""Next tasks around people."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse

from participants.queries import with_people
from portal.dashboard import Task, register_tasks
from portal.enums import YearState
from portal.scoping import visible
from programs.models import Training


@register_tasks
def people_tasks(user: Any) -> Iterator[Task]:
    """Remind of trainings nobody was enrolled in."""
    if user.has_perm("participants.add_enrolment"):
        rows = visible(Training, user).filter(budget_line__fiscal_year__state=YearState.OPEN)
        empty = with_people(rows).filter(people=0)
        url = f"{reverse('admin:programs_training_changelist')}?people=none"
        yield Task("Pelatihan tanpa peserta", empty.count(), url)
