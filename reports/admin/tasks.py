"""Next tasks around findings."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.core.cache import cache
from django.urls import reverse

from portal.dashboard import Task, register_tasks
from reports.enums import Severity
from reports.findings import Scope
from reports.findings.state import open_by_severity

KEEP_SECONDS = 60  # the first page is opened more often than data change


def count_key(user: Any) -> str:
    """Return under which key the counts of a user are kept for a minute."""
    return f"findings-{user.pk}-{user.role}-{user.agency_id}"


@register_tasks
def finding_tasks(user: Any) -> Iterator[Task]:
    """Count the open findings by severity and lead to them."""
    if not user.has_perm("reports.view_findingnote"):
        return
    counts = cache.get(count_key(user))
    if counts is None:
        counts = open_by_severity(Scope.of(user))
        cache.set(count_key(user), counts, KEEP_SECONDS)
    for severity in Severity:
        address = f"{reverse('reports:findings')}?{urlencode({'severity': severity.value})}"
        yield Task(f"Temuan tingkat {severity.label.lower()} masih terbuka", counts.get(severity.value, 0), address)
