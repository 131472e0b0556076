"""Headings of an attendance sheet: which session of a training a column speaks of. Nothing is guessed.

A heading becomes the name of a column before anybody knows the training: `2025-07-14`, `--07-14` (no year), `hari:2`,
`sesi:3`, and with the session of a day `2025-07-14/2`. Sessions are found later, in the training's own schedule.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from contextlib import suppress
from datetime import date, datetime
from typing import Any

from portal.spreadsheets.cells import CellError, parse_date
from portal.spreadsheets.dates import MONTH_NUMBERS, MONTHS, WEEKDAY
from programs.models import Session

ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x")
ORDINALS = ("pertama", "kedua", "ketiga", "keempat", "kelima", "keenam", "ketujuh", "kedelapan", "kesembilan")
NUMBERS = {word: number for words in (ROMAN, ORDINALS) for number, word in enumerate(words, start=1)}
NUMBER = rf"(?:ke ?[- ]? ?)?(?P<number>[0-9]{{1,2}}|{'|'.join(sorted(NUMBERS, key=len, reverse=True))})"
DAY = re.compile(rf"hari[ -]*{NUMBER}")
SESSION = re.compile(rf"(?P<day>.*?)[ ,;(/-]*(?:sesi|pertemuan)[ -]*{NUMBER}\)?")
YEARLESS = re.compile(r"(?P<day>[0-9]{1,2}) ?[-/. ] ?(?P<month>[a-z]+|[0-9]{1,2})\.?")
SAME_DAY = "Tulis sesinya di judul kolom, misalnya "


def name_of_heading(value: Any) -> str | None:
    """Return the name of a column whose heading means a session or a day, else None."""
    if isinstance(value, date | datetime):
        return _iso(value)
    if not isinstance(value, str) or len(value) > 60:
        return None
    text = " ".join(value.casefold().split())
    if match := SESSION.fullmatch(text):
        number, rest = _number(match), match["day"]
        if not rest:
            return f"sesi:{number}"
        day = _day(rest)
        return f"{day}/{number}" if day else None
    return _day(text)


def _day(text: str) -> str | None:
    if match := DAY.fullmatch(text):
        return f"hari:{_number(match)}"
    if iso := _iso(text):
        return iso
    match = YEARLESS.fullmatch(WEEKDAY.sub("", text, count=1))
    if match is None:
        return None
    day, word = int(match["day"]), match["month"]
    month = int(word) if word.isdigit() else MONTH_NUMBERS.get(word, 0)
    with suppress(ValueError):
        return f"--{date(2000, month, day):%m-%d}"
    return None


def _iso(value: Any) -> str | None:
    with suppress(CellError):
        day = parse_date(value)
        return day.isoformat() if day else None
    return None


def _number(match: re.Match[str]) -> int:
    word = match["number"]
    return NUMBERS.get(word) or int(word)


def heading_of_name(name: str) -> str:
    """Return a heading for the name of a column, as messages and templates write it."""
    day, _, order = name.partition("/")
    if day.startswith("sesi:"):
        return f"Sesi {day[5:]}"
    if day.startswith("hari:"):
        text = f"Hari {day[5:]}"
    elif day.startswith("--"):
        text = f"{int(day[5:])} {MONTHS[int(day[2:4]) - 1]}"
    else:
        text = f"{date.fromisoformat(day):%d-%m-%Y}"
    return f"{text} Sesi {order}" if order else text


class Schedule:
    """The sessions of one training, as headings speak of them."""

    def __init__(self, sessions: Iterable[Session] = ()):
        self.sessions = sorted(sessions, key=lambda session: (session.date, session.order))
        self.by_day: dict[str, list[Session]] = defaultdict(list)
        for session in self.sessions:
            self.by_day[session.date.isoformat()].append(session)

    def headings(self) -> list[str]:
        """Return one heading a session, in order."""
        return [
            f"{session.date:%d/%m/%Y}" + (f" Sesi {session.order}" if len(self.by_day[day]) > 1 else "")
            for day, sessions in self.by_day.items()
            for session in sessions
        ]

    def find(self, name: str) -> tuple[Session | None, str]:
        """Return (session, '') for the name of a column, or (None, why it means none)."""
        day, _, order = name.partition("/")
        if day.startswith("sesi:"):
            return self._by_number(int(day[5:]))
        sessions, fault = self._of_day(day)
        if fault:
            return None, fault
        if order:
            found = [session for session in sessions if session.order == int(order)]
            orders = ", ".join(str(session.order) for session in sessions)
            return (found[0], "") if found else (None, f"Hari itu tidak mempunyai sesi {order}; yang ada: {orders}.")
        if len(sessions) > 1:
            example = f"{sessions[0].date:%d/%m/%Y} Sesi {sessions[0].order}"
            return None, f"Hari itu mempunyai {len(sessions)} sesi. {SAME_DAY}{example}."
        return sessions[0], ""

    def _of_day(self, day: str) -> tuple[list[Session], str]:
        if day.startswith("hari:"):
            number, days = int(day[5:]), list(self.by_day.values())
            if 1 <= number <= len(days):
                return days[number - 1], ""
            return [], f"Pelatihan ini hanya {len(days)} hari. Periksa judul kolom atau jadwal pelatihan."
        sessions = (
            [session for session in self.sessions if f"--{session.date:%m-%d}" == day]
            if day.startswith("--")
            else self.by_day.get(day, [])
        )
        if len({session.date for session in sessions}) > 1:
            return [], "Tanggal ini ada pada dua tahun. Tulis tahunnya di judul kolom."
        fault = "" if sessions else "Tanggal ini bukan hari pelatihan. Periksa judul kolom atau jadwal pelatihan."
        return sessions, fault

    def _by_number(self, number: int) -> tuple[Session | None, str]:
        """Sessions count through the training when each day has one; else their own numbers must tell them apart."""
        orders = Counter(session.order for session in self.sessions)
        if all(len(sessions) == 1 for sessions in self.by_day.values()) and len(orders) <= 1:
            found = self.sessions[number - 1 : number] if number else []
        elif max(orders.values(), default=0) == 1:
            found = [session for session in self.sessions if session.order == number]
        else:
            example = self.headings()[0]
            return None, f"Nomor sesi berulang tiap hari. Tulis tanggalnya juga di judul kolom, misalnya {example}."
        count = len(self.sessions)
        return (found[0], "") if found else (None, f"Sesi {number} tidak ada; pelatihan ini mempunyai {count} sesi.")
