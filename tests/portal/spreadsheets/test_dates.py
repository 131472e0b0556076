from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.spreadsheets.cells import CellError, parse_date

from .refusals import cause

MARCH = date(1995, 3, 17)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (MARCH, MARCH),
        (datetime(1995, 3, 17), MARCH),
        ("1995-03-17", MARCH),
        ("1995-03-17 00:00:00", MARCH),
        ("1995/3/17", MARCH),
        ("17/03/1995", MARCH),
        ("17-3-1995", MARCH),
        ("17.03.1995", MARCH),
        ("17 03 1995", MARCH),
        ("17 Maret 1995", MARCH),
        ("17 MARET 1995", MARCH),
        ("17-Mar-1995", MARCH),
        ("17 Mrt. 1995", MARCH),
        ("Jumat, 17 Maret 1995", MARCH),
        ("Jum'at 17 Maret 1995", MARCH),
        ("'17/03/1995", MARCH),
        ("4 Januari 2003", date(2003, 1, 4)),
        ("5 Pebruari 1980", date(1980, 2, 5)),
        ("1 Agt 2025", date(2025, 8, 1)),
        ("1 Agustus 2025", date(2025, 8, 1)),
        ("9 Okt 1981", date(1981, 10, 9)),
        ("2 Nopember 1999", date(1999, 11, 2)),
        ("24 Des 1974", date(1974, 12, 24)),
        ("04/01/2003", date(2003, 1, 4)),
        ("29/02/2000", date(2000, 2, 29)),
    ],
)
def test_dates(value, expected):
    assert parse_date(value) == expected


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("31/02/1985", "31 Februari 1985 tidak ada; bulan itu berakhir tanggal 28"),
        ("29-02-1900", "29 Februari 1900 tidak ada"),
        ("0/1/2000", "tidak ada"),
        ("03/25/2000", "bulan ditulis sebelum hari"),
        ("25/25/2000", "Bulan 25 tidak ada"),
        ("17/03/95", "dua digit"),
        ("17 Maret 95", "dua digit"),
        ("17/03/19955", "empat digit"),
        ("17/03/1899", "di luar 1900-2100"),
        (date(2101, 1, 1), "di luar 1900-2100"),
        (datetime(2025, 7, 14, 8, 30), "beserta jam"),
        ("14/07/2025 08:30", "beserta jam"),
        ("14-07-2025 08.30.15", "beserta jam"),
        ("2025-07-14T08:30:00", "beserta jam"),
        ("14 Juli 2025, pukul 8.30 WIB", "beserta jam"),
        (time(8, 30), "bukan tanggal"),
        (46022, "bukan tanggal"),
        (1985, "bukan tanggal"),
        (True, "bukan tanggal"),
        ("17 Fuar 1995", '"Fuar" tidak dikenal'),
        ("Malang, 17 Maret 1995", "bukan tanggal"),
        ("１７/03/1995", "bukan tanggal"),
        ("kemarin", "bukan tanggal"),
        ("12/31/2025", "bulan ditulis sebelum hari"),
        ("31/12/25", "dua digit"),
        ("25", "bukan tanggal"),
        ("17 Maret", "bukan tanggal"),
        ("Maret 1995", "bukan tanggal"),
        ("1995-17-03", "bulan ditulis sebelum hari"),
    ],
)
def test_dates_refused(value, words):
    assert words in cause(parse_date, value)


@given(
    st.dates(date(1900, 1, 1), date(2100, 12, 31)), st.sampled_from(["%d/%m/%Y", "%d-%m-%Y", "%Y-%m-%d", "%d.%m.%Y"])
)
def test_every_date_survives_every_notation(day, notation):
    written = notation.replace("%Y", f"{day.year:04}").replace("%m", f"{day.month:02}").replace("%d", f"{day.day:02}")
    assert parse_date(written) == day


@pytest.mark.parametrize(
    ("value", "day"),
    [
        (46022, "31-12-2025"),
        (46022.0, "31-12-2025"),
        ("46022", "31-12-2025"),
        (10185, "19-11-1927"),
        (1985, "07-06-1905"),
        (61, "01-03-1900"),
        (73415, "31-12-2100"),
    ],
)
def test_a_bare_number_is_refused_with_the_date_it_would_be(value, day):
    with pytest.raises(CellError) as refusal:
        parse_date(value)
    assert refusal.value.cure.endswith(f" Bila ini nomor seri Excel, tanggalnya {day}.")


@pytest.mark.parametrize("value", [0, 1, 60, -5, 46022.5, 73416, 10**9, 1e300, time(8), True, "1985", "010185", "0"])
def test_a_number_that_is_no_serial_is_refused_without_a_guess(value):
    with pytest.raises(CellError) as refusal:
        parse_date(value)
    assert "seri" not in str(refusal.value)
