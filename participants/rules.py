"""Rules of people as pure functions."""

from datetime import date

from portal.identity import decode_nik

EDUCATION_WORDS = {
    "none": ("tidak sekolah", "tidak tamat sd", "belum sekolah", "-"),
    "sd": ("sd", "mi", "paket a", "sd sederajat"),
    "smp": ("smp", "mts", "sltp", "paket b", "smp sederajat"),
    "sma": ("sma", "smk", "ma", "slta", "stm", "smea", "paket c", "sma sederajat"),
    "diploma": ("d1", "d2", "d3", "diploma", "d i", "d ii", "d iii"),
    "s1": ("s1", "d4", "sarjana", "strata 1", "d iv"),
    "s2": ("s2", "s3", "magister", "doktor"),
}
EDUCATION_BY_WORD = {word: code for code, words in EDUCATION_WORDS.items() for word in (code, *words)}


def education_code(text: str) -> str | None:
    """Return the code of an education level as people write it, or None when it is not known."""
    words = " ".join(text.lower().replace("/", " ").replace(".", "").split())
    return EDUCATION_BY_WORD.get(words) or EDUCATION_BY_WORD.get(words.split(" ")[0] if words else "")


def nik_doubts(nik: str, *, born: date | None, sex: str, regency: str) -> list[str]:
    """Return sentences for what a NIK says against the other columns.

    Doubts, never refusals: a NIK is for life (PP 40/2019 art. 30), also when the birth date on the card was wrong or
    the person moved here.
    """
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


def age_on(born: date | None, day: date) -> int | None:
    """Return full years of age on `day`."""
    if born is None:
        return None
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def local_number(office_region: str, serial: int) -> str:
    """Return the number of a person who has no NIK yet, `L-35.07.33-0001`."""
    return f"L-{office_region}-{serial:04d}"
