"""Names of exports, and how their digests read."""

from datetime import datetime

import pytest

from reports.rules import file_stem, grouped

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


def test_a_grouped_digest_holds_no_long_number() -> None:
    assert grouped("1" * 64) == " ".join(["1" * 8] * 8)
