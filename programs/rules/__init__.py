"""Rules of budgets and trainings as pure functions: forms, imports, actions and reports call the same ones."""

import re
from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from difflib import SequenceMatcher
from typing import NamedTuple

from programs.enums import PaymentMethod, TrainingStatus

LOWEST_ACCOUNT = "sub rincian objek"  # the only level of account that money is booked on
SIMILAR_TITLE = 0.85
CENTS = Decimal("0.01")
# Petty cash (UP) is accounted for when it is refilled, so what was paid from it goes with a GU.
PAYMENT_WORDS = {
    "ls": PaymentMethod.LS,
    "langsung": PaymentMethod.LS,
    "pembayaranlangsung": PaymentMethod.LS,
    "gu": PaymentMethod.GU,
    "gantiuang": PaymentMethod.GU,
    "gantiuangpersediaan": PaymentMethod.GU,
    "up": PaymentMethod.GU,
    "uangpersediaan": PaymentMethod.GU,
    "tu": PaymentMethod.TU,
    "tup": PaymentMethod.TU,
    "tambahanuang": PaymentMethod.TU,
    "tambahanuangpersediaan": PaymentMethod.TU,
}
PAPERS = {"spp", "spm", "sp2d"}
# Units as sheets write them, letters only; a word that is not here stands for itself.
HOUR, LESSON_HOUR, PERSON_DAY, PORTION = "oj", "jp", "oh", "porsi"
UNIT_WORDS = {
    HOUR: ("oj", "jam", "orangjam", "orgjam", "orjam", "orgj"),
    LESSON_HOUR: ("jp", "jpl", "ojp", "jampelajaran", "jampel", "orangjp", "orangjampelajaran"),
    PERSON_DAY: ("oh", "oranghari", "orghari", "orhari", "orghr", "hariorang"),
    PORTION: ("porsi", "kotak", "dus", "dos", "box", "boks", "nasikotak", "kotaknasi", "snackbox"),
}
# Why a training of this status may not be changed by a sheet: for everybody, and for an office alone.
LOCKED = {
    TrainingStatus.VERIFIED: (
        "Pelatihan ini sudah diverifikasi. Bila memang ada yang keliru, perbaiki di halaman pelatihannya."
    ),
    TrainingStatus.CANCELLED: "Pelatihan ini sudah dibatalkan. Hapus barisnya dari berkas.",
}
LOCKED_FOR_OFFICES = {
    TrainingStatus.SUBMITTED: (
        "Pelatihan ini sedang diperiksa perangkat daerah. Minta dikembalikan dahulu bila ada yang perlu diubah."
    ),
    TrainingStatus.APPROVED: (
        "Rencana pelatihan ini sudah disetujui. Tekan “Mulai pelaksanaan” di halamannya sebelum mengimpor hasilnya."
    ),
}


class Cap(NamedTuple):
    """A unit cost cap as plain values; `amount` is rupiah per `unit`, an empty `item` holds for the whole account."""

    item: str
    unit: str
    amount: Decimal
    regulation: str


UNIT_BY_WORD = {word: unit for unit, words in UNIT_WORDS.items() for word in words}


def locked_fault(status: str, *, verifier: bool) -> str:
    """Return the sentence why a sheet may not change a training of this status, or ''.

    `verifier`: whether the sender is the side that approves and verifies trainings.
    """
    return LOCKED.get(status, "" if verifier else LOCKED_FOR_OFFICES.get(status, ""))


def initial_status(*, end: date | None, realised: Decimal | None, today: date) -> str:
    """Return the status of a training that enters the portal.

    What is recorded after it was held and paid for has nothing left to submit; everything else starts as a draft.
    """
    held = end is not None and end < today
    return TrainingStatus.FINISHED if held and realised is not None else TrainingStatus.DRAFT


def figure_conflict(own: Decimal | None, lines: Decimal | None) -> bool:
    """Tell whether a training's own total contradicts the sum of its expense lines (None: nothing to compare)."""
    return own is not None and lines is not None and own != lines


def planned_amount(volume: Decimal, unit_price: Decimal) -> Decimal:
    """Return what an expense line plans, in rupiah rounded to the cent."""
    return (volume * unit_price).quantize(CENTS, ROUND_HALF_UP)


def unit_key(text: str) -> str:
    """Return what is compared of a unit: `Orang/Hari`, `org hari` and `OH` are one; `kotak` and `dus` are a portion."""
    word = "".join(letter for letter in text.casefold() if letter.isalnum())
    return UNIT_BY_WORD.get(word, word)


def cap_in_force(description: str, unit: str, caps: Iterable[Cap]) -> Cap | None:
    """Return the cap that an expense line must keep, out of those of its year and account; None when none concerns it.

    A cap whose words all stand in the description goes before one for everything on the account, and more words before
    fewer. When the description names none of several, the highest holds: a doubt is no finding.
    """
    same = [cap for cap in caps if unit_key(cap.unit) == unit_key(unit)]
    words = _words(description)
    named = [cap for cap in same if cap.item and _words(cap.item) <= words]
    if named:
        most = max(len(_words(cap.item)) for cap in named)
        return max((cap for cap in named if len(_words(cap.item)) == most), key=lambda cap: cap.amount)
    general = [cap for cap in same if not cap.item]
    return max(general or same, key=lambda cap: cap.amount, default=None)


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))


def payment_method(text: str) -> str | None:
    """Return the way of payment that a sheet names (`LS`, `SPP-GU Nihil`, `Ganti Uang`), or None."""
    words = [word for word in re.findall(r"\w+", text.casefold()) if word not in PAPERS]
    return PAYMENT_WORDS.get("".join(words)) or PAYMENT_WORDS.get(words[0] if words else "")


def titles_alike(first: str, second: str) -> bool:
    """Tell whether two titles are nearly the same: a slip of the pen, an abbreviation."""
    return SequenceMatcher(None, first.casefold(), second.casefold()).ratio() >= SIMILAR_TITLE


def dates_fault(start: date, end: date, year: int) -> str:
    """Return the sentence for impossible training dates, or ''."""
    if end < start:
        return f"Tanggal selesai ({end:%d-%m-%Y}) mendahului tanggal mulai ({start:%d-%m-%Y})."
    if start.year != year or end.year != year:
        return f"Tanggal pelatihan ({start:%d-%m-%Y} s.d. {end:%d-%m-%Y}) di luar tahun anggaran {year}."
    return ""


def training_number(year: int, office_region: str, serial: int) -> str:
    """Return `YEAR.OFFICE-REGION.SERIAL`, e.g. 2025.35.07.33.001."""
    return f"{year}.{office_region}.{serial:03d}"


def rt_name(rt: str, rw: str) -> str:
    """Return how officials write it: `RT 031` where numbers run through the village, else `RT 003/RW 002`."""
    return f"RT {rt}/RW {rw}" if rw else f"RT {rt}"


def absent_rts(invited: Iterable[tuple[str, str]], represented: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the invited (RT, RW) that nobody represents, in order.

    An invitation without RW names an RT whose number is unique in the village; it is met by that RT of any RW.
    """
    came = set(represented)
    came_rts = {rt for rt, _ in came}
    return sorted((rt, rw) for rt, rw in set(invited) if ((rt, rw) not in came if rw else rt not in came_rts))


def expand_rts(text: str) -> list[tuple[str, str]]:
    """Return [(RT, RW)] from what people type: `1-31`, `001, 002`, `003/002`, separated by comma, space or semicolon.

    Raises ValueError with an Indonesian sentence for anything else.
    """
    found: list[tuple[str, str]] = []
    for part in text.replace(";", ",").replace("–", "-").replace("\n", ",").split(","):
        item = part.strip().upper().removeprefix("RT").strip()
        if item:
            found.extend(_expand_item(item))
    return sorted(set(found))


def _expand_item(item: str) -> list[tuple[str, str]]:
    rts, _, rw = item.partition("/")
    first, dash, last = rts.partition("-")
    rw = rw.strip().removeprefix("RW").strip()
    numbers = [first.strip(), (last if dash else first).strip(), rw or "0"]
    if not all(number.isascii() and number.isdigit() and len(number) <= 3 for number in numbers):
        raise ValueError(f"“{item}” bukan nomor RT. Tulis misalnya 1-31, atau 003/002 untuk RT 003 RW 002.")
    low, high = int(numbers[0]), int(numbers[1])
    if not 1 <= low <= high:
        raise ValueError(f"“{item}”: nomor RT awal harus lebih kecil daripada nomor akhir.")
    return [(f"{rt:03d}", rw.zfill(3) if rw else "") for rt in range(low, high + 1)]


# --- SIPD-RI against Sulam ----------------------------------------------------------------------------------------
