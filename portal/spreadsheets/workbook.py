"""What reading a file gives back, and the limits it is read under. No Django: the child process imports this."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time

KILOBYTE = 1024
MEGABYTE = 1024 * KILOBYTE

# Titles above the table and signatures below it come on top of the data rows.
EXTRA_ROWS = 100

SAVE_AS_XLSX = "Buka di Excel atau LibreOffice, pilih Simpan Sebagai > Buku Kerja Excel (.xlsx), lalu unggah lagi."


@dataclass(frozen=True)
class ErrorValue:
    """An Excel error (#N/A, #REF!, ...) standing in a cell; `cells` refuses it with a reason."""

    code: str

    def __str__(self) -> str:
        return self.code


Value = None | str | int | float | bool | date | datetime | time | ErrorValue


@dataclass(frozen=True)
class Limits:
    """Caps for one upload. Sizes in bytes, times in seconds, `rows` is data rows of one sheet, `cells` filled cells.

    `slot_seconds` is how long a file may wait until one of the others has been read.
    """

    file_bytes: int = 10 * MEGABYTE
    unpacked_bytes: int = 100 * MEGABYTE
    zip_entries: int = 200
    sheets: int = 50
    rows: int = 20_000
    columns: int = 200
    cells: int = 2_000_000
    cell_characters: int = 2_000
    output_bytes: int = 64 * MEGABYTE
    memory_bytes: int = 512 * MEGABYTE
    cpu_seconds: int = 20
    wall_seconds: int = 60
    slot_seconds: int = 15

    @property
    def area(self) -> int:
        """Most cells in all tables together, empty ones included: the portal builds a place for each."""
        return 2 * self.cells


@dataclass(frozen=True)
class Sheet:
    """One visible sheet.

    `rows[0]` is always Excel row 1; every row has the same width and trailing empty rows and columns are gone.
    `formulas` holds (Excel row, column index from 0) of every cell that contains a formula.
    """

    name: str
    rows: list[tuple[Value, ...]]
    formulas: frozenset[tuple[int, int]] = frozenset()


@dataclass(frozen=True)
class Workbook:
    """A file as read: `kind` is xlsx, xls, ods or csv; hidden sheets are named but never read.

    `properties` are the document properties of our own templates and answers (their names begin with "sulam").
    """

    kind: str
    sheets: tuple[Sheet, ...]
    hidden_sheets: tuple[str, ...] = ()
    properties: dict[str, str] = field(default_factory=dict)


class UnreadableFile(Exception):
    """The file is refused as a whole. `cause` and `cure` are Indonesian sentences for the user."""

    def __init__(self, cause: str, cure: str):
        super().__init__(f"{cause} {cure}")
        self.cause = cause
        self.cure = cure


def damaged(detail: str = "") -> UnreadableFile:
    """Return the refusal for a file whose structure cannot be understood."""
    return UnreadableFile(
        f"Berkas rusak atau tidak lengkap{f' ({detail})' if detail else ''}.",
        SAVE_AS_XLSX,
    )


def wrong_type(description: str, extension: str, accepted_as: str = "") -> UnreadableFile:
    """Return the refusal for a file whose name lies; `accepted_as` is the extension under which it would do."""
    cure = f"Ganti akhiran nama berkas menjadi .{accepted_as}, lalu unggah lagi." if accepted_as else SAVE_AS_XLSX
    return UnreadableFile(f"Berkas ini sebenarnya {description}, bukan .{extension}.", cure)


def format_count(number: int) -> str:
    """Return a whole number with Indonesian thousands dots: 20000 -> '20.000'."""
    return f"{number:,}".replace(",", ".")


def format_size(size: int) -> str:
    """Return a size in bytes for reading: 14889779 -> '14,2 MB'."""
    if size < KILOBYTE:
        return f"{size} byte"
    unit, name = (MEGABYTE, "MB") if size >= MEGABYTE else (KILOBYTE, "KB")
    return f"{size / unit:.1f} {name}".replace(".", ",").replace(",0 ", " ")


def format_list(words: Iterable[str]) -> str:
    """Return quoted names joined by commas: '"Data", "Rekap"'."""
    return ", ".join(f'"{word}"' for word in words)


def column_letter(index: int) -> str:
    """Return the Excel letter of a column counted from 0: 0 -> 'A', 26 -> 'AA'."""
    letters = ""
    index += 1
    while index:
        index, remainder = divmod(index - 1, 26)
        letters = chr(ord("A") + remainder) + letters
    return letters


def column_index(letters: str) -> int:
    """Return the index from 0 of an Excel column: 'A' -> 0, 'AA' -> 26."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1


def cell_name(row: int, column: int) -> str:
    """Return the Excel name of a cell from its Excel row and its column counted from 0: (17, 2) -> 'C17'."""
    return f"{column_letter(column)}{row}"
