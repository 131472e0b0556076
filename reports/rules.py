"""Rules of reports as pure functions: what a file is called, and how a digest reads."""

import re
import secrets
from datetime import date, datetime

# Crockford's base 32 without the letters that are read as digits; 12 of them are 60 bits, too many to guess.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_GROUPS, CODE_GROUP = 3, 4
READ_AS = str.maketrans("OIL", "011")

DAY_FIRST, YEAR_FIRST = "%d-%m-%Y", "%Y-%m-%d"


def day_asked(text: str, *, today: date, first: date | None = None) -> date | None:
    """Return the day a report is asked for, written `31-12-2025` or `2025-12-31`; None for an empty text.

    Raises ValueError with an Indonesian sentence for anything else, for days after `today`, and for days before
    `first`, the day of the oldest version that the portal keeps.
    """
    text = text.strip()
    if not text:
        return None
    day = _day(text)
    if day is None:
        raise ValueError(f"Per tanggal: “{text[:20]}” bukan tanggal. Tulis misalnya 31-12-2025.")
    if day > today:
        raise ValueError(f"Per tanggal: {day:%d-%m-%Y} belum tiba. Tanggal tidak boleh di masa depan.")
    if first is not None and day < first:
        raise ValueError(
            f"Per tanggal: portal baru mencatat pelatihan sejak {first:%d-%m-%Y}. Pilih tanggal itu atau sesudahnya."
        )
    return day


def _day(text: str) -> date | None:
    for form in (DAY_FIRST, YEAR_FIRST):
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    return None


def file_stem(identifier: str, year: str, code: str, at: datetime) -> str:
    """Return the name of an export without its ending, `audit-2025-3.31.02.2.01.0005-20261124-0930`.

    `at` is local time. Neither names nor free text enter it: file names travel further than files.
    """
    safe = [part for part in (year, code) if part.replace(".", "").isdigit()]
    return "-".join([identifier, *safe, f"{at:%Y%m%d-%H%M}"])


def grouped(digest: str) -> str:
    """Return a digest in groups of eight: easier to compare by eye, and never mistaken for a long number."""
    return " ".join(digest[start : start + 8] for start in range(0, len(digest), 8))


def new_code() -> str:
    """Return a new verification code, `7KQ4-M2XD-9FTA`."""
    groups = ("".join(secrets.choice(ALPHABET) for _ in range(CODE_GROUP)) for _ in range(CODE_GROUPS))
    return "-".join(groups)


def read_code(text: str) -> str:
    """Return a typed code in its own spelling, whatever the case, spaces and dashes; '' for what cannot be one."""
    letters = re.sub(r"[\s\-–]", "", text).upper().translate(READ_AS)
    if len(letters) != CODE_GROUPS * CODE_GROUP or not set(letters) <= set(ALPHABET):
        return ""
    return "-".join(letters[start : start + CODE_GROUP] for start in range(0, len(letters), CODE_GROUP))
