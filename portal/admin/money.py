"""Rupiah in lists and on pages that cannot be edited, where Django would print `1234567,00`."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest

from portal.formatting import rupiah


def rupiah_column(name: str, label: str, *, ordering: str | None = None) -> Callable[[Any, Any], str]:
    """Return a display method that shows the amount in attribute `name` of a row."""

    @admin.display(description=label, ordering=ordering)
    def column(self: Any, row: Any) -> str:
        return rupiah(getattr(row, name))

    return column


class MoneyMixin:
    """RUPIAH_TEXTS names, for each amount, the display method that stands in for it where it cannot be edited."""

    RUPIAH_TEXTS: ClassVar[dict[str, str]] = {}

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [*super().get_readonly_fields(request, obj), *self.RUPIAH_TEXTS.values()]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list:
        locked = set(self.get_readonly_fields(request, obj))
        if obj is not None and not self.has_change_permission(request, obj):
            locked |= self.RUPIAH_TEXTS.keys()
        texts = {name: text for name, text in self.RUPIAH_TEXTS.items() if name in locked}
        return [
            (title, {**options, "fields": [texts.get(name, name) for name in options["fields"]]})
            for title, options in super().get_fieldsets(request, obj)
        ]
