"""What the child writes, the portal reads; and what no honest child would write, it refuses."""

import io
import json
from dataclasses import replace
from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.spreadsheets import wire
from portal.spreadsheets.packing import SheetPacker
from portal.spreadsheets.reading import read_workbook
from portal.spreadsheets.workbook import ErrorValue, Limits, Sheet, UnreadableFile, Workbook

LIMITS = Limits(rows=50, columns=9, cells=500, sheets=3)


def sent(rows, *, errors=None, covered=(), limits=LIMITS, formulas=frozenset()) -> Workbook:
    """Return a workbook of one sheet after its way from the parser through the wire."""
    sheet = SheetPacker("Data", limits, errors, covered).pack(rows)
    pieces = wire.encode("xlsx", [replace(sheet, formulas=set(formulas))], ("Lain",), {"a": "b"})
    return wire.decode(io.BytesIO(b"".join(pieces)), limits)


def test_the_wire_keeps_every_type():
    row = (None, "a", 1, 1.5, True, date(2025, 1, 2), datetime(2025, 1, 2, 3, 4), time(5, 6), ErrorValue("#N/A"))
    assert sent([row], formulas={(1, 2)}) == Workbook(
        "xlsx", (Sheet("Data", [row], frozenset({(1, 2)})),), ("Lain",), {"a": "b"}
    )


VALUES = st.one_of(
    st.none(),
    st.text(st.characters(blacklist_categories=("Cs",)), max_size=8),
    st.sampled_from(["L", "P", "", " ", "\x1f", "a\x1fb", "a\nb", "PT1H2M3S", "PT Maju"]),
    st.integers(-(10**18), 10**18),
    st.floats(),
    st.booleans(),
    st.dates(),
    st.datetimes().map(lambda value: value.replace(fold=0)),
    st.times().map(lambda value: value.replace(fold=0)),
)
COLUMNS = st.one_of(
    st.lists(kind, min_size=40, max_size=40)
    for kind in (VALUES, st.dates(), st.one_of(st.none(), st.dates()), st.sampled_from(["L", "P", ""]), st.floats())
)


def plain(value):
    """Say once more, without a thought for speed, what a value of the parser becomes."""
    if isinstance(value, float):
        if value != value or value in (float("inf"), float("-inf")):
            return ErrorValue("#NUM!")
        return int(value) if value == int(value) and abs(value) < 10**16 else value
    if isinstance(value, str):
        return "1:2:3" if value == "PT1H2M3S" else value if value.strip() else None
    if isinstance(value, datetime) and (value.year, value.month, value.day) in {
        (1899, 12, 30),
        (1899, 12, 31),
        (1904, 1, 1),
    }:
        return value.time()
    return value


@given(st.lists(COLUMNS, min_size=1, max_size=4), st.integers(1, 7))
def test_every_column_arrives_whatever_it_is_made_of(columns, block_rows):
    rows = list(zip(*columns, strict=True))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("portal.spreadsheets.packing.BLOCK_ROWS", block_rows)
        (sheet,) = sent([["" if value is None else value for value in row] for row in rows]).sheets
    expected = [[plain(value) for value in row] for row in rows]
    while expected and not any(value is not None for value in expected[-1]):
        expected.pop()
    width = max((index + 1 for row in expected for index, value in enumerate(row) if value is not None), default=0)
    assert [list(map(repr, row)) for row in sheet.rows] == [list(map(repr, row[:width])) for row in expected]


def test_empty_rows_in_the_middle_are_kept_and_those_at_the_end_are_not(monkeypatch):
    monkeypatch.setattr("portal.spreadsheets.packing.BLOCK_ROWS", 4)
    rows = [["a", ""]] + [["", " "]] * 17 + [["", "b"]] + [[""]] * 30
    (sheet,) = sent(rows).sheets
    assert sheet.rows == [("a", None)] + [(None, None)] * 17 + [(None, "b")]


def test_errors_stand_where_the_scan_found_them():
    (sheet,) = sent([["a"], ["b"], ["c"]], errors={(2, 0): "#N/A", (3, 2): "#REF!", (9, 0): "#NUM!"}).sheets
    assert sheet.rows == [("a", None, None), (ErrorValue("#N/A"), None, None), ("c", None, ErrorValue("#REF!"))]


@pytest.mark.parametrize("block_rows", [1, 2, 3, 100])
def test_what_merged_cells_cover_is_empty(monkeypatch, block_rows):
    monkeypatch.setattr("portal.spreadsheets.packing.BLOCK_ROWS", block_rows)
    rows = [[f"{column}{row}" for column in "ABC"] for row in range(1, 7)]
    covered = [(2, 1, 1, 1), (3, 0, 3, 2), (5, 2, 10**7, 10**5), (9, 0, 1, 1)]
    (sheet,) = sent(rows, covered=covered).sheets
    assert sheet.rows == [
        ("A1", "B1", "C1"),
        ("A2", None, "C2"),
        (None, None, "C3"),
        (None, None, "C4"),
        (None, None, None),
        ("A6", "B6", None),
    ]


def test_merged_cells_that_overlap_without_end_are_refused():
    covered = [(1, number, 10**6, 10**6) for number in range(20_001)]
    with pytest.raises(UnreadableFile, match="bertumpuk"):
        sent([["a"]], covered=covered)
    assert sent([["a"]], covered=[(1, 1, 10**6, 10**6)] * 30_000).sheets[0].rows == [("a",)]


def test_texts_that_many_rows_repeat_are_one_object():
    (sheet,) = sent([["Clum" + "prit"[: 4 + number % 1], str(number)] for number in range(50)]).sheets
    assert len({id(row[0]) for row in sheet.rows}) == 1


def document(head: object, *blocks: bytes) -> bytes:
    return b"\n".join([json.dumps(head).encode(), *blocks])


def book(sheets: object, **changes: object) -> dict[str, object]:
    return {"kind": "xlsx", "hidden": [], "properties": {}, "sheets": sheets} | changes


ONE = [["Data", 1, 2, []]]


def test_the_documents_below_are_refused_for_their_lie_only():
    assert wire.decode(io.BytesIO(document(book(ONE), b'[2,[["t",3]]]\na\x1fb')), LIMITS).sheets[0].rows == [
        ("a",),
        ("b",),
    ]


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"[]",
        b"[" * 100_000,
        b"\xff\xfe",
        document(book(ONE)),
        document(book(ONE, kind="exe"), b'[2,[["t",3]]]\na\x1fb'),
        document(book(ONE * 4), b'[2,[["t",3]]]\na\x1fb'),
        document(book([["Data", 1, 10**12, []]]), b"[1000000000000,[]]\n"),
        document(book([["Data", 10**12, 1, []]]), b"[1,[]]\n"),
        document(book([["Data", 9, 150, []]]), b"[150,[]]\n"),
        document(book([["Data", 8, 50, []]] * 3), b"[50,[]]\n" * 3),
        document(book([["Data", -1, 2, []]]), b"[2,[]]\n"),
        document(book([["Data", "1", 2, []]]), b"[2,[]]\n"),
        document(book([["Data", 0, 2, []]]), b"[2,[]]\n[2,[]]\n"),
        document(book([[{}, 1, 2, []]]), b'[2,[["t",3]]]\na\x1fb'),
        document(book([["Data", 1, 2, [[1]]]]), b'[2,[["t",3]]]\na\x1fb'),
        document(book(ONE, hidden=[1]), b'[2,[["t",3]]]\na\x1fb'),
        document(book(ONE, properties={"a": 1}), b'[2,[["t",3]]]\na\x1fb'),
        document(book(ONE), b'[3,[["t",3]]]\na\x1fb'),
        document(book(ONE), b'[0,[["t",3]]]\na\x1fb'),
        document(book(ONE), b'[-1,[["t",3]]]\na\x1fb'),
        document(book(ONE), b'[2,[["t",1]]]\na'),
        document(book(ONE), b'[2,[["t",3],["t",3]]]\na\x1fba\x1fb'),
        document(book(ONE), b'[2,[["t",3]]]\na\xff\x1f'),
        document(book(ONE), b'[2,[["c",3]]]\n\x00\x05a'),
        document(book(ONE), b'[2,[["d",3]]]\na\x1fb'),
        document(book(ONE), b'[2,[["x",3]]]\na\x1fb'),
        document(book(ONE), b'[2,[["v",7]]]\n[{},{}]'),
        document(book(ONE), b'[2,[["v",9]]]\n[[1],[2]]'),
        document(book(ONE), b'[2,[["v",9]]]\n[NaN,NaN]'),
        document(book(ONE), b'[2,[["v",22]]]\n[{"@date":"kemarin"},1]'),
        document(book(ONE), b'[2,[["v",22]]]\n[{"@error":{}},1]'),
        document(book(ONE), b'[2,[["v",6001]]]\n[' + b"1" * 5999 + b"]"),
    ],
)
def test_an_answer_that_is_no_workbook_is_damage(answer):
    with pytest.raises(UnreadableFile, match="rusak"):
        wire.decode(io.BytesIO(answer), LIMITS)


@given(st.binary(max_size=60), st.integers(0, 200))
def test_a_garbled_answer_is_damage_or_a_workbook(garbage, position):
    answer = bytearray(document(book(ONE), b'[2,[["t",3]]]\na\x1fb'))
    answer[position : position + len(garbage)] = garbage
    try:
        workbook = wire.decode(io.BytesIO(bytes(answer)), LIMITS)
    except UnreadableFile:
        return
    assert sum(len(sheet.rows) for sheet in workbook.sheets) <= 150


@pytest.mark.parametrize("answer", [b"", b"[]", b'["a"]', b'["a",1]', b'["a","b","c"]', b"[" * 9000, b"\xff", b"7"])
def test_a_refusal_that_is_none_is_damage(answer):
    assert "rusak" in wire.decode_refusal(io.BytesIO(answer)).cause


def test_tables_that_span_too_much_are_refused():
    line = b";" * 150 + b"x\n"
    content = line + b"\n" * 18_000 + line
    with pytest.raises(UnreadableFile, match=r"membentang 2.718.302 sel, .* batasnya 2.000.000"):
        read_workbook(content, "a.csv", Limits(cells=1_000_000))
