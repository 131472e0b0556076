"""The exporters that exist, and which of them a user may run. The list shown and the run ask the same function."""

from typing import Any

from portal.scoping import may_look
from reports.base import Exporter

_exporters: dict[str, type[Exporter]] = {}


def register(exporter: type[Exporter]) -> type[Exporter]:
    """Class decorator; raises ValueError when the identifier is taken."""
    if exporter.identifier in _exporters:
        raise ValueError(f"Two exporters are called {exporter.identifier!r}.")
    _exporters[exporter.identifier] = exporter
    return exporter


def permitted_exporters(user: Any) -> dict[str, type[Exporter]]:
    """Return the exporters that the user's role may run, by identifier, in the order of their registration."""
    if not may_look(user):
        return {}
    return {name: exporter for name, exporter in _exporters.items() if user.has_perm(exporter.permission)}


def exporter_of(identifier: str) -> type[Exporter] | None:
    """Return the exporter of an identifier that a record names; None when it no longer exists."""
    return _exporters.get(identifier)
