"""What closing a fiscal year asks first and keeps last. Apps register their part: the portal knows none of them.

A check is a question with an answer in rows, asked on the page before closing and once more by the action. A keeper
runs inside the closing transaction, after the year was closed, and keeps what must be remembered of it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, Q, QuerySet

from portal.enums import BatchState
from portal.models import FiscalYear, ImportBatch


@dataclass(frozen=True)
class ClosingCheck:
    """One question: `rows(year)` returns the rows of every agency that stand against closing.

    `agency` is the path to whoever must put it right; `page(row)` the row whose page shows it. A blocking check with
    rows refuses the closing; the others only warn.
    """

    text: str
    cure: str
    rows: Callable[[int], QuerySet]
    agency: str
    blocking: bool = False
    page: Callable[[Any], Model] = lambda row: row


Keeper = Callable[[FiscalYear], int]
_checks: list[ClosingCheck] = []
_keepers: list[Keeper] = []


def register_checks(*checks: ClosingCheck) -> None:
    """Add questions, in the order in which they are shown."""
    _checks.extend(checks)


def closing_checks() -> list[ClosingCheck]:
    """Return every question, those that block first."""
    return sorted(_checks, key=lambda check: not check.blocking)


def on_closing(keeper: Keeper) -> Keeper:
    """Decorator: `keeper(year)` is called in the transaction that closes the year and returns how much it kept."""
    _keepers.append(keeper)
    return keeper


def keep_all(year: FiscalYear) -> int:
    """Run every keeper for a year that has just been closed; return how many figures they kept."""
    return sum(keeper(year) for keeper in _keepers)


def _imports(year: int) -> QuerySet[ImportBatch]:
    """Imports of no certain training may hold rows of any year, so they are named whatever the year."""
    return ImportBatch.objects.filter(Q(target="") | Q(target__startswith=f"{year}.")).order_by("created_at")


def _unsaved(year: int) -> QuerySet[ImportBatch]:
    ready = Q(rows_new__gt=0) | Q(rows_changed__gt=0)
    at_work = Q(state__in=[BatchState.COLUMNS, BatchState.APPLYING, BatchState.INTERRUPTED])
    return _imports(year).filter(at_work | Q(state=BatchState.CHECKED) & ready)


register_checks(
    ClosingCheck(
        text="Impor belum disimpan",
        cure="Simpan atau batalkan di meja impor; sesudah tahun ditutup barisnya ditolak.",
        rows=_unsaved,
        agency="agency",
    ),
    ClosingCheck(
        text="Impor menunggu persetujuan",
        cure="Setujui atau kembalikan di halaman impornya.",
        rows=lambda year: _imports(year).filter(state=BatchState.SUBMITTED),
        agency="agency",
    ),
)
