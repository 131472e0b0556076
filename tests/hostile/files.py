"""Every hostile file, by the line of the attack list it stands for. New ones go to the module of their theme."""

from tests.hostile.containers import ACTIVE, CONTAINERS, FALSE_NAMES, HEAVY_CONTAINERS
from tests.hostile.grids import ENTITIES, GRID, HEAVY_GRID, WORKBOOKS
from tests.hostile.kit import HostileFile
from tests.hostile.markup import DOUBLES, ERRORS, MARKUP, MERGED
from tests.hostile.texts import CSVS, HEADINGS, LONG
from tests.hostile.values import AMOUNTS, DATES, DOUBTS, FORMULAS, NIK_DIGITS, NIK_NUMBERS, NIK_TEXTS

FILES: tuple[HostileFile, ...] = (
    *CONTAINERS,
    *ENTITIES,
    *GRID,
    *FALSE_NAMES,
    *ACTIVE,
    *WORKBOOKS,
    *CSVS,
    *HEADINGS,
    *LONG,
    *NIK_NUMBERS,
    *NIK_TEXTS,
    *NIK_DIGITS,
    *DOUBTS,
    *DATES,
    *AMOUNTS,
    *FORMULAS,
    *MERGED,
    *ERRORS,
    *MARKUP,
    *DOUBLES,
)
# The same at full size; measure.py sends them, tests would take too long.
HEAVY: tuple[HostileFile, ...] = (*HEAVY_CONTAINERS, *HEAVY_GRID)
