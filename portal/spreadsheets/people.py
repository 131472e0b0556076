"""Cells about people: sex, attendance, RT and RW, telephone, NIB."""

import re

from portal.spreadsheets.cell_text import CellError, parse_short, parse_text, refuse_error
from portal.spreadsheets.layout import header_key
from portal.spreadsheets.workbook import Value

SEXES = {
    "L": ("l", "lk", "laki", "lakilaki", "laki2", "lelaki", "pria", "male"),
    "P": ("p", "pr", "prp", "perempuan", "wanita", "w", "female"),
}
# "ü" is what a tick in the font Wingdings really is.
ATTENDANCE = {
    "hadir": ("v", "√", "✓", "✔", "☑", "✅", "ü", "1", "h", "hadir", "hdr", "ya"),
    "izin": ("i", "izin", "ijin"),
    "sakit": ("s", "sakit", "skt"),
    "alpa": ("a", "alpa", "alpha", "0", "-", "–", "—", "tidakhadir", "tdkhadir", "absen", "tanpaketerangan", "tk"),
}
CROSSES = {"x", "✗", "✘", "❌", "✕", "×"}
SEX_OF = {word: sex for sex, words in SEXES.items() for word in words}
ATTENDANCE_OF = {word: state for state, words in ATTENDANCE.items() for word in words}

RT = r"RT\s?[.:]?\s?"
RW = r"RW\s?[.:]?\s?"
UNIT = re.compile(r"(?:R[TW]\s?[.:]?\s?)?([0-9]{1,3})", re.IGNORECASE)
# 001/005 - RT 29 RW 02 - RT.1, RW.5 - RT 29/02 - RT/RW 001/005. A dot or a comma alone could be a number cell.
BETWEEN = rf"\s?(?:[/-]\s?(?:{RW})?|[,.]?\s?{RW})"
BOTH = r"RT ?/ ?RW\s?[.:]?\s?"
PAIR = re.compile(rf"(?:{BOTH}|{RT})?([0-9]{{1,3}}){BETWEEN}([0-9]{{1,3}})", re.IGNORECASE)
PAIR_IN_ADDRESS = re.compile(rf"\b(?:{BOTH}|{RT})([0-9]{{1,3}}){BETWEEN}([0-9]{{1,3}})\b", re.IGNORECASE)
ALONE_IN_ADDRESS = {
    "RT": re.compile(rf"\b{RT}([0-9]{{1,3}})\b", re.IGNORECASE),
    "RW": re.compile(rf"\b{RW}([0-9]{{1,3}})\b", re.IGNORECASE),
}
LOOSE_PUNCTUATION = " ,;./-"

PHONE_SEPARATORS = re.compile(r"[\s().\-–]")
# Mobile numbers have 10-13 digits with the 0, lines in the house 8-12.
MOBILE = re.compile(r"8[0-9]{8,11}")
LANDLINE = re.compile(r"[2-79][0-9]{6,10}")
PHONE_CURE = "Tulis satu nomor lengkap, misalnya 081234567890."

NIB_DIGITS = 13
NIB_CURE = f"Ubah format kolom menjadi Teks (Text), lalu tulis {NIB_DIGITS} digit NIB dari OSS."

PAIR_CURE = "Tulis RT dan RW dengan garis miring, misalnya 001/005, pada sel berformat Teks (Text)."


def parse_sex(value: Value) -> str | None:
    """Return "L" or "P", or None when empty. Raises CellError for anything unknown."""
    cause, cure = "Jenis kelamin tidak dikenal.", "Tulis L (laki-laki) atau P (perempuan)."
    text = parse_short(value, cause, cure)
    if text is None:
        return None
    sex = SEX_OF.get(header_key(text))
    if sex is None:
        raise CellError(cause, cure)
    return sex


def parse_attendance(value: Value) -> str | None:
    """Return "hadir", "izin", "sakit" or "alpa", or None when empty.

    Raises CellError for anything unknown, crosses included: to some a cross means present, to others absent.
    """
    cure = "Tulis V (hadir), I (izin), S (sakit), atau A (alpa)."
    if isinstance(value, bool):
        return "hadir" if value else "alpa"
    cause = "Tanda kehadiran tidak dikenal."
    text = parse_short(value, cause, cure)
    if text is None:
        return None
    key = re.sub(r"[\s.]", "", text.casefold())
    if key in CROSSES:
        raise CellError("Tanda silang dapat berarti hadir atau tidak hadir.", cure)
    state = ATTENDANCE_OF.get(key)
    if state is None:
        raise CellError(cause, cure)
    return state


def parse_rt(value: Value) -> str | None:
    """Return the RT as three digits ("001"), or None for an empty cell or a dash. Raises CellError."""
    return _parse_unit(value, "RT")


def parse_rw(value: Value) -> str | None:
    """Return the RW as three digits ("005"), or None for an empty cell or a dash. Raises CellError."""
    return _parse_unit(value, "RW")


def _parse_unit(value: Value, name: str) -> str | None:
    cause, cure = f"Nomor {name} tidak dikenal.", f"Tulis nomor {name} saja, misalnya 001."
    text = parse_short(value, cause, cure)
    if text is None or text == "-":
        return None
    other = "RW" if name == "RT" else "RT"
    match = UNIT.fullmatch(text)
    if not match or text.upper().startswith(other):
        raise CellError(cause, cure)
    return _three_digits(match.group(1), name)


def _three_digits(digits: str, name: str) -> str:
    if not int(digits):
        raise CellError(f"Nomor {name} tidak boleh nol.", "Kosongkan selnya bila nomornya tidak diketahui.")
    return digits.zfill(3)


def parse_rt_rw(value: Value) -> tuple[str, str] | None:
    """Return (RT, RW) as three digits each, or None for an empty cell or a dash.

    Raises CellError; a date means that Excel took 1/5 for the first of May.
    """
    text = parse_short(value, "Isi sel bukan pasangan RT/RW.", PAIR_CURE)
    if text is None or text == "-":
        return None
    match = PAIR.fullmatch(text)
    if not match:
        raise CellError("Isi sel bukan pasangan RT/RW.", PAIR_CURE)
    return _three_digits(match.group(1), "RT"), _three_digits(match.group(2), "RW")


def split_address(value: Value, max_length: int = 255) -> tuple[str | None, str | None, str | None]:
    """Return (RT, RW, rest of the address); what the address does not name is None.

    Raises CellError as `parse_text` does.
    """
    text = parse_text(value, max_length)
    if text is None:
        return None, None, None
    if match := PAIR_IN_ADDRESS.search(text):
        rt, rw = map(_known_unit, match.groups())
        return rt, rw, _cut(text, match)
    found: dict[str, str | None] = {}
    for name, pattern in ALONE_IN_ADDRESS.items():
        if match := pattern.search(text or ""):
            found[name] = _known_unit(match.group(1))
            text = _cut(text, match)
    return found.get("RT"), found.get("RW"), text


def _known_unit(digits: str) -> str | None:
    # "RT 00" is how forms say that the number is not known.
    return digits.zfill(3) if int(digits) else None


def _cut(text: str, match: re.Match[str]) -> str | None:
    before, after = text[: match.start()].rstrip(LOOSE_PUNCTUATION), text[match.end() :].lstrip(LOOSE_PUNCTUATION)
    return " ".join(part for part in (before, after) if part) or None


def parse_phone(value: Value) -> str | None:
    """Return an Indonesian number as "+62...", or None for an empty cell or a dash.

    A mobile number that lost its 0 in a number cell is accepted, because 8 can start nothing else. Raises CellError.
    """
    cause = "Nomor telepon tidak dikenal."
    text = parse_short(value, cause, PHONE_CURE)
    if text is None or text == "-":
        return None
    digits = PHONE_SEPARATORS.sub("", text)
    national = re.sub(r"^(\+?62)?0?", "", digits)
    has_prefix = len(national) < len(digits)
    if MOBILE.fullmatch(national) or (has_prefix and LANDLINE.fullmatch(national)):
        return f"+62{national}"
    if re.search(r"[/,;&]|dan|atau", text):
        raise CellError("Sel berisi lebih dari satu nomor telepon.", PHONE_CURE)
    if re.fullmatch(r"\+?[0-9]+", digits):
        raise CellError(f"Nomor telepon {len(digits)} karakter ini bukan nomor Indonesia yang lengkap.", PHONE_CURE)
    raise CellError(cause, PHONE_CURE)


def parse_nib(value: Value) -> str | None:
    """Return the 13 digits of a Nomor Induk Berusaha, or None for an empty cell or a dash.

    A number cell is accepted only when all 13 digits are there. Raises CellError.
    """
    refuse_error(value)
    text = parse_short(value, "Isi sel bukan NIB.", NIB_CURE)
    if text is None or text == "-":
        return None
    digits = re.sub(r"[\s.\-]", "", text)
    if not re.fullmatch(r"[0-9]+", digits):
        raise CellError("NIB hanya berisi angka.", NIB_CURE)
    if len(digits) != NIB_DIGITS:
        lost = "; nol di depan hilang karena sel berisi angka" if isinstance(value, int | float) else ""
        raise CellError(f"NIB harus {NIB_DIGITS} digit, sel ini {len(digits)} digit{lost}.", NIB_CURE)
    return digits
