"""The files that are imported: invented participants, the same ones for the same size. `python -m benchmarks.sheet`.

Fourteen columns, those of the participants resource up to disability (person and enrolment, no business). Text is
written as people type it: dates as date cells or dd/mm/yyyy, RT and RW in one cell or in two, four kinds of telephone.
"""

import json
import random
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import xlsxwriter

TRAINING, OPERATOR = "2025.35.07.33.001", "operator.pagelaran"  # into which they are imported, and by whom
HEADINGS = (
    "NIK",
    "Nama Lengkap",
    "Jenis Kelamin",
    "Tempat Lahir",
    "Tanggal Lahir",
    "Alamat",
    "RT/RW",
    "RT",
    "RW",
    "Desa/Kelurahan",
    "No. HP/WA",
    "Pendidikan",
    "Pekerjaan",
    "Disabilitas",
)
VILLAGES = (
    "Clumprit",
    "Pagelaran",
    "Banjarejo",
    "Brongkal",
    "Kademangan",
    "Kanigoro",
    "Karangsuko",
    "Sidorejo",
    "Suwaru",
    "Balearjo",
)
SEED = 2025
FIRST_BORN, BIRTH_DAYS = date(1960, 1, 1), 16_000
CHANGED_OF_TEN = (1, 4, 7)  # which rows of ten the second file changes: 30 %
HEADS = (
    "Siti",
    "Nur",
    "Sri",
    "Dwi",
    "Eka",
    "Tri",
    "Muhammad",
    "Ahmad",
    "Agus",
    "Budi",
    "Rina",
    "Dewi",
    "Wahyu",
    "Endah",
    "Yuli",
    "Indah",
    "Rudi",
    "Hari",
    "Lilik",
    "Umi",
)
SYLLABLES = (
    "wati",
    "ningsih",
    "yanto",
    "santoso",
    "rahayu",
    "lestari",
    "wibowo",
    "hidayat",
    "kusuma",
    "utami",
    "pratama",
    "handayani",
    "susilo",
)
BODIES = (
    "Aminah",
    "Fatimah",
    "Suli",
    "Purna",
    "Harti",
    "Mar",
    "Sumar",
    "Wid",
    "Kus",
    "Suh",
    "Yud",
    "Ari",
    "Han",
    "Ratna",
    "Puji",
    "Sus",
    "Har",
    "Win",
    "Tut",
    "Ning",
)
PLACES = ("Malang", "Blitar", "Surabaya", "Kediri", "Lumajang", "Pasuruan", "Tulungagung")
HAMLETS = ("Krajan", "Sumberjo", "Bendo", "Ngasem", "Tegalrejo", "Wonosari")
EDUCATION = ("SD", "SMP", "SMA", "SMK", "MTs", "S1", "D3", "Tidak sekolah")
WORK = ("Penjahit", "Ibu rumah tangga", "Petani", "Pedagang", "Pembatik", "Buruh pabrik", "Perajin bambu")
OTHER_WORK = ("Wiraswasta", "Karyawan toko", "Pengusaha konveksi")


def participants(rows: int, *, changed: bool) -> Iterator[list[Any]]:
    """Yield the cells of `rows` people; `changed` gives 30 % of the same people another telephone and occupation."""
    chance = random.Random(SEED)  # noqa: S311  invented people, not secrets
    for number in range(rows):
        cells = _person(number, chance)
        if changed and number % 10 in CHANGED_OF_TEN:
            cells[10], cells[12] = f"0857{number:08d}", OTHER_WORK[number % len(OTHER_WORK)]
        yield cells


def changed_rows(rows: int) -> int:
    """Return how many rows the second file changes."""
    return sum(number % 10 in CHANGED_OF_TEN for number in range(rows))


def _person(number: int, chance: random.Random) -> list[Any]:
    born = FIRST_BORN + timedelta(days=number % BIRTH_DAYS)
    sex = "P" if chance.random() < 0.7 else "L"
    digits = f"350733{born.day + (40 if sex == 'P' else 0):02d}{born:%m%y}{number // BIRTH_DAYS + 1:04d}"
    rt, rw = f"{chance.randint(1, 40):03d}", f"{chance.randint(1, 9):03d}"
    telephone = f"{chance.randint(10_000_000, 99_999_999)}"
    written = chance.choice(("0812{}", "+62 813-{}", "6285{}", "0878 {}")).format(telephone)
    village = VILLAGES[number % len(VILLAGES)]
    return [
        digits,
        f"{chance.choice(HEADS)} {chance.choice(BODIES)}{chance.choice(SYLLABLES)} {chance.choice(BODIES)}",
        chance.choice((sex, "Perempuan" if sex == "P" else "Laki-laki")),
        chance.choice(PLACES),
        f"{born:%d/%m/%Y}" if number % 3 == 0 else born,
        f"Dusun {chance.choice(HAMLETS)} No. {chance.randint(1, 400)}",
        f"{rt}/{rw}" if number % 2 else None,
        None if number % 2 else rt,
        None if number % 2 else rw,
        f"Desa {village}" if number % 20 == 0 else village,
        written,
        chance.choice(EDUCATION),
        chance.choice(WORK),
        "Daksa" if number % 50 == 0 else None,
    ]


# What is put into which column of an otherwise good row, to prove that both sides check the same.
FAULTS: tuple[tuple[int, Any], ...] = (
    (0, "350733410190001"),  # 15 digits
    (0, 3507334101900001.0),  # a number cell
    (0, "3507334113900001"),  # a thirteenth month
    (0, None),
    (1, None),
    (1, "S" * 121),
    (2, "X"),
    (4, "02/25/1990"),  # month before day
    (4, 32874),  # the inside of a date
    (6, "lima"),
    (7, "RW 3"),
    (9, "Sidorahayu"),  # a village of another kecamatan
    (10, "12345"),
    (10, "081234567890 / 085234567890"),
    (11, "Pesantren kilat"),
    (12, "P" * 81),
)


def faulty() -> Iterator[list[Any]]:
    """Yield one row for each of FAULTS, each followed by a good one, and at the end a NIK that stands in two rows."""
    good = list(participants(2 * len(FAULTS) + 2, changed=False))
    for number, (column, value) in enumerate(FAULTS):
        good[2 * number][column] = value
    good[-1][0] = good[-2][0]
    yield from good


def rejected_rows() -> list[int]:
    """Return the rows of the faulty file that must be rejected, as Excel counts."""
    last = 2 * len(FAULTS) + 2
    return [*(2 * number + 2 for number in range(len(FAULTS))), last, last + 1]


def write(path: Path, rows: Iterator[list[Any]]) -> None:
    """Write the rows below one line of headings, NIK and telephone as text, dates as dates."""
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet("Peserta")
        day = workbook.add_format({"num_format": "dd-mm-yyyy"})
        sheet.write_row(0, 0, HEADINGS)
        for row, cells in enumerate(rows, start=1):
            for column, value in enumerate(cells):
                if isinstance(value, str):
                    sheet.write_string(row, column, value)
                elif isinstance(value, date):
                    sheet.write_datetime(row, column, value, day)
                elif value is not None:
                    sheet.write_number(row, column, value)


def main(folder: str, sizes: str) -> None:
    """Write create-N.xlsx and update-N.xlsx for each size of the JSON list, and faulty.xlsx."""
    target = Path(folder)
    for size in json.loads(sizes):
        write(target / f"create-{size}.xlsx", participants(size, changed=False))
        write(target / f"update-{size}.xlsx", participants(size, changed=True))
    write(target / "faulty.xlsx", faulty())


if __name__ == "__main__":
    main(*sys.argv[1:])
