"""Which sheets the desk knows; importing the modules of an app's `resources` registers them."""

from typing import Any

from portal.importing.resources import SheetResource

_registry: dict[str, type[SheetResource]] = {}


def register_resource(cls: type[SheetResource]) -> type[SheetResource]:
    """Class decorator: make a resource available to the desk and the command line."""
    if cls.identifier in _registry:
        raise ValueError(f"Two resources are called {cls.identifier}.")
    _registry[cls.identifier] = cls
    return cls


def resource_classes(user: Any = None) -> list[type[SheetResource]]:
    """Return the resources this user may import; all of them without a user."""
    found = [cls for cls in _registry.values() if user is None or user.has_perm(cls.add_permission)]
    return sorted(found, key=lambda cls: cls.order)


def resource_class(identifier: str) -> type[SheetResource] | None:
    """Return the resource of that name, or None."""
    return _registry.get(identifier)
