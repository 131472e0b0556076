"""Rules of reports as pure functions: what a file is called, and how a digest reads."""

from datetime import datetime


def file_stem(identifier: str, year: str, code: str, at: datetime) -> str:
    """Return the name of an export without its ending, `audit-2025-3.31.02.2.01.0005-20261124-0930`.

    `at` is local time. Neither names nor free text enter it: file names travel further than files.
    """
    safe = [part for part in (year, code) if part.replace(".", "").isdigit()]
    return "-".join([identifier, *safe, f"{at:%Y%m%d-%H%M}"])


def grouped(digest: str) -> str:
    """Return a digest in groups of eight: easier to compare by eye, and never mistaken for a long number."""
    return " ".join(digest[start : start + 8] for start in range(0, len(digest), 8))
