from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.spreadsheets.cells import (
    parse_date,
)

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
        (time(8, 30), "bukan tanggal"),
        (46022, "bukan tanggal"),
        (1985, "bukan tanggal"),
        (True, "bukan tanggal"),
        ("17 Fuar 1995", '"Fuar" tidak dikenal'),
        ("Malang, 17 Maret 1995", "bukan tanggal"),
        ("１７/03/1995", "bukan tanggal"),
        ("kemarin", "bukan tanggal"),
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
