from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.spreadsheets.cells import (
    parse_decimal,
    parse_integer,
    parse_money,
)

from .refusals import cause


@pytest.mark.parametrize(
    ("value", "rupiah"),
    [
        (48_250_000, "48250000.00"),
        (47_725_000.5, "47725000.50"),
        (0.1 + 0.2, "0.30"),
        (-0.0, "0.00"),
        ("48.250.000", "48250000.00"),
        ("48250000", "48250000.00"),
        ("1.234.567,50", "1234567.50"),
        ("1.234", "1234.00"),
        ("Rp48.250.000,00", "48250000.00"),
        ("Rp 1.000", "1000.00"),
        ("rp. 1.000", "1000.00"),
        ("IDR 1.000", "1000.00"),
        ("Rp48.250.000,-", "48250000.00"),
        ("0", "0.00"),
    ],
)
def test_money(value, rupiah):
    assert str(parse_money(value)) == rupiah


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("1,234.56", "tulisan Inggris"),
        ("1,234,567", "tulisan Inggris"),
        ("1.23", "Titik"),
        ("48.250.00", "bukan angka"),
        ("1,234", "Koma"),
        ("-5.000", "negatif"),
        ("-0", "negatif"),
        ("−5", "negatif"),
        ("-Infinity", "bukan angka"),
        ("1.234.56", "bukan angka"),
        ("1 234", "bukan angka"),
        ("0x10", "bukan angka"),
        ("１２３", "bukan angka"),
        ("(5.000)", "negatif"),
        (-5, "negatif"),
        (1.005, "dua angka"),
        ("1,2345", "dua angka"),
        ("5 juta", "bukan angka"),
        ("1e5", "bukan angka"),
        ("NaN", "bukan angka"),
        ("Infinity", "bukan angka"),
        (10**15, "15 digit"),
        (True, "logika"),
        (date(2025, 1, 1), "tanggal"),
    ],
)
def test_money_refused(value, words):
    assert words in cause(parse_money, value)


@pytest.mark.parametrize("parser", [parse_money, parse_integer, parse_decimal])
@pytest.mark.parametrize("dash", ["-", "–", " - "])
def test_a_dash_for_no_amount_is_none(parser, dash):
    assert parser(dash) is None


def test_integers_and_decimals():
    assert [parse_integer(value) for value in (30, 30.0, "30", "1.000")] == [30, 30, 30, 1000]
    assert [parse_decimal(value) for value in (87.5, "87,5", "0,125", "1.234,5")] == [
        Decimal("87.5"),
        Decimal("87.5"),
        Decimal("0.125"),
        Decimal("1234.5"),
    ]
    assert "bulat" in cause(parse_integer, "30,5")
    assert "antara 0 dan 1.000.000.000" in cause(parse_integer, 2_000_000_000)
    assert "Titik" in cause(parse_decimal, "87.5")


@given(st.decimals(0, 10**13, places=2))
def test_every_amount_survives_indonesian_notation(amount):
    written = f"Rp{amount:,.2f}".translate(str.maketrans(",.", ".,"))
    assert parse_money(written) == amount
