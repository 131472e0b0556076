"""Skimmed rows: the same cells, formulas, errors and refusals as the XML parser would find, only sooner."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.spreadsheets import scan_xlsx as module
from portal.spreadsheets.container import Container
from portal.spreadsheets.reading import ErrorValue, read_workbook
from portal.spreadsheets.scan_xlsx import scan_xlsx
from portal.spreadsheets.skimming import RowSkimmer, _up_to
from portal.spreadsheets.workbook import Limits, UnreadableFile, column_index, column_letter

from .builders import SPREADSHEET, inline, xlsx

LIMITS = Limits(rows=300, columns=30, cells=400)


def scanned(content: bytes, *, skimming: bool, limits: Limits = LIMITS) -> object:
    """Return all that the scan says about the sheet, or why it refuses the file."""
    with pytest.MonkeyPatch.context() as patch:
        if not skimming:
            patch.setattr(RowSkimmer, "skim", lambda _self, _buffer, start: start)
        try:
            scan = scan_xlsx(Container(content, limits), limits)
        except UnreadableFile as refusal:
            return refusal.cause
    # The parser takes loose text behind a cell for a part of its error.
    errors = {place: code[:4] for place, code in scan.sheets[0].errors.items()}
    return scan._cells, scan.sheets[0].formulas, errors


def assert_same(content: bytes) -> object:
    skimmed = scanned(content, skimming=True)
    assert skimmed == scanned(content, skimming=False)
    return skimmed


def skimmed_rows(content: bytes) -> int:
    """Return how many rows the XML parser was spared."""
    rows = 0
    original = RowSkimmer.skim

    def counting(self: RowSkimmer, buffer: bytes, start: int) -> int:
        nonlocal rows
        end = original(self, buffer, start)
        rows += buffer[start:end].count(b"row ")
        return end

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(RowSkimmer, "skim", counting)
        scan_xlsx(Container(content, LIMITS), LIMITS)
    return rows


CELLS = [
    '<c r="A{n}"><v>1</v></c>',
    '<c r="AD{n}" s="3" t="s"><v>0</v></c>',
    '<c r="B{n}" t="inlineStr"><is><t>Siti &amp; Umi</t></is></c>',
    '<c r="B{n}" t="inlineStr"><is><t xml:space="preserve"> é\n"\' </t></is></c>',
    '<c r="C{n}" s="1"/>',
    '<c r="AE{n}" s="1"/>',
    '<c r="C{n}" s="1" />',
    '<c r="C{n}" s="1"></c>',
    '<c r="D{n}"><f>A1+1</f><v>2</v></c>',
    '<c r="D{n}"><f aca="false">A1&lt;1</f><v>2</v></c>',
    '<c r="D{n}" t="str"><f t="shared" ref="D1:D9" si="0">A1</f><v>2</v></c>',
    '<c r="D{n}"><f t="shared" si="0"/><v>2</v></c>',
    '<c r="D{n}"><f>A1</f></c>',
    '<c r="E{n}" t="e"><v>#N/A</v></c>',
    '<c r="E{n}" s="2" t="e"><f>NA()</f><v>#DIV/0!</v></c>',
    '<c r="F{n}" t="b"><v>1</v></c>',
    '<c r="F{n}" t="str"><f>A1</f><v>#N/A</v></c>',
    '<c r="F{n}" t="str"><v>#N/A</v></c>',
]
ODD_CELLS = [
    "<c><v>1</v></c>",
    "<c r='B{n}'><v>1</v></c>",
    '<c t="s" r="B{n}"><v>1</v></c>',
    '<c r="B{n}" r="C{n}"><v>1</v></c>',
    '<c r="B1000"><v>1</v></c>',
    '<c r="ZZZ{n}"><v>1</v></c>',
    '<c r="AE{n}"><v>1</v></c>',
    '<c r="b{n}"><v>1</v></c>',
    '<c r="B0{n}"><v>1</v></c>',
    '<c r="G{n}"><f t="array" ref="G{n}:H{n}">1</f><v>1</v></c>',
    '<c r="E{n}" t="e"><v>x</v></c>',
    '<c r="E{n}" t="e"/>',
    '<c r="E{n}" t="inlineStr"><is><r><t>a</t></r></is></c>',
    '<c r="B{n}"><v>1</v><v>2</v></c>',
    '<c r="B{n}"><v>&nbsp;</v></c>',
    '<c r="B{n}"><v>&#65;</v></c>',
    '<c r="B{n}"><v>&</v></c>',
    '<c r="B{n}"><v>]]></v></c>',
    '<c r="B{n}"><v>--></v></c>',
    '<c r="B{n}"><v>"</v></c>',
    '<c r="B{n}"><v>\x01</v></c>',
    '<c r="B{n}"><v>\ufffe</v></c>',
    '<c r="B{n}"><v>1</v>',
    "<c r='B{n}'/></c>",
]
PLAIN_TAILS = ["", ' spans="1:14"', ' ht="15" customHeight="1" x14ac:dyDescent="0.25"']
ODD_TAILS = [' s="1" s="2"', ' r="7"', ' x:y="1"', " a"]
BETWEEN = [
    "",
    "\n ",
    "<!--",
    "-->",
    "<!-- </row> -->",
    "<![CDATA[",
    "]]>",
    "<![CDATA[ </row> ]]>",
    '<x a=">',
    '">',
    '"></x>',
    "<?a",
    "?>",
    "</sheetData>",
    "<sheetData>",
    "</worksheet>",
    "<row>",
    "</row>",
    "x",
]


@st.composite
def sheets(draw: st.DrawFn) -> str:
    pieces = []
    number = 0
    for _ in range(draw(st.integers(1, 12))):
        number += draw(st.sampled_from([1, 1, 1, 2, 90]))
        plain = draw(st.booleans())
        cells = draw(st.lists(st.sampled_from(CELLS if plain else CELLS + ODD_CELLS), max_size=4))
        tail = draw(st.sampled_from(PLAIN_TAILS if plain else PLAIN_TAILS + ODD_TAILS))
        empty = draw(st.booleans()) and not cells
        inside = "".join(cells).replace("{n}", str(number))
        pieces.append(f'<row r="{number}"{tail}/>' if empty else f'<row r="{number}"{tail}>{inside}</row>')
        pieces.append("" if plain else draw(st.sampled_from(BETWEEN)))
    return "".join(pieces)


@settings(max_examples=200)
@given(sheets(), st.sampled_from(["", "x:"]), st.integers(1, 300))
def test_the_scan_says_the_same_with_and_without_skimming(rows, prefix, chunk):
    root = f'<{prefix}worksheet xmlns{":x" if prefix else ""}="{SPREADSHEET}" xmlns:x14ac="a">'
    if prefix:
        for tag in ("row", "c", "v", "f", "is", "t", "r", "sheetData", "worksheet"):
            for end in (">", " ", "/"):
                rows = rows.replace(f"<{tag}{end}", f"<x:{tag}{end}").replace(f"</{tag}{end}", f"</x:{tag}{end}")
    sheet = f"{root}<{prefix}sheetData>{rows}</{prefix}sheetData></{prefix}worksheet>"
    content = xlsx(parts={"xl/worksheets/sheet1.xml": sheet})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("portal.spreadsheets.container.CHUNK", chunk)
        assert_same(content)


def plain_rows(count: int, tail: str = "", prefix: str = "") -> str:
    return "".join(
        f'<{prefix}row r="{number}"{tail}><{prefix}c r="A{number}"><{prefix}v>{number}</{prefix}v></{prefix}c>'
        f"</{prefix}row>"
        for number in range(1, count + 1)
    )


def test_plain_rows_are_skimmed_but_for_the_first():
    assert skimmed_rows(xlsx(plain_rows(300))) == 299
    assert skimmed_rows(xlsx(plain_rows(300, ' spans="1:1" ht="15.75" customHeight="1"'))) == 299
    assert skimmed_rows(xlsx(plain_rows(300).replace("</row>", "</row>\r\n  "))) == 299


def test_a_prefix_is_as_good_as_none():
    sheet = (
        f'<x:worksheet xmlns:x="{SPREADSHEET}"><x:sheetData>{plain_rows(300, prefix="x:")}</x:sheetData></x:worksheet>'
    )
    content = xlsx(parts={"xl/worksheets/sheet1.xml": sheet})
    assert skimmed_rows(content) == 299
    (found,) = read_workbook(content, "a.xlsx").sheets
    assert found.rows == [(number,) for number in range(1, 301)]


def test_an_odd_row_only_costs_itself():
    rows = plain_rows(300).replace('<c r="A100">', "<c r='A100'>")
    assert 290 < skimmed_rows(xlsx(rows)) < 299


def test_a_row_with_another_row_number_in_its_cells_is_left_to_the_parser():
    rows = plain_rows(3).replace('r="A2"', 'r="A299"')
    assert assert_same(xlsx(rows)) == (3, set(), {})
    assert "sel A1000" in assert_same(xlsx(rows.replace("A299", "A1000")))


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (plain_rows(401), "sel A401"),
        (plain_rows(3) + '<row r="401"><c r="A401"><v>1</v></c></row>', "sel A401"),
        (plain_rows(3) + '<row r="4"><c r="AE4"><v>1</v></c></row>', "kolom ke-31"),
        (plain_rows(3) + '<row r="4"><c r="AE4"><f>1</f></c></row>', "kolom ke-31"),
        (plain_rows(3) + '<row r="4" r="7"><c r="A4"><v>1</v></c></row>', "rusak"),
        (plain_rows(3) + '<row r="4" ht="1" ht="2"/>', "rusak"),
        ("".join(plain_rows(300).replace("</row>", f'<c r="B{n}"><v>1</v></c></row>') for n in (1,)), "400 sel"),
    ],
)
def test_skimmed_rows_have_the_same_limits(rows, words):
    assert words in assert_same(xlsx(rows))


def test_formatted_empty_rows_and_columns_are_nothing_to_skim_either():
    empty = "".join(f'<row r="{n}" s="1" customFormat="1"><c r="A{n}" s="1"/></row>' for n in range(4, 2000))
    assert assert_same(xlsx(plain_rows(3) + empty)) == (3, set(), {})
    wide = "".join(f'<c r="{column_letter(n)}4" s="1"/>' for n in range(1000))
    assert assert_same(xlsx(f'{plain_rows(3)}<row r="4">{wide}</row>')) == (3, set(), {})


def test_values_of_skimmed_rows_reach_the_table():
    cells = (
        f'{inline("A{n}", "RT 1 &lt; RT 2")}<c r="B{{n}}" t="e"><v>#REF!</v></c>'
        '<c r="C{n}"><f>1+1</f><v>2</v></c><c r="D{n}" t="b"><v>1</v></c>'
    )
    rows = "".join(f'<row r="{n}">{cells.replace("{n}", str(n))}</row>' for n in range(1, 60))
    (sheet,) = read_workbook(xlsx(rows), "a.xlsx").sheets
    assert sheet.rows == [("RT 1 < RT 2", ErrorValue("#REF!"), 2, True)] * 59
    assert sheet.formulas == {(n, 2) for n in range(1, 60)}


def test_many_kinds_of_row_attributes_are_left_to_the_parser():
    rows = "".join(f'<row r="{n}" ht="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(1, 301))
    assert assert_same(xlsx(rows)) == (300, set(), {})


@pytest.mark.parametrize("encoding", ["utf-16", "iso-8859-1", "cp037"])
def test_a_sheet_is_utf_8_whatever_it_says(encoding):
    sheet = (
        f'<?xml version="1.0" encoding="{encoding}"?>'
        f'<worksheet xmlns="{SPREADSHEET}"><sheetData>é</sheetData></worksheet>'
    )
    assert "rusak" in assert_same(xlsx(parts={"xl/worksheets/sheet1.xml": sheet.encode(encoding)}))


@pytest.mark.parametrize("size", [10, 700_000])
def test_a_sheet_without_rows_or_with_one_that_never_ends(size):
    assert assert_same(xlsx(" " * size)) == (0, set(), {})
    assert assert_same(xlsx(parts={"xl/worksheets/sheet1.xml": f"<a>{' ' * size}</a>"})) == (0, set(), {})
    assert "rusak" in assert_same(xlsx('<row r="1">' + " " * size))
    assert assert_same(xlsx(plain_rows(2) + f'<row r="3">{" " * size}</row>')) == (2, set(), {})


@pytest.mark.parametrize("columns", [1, 2, 25, 26, 27, 30, 52, 53, 200, 256, 702, 703, 800, 16_384])
def test_the_pattern_of_columns_ends_where_the_grid_ends(columns):
    pattern = re.compile(_up_to(column_letter(columns - 1)))
    near = {*range(0, 60), *range(columns - 30, columns + 30), *range(0, 17_000, 97)}
    for index in near - set(range(-30, 0)):
        assert bool(pattern.fullmatch(column_letter(index))) == (index < columns)
        assert column_index(column_letter(index)) == index


def test_a_long_stretch_of_odd_rows_is_parsed_in_long_strides(monkeypatch):
    feeds = []
    monkeypatch.setattr(module.XmlPart, "feed", lambda _self, chunk, last=False: feeds.append(len(chunk)), raising=True)
    monkeypatch.setattr(module.XmlPart, "is_between_tokens", True)
    reader = module._SheetReader(module.Scan(Limits()).add_sheet("Data"))
    odd = b"<row><c r='A1'/></row>" * 100_000
    reader.read([b"<worksheet><sheetData>", *(odd[start : start + 65_536] for start in range(0, len(odd), 65_536))])
    assert sum(feeds) == len(odd) + 22
    assert len(feeds) < 100


def test_more_rows_or_cells_than_any_program_writes_are_refused_soon(monkeypatch):
    monkeypatch.setattr(module, "MOST_ROWS", 250)
    monkeypatch.setattr(module, "MOST_CELLS", 700)
    assert assert_same(xlsx(plain_rows(250))) == (250, set(), {})
    for rows in (plain_rows(251), plain_rows(200) + "<row/>" * 51, plain_rows(1) + "<row></row>" * 250):
        assert "terlalu banyak baris" in assert_same(xlsx(rows))
    assert "terlalu banyak sel" in scanned(xlsx(f"<row>{'<c/>' * 701}</row>"), skimming=True)
