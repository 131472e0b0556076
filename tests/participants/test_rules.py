"""Rules of people, without a database."""

from datetime import date

import pytest

from participants.enums import Education
from participants.rules import (
    EDUCATION_WORDS,
    age_doubt,
    age_on,
    education_code,
    local_number,
    name_key,
    nik_doubts,
)
from tests.factories.portal import make_nik

BORN = date(1985, 7, 1)
NIK = make_nik(3, BORN, "P")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("SMA", "sma"),
        ("SMA/SMK", "sma"),
        ("S.M.K.", "sma"),
        ("slta sederajat", "sma"),
        ("Sarjana", "s1"),
        ("S-1", "s1"),
        ("D III", "diploma"),
        ("D-IV", "s1"),
        ("MTs", "smp"),
        ("SMK Negeri 1 Turen", "sma"),
        ("Lulusan SMA", "sma"),
        ("Tidak tamat SD", "none"),
        # as the population register writes it
        ("TIDAK/BELUM SEKOLAH", "none"),
        ("BELUM TAMAT SD/SEDERAJAT", "none"),
        ("TAMAT SD/SEDERAJAT", "sd"),
        ("SLTP/SEDERAJAT", "smp"),
        ("SLTA/SEDERAJAT", "sma"),
        ("DIPLOMA I/II", "diploma"),
        ("AKADEMI/DIPLOMA III/S. MUDA", "diploma"),
        ("DIPLOMA IV/STRATA I", "s1"),
        ("Diploma 4 Teknik", "s1"),
        ("STRATA II", "s2"),
        ("STRATA III", "s2"),
        # neither guessed nor rounded up
        ("SMA tidak tamat", None),
        ("S1 belum lulus", None),
        ("-", None),
        ("", None),
        ("pesantren", None),
    ],
)
def test_education_as_people_write_it(text: str, code: str | None) -> None:
    assert education_code(text) == code


def test_every_level_has_words_and_every_word_a_level() -> None:
    assert set(EDUCATION_WORDS) == set(Education)
    for code, words in EDUCATION_WORDS.items():
        assert education_code(code) == code
        assert {education_code(word) for word in words} == {code}


def test_an_agreeing_nik_raises_no_doubt() -> None:
    assert nik_doubts(NIK, born=BORN, sex="P", regency="35.07") == []
    assert nik_doubts(NIK, born=None, sex="", regency="") == []


def test_each_disagreement_is_one_sentence() -> None:
    doubts = nik_doubts(NIK, born=date(1985, 7, 2), sex="L", regency="35.73")
    assert len(doubts) == 3
    assert "02-07-1985" in doubts[0]
    assert "Jenis kelamin L" in doubts[1]
    assert "luar kabupaten" in doubts[2]
    assert not any(NIK in doubt for doubt in doubts)


def test_the_century_is_no_disagreement() -> None:
    assert nik_doubts(make_nik(1, date(1919, 5, 5), "L"), born=date(1919, 5, 5), sex="L", regency="35.07") == []


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (BORN, date(2025, 6, 30), 39),
        (BORN, date(2025, 7, 1), 40),
        (date(2004, 2, 29), date(2025, 2, 28), 20),
        (date(2004, 2, 29), date(2025, 3, 1), 21),
        (None, date(2025, 1, 1), None),
    ],
)
def test_full_years(born: date | None, day: date, age: int | None) -> None:
    assert age_on(born, day) == age


def test_local_numbers() -> None:
    assert local_number("35.07.33", 7) == "L-35.07.33-0007"


@pytest.mark.parametrize(
    "text", ["Siti Aminah", "SITI  AMINAH", " siti aminah ", "Siti-Aminah", "Siti Aminah.", "ｓｉｔｉ aminah"]
)
def test_spellings_of_one_name(text: str) -> None:
    assert name_key(text) == "siti aminah"


def test_names_that_are_two() -> None:
    assert name_key("Nur Aini") != name_key("Nuraini")
    assert name_key("Sa'diyah") == name_key("Sa’diyah") == name_key("Sadiyah")


@pytest.mark.parametrize(
    ("born", "words"),
    [
        (date(2010, 7, 15), "Usia 14 tahun"),
        (date(2010, 7, 14), ""),
        (date(1935, 7, 14), ""),
        (date(1934, 7, 14), "Usia 91 tahun"),
        (date(2026, 1, 1), "sesudah hari pertama"),
        (None, ""),
    ],
)
def test_ages_that_are_hard_to_believe(born: date | None, words: str) -> None:
    doubt = age_doubt(born, date(2025, 7, 14))
    assert words in doubt
    assert bool(doubt) == bool(words)
