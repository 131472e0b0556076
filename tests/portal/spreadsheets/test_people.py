from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.spreadsheets.cells import (
    parse_attendance,
    parse_nib,
    parse_phone,
    parse_rt,
    parse_rt_rw,
    parse_rw,
    parse_sex,
    split_address,
)

from .refusals import cause


@pytest.mark.parametrize("value", [1, 1.0, "1", "01", "001", "RT 01", "rt.1", "RT: 001"])
def test_rt(value):
    assert parse_rt(value) == "001"


def test_rw_and_what_is_neither():
    assert parse_rw("RW 05") == "005"
    assert parse_rw("-") is None
    assert "RT tidak dikenal" in cause(parse_rt, "RW 05")
    assert "RW tidak dikenal" in cause(parse_rw, "RT 05")
    assert "nol" in cause(parse_rt, 0)
    assert "tidak dikenal" in cause(parse_rt, "1000")
    assert "tidak dikenal" in cause(parse_rt, 1.5)


@pytest.mark.parametrize(
    ("value", "pair"),
    [
        ("001/005", ("001", "005")),
        ("1/5", ("001", "005")),
        ("1 - 5", ("001", "005")),
        ("RT 29 RW 02", ("029", "002")),
        ("RT.29/RW.02", ("029", "002")),
        ("rt 29, rw 02", ("029", "002")),
        ("RT 29/02", ("029", "002")),
        ("RT/RW: 001/005", ("001", "005")),
        ("-", None),
    ],
)
def test_rt_rw(value, pair):
    assert parse_rt_rw(value) == pair


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (date(2025, 5, 1), "Excel mengubah"),
        (1.5, "bukan pasangan"),
        (15, "bukan pasangan"),
        ("1.5", "bukan pasangan"),
        ("0/5", "nol"),
        ("1/5/2", "bukan pasangan"),
    ],
)
def test_rt_rw_refused(value, words):
    assert words in cause(parse_rt_rw, value)


@pytest.mark.parametrize(
    ("value", "parts"),
    [
        ("RT 29 RW 02 Dusun Bulu", ("029", "002", "Dusun Bulu")),
        ("Dusun Bulu, RT.29/RW.02, Wagir", ("029", "002", "Dusun Bulu Wagir")),
        ("Dusun Bulu RT 3", ("003", None, "Dusun Bulu")),
        ("RW 4 Krajan", (None, "004", "Krajan")),
        ("Krajan RT/RW 001/005", ("001", "005", "Krajan")),
        ("RT 00 RW 00 Krajan", (None, None, "Krajan")),
        ("RT 1 RW 2", ("001", "002", None)),
        ("Jl. Artha No. 5/7", (None, None, "Jl. Artha No. 5/7")),
    ],
)
def test_addresses(value, parts):
    assert split_address(value) == parts


@pytest.mark.parametrize(
    ("sex", "values"),
    [
        ("L", ["L", "l", "Lk", "LK.", "Laki-laki", "laki laki", "Laki2", "PRIA"]),
        ("P", ["P", "p", "Pr", "Perempuan", "wanita", " PEREMPUAN "]),
    ],
)
def test_sexes(sex, values):
    assert {parse_sex(value) for value in values} == {sex}


@pytest.mark.parametrize("value", ["M", "x", 1, "Laki-laki/Perempuan"])
def test_sexes_refused(value):
    assert "tidak dikenal" in cause(parse_sex, value)


@pytest.mark.parametrize(
    ("state", "values"),
    [
        ("hadir", ["V", "v", "√", "✓", "✔", 1, 1.0, "1", True, "hadir", "H", "Hadir.", "ü"]),
        (
            "alpa",
            ["-", "—", 0, "0", False, "A", "alpa", "Alpha", "tidak hadir", "Tdk. Hadir", "TK", "tanpa keterangan"],
        ),
        ("izin", ["I", "izin", "ijin"]),
        ("sakit", ["S", "Sakit"]),
    ],
)
def test_attendance(state, values):
    assert {parse_attendance(value) for value in values} == {state}


@pytest.mark.parametrize(("value", "words"), [("x", "silang"), ("✗", "silang"), ("?", "tidak dikenal"), (2, "tidak")])
def test_attendance_refused(value, words):
    assert words in cause(parse_attendance, value)


@pytest.mark.parametrize(
    "value",
    [
        "081234567890",
        "0812-3456-7890",
        "0812 3456 7890",
        "+62 812 3456 7890",
        "6281234567890",
        "(+62) 812.3456.7890",
        "+62 (0)812 3456 7890",
        "'081234567890",
        81234567890,
        81234567890.0,
        6281234567890,
    ],
)
def test_phones(value):
    assert parse_phone(value) == "+6281234567890"


def test_a_line_in_the_house_needs_its_area_code():
    assert parse_phone("0341-395123") == "+62341395123"
    assert "9 karakter" in cause(parse_phone, "341395123")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("08123", "5 karakter"),
        ("08123456789012345", "bukan nomor Indonesia"),
        ("+6012345678", "bukan nomor Indonesia"),
        ("081234567890/085712345678", "lebih dari satu"),
        ("081234567890 atau 085712345678", "lebih dari satu"),
        ("tidak punya", "tidak dikenal"),
        (8.5, "bukan nomor"),
    ],
)
def test_phones_refused(value, words):
    assert words in cause(parse_phone, value)


def test_nib():
    assert parse_nib("0220001234567") == parse_nib("'0220 0012 34567") == "0220001234567"
    assert parse_nib(1234567890123) == "1234567890123"
    assert "nol di depan hilang" in cause(parse_nib, 220001234567)
    assert "12 digit." in cause(parse_nib, "220001234567")
    assert "hanya berisi angka" in cause(parse_nib, "NIB belum ada")


@given(st.integers(1, 999), st.integers(1, 999), st.sampled_from(["{}/{}", "RT {} RW {}", "RT.{}/RW.{}", "{} - {}"]))
def test_every_pair_survives_every_notation(rt, rw, notation):
    assert parse_rt_rw(notation.format(rt, rw)) == (f"{rt:03}", f"{rw:03}")
