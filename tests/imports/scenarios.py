"""Random files over a random state: mixtures of cells that are new, changed, the same, empty, faulty, and doubles.

Every scenario knows which rows the desk must refuse: those in which it put a fault, and the doubles.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from portal.models import Agency, Region, User
from tests.factories.portal import AgencyFactory, RegionFactory, UserFactory
from tests.factories.programs import BudgetLineFactory
from tests.imports.desk import Upload

MOST_ROWS = 12
FAULT, DOUBLE, EMPTY, SAME = 0.06, 0.12, 0.25, 0.35  # shares of cells, of rows, of cells, of cells


@dataclass(frozen=True)
class Cell:
    """A column of a random file: what may stand in it, what stands in the portal, what must be refused."""

    heading: str
    fresh: Callable[[Random], Any]
    stored: Callable[[Any], Any] = lambda row: None
    faults: Sequence[Any] = ()
    required: bool = False

    def pick(self, rng: Random, row: Any) -> tuple[Any, bool]:
        """Return a cell for a row of the portal (None: a new one), and whether it is faulty."""
        if self.faults and rng.random() < FAULT:
            return rng.choice(self.faults), True
        if not self.required and rng.random() < EMPTY:
            return None, False
        known = self.stored(row) if row is not None else None
        if known not in (None, "") and rng.random() < SAME:
            return known, False
        return self.fresh(rng), False


def words(*choices: Any) -> Callable[[Random], Any]:
    return lambda rng: rng.choice(choices)


def some_day(first: date, days: int) -> Callable[[Random], date]:
    return lambda rng: first + timedelta(days=rng.randrange(days))


class Scenario:
    """A portal in some state, and files for it. `rng` decides everything, so a seed repeats a case."""

    resource = ""

    def __init__(self, rng: Random):
        self.rng = rng
        self.office: Agency = AgencyFactory(office=True)
        self.villages: list[Region] = [
            RegionFactory(code=f"35.07.33.{number}", name=name)
            for number, name in ((2001, "Clumprit"), (2002, "Suwaru"), (2003, "Brongkal"))
        ]
        self.budget_line = BudgetLineFactory(organizer=AgencyFactory(organizer=True))
        self.operator: User = UserFactory(operator=True)

    def upload(self, headings: Sequence[str], lines: Sequence[tuple[list[Any], bool]], **options: Any) -> Upload:
        """Return the file; every line says whether it is faulty."""
        return Upload(
            resource=self.resource,
            user=options.pop("user", self.operator),
            headings=headings,
            lines=[cells for cells, _ in lines],
            suffix=self.rng.choice(("csv", "csv", "xlsx")),
            refused={number for number, (cells, faulty) in enumerate(lines, start=2) if faulty and any(cells)},
            **options,
        )

    def key_of(self, line: Sequence[Any]) -> Any:
        """Return what a line of a file is about."""
        raise NotImplementedError

    def owner_of(self, obj: Any) -> Any:
        """Return the `key_of` of the line that wrote a row."""
        raise NotImplementedError

    def columns(self, cells: Sequence[Cell]) -> list[Cell]:
        """Return the required columns and some others, in any order."""
        chosen = [cell for cell in cells if cell.required or self.rng.random() < 0.6]
        self.rng.shuffle(chosen)
        return chosen

    def fill(self, cells: Sequence[Cell], row: Any) -> tuple[list[Any], bool]:
        picked = [cell.pick(self.rng, row) for cell in cells]
        return [value for value, _ in picked], any(faulty for _, faulty in picked)

    def with_doubles(self, lines: list[tuple[list[Any], bool]]) -> list[tuple[list[Any], bool]]:
        """Repeat some faultless lines; the first of two is refused as the second is."""
        for index, (cells, faulty) in enumerate(list(lines)):
            if not faulty and self.rng.random() < DOUBLE and len(lines) < MOST_ROWS:
                lines[index] = (cells, True)
                lines.append((list(cells), True))
        return lines
