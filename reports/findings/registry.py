"""The rules that exist, and running them."""

import re
from collections.abc import Iterable, Sequence

from reports.enums import Severity
from reports.findings.base import Finding, Rule, Scope

_rules: dict[str, Rule] = {}
_ORDER = list(Severity)
_SUBJECT = re.compile(r"(training|person):(\d{1,18})(?::|$)")


def register(rule: type[Rule]) -> type[Rule]:
    """Class decorator; raises ValueError when the identifier is taken."""
    if rule.identifier in _rules:
        raise ValueError(f"Two rules are called {rule.identifier!r}.")
    _rules[rule.identifier] = rule()
    return rule


def all_rules() -> list[Rule]:
    """Return every rule, the grave ones first, then in the order of their registration."""
    return sorted(_rules.values(), key=lambda rule: _ORDER.index(rule.severity))


def rule_of(identifier: str) -> Rule | None:
    """Return a rule, or None when there is none of this name."""
    return _rules.get(identifier)


def find(scope: Scope, rules: Iterable[Rule] | None = None) -> list[Finding]:
    """Return what the rules (all of them unless given) find, one query each, in the order of the rules.

    Findings of a rule are in the order of the trainings' numbers.
    """
    found: list[Finding] = []
    for rule in all_rules() if rules is None else rules:
        found += sorted(rule.query(scope), key=_place)
    return found


def _place(finding: Finding) -> Sequence[str]:
    return finding.training.number if finding.training else finding.office.code, finding.key


def find_one(scope: Scope, identifier: str, key: str) -> Finding | None:
    """Return one finding of the scope as it stands now; None when there is none, or not in these rows."""
    rule, subject = rule_of(identifier), _SUBJECT.match(key)
    if rule is None or subject is None:
        return None
    kind, number = subject[1], int(subject[2])
    few = scope.narrowed(pk=number) if kind == "training" else scope.narrowed(enrolments__person=number)
    return next((finding for finding in rule.query(few) if finding.key == key), None)
