"""Amounts in words as receipts spell them, and the groups of a NIP."""

from decimal import Decimal

import pytest

from portal.formatting import in_words, nip


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (0, "Nol rupiah"),
        (1, "Satu rupiah"),
        (11, "Sebelas rupiah"),
        (100, "Seratus rupiah"),
        (1000, "Seribu rupiah"),
        (1100, "Seribu seratus rupiah"),
        (2025, "Dua ribu dua puluh lima rupiah"),
        (45_000_000, "Empat puluh lima juta rupiah"),
        (1_000_000_000, "Satu miliar rupiah"),
        (1_000_000_000_000, "Satu triliun rupiah"),
        (Decimal("43500000.50"), "Empat puluh tiga juta lima ratus ribu rupiah lima puluh sen"),
        (Decimal("0.01"), "Nol rupiah satu sen"),
        (Decimal("0.004"), "Nol rupiah"),
        (Decimal("0.996"), "Satu rupiah"),
        (Decimal("-1500.25"), "Minus seribu lima ratus rupiah dua puluh lima sen"),
        (Decimal("1E+6"), "Satu juta rupiah"),
    ],
)
def test_amounts_in_words(amount: Decimal | int, words: str) -> None:
    assert in_words(amount) == words


def test_no_amount_of_a_budget_is_too_large_for_words() -> None:
    """A column of money holds 18 digits."""
    assert in_words(Decimal("9999999999999999.99")).endswith(" rupiah sembilan puluh sembilan sen")


def test_words_of_different_amounts_differ() -> None:
    amounts = [*range(1200), *(10**power + more for power in range(4, 16) for more in (-1, 0, 1))]
    assert len({in_words(amount) for amount in amounts}) == len(set(amounts))


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("197001011995031001", "NIP. 19700101 199503 1 001"),
        ("", "NIP."),
        ("19700101", "NIP. 19700101"),
        ("197001011995031", "NIP. 19700101 199503 1"),
    ],
)
def test_nip(number: str, shown: str) -> None:
    assert nip(number) == shown
