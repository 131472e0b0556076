"""What the tests of rules share: running one rule for one user, and counting what it asks."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.scoping import visible
from programs.models import Training
from reports.findings import Finding, Scope, rule_of

TODAY = date(2025, 12, 1)
Run = Callable[..., list[Finding]]


@pytest.fixture
def run(auditor: Any) -> Run:
    """Return `run(rule, user)`: what a rule finds for a user (the auditor), asked with exactly one query."""

    def run_rule(rule: str, user: Any = None) -> list[Finding]:
        user = user or auditor
        scope = Scope(user, visible(Training, user), today=TODAY)
        with CaptureQueriesContext(connection) as queries:
            found = list(rule_of(rule).query(scope))
        assert len(queries) == 1, [query["sql"] for query in queries]
        return found

    return run_rule
