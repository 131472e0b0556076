"""Every workbook that leaves is what the standard says, part by part: no program has to repair it."""

import re
import zipfile
from pathlib import Path

import pytest

from tests.access_table import EXPORTER_ROLES
from tests.factories.portal import AgencyFactory, UserFactory
from tests.ooxml import faults, formula_rows
from tests.reports.ledger import Ledger, export

AREA = r"[A-Z]+[0-9]+(:[A-Z]+[0-9]+)?"  # a part with one row is written as one cell
OF_ANY_YEAR = [name for name in EXPORTER_ROLES if name != "corrections"]  # which test_corrections looks at
SUM = re.compile(rf"SUBTOTAL\(109,{AREA}\)")
RATIO = re.compile(r'IF\(([A-Z]+[0-9]+)=0,"",ROUND\([A-Z]+[0-9]+/\1,4\)\)')


@pytest.mark.parametrize(
    ("identifier", "who"),
    [
        (name, who)
        for who in ("auditor", "supervisor", "operator")
        for name in OF_ANY_YEAR
        if who in EXPORTER_ROLES[name]
    ],
)
def test_nothing_needs_a_repair(ledger: Ledger, tmp_path: Path, identifier: str, who: str) -> None:
    export(identifier, getattr(ledger, who), tmp_path)
    path = tmp_path / f"{identifier}.xlsx"
    assert faults(path) == []
    for sheet, first, formula in formula_rows(path):
        assert SUM.fullmatch(formula) or RATIO.fullmatch(formula), formula
        assert first in {"JUMLAH", ""}, (sheet, first)  # a foot, or a line that heads others; never a row of data


@pytest.mark.parametrize("identifier", OF_ANY_YEAR)
def test_nor_without_a_single_row(ledger: Ledger, tmp_path: Path, identifier: str) -> None:
    outsider = UserFactory(auditor=True, agency=AgencyFactory(region__code="35.07.10"))
    params = {"year": "2025", "budget_line": "2.17.06.2.01.0002"} if identifier == "sipd" else {"q": "tidak ada"}
    export(identifier, outsider, tmp_path, **params)
    assert faults(tmp_path / f"{identifier}.xlsx") == []


def test_the_strict_reader_sees_what_is_wrong(ledger: Ledger, tmp_path: Path) -> None:
    """Each fault is put into a good file; a checker that finds nothing would pass every test above."""
    export("trainings", ledger.auditor, tmp_path)
    good = tmp_path / "trainings.xlsx"
    sheet = "xl/worksheets/sheet1.xml"
    for part, old, new in (
        (sheet, rb"<sheetData>(.*)</sheetData>(.*)(<mergeCells.*</mergeCells>)", rb"\3<sheetData>\1</sheetData>\2"),
        (sheet, rb"</sheetData>", b"</sheetDatum>"),
        (sheet, rb'<c r="B(\d+)"', rb'<c r="A\1"'),
        (sheet, rb'<c r="C(\d+)"', rb'<c r="C1\1"'),
        (sheet, rb'<row r="(\d+)"', b'<row r="1"'),
        (sheet, rb' s="\d+"', b' s="999"'),
        (sheet, rb' t="inlineStr"', b' t="teks"'),
        (sheet, rb' t="inlineStr"', b""),
        (sheet, rb"<is><t>", b"<is><r>x</r><t>"),
        (sheet, rb'<dimension ref="A1:[A-Z]+(\d+)"', rb'<dimension ref="A1:B\1"'),
        (sheet, rb'(<mergeCell ref=)"[^"]+"', rb'\1"A1:C1"'),
        (sheet, rb"<v>\d+</v>", b"<v>1,5</v>"),
        ("xl/workbook.xml", rb'name="Keterangan"', b'name="rekap"'),
        ("xl/workbook.xml", rb'name="Rekap"', b'name="' + 32 * b"R" + b'"'),
        ("xl/workbook.xml", rb"\$\d+:\$\d+</definedName>", b"$A1</definedName>"),
        ("xl/_rels/workbook.xml.rels", rb"sheet2\.xml", b"sheet9.xml"),
        ("[Content_Types].xml", rb"/xl/styles\.xml", b"/xl/gaya.xml"),
        ("xl/styles.xml", rb'fontId="\d+"', b'fontId="99"'),
    ):
        bad = tmp_path / "rusak.xlsx"
        with zipfile.ZipFile(good) as source, zipfile.ZipFile(bad, "w") as target:
            for name in source.namelist():
                content = source.read(name)
                damaged = re.sub(old, new, content, flags=re.DOTALL) if name == part else content
                assert name != part or damaged != content, (part, old)
                target.writestr(name, damaged)
        assert faults(bad), (part, old)


def test_the_strict_reader_sees_two_parts_of_one_name(ledger: Ledger, tmp_path: Path) -> None:
    export("trainings", ledger.auditor, tmp_path)
    path = tmp_path / "trainings.xlsx"
    with zipfile.ZipFile(path, "a") as package, pytest.warns(UserWarning, match="Duplicate name"):
        package.writestr("xl/styles.xml", package.read("xl/styles.xml"))
    assert faults(path) == ["two parts have one name"]
