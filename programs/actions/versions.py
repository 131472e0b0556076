"""Code tables whose rows are valid for some years: writing what differs, closing a version where the next begins."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

BATCH = 500
Key = tuple[Any, ...]


@dataclass(frozen=True)
class Tally:
    """Rows of a table by what a load did to them; a version that another one closed counts as changed."""

    new: int = 0
    changed: int = 0
    same: int = 0

    def __str__(self) -> str:
        return f"{self.new} baru, {self.changed} berubah, {self.same} sama"


class _Load:
    """One load of a table in memory: rows by key, and which of their fields have changed."""

    def __init__(self, model: type[models.Model], key: tuple[str, ...]) -> None:
        self.model, self.key = model, key
        self.rows: dict[Key, Any] = {self.key_of(row): row for row in model._default_manager.all()}
        self.stored = set(self.rows)
        self.seen: set[Key] = set()
        self.fields: dict[Key, set[str]] = defaultdict(set)

    def key_of(self, row: models.Model) -> Key:
        return tuple(getattr(row, name) for name in self.key)

    def put(self, values: dict[str, Any]) -> Key:
        """Make the row of these values, or bring it up to them; return its key."""
        key = tuple(values[name] for name in self.key)
        self.seen.add(key)
        if key not in self.rows:
            self.rows[key] = self.model(**dict(zip(self.key, key, strict=True)))
        for name, value in values.items():
            self.set(key, name, value)
        return key

    def set(self, key: Key, name: str, value: Any) -> None:
        """Set a field and remember that it changed."""
        if getattr(self.rows[key], name) != value:
            setattr(self.rows[key], name, value)
            self.fields[key].add(name)

    def write(self, *, by: Any, reason: str) -> Tally:
        """Write the new rows, the earliest years first (a predecessor needs its id), then the changed ones."""
        options = {"batch_size": BATCH, "default_user": by, "default_change_reason": reason}
        new = sorted(self.rows.keys() - self.stored, key=lambda key: key[1:])
        for years in sorted({key[1:] for key in new}):
            bulk_create_with_history([self.rows[key] for key in new if key[1:] == years], self.model, **options)
        changed = sorted(self.fields.keys() & self.stored)
        if changed:
            names = sorted(set().union(*(self.fields[key] for key in changed)))
            bulk_update_with_history([self.rows[key] for key in changed], self.model, names, **options)
        return Tally(len(new), len(changed), len(self.seen.difference(new, changed)))


def write_table(
    model: type[models.Model], entries: Sequence[dict[str, Any]], *, key: str, by: Any, reason: str
) -> Tally:
    """Write a table without years, one row a `key`; return what was done."""
    load = _Load(model, (key,))
    for values in entries:
        load.put(values)
    return load.write(by=by, reason=reason)


def write_versions(model: type[models.Model], entries: Sequence[dict[str, Any]], *, by: Any, reason: str) -> Tally:
    """Write versions of codes, keyed (code, valid_from); return what was done.

    A version ends at the latest where the next one of its code begins, so loading an older table again reopens
    nothing. An entry may name, as `predecessor`, the code it replaces; else a version follows the one before it.
    """
    load = _Load(model, ("code", "valid_from"))
    ends: dict[Key, int | None] = {}
    replaced: dict[Key, str] = {}
    for values in entries:
        key = load.put({name: value for name, value in values.items() if name not in {"valid_to", "predecessor"}})
        if "valid_to" in values:
            ends[key] = values["valid_to"]
        replaced[key] = values.get("predecessor", "")
    timelines: dict[str, list[Key]] = defaultdict(list)
    for key in sorted(load.rows):
        timelines[key[0]].append(key)
    for keys in timelines.values():
        for key, following in zip(keys, [*keys[1:], None], strict=True):
            end = ends.get(key, load.rows[key].valid_to)
            if following is not None:
                end = min(following[1] - 1, end or following[1])
            load.set(key, "valid_to", end)
    if hasattr(model, "predecessor"):
        _link(load, timelines, replaced)
    return load.write(by=by, reason=reason)


def _link(load: _Load, timelines: dict[str, list[Key]], replaced: dict[Key, str]) -> None:
    """Point every version at the one it follows; a link that a person made is kept unless the entry names another."""
    for key, row in load.rows.items():
        named = replaced.get(key, "")
        earlier = [load.rows[one] for one in timelines[named or key[0]] if one[1] < key[1]]
        if not earlier or (row.predecessor_id and not named):
            continue
        if row.predecessor_id is None or row.predecessor_id != earlier[-1].pk:
            load.set(key, "predecessor", earlier[-1])
