"""Where findings stand: the decisions that the user may see, laid beside what the rules find now."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from portal.scoping import visible
from reports.enums import FindingState, NoteKind
from reports.findings.base import Finding, Scope
from reports.findings.registry import find
from reports.models import FindingNote

OPEN_STATES = {FindingState.OPEN, FindingState.REOPENED}


@dataclass(frozen=True)
class Judged:
    """A finding, where it stands, and the last decision on it."""

    finding: Finding
    state: FindingState
    note: FindingNote | None = None

    @property
    def is_open(self) -> bool:
        """Tell whether somebody still has to look at it."""
        return self.state in OPEN_STATES


def judged(findings: Iterable[Finding], user: Any) -> list[Judged]:
    """Return the findings in the same order with their states, in one query for the decisions of all of them."""
    found = list(findings)
    rules = {finding.rule.identifier for finding in found}
    notes = visible(FindingNote, user).filter(rule__in=rules).select_related("by").order_by("pk") if found else []
    last = {(note.rule, note.key): note for note in notes}
    return [_judge(finding, last.get((finding.rule.identifier, finding.key))) for finding in found]


def _judge(finding: Finding, note: FindingNote | None) -> Judged:
    """A dismissal holds only for the figures that were looked at."""
    if note is None or note.kind == NoteKind.REOPENING:
        return Judged(finding, FindingState.OPEN, note)
    same = note.fingerprint == finding.fingerprint
    return Judged(finding, FindingState.DISMISSED if same else FindingState.REOPENED, note)


def open_by_severity(scope: Scope) -> dict[str, int]:
    """Return how many findings of the scope are open, by severity; one pass of all rules."""
    return dict(Counter(str(one.finding.rule.severity) for one in judged(find(scope), scope.user) if one.is_open))
