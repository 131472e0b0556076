"""One spelling of each value, whichever program saved the file."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from portal.spreadsheets.digests import NUMBER_MARK, ContentDigest, canonical


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        ("", ""),
        ("003", "003"),
        (5, "5"),
        (Decimal("5.00"), "5"),
        (5.0, "5"),
        (Decimal("1.10"), "1.1"),
        (1.1, "1.1"),
        (Decimal("1E+6"), "1000000"),
        (Decimal("-0.50"), "-0.5"),
        (100, "100"),
        (45000001.100000001, "45000001.1"),
        (Decimal("12345678901234.56"), "12345678901234.6"),
        ("dua\r\nbaris", "dua\nbaris"),
        (date(2025, 7, 14), "45852"),
        (datetime(2025, 7, 14), "45852"),
        (datetime(2025, 7, 14, 9, 30), "45852.3958333333"),
    ],
)
def test_canonical_values(value: Any, text: str) -> None:
    number = not isinstance(value, str) and value is not None
    assert canonical(value) == (NUMBER_MARK if number else "") + text


def test_what_has_no_form_is_refused() -> None:
    with pytest.raises(TypeError):
        canonical(object())


def test_the_digest_sees_order_and_borders() -> None:
    digests = set()
    for lines in ([["a", "b"]], [["b", "a"]], [["a"], ["b"]], [["ab"]], [["a", None, "b"]], [["a", "b"], []]):
        digest = ContentDigest()
        for line in lines:
            digest.add(line)
        digests.add(digest.hexdigest())
    assert len(digests) == 6
