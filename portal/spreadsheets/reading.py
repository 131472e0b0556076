"""Reading an uploaded file. The portal itself looks only at size, name and first bytes; a child process does the rest.

A hostile workbook can abort the parser or eat all memory, so it is opened where that hurts nobody (`sandbox`).
"""

import json
import logging
import re
import signal
import subprocess
import sys
import tempfile
import unicodedata
from contextlib import nullcontext
from dataclasses import asdict, replace
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from portal.spreadsheets import wire
from portal.spreadsheets.slots import ReaderBusy, reading_slot
from portal.spreadsheets.workbook import (
    SAVE_AS_XLSX,
    ErrorValue,
    Limits,
    Sheet,
    UnreadableFile,
    Value,
    Workbook,
    damaged,
    format_size,
    wrong_type,
)

__all__ = ["ErrorValue", "Limits", "ReaderBusy", "Sheet", "UnreadableFile", "Value", "Workbook", "read_workbook"]

logger = logging.getLogger(__name__)

PROJECT_ROOT = Path(__file__).resolve().parents[2]
EXTENSIONS = ("xlsx", "xls", "ods", "csv")
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# First bytes -> what the user is told it is.
SIGNATURES = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "gambar PNG"),
    (b"\xff\xd8\xff", "gambar JPEG"),
    (b"GIF8", "gambar GIF"),
    (b"RIFF", "gambar atau rekaman (RIFF)"),
    (b"Rar!", "arsip RAR"),
    (b"7z\xbc\xaf\x27\x1c", "arsip 7z"),
    (b"\x1f\x8b", "arsip GZIP"),
    (b"{\\rtf", "dokumen RTF"),
    (b"MZ", "program Windows"),
    (b"\x7fELF", "program"),
    (b"SQLite format 3", "basis data SQLite"),
)
MARKUP = re.compile(
    rb"[\s\xef\xbb\xbf]*<(!doctype|html|head|body|table|meta|style|script|\?xml|svg|!--)", re.IGNORECASE
)
# Excel's own limit for the name of a sheet, and what is looked at of a file's to find one.
NAME_CHARACTERS, LONGEST_NAME = 31, 255


def read_workbook(
    content: bytes,
    filename: str,
    limits: Limits = Limits(),  # noqa: B008  frozen
    slots: Path | None = None,
) -> Workbook:
    """Return the visible sheets of an uploaded .xlsx, .xls, .ods or .csv.

    The single sheet of a CSV is named after the file. With `slots`, a directory of this machine, no more than two files
    are read at once. Raises UnreadableFile with cause and cure in Indonesian; its subclass ReaderBusy when the slots
    stay taken.
    """
    extension = _checked_extension(content, filename, limits)
    with reading_slot(slots, limits.slot_seconds) if slots else nullcontext():
        workbook = _read_in_child(content, extension, limits)
    if workbook.kind == "csv":
        (sheet,) = workbook.sheets
        workbook = replace(workbook, sheets=(replace(sheet, name=_sheet_name(filename)),))
    return workbook


def _checked_extension(content: bytes, filename: str, limits: Limits) -> str:
    if not content:
        raise UnreadableFile("Berkas kosong (0 byte).", "Pilih berkas yang berisi tabel, lalu unggah lagi.")
    if len(content) > limits.file_bytes:
        raise UnreadableFile(
            f"Berkas terlalu besar: batas {format_size(limits.file_bytes)}, berkas Anda {format_size(len(content))}.",
            "Hapus gambar dan lembar yang tidak perlu, atau bagi datanya ke beberapa berkas.",
        )
    extension = PurePosixPath(filename.replace("\\", "/").strip()).suffix.lower().lstrip(".")
    if extension not in EXTENSIONS:
        named = (
            f"Jenis berkas .{_printable(extension[:LONGEST_NAME])[:10]}" if extension else "Berkas tanpa akhiran nama"
        )
        raise UnreadableFile(f"{named} tidak diterima; yang diterima .xlsx, .xls, .ods, dan .csv.", SAVE_AS_XLSX)
    real_type = _foreign_type(content, extension)
    if real_type:
        raise wrong_type(real_type, extension)
    return extension


def _foreign_type(content: bytes, extension: str) -> str | None:
    """Return what the first bytes say when that rules the extension out; the child looks deeper."""
    for signature, description in SIGNATURES:
        if content.startswith(signature):
            return description
    markup = MARKUP.match(content[:1000])
    if markup:
        return "XML" if markup.group(1).startswith(b"?") else "halaman web (HTML)"
    if extension == "csv":
        return "buku kerja atau arsip, bukan teks" if content.startswith((ZIP, OLE)) else None
    return None if content.startswith((ZIP, OLE)) else "teks atau data lain"


def _read_in_child(content: bytes, extension: str, limits: Limits) -> Workbook:
    request = json.dumps([extension, asdict(limits)])
    # Into a file without a name rather than a pipe: the kernel then enforces the cap on the output.
    with tempfile.TemporaryFile() as output:
        try:
            child = subprocess.run(  # noqa: S603  our own module, no shell, arguments are ours
                [sys.executable, "-m", "portal.spreadsheets.sandbox", request],
                input=content,
                stdout=output,
                stderr=subprocess.DEVNULL,
                cwd=PROJECT_ROOT,
                env={},
                timeout=limits.wall_seconds,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise _too_slow(limits) from error
        output.seek(0)
        return _result(child.returncode, output, limits)


def _result(code: int, output: BinaryIO, limits: Limits) -> Workbook:
    if code == wire.DONE:
        return wire.decode(output, limits)
    if code == wire.REFUSED:
        raise wire.decode_refusal(output)
    # Only BROKEN comes with something for the log; what else was written may be cells.
    where = output.read(200).decode("ascii", "replace") if code == wire.BROKEN else ""
    logger.warning("Spreadsheet reader stopped with code %s. %s", code, where)
    if code == -signal.SIGXCPU:
        raise _too_slow(limits)
    if code in (wire.TOO_BIG, -signal.SIGABRT, -signal.SIGKILL):
        raise UnreadableFile(
            f"Berkas rusak atau terlalu besar: butuh lebih dari {format_size(limits.memory_bytes)} memori.",
            "Salin hanya tabelnya ke berkas baru, atau bagi datanya ke beberapa berkas.",
        )
    if code == wire.BROKEN or code < 0:
        raise damaged()
    # The child did not even start: that is our fault, not the file's.
    raise UnreadableFile(
        "Pembaca berkas di server sedang terganggu.",
        "Coba lagi sebentar lagi; bila berulang, hubungi pengelola portal.",
    )


def _too_slow(limits: Limits) -> UnreadableFile:
    return UnreadableFile(
        f"Berkas tidak selesai dibaca dalam {limits.cpu_seconds} detik.",
        "Salin hanya tabelnya ke berkas baru, atau bagi datanya ke beberapa berkas.",
    )


def _sheet_name(filename: str) -> str:
    stem = PurePosixPath(filename.replace("\\", "/").strip()).stem
    return _printable(stem[:LONGEST_NAME])[:NAME_CHARACTERS].strip() or "CSV"


def _printable(text: str) -> str:
    # Drops control and direction characters, which could make a name look like another.
    return "".join(character for character in text if not unicodedata.category(character).startswith("C"))
