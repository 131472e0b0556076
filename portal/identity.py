"""NIK (national identity number): normalise, decode, encrypt, index, mask.

A NIK is 16 digits of text: area where first registered (6), birth date DDMMYY with 40 added to the day for women (6),
serial from 0001 (4). It stays with a person for life (PP 40/2019 art. 30), so a NIK that disagrees with the birth
date or the domicile is odd, not wrong. Protected by UU 23/2006 jo. 24/2013 art. 84 and UU 27/2022.
"""

import hmac
import re
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

NIK_LENGTH = 16
NONCE_BYTES = 12
SEPARATORS = re.compile(r"[\s\u00a0\u200b.'’`-]+")
NUMBER_TEXT = re.compile(r"\d+[.,]0*|\d{1,3}(?:[.,]\d{3})+(?:[.,]0*)?")  # how a program writes out a number
STRUCTURE = re.compile(r"[1-9]\d{5}(?:[04][1-9]|[1256]\d|[37][01])(?:0[1-9]|1[0-2])\d{2}(?!0000)\d{4}")
MASK = "•"
DIGITS_ALIKE, SIXTEEN_ALIKE = bytes.maketrans(b"123456789", b"0" * 9), b"0" * 16
ANY_NIK = re.compile(r"(?<!\d)\d{16}(?!\d)")


class InvalidNik(ValueError):
    """A value that cannot be a NIK; `cause` and `cure` are Indonesian sentences for the person who typed it."""

    def __init__(self, cause: str, cure: str):
        super().__init__(f"{cause} {cure}")
        self.cause, self.cure = cause, cure


@dataclass(frozen=True)
class NikFacts:
    """What the digits say. `born` has no century of its own: the youngest date that is not in the future is taken."""

    area: str  # Kemendagri code of the kecamatan of first registration, "35.07.33"
    born: date | None
    sex: str  # "L" or "P"


def normalise_nik(value: object) -> str:
    """Return the 16 digits of `value`; spaces, dots, dashes and Excel's leading apostrophe are dropped.

    Raises InvalidNik for numbers (Excel keeps 15 digits and zeroes the 16th), for other lengths or characters, and
    for digits that cannot be a NIK (impossible day, month or serial).
    """
    if isinstance(value, bool) or not isinstance(value, str):
        raise InvalidNik(
            "NIK tersimpan sebagai angka, sehingga digit ke-16 tidak dapat dipercaya.",
            "Format kolom NIK sebagai Teks lalu ketik ulang 16 digit sesuai KTP.",
        )
    if NUMBER_TEXT.fullmatch(value.strip()):
        raise InvalidNik(
            "NIK tertulis sebagai angka (dengan desimal atau titik ribuan), sehingga digit terakhirnya tidak dapat "
            "dipercaya.",
            "Format kolom NIK sebagai Teks lalu ketik ulang 16 digit sesuai KTP.",
        )
    digits = SEPARATORS.sub("", value)
    if not (digits.isascii() and digits.isdigit()):
        raise InvalidNik("NIK hanya boleh berisi angka 0-9.", "Ketik ulang 16 digit sesuai KTP.")
    if len(digits) != NIK_LENGTH:
        raise InvalidNik(f"NIK berisi {len(digits)} digit, seharusnya 16.", "Cocokkan dengan KTP lalu lengkapi.")
    if not STRUCTURE.fullmatch(digits):
        raise InvalidNik(
            "Susunan NIK tidak mungkin (kode wilayah, tanggal lahir, atau nomor urut).",
            "Cocokkan tiap digit dengan KTP.",
        )
    return digits


def decode_nik(nik: str, *, today: date | None = None) -> NikFacts:
    """Return what a normalised NIK says about area, birth date and sex."""
    day, month, year = int(nik[6:8]), int(nik[8:10]), int(nik[10:12])
    sex = "P" if day > 40 else "L"
    born = _youngest_past_date(day % 40, month, year, today or date.today())
    return NikFacts(area=f"{nik[:2]}.{nik[2:4]}.{nik[4:6]}", born=born, sex=sex)


@lru_cache(maxsize=50_000)  # a century has fewer days than a large import has people
def _youngest_past_date(day: int, month: int, year: int, today: date) -> date | None:
    """Return None for 29 February of a common year or 31 June: on real cards, so not ours to refuse."""
    for century in (2000, 1900):
        with suppress(ValueError):
            born = date(century + year, month, day)
            if born <= today:
                return born
    return None


def mask_nik(last4: str) -> str:
    """Return the only form of a NIK that screens, files and logs may show."""
    return f"{MASK * 12}{last4}" if last4 else ""


def mask_text(text: str) -> str:
    """Replace every run of exactly 16 digits in free text by its masked form."""
    digits = text.replace(MASK, "")  # may find too much, never too little
    if digits.isascii() and SIXTEEN_ALIKE not in digits.encode().translate(DIGITS_ALIKE):
        return text  # many times as fast as what follows, and nearly always enough
    return ANY_NIK.sub(lambda match: mask_nik(match.group()[-4:]), text)


def index_nik(nik: str) -> str:
    """Return the blind index (HMAC-SHA-256, hex): equal for equal NIK, useless without the second key."""
    return hmac.digest(settings.NIK_INDEX_KEY, nik.encode("ascii"), "sha256").hex()


@lru_cache(maxsize=20)
def _cipher(key: bytes) -> AESGCM:
    return AESGCM(key)


def encrypt(data: bytes, *, context: bytes = b"") -> bytes:
    """Return AES-256-GCM ciphertext as `key id ‖ 0x00 ‖ nonce ‖ data+tag`; `context` must be given again to decrypt."""
    keys = settings.NIK_KEYS
    key_id = max(keys, key=int)
    nonce = secrets.token_bytes(NONCE_BYTES)
    return key_id.encode() + b"\0" + nonce + _cipher(keys[key_id]).encrypt(nonce, data, context)


def decrypt(blob: bytes, *, context: bytes = b"") -> bytes:
    """Return what `encrypt` was given; raise ValueError when the key, the context or a byte is another."""
    key_id, _, rest = bytes(blob).partition(b"\0")
    key = settings.NIK_KEYS.get(key_id.decode("ascii", "replace"))
    if key is None:
        raise ValueError("This was encrypted with a key that is not configured.")
    try:
        return _cipher(key).decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], context)
    except InvalidTag:
        raise ValueError("This was changed, or encrypted for another place.") from None


def encrypt_nik(nik: str, index: str) -> bytes:
    """Return the stored form; bound to its own index, so a ciphertext copied to another row does not open there."""
    return encrypt(nik.encode("ascii"), context=index.encode())


def decrypt_nik(cipher: bytes, index: str) -> str:
    """Return the 16 digits; call it only behind an audited reveal."""
    return decrypt(cipher, context=index.encode()).decode("ascii")
