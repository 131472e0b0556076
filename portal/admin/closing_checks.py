"""The answers to the questions before closing, as one user may see them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.db.models import Count

from portal.admin.base import admin_url
from portal.closing import ClosingCheck, closing_checks
from portal.scoping import owned

SHOWN = 10  # rows that are named; the rest is counted


@dataclass(frozen=True)
class Answer:
    """How many rows stand against closing, at which agencies, and the first of those that the user may see."""

    check: ClosingCheck
    count: int
    agencies: list[tuple[str, int]]
    rows: list[tuple[str, str]]  # what it is called, where it is ('' when the user has no page of it)

    @property
    def blocks(self) -> bool:
        """True when the year cannot be closed before this is put right."""
        return self.check.blocking and self.count > 0

    @property
    def more(self) -> int:
        """Return how many rows are counted but not named."""
        return self.count - len(self.rows)


def answers(year: int, user: Any, *, everything: bool) -> list[Answer]:
    """Return the answer to every check of a year.

    `everything` counts the rows of all agencies, without naming one that the user may not see: whoever closes has to
    know that, and how much, and where. Two or three queries a check.
    """
    return list(_answers(year, user, everything))


def _answers(year: int, user: Any, everything: bool) -> Iterator[Answer]:
    for check in closing_checks():
        rows = check.rows(year)
        own = rows.filter(pk__in=owned(rows.model, user).order_by().values("pk"))
        counted = rows if everything else own
        name = f"{check.agency}__short_name"
        agencies = list(counted.order_by(name).values_list(name).annotate(Count("pk", distinct=True)))
        named = [(str(page), _address(page, user)) for page in map(check.page, own[:SHOWN])]
        yield Answer(check, sum(count for _, count in agencies), agencies if everything else [], named)


def _address(row: Any, user: Any) -> str:
    opts = row._meta
    seen = type(row) in admin.site._registry and user.has_perm(f"{opts.app_label}.view_{opts.model_name}")
    return admin_url(row) if seen else ""
