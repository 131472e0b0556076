"""NIK: what is accepted, what its digits say, and that nothing but a key opens it again."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.identity import (
    ANY_NIK,
    InvalidNik,
    decode_nik,
    decrypt,
    decrypt_nik,
    encrypt,
    encrypt_nik,
    index_nik,
    mask_nik,
    mask_text,
    normalise_nik,
)
from tests.factories.portal import make_nik

NIK = "3507334107850003"
TODAY = date(2026, 11, 24)
births = st.dates(min_value=date(1930, 1, 1), max_value=TODAY)
sexes = st.sampled_from("LP")
serials = st.integers(min_value=1, max_value=9999)


@pytest.mark.parametrize(
    "typed",
    [
        NIK,
        f" {NIK} ",
        f"'{NIK}",
        "3507 3341 0785 0003",
        "3507.33.410785.0003",
        "350733-410785-0003",
        f"\u00a0{NIK}\u200b",
    ],
)
def test_separators_are_dropped(typed: str) -> None:
    assert normalise_nik(typed) == NIK


@pytest.mark.parametrize("value", [3507334107850003, 3507334107850003.0, 3.50733e15, True, None, b"3507334107850003"])
def test_anything_but_text_is_refused_never_repaired(value: object) -> None:
    with pytest.raises(InvalidNik) as refusal:
        normalise_nik(value)
    assert "digit ke-16" in refusal.value.cause
    assert "Teks" in refusal.value.cure


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "-",
        NIK[:-1],
        NIK + "0",
        "35O7334107850003",  # letter O
        "３５０７３３４１０７８５０００３",  # full-width digits
        "٣٥٠٧٣٣٤١٠٧٨٥٠٠٠٣",  # Arabic digits
        "3.50733E+15",
        "0507334107850003",  # no province 05 begins with 0
        "3507330007850003",  # day 00
        "3507333207850003",  # day 32
        "3507334007850003",  # day 40
        "3507337207850003",  # day 72
        "3507334100850003",  # month 00
        "3507334113850003",  # month 13
        "3507334107850000",  # serial 0000
    ],
)
def test_impossible_digits_are_refused_with_cause_and_cure(typed: str) -> None:
    with pytest.raises(InvalidNik) as refusal:
        normalise_nik(typed)
    assert refusal.value.cause.endswith(".")
    assert refusal.value.cure.endswith(".")
    assert not ANY_NIK.search(str(refusal.value)), "a refusal repeats no NIK"


@given(serial=serials, born=births, sex=sexes)
def test_what_was_put_into_a_nik_is_read_from_it(serial: int, born: date, sex: str) -> None:
    nik = make_nik(serial, born, sex)
    facts = decode_nik(normalise_nik(nik), today=TODAY)
    assert facts.area == "35.07.33"
    assert facts.sex == sex
    assert facts.born is not None
    assert (facts.born.day, facts.born.month, facts.born.year % 100) == (born.day, born.month, born.year % 100)
    assert facts.born <= TODAY


@given(st.text(max_size=30))
def test_normalising_is_stable(text: str) -> None:
    try:
        once = normalise_nik(text)
    except InvalidNik:
        return
    assert re.fullmatch(r"[1-9][0-9]{15}", once)
    assert normalise_nik(once) == once


@pytest.mark.parametrize(
    ("digits", "born"),
    [
        ("410785", date(1985, 7, 1)),
        ("241126", date(2026, 11, 24)),  # born today
        ("251126", date(1926, 11, 25)),  # tomorrow was a hundred years ago
        ("290200", date(2000, 2, 29)),
        ("290201", None),  # no such day, in either century
        ("310699", None),
        ("710199", date(1999, 1, 31)),
    ],
)
def test_the_century_is_the_youngest_that_is_past(digits: str, born: date | None) -> None:
    assert decode_nik(f"350733{digits}0001", today=TODAY).born == born


def test_the_mask_shows_four_digits_and_no_area() -> None:
    assert mask_nik("0003") == "••••••••••••0003"
    assert mask_nik("") == ""


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (f"NIK {NIK}.", "NIK ••••••••••••0003."),
        (f"{NIK},{NIK}", "••••••••••••0003,••••••••••••0003"),
        ("nomor 12345678901234567 (17 angka)", "nomor 12345678901234567 (17 angka)"),
        (f"nik={NIK}&x", "nik=••••••••••••0003&x"),
        (f"a{NIK}b", "a••••••••••••0003b"),
    ],
)
def test_free_text_is_masked(text: str, masked: str) -> None:
    assert mask_text(text) == masked


@given(serial=serials, born=births, sex=sexes)
def test_encryption_round_trip(serial: int, born: date, sex: str) -> None:
    nik = make_nik(serial, born, sex)
    blob = encrypt_nik(nik, index_nik(nik))
    assert nik.encode() not in blob
    assert decrypt_nik(blob, index_nik(nik)) == nik
    assert encrypt_nik(nik, index_nik(nik)) != blob, "a nonce is never used twice"


def test_a_ciphertext_opens_only_in_its_own_row() -> None:
    blob = encrypt_nik(NIK, index_nik(NIK))
    with pytest.raises(ValueError, match="another place"):
        decrypt_nik(blob, index_nik(make_nik(1, date(1990, 1, 1), "L")))


def test_every_flipped_byte_is_noticed() -> None:
    blob = encrypt_nik(NIK, index_nik(NIK))
    for position in range(len(blob)):
        broken = bytearray(blob)
        broken[position] ^= 1
        with pytest.raises(ValueError, match="key|changed"):
            decrypt_nik(bytes(broken), index_nik(NIK))


def test_the_index_is_equal_for_equal_nik_and_tells_nothing_without_the_key(settings) -> None:
    first = index_nik(NIK)
    assert first == index_nik(NIK)
    assert len(first) == 64
    settings.NIK_INDEX_KEY = b"another key"
    assert index_nik(NIK) != first


def test_old_keys_decrypt_and_the_newest_encrypts(settings) -> None:
    settings.NIK_KEYS = {"9": bytes(32)}
    old = encrypt(b"isi")
    settings.NIK_KEYS = {"9": bytes(32), "10": bytes([1] * 32)}
    new = encrypt(b"isi")
    assert new.startswith(b"10\0"), "ids are numbers: 10 follows 9"
    assert decrypt(old) == decrypt(new) == b"isi"
    settings.NIK_KEYS = {"10": bytes([1] * 32)}
    with pytest.raises(ValueError, match="not configured"):
        decrypt(old)


def test_a_short_blob_is_refused() -> None:
    for blob in (b"", b"1\0", b"1\0abc", b"\xff"):
        with pytest.raises(ValueError, match="key|changed|Nonce"):
            decrypt(blob)
