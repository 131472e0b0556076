"""The money of trainings by account, and what no expense line explains."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from django.db.models import QuerySet

from programs.models import ExpenseAccount, Training
from reports.queries import CHUNK, DIFFERENCE, LINES, RECAP, Nomenclature

OBJECT_PARTS = 4  # 5.1.02.01 Belanja Barang, 5.1.02.02 Belanja Jasa, 5.1.02.04 Belanja Perjalanan Dinas
ORIGINS = (LINES, RECAP, DIFFERENCE)  # as a year lists them


class Item(NamedTuple):
    """An expense line, or a training without any (`code` None)."""

    training: int
    year: int
    ceiling: Decimal | None
    realised: Decimal | None
    code: str | None
    line_planned: Decimal | None
    line_realised: Decimal | None


ITEM = (
    "pk",
    "budget_line__fiscal_year",
    "ceiling",
    "realised",
    "expenses__account__code",
    "expenses__planned",
    "expenses__realised",
)


@dataclass
class AccountRow:
    """One account in one year; or, with an `origin` as in reports.queries.money_rows, money without an account."""

    year: int
    origin: str
    code: str = ""
    name: str = ""
    parent: tuple[str, str] = ("", "")  # code, name
    lines: int = 0
    trainings: int = 0
    planned: Decimal = Decimal(0)
    realised: Decimal = Decimal(0)

    def add(self, planned: Decimal | None, realised: Decimal | None) -> None:
        """Take one figure into account, an unknown one as nothing."""
        self.planned += planned or 0
        self.realised += realised or 0


def account_rows(trainings: QuerySet[Training]) -> list[AccountRow]:
    """Return year by year the accounts in order, then what stands in trainings without lines, then the differences.

    The sums are those of reports.queries.money_rows, to the cent: the same amounts are added, here and not by the
    database, because SQLite keeps the product of volume and price with more than two decimals. Two queries.
    """
    found: dict[tuple[int, str, str], AccountRow] = {}
    items = trainings.order_by("pk").values_list(*ITEM).iterator(chunk_size=CHUNK)
    for _, group in itertools.groupby(map(Item._make, items), key=lambda item: item.training):
        touched = []
        for origin, item, planned, realised in _money(list(group)):
            key = (item.year, origin, item.code or "" if origin == LINES else "")
            row = found.setdefault(key, AccountRow(*key))
            row.add(planned, realised)
            row.lines += origin == LINES
            touched.append(key)
        for key in set(touched):
            found[key].trainings += 1
    _name(list(found.values()))
    return sorted(found.values(), key=lambda row: (row.year, ORIGINS.index(row.origin), row.code))


def _money(items: list[Item]) -> Iterator[tuple[str, Item, Decimal | None, Decimal | None]]:
    """The rule of reports.queries.money_rows for the items of one training."""
    first = items[0]
    if first.code is None:
        yield RECAP, first, first.ceiling, first.realised
        return
    for item in items:
        yield LINES, item, item.line_planned, item.line_realised
    planned = (first.ceiling or 0) - sum(item.line_planned for item in items)
    realised = (first.realised or 0) - sum(item.line_realised for item in items)
    if planned or realised:
        yield DIFFERENCE, first, planned, realised


def _name(rows: list[AccountRow]) -> None:
    names = Nomenclature(ExpenseAccount)
    for row in rows:
        parent = ".".join(row.code.split(".")[:OBJECT_PARTS])
        row.name = names.name(row.code, row.year)
        row.parent = (parent, names.name(parent, row.year))
