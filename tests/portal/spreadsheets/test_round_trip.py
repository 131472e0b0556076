"""What the writer digests is what a reader gets back: the property on which the proof of an untouched file rests."""

import io
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.identity import mask_text
from portal.spreadsheets import parsing, wire
from portal.spreadsheets.cell_text import CellError, parse_text
from portal.spreadsheets.chunks import ROWS, Redact
from portal.spreadsheets.comparing import digest_of
from portal.spreadsheets.csv_writing import CsvWriter, csv_text
from portal.spreadsheets.sheets import Column, Group, Kind, SheetSpec, clean_cell
from portal.spreadsheets.workbook import Limits, Workbook
from portal.spreadsheets.writing import WorkbookWriter
from tests.ooxml import faults

LIMITS = Limits(cell_characters=40_000)
NIK = "3507334107850003"
REDACT = Redact(mask_text, shortest=16)
ODD_TEXTS = (
    *("batik", "", " ", "\t", "\n", "\u00a0", " batik", "batik ", "dua  kata", "nama\nbaris dua\n", "\nbaris dua"),
    *("Ñandú", "宮城", "😀 batik", "\U0010ffff", "\ufffd", "\u2028x", "\u200b", "e\u0301", "\x85x", "\x7f", "\ud800x"),
    *("_x0041_", "_x0041_x0042_", "__x0041_", "_x005F_", "_x005F_x0041_", "_X0041_", "_x004_", "_x000D_", "_x"),
    *("&amp;", "<t>", "]]>", '"', "'", "=1+1", " =1+1", "＝1", "%0A", "|", "~", " ~ ", "003", "1E5", "TRUE"),
    *("kata " * 900, "x" * 2_000),
)
texts = st.one_of(st.sampled_from(ODD_TEXTS), st.text(max_size=40))
amounts = st.decimals(min_value=-(10**13), max_value=10**13, places=2, allow_nan=False, allow_infinity=False)
days = st.dates(min_value=date(1904, 1, 1), max_value=date(9999, 12, 30))
moments = st.datetimes(min_value=datetime(1904, 1, 2), max_value=datetime(9999, 12, 30))
VALUES: dict[str, st.SearchStrategy[Any]] = {
    Kind.TEXT: texts,
    Kind.INTEGER: st.integers(min_value=-(10**18), max_value=10**18),
    Kind.YEAR: st.integers(min_value=1945, max_value=2100),
    Kind.NUMBER: amounts,
    Kind.RUPIAH: amounts,
    Kind.PERCENT: st.decimals(min_value=0, max_value=20, places=4),
    Kind.DATE: days,
    Kind.DATETIME: st.one_of(moments, moments.map(lambda moment: moment.replace(tzinfo=UTC))),
    Kind.ANY: st.one_of(texts, st.integers(-(10**18), 10**18), amounts, days, moments),
}


def read(path: Path) -> Workbook:
    """Read it as the sandboxed child does, which has tests of its own and costs a third of a second."""
    return wire.decode(io.BytesIO(b"".join(parsing.parse(path.read_bytes(), "xlsx", LIMITS))), LIMITS)


def assert_proves_itself(path: Path, specs: list[SheetSpec], **options: Any) -> Workbook:
    """Write, read, and hold every digest against what was read."""
    with WorkbookWriter(path, title="Uji", author="Penguji", **options) as writer:
        for spec in specs:
            writer.write(spec)
    book = read(path)
    assert {sheet.name: digest_of(sheet) for sheet in book.sheets} == {
        sheet["name"]: sheet["digest"] for sheet in writer.sheets
    }
    return book


@st.composite
def tables(draw: Any) -> SheetSpec:
    """Draw a table of some columns of some kinds, with gaps; now and then with groups, a foot, lines above it."""
    kinds = draw(st.lists(st.sampled_from([*VALUES]), min_size=1, max_size=5))
    columns = [
        Column(f"c{number}", f"Kolom {number}", kind, width=8, total=kind == Kind.RUPIAH)
        for number, kind in enumerate(kinds)
    ]
    row = st.tuples(*(st.one_of(st.none(), VALUES[kind]) for kind in kinds))
    rows = draw(st.lists(row, max_size=8))
    heading = draw(st.sampled_from([(), ("Judul",), ("Judul", "_x0041_x0042_", " ")]))
    # Rows of nothing at the very end are no rows to a reader; a line of sums ends the sheets that hold figures.
    totals = any(column.total for column in columns)
    while rows and not totals and not any(_is_something(value) for value in rows[-1]):
        rows.pop()
    return SheetSpec("Data", columns, rows, heading_lines=heading, totals=totals)


def _is_something(value: Any) -> bool:
    return bool(clean_cell(value)) if isinstance(value, str) else value is not None


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(spec=tables())
def test_every_table_comes_back_as_it_was_digested(tmp_path: Path, spec: SheetSpec) -> None:
    assert_proves_itself(tmp_path / "a.xlsx", [spec])
    assert faults(tmp_path / "a.xlsx") == []


@settings(max_examples=500)
@given(text=texts)
def test_a_text_in_csv_is_read_as_it_was(text: str) -> None:
    """The mark that keeps a spreadsheet from computing it falls away again."""
    try:
        expected = parse_text(clean_cell(text), 2_000)
    except CellError:
        return
    assert parse_text(csv_text(Kind.TEXT, text), 2_000) == expected


@pytest.mark.parametrize("text", ODD_TEXTS, ids=lambda text: ascii(text[:20]))
def test_each_odd_text_comes_back(tmp_path: Path, text: str) -> None:
    columns = [Column("a", "A"), Column("b", "B", Kind.ANY), Column("n", "N", Kind.INTEGER)]
    book = assert_proves_itself(tmp_path / "a.xlsx", [SheetSpec("Data", columns, [(text, text, 1), ("batik", 2, 3)])])
    expected = clean_cell(text) or None
    assert book.sheets[0].rows[1] == (expected, expected, 1)


def cell_row(number: int) -> tuple[Any, ...]:
    """Return a row in which every kind has gaps now and then, and something odd at the borders of chunks."""
    odd = ODD_TEXTS[number % len(ODD_TEXTS)]
    return (
        number + 1,
        odd if number % ROWS in {0, 1, ROWS - 2, ROWS - 1} else f"Orang {number}" if number % 7 else None,
        Decimal(number * 7919 % 10_000_019) / 100 if number % 5 else None,
        date(1904, 1, 1) + timedelta(days=number * 17) if number % 3 else None,
        datetime(2025, 7, 14, 3, number % 60, number % 60, number, UTC) if number % 11 else None,
        (None, "teks", number, Decimal(number) / 4, date(2025, 1, 1))[number % 5],
    )


COLUMNS = (
    Column("no", "No", Kind.INTEGER),
    Column("name", "Nama", width=12),
    Column("money", "Uang", Kind.RUPIAH, total=True),
    Column("day", "Hari", Kind.DATE),
    Column("at", "Waktu", Kind.DATETIME),
    Column("any", "Isi", Kind.ANY),
)


@pytest.mark.parametrize("count", [0, 1, ROWS - 1, ROWS, ROWS + 1, 2 * ROWS + 1])
def test_nothing_happens_between_two_chunks(tmp_path: Path, count: int) -> None:
    path = tmp_path / "a.xlsx"
    rows = [cell_row(number) for number in range(count)]
    book = assert_proves_itself(path, [SheetSpec("Data", COLUMNS, rows)])
    assert faults(path) == []
    found = book.sheets[0].rows[1:-1]
    assert [row[0] for row in found] == list(range(1, count + 1))
    assert [row[1] for row in found] == [clean_cell(row[1] or "") or None for row in rows]
    assert [row[3] for row in found] == [row[3] for row in rows]
    assert [row[2] and Decimal(str(row[2])) for row in found] == [row[2] for row in rows]


@pytest.mark.parametrize("count", [30, ROWS - 1, ROWS, ROWS + 1])
def test_a_sheet_may_end_between_two_chunks(tmp_path: Path, count: int) -> None:
    """The room of a sheet falls before, on and behind the border of a chunk."""
    rows = [cell_row(number) for number in range(ROWS + 3)]
    book = assert_proves_itself(tmp_path / "a.xlsx", [SheetSpec("Data", COLUMNS, rows)], max_rows=count + 3)
    assert faults(tmp_path / "a.xlsx") == []
    numbers = [row[0] for sheet in book.sheets for row in sheet.rows[1:-1]]
    assert numbers == list(range(1, ROWS + 4))
    assert {len(sheet.rows) for sheet in book.sheets[:-1]} == {count + 2}


def test_sheets_with_everything_around_them(tmp_path: Path) -> None:
    """Tables below, groups, signatures wider than the table, a sheet of one column."""
    narrow = SheetSpec("Sempit", [Column("a", "A", width=4)], [["x"]], heading_lines=("Judul", "Catatan"))
    below = SheetSpec("Lebar di bawah", COLUMNS, [cell_row(number) for number in range(3)])
    grouped = [Group((None, " ", Decimal("3.50"), None, None, None), 2), cell_row(1), cell_row(2)]
    specs = [narrow, SheetSpec("Kelompok", COLUMNS[:4], [row[:4] for row in grouped], below=[below])]
    assert_proves_itself(tmp_path / "a.xlsx", specs)
    assert faults(tmp_path / "a.xlsx") == []


@pytest.mark.parametrize("sign", ["\x01", "\x0b", "\x7f", "\x9f", "\ud800", "\ufffe"])
@pytest.mark.parametrize("kind", [Kind.TEXT, Kind.ANY])
def test_no_nik_is_put_together_by_what_falls_away(tmp_path: Path, kind: str, sign: str) -> None:
    split = f"{NIK[:6]}{sign}{NIK[6:]}"
    spec = SheetSpec("Data", [Column("a", "A", kind)], [("batik",), (split,)], heading_lines=("Judul", split))
    book = assert_proves_itself(tmp_path / "a.xlsx", [spec], redact=REDACT)
    shown = [cell for row in book.sheets[0].rows for cell in row if cell]
    assert shown[1] == shown[-1] == "••••••••••••0003"
    with CsvWriter(tmp_path / "a.csv", single=True, redact=REDACT) as writer:
        writer.write(SheetSpec("Data", [Column("a", "A", kind)], [("batik",), (split,)]))
    assert NIK not in (tmp_path / "a.csv").read_text(encoding="utf-8-sig")


def test_no_nik_stands_in_a_line_above_others(tmp_path: Path) -> None:
    columns = [Column("a", "A"), Column("n", "N", Kind.INTEGER, total=True)]
    rows = [Group((f"Pelatihan {NIK}", 3), 1), (f"Orang {NIK}", 3)]
    book = assert_proves_itself(tmp_path / "a.xlsx", [SheetSpec("Data", columns, rows)], redact=REDACT)
    assert [row[0] for row in book.sheets[0].rows[1:3]] == ["Pelatihan ••••••••••••0003", "Orang ••••••••••••0003"]


def test_niks_side_by_side_are_each_hidden(tmp_path: Path) -> None:
    spec = SheetSpec("Data", [Column("a", "A")], [(NIK,), (f"{NIK}0",), (NIK[:15],), (f"x{NIK}",)])
    book = assert_proves_itself(tmp_path / "a.xlsx", [spec], redact=REDACT)
    assert [row[0] for row in book.sheets[0].rows[1:]] == ["••••••••••••0003", f"{NIK}0", NIK[:15], "x••••••••••••0003"]
