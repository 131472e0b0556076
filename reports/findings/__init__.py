"""The checks of an auditor, run before the auditor does. Importing the package registers every rule.

A theme is a module: money, prices, attendance, dates, people, contacts, place. What else a portal could ask (documents
that are missing, aid handed over before its decree) is one more module here; nothing else has to know of it.
"""

from reports.findings import money, prices, attendance, dates, people, contacts, place  # isort: skip  # noqa: F401, I001
from reports.findings.base import Finding, Rule, Scope
from reports.findings.registry import all_rules, find, find_one, rule_of

__all__ = ["Finding", "Rule", "Scope", "all_rules", "find", "find_one", "rule_of"]
