"""One spelling inside, every known spelling at the door."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from programs.validators import normalise_code, validate_amount, validate_code

CODE = "3.31.02.2.01.0005"


@pytest.mark.parametrize(
    "spelling",
    [
        CODE,
        "3.31.02.2.01.05",  # two digits, before Kepmendagri 1317/2023
        "3.31.02.2.01.5",
        "3.31.02.02.01.0005",  # padded kewenangan
        "3.31.02.02.01.05",
        "3.31.2.2.1.5",
        " 3.31.02.2.01.0005 ",
        "3.31.02.2.01.0005.",
        "3. 31. 02. 2. 01. 0005",
    ],
)
def test_every_spelling_is_the_same_code(spelling: str) -> None:
    assert normalise_code(spelling) == CODE


@pytest.mark.parametrize("code", ["3", "3.31", "3.31.02", "3.31.02.2", "3.31.02.2.01"])
def test_codes_above_keep_their_level(code: str) -> None:
    assert normalise_code(code) == code


@pytest.mark.parametrize(
    "text",
    ["", "abc", "3,31", "3.31.02.2.01.0005.1", "3..31", "33.31", "3.31.02.2.01.00051", "3.31.02.12.01.0005", "1e5"],
)
def test_what_is_no_code_is_refused(text: str) -> None:
    with pytest.raises(ValidationError, match="bukan kode nomenklatur"):
        normalise_code(text)


parts = st.tuples(
    st.integers(0, 9),
    st.integers(0, 99),
    st.integers(0, 99),
    st.integers(0, 9),
    st.integers(0, 99),
    st.integers(0, 9999),
)


@given(parts)
def test_normalising_is_stable(numbers: tuple[int, ...]) -> None:
    code = normalise_code(".".join(map(str, numbers)))
    assert normalise_code(code) == code
    validate_code(code)
    assert [int(part) for part in code.split(".")] == list(numbers)


def test_only_the_one_spelling_is_stored() -> None:
    with pytest.raises(ValidationError, match="Tulis kode sebagai 3.31.02.2.01.0005"):
        validate_code("3.31.02.02.01.05")


def test_rupiah_are_not_negative() -> None:
    validate_amount(Decimal(0))
    with pytest.raises(ValidationError, match="tidak boleh kurang dari nol"):
        validate_amount(Decimal("-0.01"))
