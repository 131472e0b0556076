"""Which rows behind an export have changed since it was made: what, when, by whom, why. From the row versions."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model, Q, QuerySet

from participants.models import Attendance, Enrolment, Person
from programs.models import BudgetLine, Expense, Training

MOST = 200
# Of a person only that something changed: what, is behind the rights on people.
QUIET = {Person}
SILENT = {"version", "source", "updated_at", "created_at"}
SIGNS = {"+": "ditambahkan", "-": "dihapus"}


@dataclass(frozen=True)
class Change:
    """What happened to one row after a moment, all its versions since then taken together."""

    at: datetime
    what: str
    sentence: str
    by: str
    reason: str


def changes_behind(trainings: QuerySet[Training], since: datetime) -> list[Change]:
    """Return the latest changes, newest first, of these trainings and of what hangs on them; at most MOST."""
    ids = trainings.order_by().values("pk")
    lines = trainings.order_by().values("budget_line")
    people = Enrolment.objects.filter(training__in=ids).values("person")
    behind: list[tuple[type[Model], Q]] = [
        (Training, Q(id__in=ids)),
        (BudgetLine, Q(id__in=lines)),
        (Expense, Q(training__in=ids)),
        (Enrolment, Q(training__in=ids)),
        (Attendance, Q(training__in=ids)),
        (Person, Q(id__in=people)),
    ]
    found = [change for model, within in behind for change in _changes(model, within, since)]
    return sorted(found, key=lambda change: change.at, reverse=True)[:MOST]


def _changes(model: type[Model], within: Q, since: datetime) -> Iterator[Change]:
    history = model.history.filter(within).select_related("history_user")
    later = list(history.filter(history_date__gt=since).order_by("-history_date", "-history_id")[:MOST])
    newest: dict[Any, Any] = {}
    for version in later:
        newest.setdefault(version.id, version)
    before: dict[Any, Any] = {}
    earlier = history.filter(id__in=list(newest), history_date__lte=since).order_by("history_date", "history_id")
    for version in earlier.iterator(chunk_size=MOST):
        before[version.id] = version
    for key, version in newest.items():
        sentence = _sentence(model, before.get(key), version)
        if sentence:
            yield Change(
                at=version.history_date,
                what=f"{model._meta.verbose_name} {_name(version)}",
                sentence=sentence,
                by=str(version.history_user or ""),
                reason=version.history_change_reason or "",
            )


def _sentence(model: type[Model], old: Any, new: Any) -> str:
    if new.history_type == "-" or old is None or old.history_type == "-":
        return SIGNS["-" if new.history_type == "-" else "+"]
    fields = [
        field for field in model._meta.concrete_fields if field.name not in SILENT and hasattr(new, field.attname)
    ]
    changed = [field for field in fields if getattr(old, field.attname) != getattr(new, field.attname)]
    if model in QUIET:
        return f"{len(changed)} isian diubah" if changed else ""
    return "; ".join(f"{field.verbose_name}: {_shown(old, field)} → {_shown(new, field)}" for field in changed)


def _shown(version: Any, field: Any) -> str:
    value = getattr(version, field.attname)
    if value is None or value == "":
        return "kosong"
    return dict(field.flatchoices).get(value, str(value)) if field.choices else str(value)


def _name(version: Any) -> str:
    return getattr(version, "number", "") or f"nomor {version.id}"
