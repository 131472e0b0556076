"""Command line door: a new nomenclature table (.csv, .xlsx, .xls, .ods), as the yearly Kepmendagri brings one."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.spreadsheets.headers import find_header
from portal.spreadsheets.layout import HeaderColumn
from portal.spreadsheets.reading import UnreadableFile, read_workbook
from portal.spreadsheets.rows import data_rows
from programs.actions.nomenclature import COLUMNS, FaultyTable, Row, load_nomenclature

REFUSED = 2
SYNONYMS = {
    "code": ("kode nomenklatur", "kode sub kegiatan"),
    "name": ("uraian", "nomenklatur", "nama nomenklatur"),
    "decree": ("dasar hukum", "peraturan"),
    "valid_from": ("berlaku dari", "tahun mulai"),
    "valid_to": ("berlaku sampai", "tahun akhir"),
    "predecessor": ("kode sebelumnya", "subkegiatan sebelumnya"),
}
HEADERS = [
    HeaderColumn(column.name, column.label, (column.name, *SYNONYMS.get(column.name, ())), required=bool(column.cure))
    for column in COLUMNS
]


def read_rows(content: bytes, filename: str) -> Iterator[Row]:
    """Yield (row number, cells by column) of the first sheet with the columns of a nomenclature table.

    Raises UnreadableFile when no sheet has them.
    """
    for sheet in read_workbook(content, filename).sheets:
        match = find_header(sheet.rows, HEADERS)
        if match.ok:
            for number, values in data_rows(sheet, match):
                yield number, {name: values[index] for name, index in match.columns.items()}
            return
    wanted = ", ".join(column.label for column in HEADERS if column.required)
    raise UnreadableFile(f"Judul kolom tidak ditemukan. Kolom wajib: {wanted}.", "Tulis judulnya di atas tabel.")


class Command(BaseCommand):
    """`manage.py load_nomenclature FILE`: exit 0 done, 2 refused (nothing written)."""

    help = "Memuat tabel nomenklatur: kode baru, nama yang diperbaiki, versi baru menurut tahun. Semua atau tidak."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="berkas .csv, .xlsx, .xls, atau .ods")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            tally = load_nomenclature(list(read_rows(path.read_bytes(), path.name)))
        except OSError as fault:
            raise CommandError(f"Berkas {path} tidak dapat dibaca: {fault.strerror}.", returncode=REFUSED) from None
        except UnreadableFile as fault:
            raise CommandError(str(fault), returncode=REFUSED) from None
        except FaultyTable as fault:
            for sentence in fault.faults:
                self.stdout.write(sentence)
            raise CommandError(
                f"{len(fault.faults)} kesalahan; tidak ada yang dimuat. Perbaiki lalu ulangi.", returncode=REFUSED
            ) from None
        self.stdout.write(f"Nomenklatur: {tally}.")
