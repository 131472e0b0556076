import unicodedata
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.spreadsheets.cells import (
    CellError,
    parse_text,
)

from .refusals import cause


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("  Siti \u00a0 Setyowati\n", "Siti Setyowati"),
        ("Siti\u200b\ufeff", "Siti"),
        ("Nure\u0301", "Nuré"),
        (7, "7"),
        (7.0, "7"),
        (3.31, "3.31"),
        ("'=1+1", "=1+1"),
        ("'|calc", "|calc"),
        ("'%0A", "%0A"),
        ("'＝1+1", "＝1+1"),
        ("' =1+1", "=1+1"),
        ("'\tbatik", "batik"),
        ("' OR 1=1 --", "' OR 1=1 --"),
        ("'081234", "081234"),
        ("'Aisyah", "'Aisyah"),
        ("😀", "😀"),
    ],
)
def test_text(value, text):
    assert parse_text(value) == text


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("a\x00b", "kendali"),
        ("a\x1bb", "kendali"),
        ("a\u202eb", "kendali"),
        ("a\ud800b", "kendali"),
        (True, "logika TRUE"),
        (date(2025, 5, 1), "tanggal atau jam"),
        (time(8), "tanggal atau jam"),
        (3507335703959200, "15 digit"),
        (1e300, "15 digit"),
        ("x" * 256, "256 karakter, batasnya 255"),
    ],
)
def test_text_refused(value, words):
    assert words in cause(parse_text, value)


@given(st.text(max_size=60))
def test_clean_text_is_nfc_and_on_one_line(text):
    try:
        clean = parse_text(text) or ""
    except CellError:
        return
    assert clean == unicodedata.normalize("NFC", clean) == " ".join(clean.split())
    assert not any(unicodedata.category(character) in ("Cc", "Cs") for character in clean)
