"""CSV as Excel in Indonesia and every other program writes it: encoding and delimiter are found out, not asked."""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from portal.spreadsheets.workbook import UnreadableFile, format_count

BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
DELIMITERS = (";", ",", "\t", "|")
SAMPLE_ROWS = 50
SEPARATOR_LINE = re.compile(r"sep=(.)(\r\n|\n|\r|$)", re.IGNORECASE)
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
MOST_ROWS = 1_048_576  # of a sheet in Excel; empty lines cost time, too
# UTF-16 text in Latin letters has a NUL in every second byte.
MOSTLY_NUL = 0.4


def read_csv(content: bytes) -> Iterator[list[str]]:
    """Yield the records as text, record 1 being Excel row 1. Raises UnreadableFile naming the line.

    A first line `sep=;` sets the delimiter and, as in Excel, is not a row.
    """
    text = _decode(content)
    if control := CONTROL.search(text):
        line = text.count("\n", 0, control.start()) + 1
        raise UnreadableFile(
            f"Baris {line} berkas CSV memuat karakter kendali yang tidak terbaca (kode {ord(control.group())}).",
            "Simpan ulang dari Excel sebagai .xlsx atau CSV UTF-8, lalu unggah lagi.",
        )
    # Long fields are refused later, with the name of their cell; the limit is one for the whole process.
    csv.field_size_limit(max(csv.field_size_limit(), len(text)))
    separator = SEPARATOR_LINE.match(text)
    if separator:
        yield from _parse(text[separator.end() :], separator.group(1), first_line=2)
    else:
        yield from _parse(text, _find_delimiter(text), first_line=1)


def _decode(content: bytes) -> str:
    encoding = next((name for bom, name in BOMS if content.startswith(bom)), None) or _guess_utf16(content)
    for candidate in [encoding] if encoding else ["utf-8", "cp1252"]:
        try:
            return content.decode(candidate)
        except UnicodeDecodeError as error:
            failure = error
    line = content.count(b"\n", 0, failure.start) + 1
    raise UnreadableFile(
        f"Baris {line} berkas CSV memuat huruf dengan pengodean yang tidak dikenal.",
        "Di Excel pilih Simpan Sebagai > CSV UTF-8 (atau .xlsx), lalu unggah lagi.",
    )


def _guess_utf16(content: bytes) -> str | None:
    sample = content[:4000]
    even, odd = sample[::2], sample[1::2]
    if odd.count(0) > MOSTLY_NUL * len(odd) and not even.count(0):
        return "utf-16-le"
    if even.count(0) > MOSTLY_NUL * len(even) and not odd.count(0):
        return "utf-16-be"
    return None


def _find_delimiter(text: str) -> str:
    """Return the delimiter that cuts most rows into the same number of columns, on equal terms into the most."""

    def quality(delimiter: str) -> tuple[int, int]:
        rows = islice(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), SAMPLE_ROWS)
        widths = Counter(len(row) for row in rows if len(row) > 1)
        return max(((count, width) for width, count in widths.items()), default=(0, 0))

    return max(DELIMITERS, key=quality)


def _parse(text: str, delimiter: str, *, first_line: int) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    finished_line = 0
    try:
        for number, record in enumerate(reader, start=1):
            if number > MOST_ROWS:
                raise UnreadableFile(
                    f"Berkas CSV berisi lebih dari {format_count(MOST_ROWS)} baris, lebih dari satu lembar Excel.",
                    "Hapus baris kosong di dalamnya, atau bagi menjadi beberapa berkas.",
                )
            yield record
            finished_line = reader.line_num
    except csv.Error as error:
        raise UnreadableFile(
            f"Tanda kutip pada baris {finished_line + first_line} berkas CSV tidak berpasangan.",
            'Lengkapi tanda kutip (") pada baris itu, atau simpan ulang dari Excel sebagai .xlsx, lalu unggah lagi.',
        ) from error
