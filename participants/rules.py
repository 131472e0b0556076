"""Rules of people as pure functions."""

import re
import unicodedata
from datetime import date

from portal.identity import decode_nik

EDUCATION_WORDS = {
    "none": (
        "tidak sekolah",
        "tidak tamat sd",
        "belum sekolah",
        "tidak/belum sekolah",
        "belum tamat sd",
        "belum tamat sd/sederajat",
        "tidak tamat sd/sederajat",
    ),
    "sd": ("sd", "mi", "sr", "paket a", "sd sederajat", "sekolah dasar"),
    "smp": ("smp", "mts", "sltp", "paket b", "smp sederajat"),
    "sma": ("sma", "smk", "ma", "slta", "stm", "smea", "smu", "aliyah", "paket c", "sma sederajat"),
    "diploma": ("d1", "d2", "d3", "diploma", "d i", "d ii", "d iii", "akademi"),
    "s1": ("s1", "d4", "sarjana", "strata 1", "strata i", "d iv", "diploma iv", "diploma 4"),
    "s2": ("s2", "s3", "magister", "doktor", "strata 2", "strata 3", "strata ii", "strata iii"),
}
FINISHED = {"tamat", "lulus", "lulusan"}
UNFINISHED = {"tidak", "belum", "tdk", "blm", "putus", "do"}
APOSTROPHES = str.maketrans("", "", "'’‘`´ʼ")
YOUNGEST, OLDEST = 15, 90  # years; outside of them a birth date is more often wrong than right


def _joined(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())


EDUCATION_BY_WORD = {_joined(word): code for code, words in EDUCATION_WORDS.items() for word in (code, *words)}


def education_code(text: str) -> str | None:
    """Return the code of an education level as people write it, or None when it is not known.

    What follows a known word may say which school it was, but not that the school was left.
    """
    words = [word for part in re.split(r"[\s/]+", text) if (word := _joined(part))]
    if len(words) > 1 and words[0] in FINISHED:
        words = words[1:]
    for count in range(len(words), 0, -1):
        code = EDUCATION_BY_WORD.get("".join(words[:count]))
        if code:
            return None if UNFINISHED.intersection(words[count:]) else code
    return None


def name_key(text: str) -> str:
    """Return what is compared of a name or an address: words without case, accents of typing and punctuation."""
    text = unicodedata.normalize("NFKC", text).casefold().translate(APOSTROPHES)
    return " ".join("".join(character if character.isalnum() else " " for character in text).split())


def nik_doubts(nik: str, *, born: date | None, sex: str, regency: str) -> list[str]:
    """Return sentences for what a NIK says against the other columns.

    Doubts, never refusals: a NIK is for life (PP 40/2019 art. 30), also when the birth date on the card was wrong or
    the person moved here.
    """
    if born and sex and nik[6:12] == _birth_digits(born, sex) and nik[:4] == regency.replace(".", ""):
        return []  # nearly everybody, at a fraction of the time
    facts = decode_nik(nik)
    doubts = []
    if (
        born
        and facts.born
        and (facts.born.day, facts.born.month, facts.born.year % 100)
        != (
            born.day,
            born.month,
            born.year % 100,
        )
    ):
        doubts.append(f"Tanggal lahir {born:%d-%m-%Y} berbeda dengan yang tersusun di NIK.")
    if sex and facts.sex != sex:
        doubts.append(f"Jenis kelamin {sex} berbeda dengan yang tersusun di NIK ({facts.sex}).")
    if regency and not facts.area.startswith(regency):
        doubts.append("NIK terbit di luar kabupaten ini; pastikan peserta berdomisili di sini.")
    return doubts


def _birth_digits(born: date, sex: str) -> str:
    return f"{born.day + (40 if sex == 'P' else 0):02d}{born.month:02d}{born.year % 100:02d}"


def age_on(born: date | None, day: date) -> int | None:
    """Return full years of age on `day`."""
    if born is None:
        return None
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def age_doubt(born: date | None, day: date) -> str:
    """Return a sentence for somebody younger than 15 or older than 90 on the first `day` of a training, or ''."""
    age = age_on(born, day)
    if age is None or YOUNGEST <= age <= OLDEST:
        return ""
    if age < 0:
        return f"Tanggal lahir {born:%d-%m-%Y} sesudah hari pertama pelatihan; periksa tahunnya."
    return f"Usia {age} tahun pada hari pertama pelatihan; periksa tanggal lahirnya."


def local_number(office_region: str, serial: int) -> str:
    """Return the number of a person who has no NIK yet, `L-35.07.33-0001`."""
    return f"L-{office_region}-{serial:04d}"
