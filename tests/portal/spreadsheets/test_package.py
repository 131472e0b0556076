"""How rows get into the package: deflated piece by piece, texts that come again stored once."""

import zipfile
import zlib
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path

import openpyxl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from portal.spreadsheets import deflating
from portal.spreadsheets.deflating import ZEROS, DeflatedFile, deflated, joined_checksum
from portal.spreadsheets.package import SharedTexts
from portal.spreadsheets.sheets import Column, Kind, SheetSpec
from portal.spreadsheets.writing import WorkbookWriter
from tests.ooxml import faults

SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
VILLAGES = ("Clumprit", "Pagelaran", "", "Kanigoro")
ODD = ("=1+1", "Clumprit & Rekan", " Clumprit", "Clumprit\nPagelaran", "+62812", "_x0041_", "<r>x</r>", "Désa")


@pytest.fixture
def worker() -> Iterator[Executor]:
    with ThreadPoolExecutor(max_workers=1) as one:
        yield one


@given(st.binary(), st.binary())
@example(b"awal", b"\x00")
@example(b"awal", bytes(range(256)) * (len(ZEROS) // 256) + b"akhir")
def test_the_checksum_of_two_pieces_is_that_of_the_whole(first: bytes, second: bytes) -> None:
    assert joined_checksum(zlib.crc32(first), zlib.crc32(second), len(second)) == zlib.crc32(first + second)


def test_pieces_make_one_stream(tmp_path: Path, worker: Executor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deflating, "SMALL", 2_000)  # so that it goes on quickly in the middle
    blocks = [f"baris {number};".encode() * 50 for number in range(40)]
    rows = DeflatedFile(tmp_path / "rows", worker)
    for block in blocks:
        rows.write(block)
    rows.close()
    middle = b"".join(blocks)
    assert (rows.size, rows.checksum) == (len(middle), zlib.crc32(middle))
    stream = deflated(b"<a>", last=False) + rows.path.read_bytes() + deflated(b"</a>", last=True)
    assert zlib.decompress(stream, -zlib.MAX_WBITS) == b"<a>" + middle + b"</a>"


def test_a_full_disk_is_told_and_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no /dev/full")
    monkeypatch.setattr("portal.spreadsheets.writing.DeflatedFile", lambda path, worker: DeflatedFile(full, worker))
    target = tmp_path / "a.xlsx"
    with pytest.raises(OSError, match="No space left"):
        write(target, [(f"{number}" * 50,) for number in range(50_000)])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("limit", [zipfile.ZIP64_LIMIT, 50_000])
def test_a_part_may_be_larger_than_old_archives_allow(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: int
) -> None:
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", limit)
    target = tmp_path / "a.xlsx"
    rows = [(f"teks {number}",) for number in range(3_000)]
    write(target, rows)
    with zipfile.ZipFile(target) as archive:
        assert archive.testzip() is None
    assert read(target) == rows


def test_a_text_that_comes_again_is_stored_once(tmp_path: Path) -> None:
    target = tmp_path / "a.xlsx"
    rows = [(VILLAGES[number % 4], f"unik {number}", ODD[number % 8]) for number in range(2_500)]
    write(target, rows)
    assert faults(target) == []
    with zipfile.ZipFile(target) as archive:
        sheet, strings = archive.read(SHEET).decode(), archive.read(STRINGS).decode()
    assert [strings.count(f">{village}<") for village in filter(None, VILLAGES)] == [1, 1, 1]
    assert ">Clumprit<" not in sheet
    assert "unik" not in strings  # would fill memory and save nothing
    assert not any(text in strings for text in ("=1+1", "Rekan", "<r>", "+62812"))  # keep their marks in the cell
    assert read(target) == [tuple(text or None for text in row) for row in rows]


@pytest.mark.parametrize("sign", ["=", "+", "@", "＝", "＠"])  # noqa: RUF001  full-width signs are signs too
def test_a_text_like_a_formula_is_marked_as_text(tmp_path: Path, sign: str) -> None:
    """Also in a column that holds nothing else unusual, where cells are not looked at one by one."""
    write(tmp_path / "a.xlsx", [("Clumprit",), (f"{sign}1+1",), ("",)])
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert [book.active[f"A{row}"].quotePrefix for row in (2, 3, 4)] == [False, True, False]


def test_no_more_texts_are_kept_than_memory_bears(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SharedTexts, "MOST", 2)
    rows = [(f"desa {number // 400}",) for number in range(4_000)]
    write(tmp_path / "a.xlsx", rows)
    assert read(tmp_path / "a.xlsx") == rows
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        assert archive.read(STRINGS).decode().count("desa") <= 3


def write(target: Path, rows: list[tuple[str, ...]]) -> None:
    columns = [Column(f"c{number}", f"Kolom {number}", Kind.TEXT, 20) for number in range(len(rows[0]))]
    with WorkbookWriter(target, title="Uji", author="Uji") as writer:
        writer.write(SheetSpec("Data", columns, rows))


def read(path: Path) -> list[tuple[str | None, ...]]:
    book = openpyxl.load_workbook(path, read_only=True)
    rows = list(book.active.iter_rows(min_row=2, values_only=True))
    book.close()
    return [tuple(openpyxl.utils.escape.unescape(cell) if cell else cell for cell in row) for row in rows]
