"""Names and digests of exports."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from reports.rules import ContentDigest, canonical, file_stem, grouped

AT = datetime(2026, 11, 24, 9, 30)


@pytest.mark.parametrize(
    ("year", "code", "stem"),
    [
        ("2025", "3.31.02.2.01.0005", "audit-2025-3.31.02.2.01.0005-20261124-0930"),
        ("2025", "", "audit-2025-20261124-0930"),
        ("", "", "audit-20261124-0930"),
        ("../../etc", "a b;c", "audit-20261124-0930"),
        ("2025", "\r\nX-Kepala: 1", "audit-2025-20261124-0930"),
    ],
)
def test_file_name(year: str, code: str, stem: str) -> None:
    assert file_stem("audit", year, code, AT) == stem


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, None),
        ("", None),
        ("003", "003"),
        (5, "5"),
        (Decimal("5.00"), "5"),
        (5.0, "5"),
        (Decimal("1.10"), "1.1"),
        (1.1, "1.1"),
        (Decimal("1E+6"), "1000000"),
        (Decimal("-0.50"), "-0.5"),
        (100, "100"),
        (date(2025, 7, 14), "2025-07-14"),
        (datetime(2025, 7, 14), "2025-07-14"),
        (datetime(2025, 7, 14, 9, 30), "2025-07-14T09:30:00"),
    ],
)
def test_canonical_values(value: Any, text: str | None) -> None:
    assert canonical(value) == text


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


def test_a_grouped_digest_holds_no_long_number() -> None:
    assert grouped("1" * 64) == " ".join(["1" * 8] * 8)
