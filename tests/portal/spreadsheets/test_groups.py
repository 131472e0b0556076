"""Lines that sum the lines below them: the value beside each formula is what another program computes."""

import random
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from portal.spreadsheets.sheets import Column, Group, Kind, SheetSpec, ratio_of
from portal.spreadsheets.writing import WorkbookWriter
from tests.libreoffice import sheets_of
from tests.ooxml import faults

COLUMNS = (
    Column("no", "No", Kind.INTEGER, 6),
    Column("name", "Nama", width=30),
    Column("people", "Peserta", Kind.INTEGER, total=True),
    Column("ceiling", "Pagu", Kind.RUPIAH, 18, total=True),
    Column("realised", "Realisasi", Kind.RUPIAH, 18, total=True),
    Column("share", "Persen", Kind.PERCENT, 10, ratio=("realised", "ceiling")),
)
Line = Sequence[Any]


def row(number: int, chance: random.Random) -> list[Any]:
    """Return one line of data with amounts to the cent; some are unknown."""
    ceiling = Decimal(chance.randrange(10**11)) / 100 if chance.random() > 0.1 else None
    realised = Decimal(chance.randrange(10**11)) / 100 if chance.random() > 0.1 else None
    share = ratio_of(realised, ceiling) if realised is not None and ceiling else None
    return [number, f"Baris {number}", chance.randrange(40), ceiling, realised, share]


def nested(depth: int, chance: random.Random, numbers: Iterator[int]) -> list[Line]:
    """Return lines under headings of `depth` levels, some of which have a single line below them."""
    if not depth:
        return [row(next(numbers), chance) for _ in range(chance.randrange(1, 4))]
    lines: list[Line] = []
    for _ in range(chance.randrange(1, 4)):
        below = nested(depth - 1, chance, numbers)
        lines += [heading(f"Tingkat {depth}", below), *below]
    return lines


def heading(name: str, below: Sequence[Line]) -> Group:
    rows = [line for line in below if not isinstance(line, Group)]
    sums = [sum((line[index] or 0 for line in rows), Decimal(0)) for index in (2, 3, 4)]
    return Group([None, name, *sums, ratio_of(sums[2], sums[1])], len(below))


def write(path: Path, lines: Sequence[Line], **options: Any) -> Any:
    with WorkbookWriter(path, title="Uji", author="Penguji", **options) as writer:
        return writer.write(SheetSpec("Data", COLUMNS, lines))


def stored(path: Path) -> dict[str, list[tuple]]:
    """Return the values that stand beside the formulas."""
    return {
        sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in openpyxl.load_workbook(path, data_only=True)
    }


def assert_computed(path: Path, folder: Path) -> None:
    """Another program comes to the values that we stored, in every cell of figures."""
    found = sheets_of(path, folder)
    for name, lines in stored(path).items():
        for line, cells in zip(lines[1:], found[name][1:], strict=True):
            for index in (2, 3, 4):
                value = None if line[index] is None else Decimal(str(line[index]))
                computed = Decimal(cells[index]) if cells[index] else None
                assert value == computed or abs(value - computed) < Decimal("0.005"), (name, line, cells)
            share = None if line[5] is None else Decimal(str(line[5])) * 100
            assert share == (Decimal(cells[5].removesuffix("%")) if cells[5] else None), (name, line, cells)


@pytest.mark.parametrize("seed", range(3))
def test_nested_groups(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    lines = nested(3, chance, iter(range(1, 1000)))
    result = write(tmp_path / "a.xlsx", lines)
    rows = [line for line in lines if not isinstance(line, Group)]
    assert (result.rows, result.lines) == (len(rows), len(lines))
    assert result.sums["ceiling"] == sum(line[3] or 0 for line in rows)
    assert faults(tmp_path / "a.xlsx") == []
    foot = stored(tmp_path / "a.xlsx")["Data"][-1]
    assert Decimal(str(foot[4])) == pytest.approx(result.sums["realised"])  # each row once, however deep it stands
    assert_computed(tmp_path / "a.xlsx", tmp_path)


def test_a_group_of_nothing(tmp_path: Path) -> None:
    write(tmp_path / "a.xlsx", [Group([None, "Kosong", 0, Decimal(0), Decimal(0), None], 0)])
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["Data"]
    assert [cell.value for cell in sheet[2]] == [None, "Kosong", 0, 0, 0, None]
    assert faults(tmp_path / "a.xlsx") == []


@pytest.mark.parametrize("room", range(1, 12))
def test_groups_on_the_border_of_a_sheet(tmp_path: Path, room: int) -> None:
    """A sheet that ends inside a group shows no sum for it: a formula would only reach a part of the lines."""
    chance = random.Random(7)
    outer = [row(number, chance) for number in (1, 2, 3)], [row(number, chance) for number in (4, 5)]
    inner = [line for part in outer for line in (heading("Dalam", part), *part)]
    lines = [heading("Luar", inner), *inner, row(6, chance), row(7, chance), row(8, chance)]
    result = write(tmp_path / "a.xlsx", lines, max_rows=room + 3)
    assert (result.rows, result.lines) == (8, 11)
    assert faults(tmp_path / "a.xlsx") == []
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    numbers = [line[0].value for sheet in book for line in sheet.iter_rows() if isinstance(line[0].value, int)]
    assert numbers == list(range(1, 9))
    for sheet in book:
        rows = list(sheet.iter_rows())
        for cells in rows[1:-1]:
            formulas = [cell.value for cell in cells[2:5] if cell.data_type == "f"]
            for first, last in (re.findall(r"\d+", formula[len("=SUBTOTAL(109,") :]) for formula in formulas):
                assert cells[0].row < int(first) <= int(last) < rows[-1][0].row  # of this sheet, above the foot
    sums = [lines[-1][3] for lines in stored(tmp_path / "a.xlsx").values()]
    assert sum(Decimal(str(value)) for value in sums) == result.sums["ceiling"]


@pytest.mark.parametrize("room", [2, 5, 8])
def test_another_program_agrees_on_every_part_of_a_split_sheet(tmp_path: Path, room: int) -> None:
    chance = random.Random(room)
    lines = nested(2, chance, iter(range(1, 100)))
    write(tmp_path / "a.xlsx", lines, max_rows=room + 3)
    assert_computed(tmp_path / "a.xlsx", tmp_path)
