"""Rules of people, without a database."""

from datetime import date

import pytest

from participants.enums import Education
from participants.rules import EDUCATION_WORDS, age_on, education_code, local_number, nik_doubts
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
        ("S-1", None),
        ("D III", "diploma"),
        ("MTs", "smp"),
        ("Tidak tamat SD", "none"),
        ("-", "none"),
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
