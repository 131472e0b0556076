"""What an import did in the tables, told row by row, to hold against what the desk had shown."""

import re
from collections import Counter, defaultdict
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from participants.models import Business, Enrolment, Person
from portal.enums import Verdict
from portal.models import ImportBatch
from programs.models import Training
from tests.imports.desk import IMPORTED, Difference, verdicts
from tests.imports.scenarios import Scenario

DAY = re.compile(r" \W*\d{2}-\d{2}-\d{4}.*")  # a mark of attendance is named with its day
WORDS = {
    str(column.verbose_name): dict(column.flatchoices)
    for model in IMPORTED
    for column in model._meta.concrete_fields
    if column.choices
}
COUNTS_CHANGES = "version"  # says that a row changed; is no change itself


@dataclass
class Deed:
    """What one line of a file did: rows that are new, and fields that are another now, as the desk words them."""

    new: set[type[models.Model]] = field(default_factory=set)
    changed: set[type[models.Model]] = field(default_factory=set)
    fields: Counter[tuple[str, str]] = field(default_factory=Counter)  # (label, "old → new")

    @property
    def verdict(self) -> str:
        """Return the verdict that says this much: a new training, enrolment or mark is news, the rest is change."""
        if self.new & {Training, Enrolment}:
            return Verdict.NEW
        if self.changed or Business in self.new:
            return Verdict.CHANGED
        return Verdict.NEW if self.new else Verdict.SAME


def deeds_of(scenario: Scenario, done: Difference) -> dict[Hashable, Deed]:
    """Return key of a line -> what it did, over everything that was done."""
    deeds: dict[Hashable, Deed] = defaultdict(Deed)
    for model, rows in done.added.items():
        for pk in rows:
            obj = model._default_manager.get(pk=pk)
            deed = deeds[scenario.owner_of(obj)]
            deed.new.add(model)
            if model is Business and obj.person_id not in done.added[Person]:
                deed.fields["usaha", arrow("usaha", "", obj.name)] += 1
    for (model, pk), fields in done.changed.items():
        deed = deeds[scenario.owner_of(model._default_manager.get(pk=pk))]
        deed.changed.add(model)
        deed.fields.update(_worded(model, fields))
    return dict(deeds)


def _worded(model: type[models.Model], fields: dict[str, tuple[Any, Any]]) -> list[tuple[str, str]]:
    """Return (label, "old → new") of changed fields; what a row copies from its parent is left out."""
    copied = {name for names in model.COPIES.values() for name in names}
    found = [(model._meta.get_field(name), values) for name, values in fields.items() if name != COUNTS_CHANGES]
    return [
        (str(column.verbose_name), arrow(str(column.verbose_name), *(_said(column, value) for value in values)))
        for column, values in found
        if column.name not in copied
    ]


def _said(column: models.Field, value: Any) -> str:
    if value is None:
        return ""
    return str(column.related_model._default_manager.get(pk=value)) if column.is_relation else str(value)


def arrow(label: str, old: str, new: str) -> str:
    """Return old and new side by side; a word of a list stands for its code."""
    words = WORDS.get(label, {})
    return f"{words.get(old, old) or '(kosong)'} → {words.get(new, new)}"


def told_by(batch: ImportBatch) -> dict[int, tuple[str, Counter[tuple[str, str]]]]:
    """Return row number -> (verdict, what the desk said would change)."""
    told = {}
    for number, (verdict, messages) in verdicts(batch).items():
        changes: Counter[tuple[str, str]] = Counter()
        for said in messages:
            if said["level"] == "change":
                label = DAY.sub("", said["column"])
                changes[label, arrow(label, *said["message"].split(" → "))] += 1
        told[number] = verdict, changes
    return told


def version_counts() -> dict[type[models.Model], int]:
    """Return how many row versions there are of each model that imports write."""
    return {model: model.history.count() for model in IMPORTED}


def versions_by(done: Difference) -> dict[type[models.Model], int]:
    """Return how many row versions an import must have written: one for each row that it made or changed."""
    changed = Counter(model for model, _ in done.changed)
    return {model: len(done.added[model]) + changed[model] for model in IMPORTED}
