"""Telling the rows of people's data from what else stands below a header: totals, repeated headers, signatures.

When in doubt a row is data: a row too many is refused with a reason, a row too few is lost without a word.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from portal.spreadsheets.layout import HeaderMatch, header_key, is_hint_row, is_numbering_row, shown
from portal.spreadsheets.workbook import Sheet, Value

# Compared without spaces and punctuation, so "J U M L A H" and "Total Peserta : 30 orang" fit too.
TOTAL = re.compile(
    r"(sub|grand)?(jumlah|total|jml)"
    r"(total|seluruhnya|keseluruhan|semua|peserta|pelatihan|kegiatan|anggaran|biaya|dana|pagu|realisasi|orang|rp)*"
    r"\d*(orang|peserta|pelatihan)?"
)
AMOUNT = re.compile(r"(rp\.? ?)?[\d., -]+(orang|peserta|%)?", re.IGNORECASE)
NIK_DIGITS = 16

# Words that open a signature block wherever they stand in the row.
OPENING = re.compile(r"(mengetahui|menyetujui|disetujui|diketahui|mengesahkan)(?![a-z]).*", re.IGNORECASE)
# Words that belong to one only when the row holds nothing else: "Siti | Sekretaris" is a member of a group.
CLOSING = re.compile(
    r"((plt|plh|pj)\.? ?)?(kepala (desa|dinas|bidang|seksi|bagian|dusun|upt|kelurahan)|lurah|camat|kasi|kabid|"
    r"ketua|sekretaris|bendahara|panitia|pelaksana|pptk|pejabat|kuasa pengguna|penanggung ?jawab|dibuat oleh|"
    r"yang membuat|nip|a\.? ?n\.|ttd|tanda tangan|terbilang ?:|keterangan ?:|ket\.? ?:|catatan ?:|\*)(?![a-z]).*"
    # ( .............. ), a line of dots or underscores, a name between parentheses
    r"|\(?[ ._…-]{4,}\)?|\([^()]*\)"
    # Clumprit, 15 Juli 2025 and the 18 digits of a NIP
    r"|[a-z .]+, ?(\d{1,2}|[._…]+) ?([a-z]+|[._…]+) ?(\d{4}|[._…]+)|(\d ?){18}",
    re.IGNORECASE,
)
LONGEST_LABEL = 120
SIGNATURE_CELLS = 3


def data_rows(sheet: Sheet, match: HeaderMatch) -> Iterator[tuple[int, tuple[Value, ...]]]:
    """Yield (Excel row, values) of every row of data below the header.

    Left out are rows without a value in any recognised column, totals, repeated headers with their column numbers,
    and signature blocks. Yields nothing when `match` found no header.
    """
    if not match.header_rows:
        return
    header_lines = [[header_key(shown(value)) for value in sheet.rows[number - 1]] for number in match.header_rows]
    used = sorted({*match.columns.values(), *match.dynamic})
    below_header = in_signature = False
    for number, row in enumerate(sheet.rows[match.first_data_row - 1 :], start=match.first_data_row):
        if _is_header(row, header_lines):
            below_header, in_signature = True, False
            continue
        if below_header and (is_numbering_row(row, used) or is_hint_row(row)):
            continue
        below_header = False
        if _is_signature(row):
            in_signature = True
        elif _is_data(row, used) and not (in_signature and not _has_figure(row[index] for index in used)):
            yield number, row


def _is_data(row: Sequence[Value], used: Sequence[int]) -> bool:
    return any(row[index] is not None for index in used) and not _is_total(row)


def _is_header(row: Sequence[Value], header_lines: list[list[str]]) -> bool:
    if len(row) - row.count(None) < 2:
        return False
    return any(
        all(value is None or header_key(shown(value)) == key for value, key in zip(row, line, strict=True))
        for line in header_lines
    )


def _is_total(row: Sequence[Value]) -> bool:
    """A label such as JUMLAH, and beside it nothing but amounts."""
    has_label = False
    for value in row:
        if isinstance(value, date):
            return False
        if isinstance(value, str):
            text = shown(value)
            if len(text) <= LONGEST_LABEL and TOTAL.fullmatch(header_key(text)):
                has_label = True
            elif not AMOUNT.fullmatch(text) or sum(map(str.isdigit, text)) >= NIK_DIGITS:
                # The usual end, at the first cell with a name or a NIK.
                return False
    return has_label


def _is_signature(row: Sequence[Value]) -> bool:
    if not 0 < len(row) - row.count(None) <= SIGNATURE_CELLS:
        return False
    filled = [value for value in row if value is not None]
    if _has_figure(filled):
        return False
    texts = [shown(value) for value in filled]
    return any(_fits(OPENING, text) for text in texts) or all(_fits(CLOSING, text) for text in texts)


def _fits(pattern: re.Pattern[str], text: str) -> bool:
    return len(text) <= LONGEST_LABEL and bool(pattern.fullmatch(text))


def _has_figure(values: Iterable[Value]) -> bool:
    """Whether a number, a date or text that starts with a digit is among the values: signatures have none but a NIP."""
    for value in values:
        if isinstance(value, str):
            if value.strip().lstrip("'")[:1].isdigit() and not _fits(CLOSING, shown(value)):
                return True
        elif value is not None:
            return True
    return False
