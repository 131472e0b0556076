"""A9, A10, A12: text files in every disguise, headings that lie, and cells made long to make a reader slow."""

import codecs
from collections.abc import Callable

from tests.hostile.kit import GOOD, HEADER, HostileFile, Xml, nik, one_value, people, people_csv, person

TEXT = people_csv(person(1), person(2, "Siti Nur‘aini"))
PLAIN = people_csv(person(1), person(2))
MAX_BYTES = 10 * 1024 * 1024
LONGEST_CELL = 32_767  # of Excel


def csv(text: str, encoding: str = "utf-8", before: bytes = b"") -> Callable[[], bytes]:
    """Return a builder of the text in that encoding."""
    return lambda: before + text.encode(encoding)


def as_csv(name: str, build: Callable[[], bytes], **answer: object) -> HostileFile:
    """Return a text file of the list A9."""
    return HostileFile(name, "A9", build, "data.csv", **answer)


def broken_line(field: str) -> str:
    """Return a list whose third line holds `field` as it stands."""
    return people_csv(person(1)) + f"{nik(2)};{field};P;Clumprit\r\n" + people_csv(person(3), header=person(4))


CSVS = [
    as_csv("utf-8-bom", csv(TEXT, before=codecs.BOM_UTF8), accepted=2),
    as_csv("utf-16-le", csv(TEXT, "utf-16-le", codecs.BOM_UTF16_LE), accepted=2),
    as_csv("utf-16-be", csv(TEXT, "utf-16-be", codecs.BOM_UTF16_BE), accepted=2),
    as_csv("utf-16-without-bom", csv(PLAIN, "utf-16-le"), accepted=2),
    as_csv("cp1252", csv(TEXT, "cp1252"), accepted=2),
    as_csv("tabs", csv(people_csv(person(1), delimiter="\t")), accepted=1),
    as_csv("commas", csv(people_csv(person(1), delimiter=",")), accepted=1),
    as_csv("sep-line", csv("sep=|\r\n" + people_csv(person(1), delimiter="|")), accepted=1),
    as_csv("sep-letter", csv("sep=N\r\n" + people_csv(person(1))), refused="judul kolom tidak ditemukan"),
    as_csv("sep-quote", csv('sep="\r\n' + people_csv(person(1))), refused="."),
    as_csv("sep-line-break", csv("sep=\r\n" + people_csv(person(1))), refused="."),
    as_csv("old-mac-lines", csv(PLAIN.replace("\r\n", "\r")), accepted=2),
    as_csv("line-break-in-quotes", csv(broken_line('"Siti\r\nAminah"')), accepted=4),
    as_csv(
        "quote-inside", csv(broken_line('"Siti ""Ami"" Aminah"')), accepted=4, shown=("Siti &quot;Ami&quot; Aminah",)
    ),
    as_csv("nul", csv(PLAIN.replace("Aminah", "Ami\0nah")), refused="Baris 2 berkas CSV memuat karakter kendali"),
    as_csv("escape-code", csv(PLAIN.replace("Aminah", "\x1b[2J")), refused="kode 27"),
    as_csv("open-quote", csv(broken_line('"Siti')), refused="Tanda kutip pada baris 3"),
    as_csv("text-after-quote", csv(broken_line('"Siti" Aminah')), refused="Tanda kutip pada baris 3"),
    as_csv("no-encoding", csv(TEXT, "utf-8", b"\x81\x8d\r\n"), refused="pengodean yang tidak dikenal"),
    as_csv("cut-utf-16", lambda: TEXT.encode("utf-16")[:-1], refused="pengodean yang tidak dikenal"),
    as_csv(
        "half-surrogate",
        lambda: b"\xff\xfe\x00\xd8N\0",
        refused="pengodean",
    ),
    as_csv("utf-32", csv(PLAIN, "utf-32"), refused="karakter kendali"),
    as_csv("field-of-9-mb", lambda: (PLAIN + "x" * 9_000_000).encode(), refused="9.000.000 karakter; batasnya 2.000"),
    as_csv("field-of-50-mb", lambda: (PLAIN + "x" * 50_000_000).encode(), refused="berkas Anda 47,7 MB"),
    as_csv("quoted-8-mb", lambda: (PLAIN + '"' + "\n" * 8_000_000).encode(), refused="Tanda kutip pada baris 4"),
    as_csv("million-columns", lambda: (";" * 1_000_000 + "x").encode(), refused="kolom"),
    as_csv("noise", lambda: bytes(range(256)) * 40, refused="pengodean yang tidak dikenal"),
    as_csv(
        "formulas",
        csv(people_csv(person(1), [nik(2), "=cmd|'/c calc'!A1", "P", "Clumprit"])),
        rejected={3: "rumus"},
        accepted=1,
    ),
    as_csv(
        "nik-in-exponents", csv(people_csv(person(1), person(2, nik="3,50733E+15"))), rejected={3: "0-9"}, accepted=1
    ),
]


def headed(*header: object, line: list[object] | None = None, **options: object) -> Callable[[], bytes]:
    """Return a builder of a list under that header."""
    return lambda: people(line or person(1), header=header, **options)


def merged() -> bytes:
    """A heading over two columns with a line of its own below it."""
    return people(["NIK", "Nama", "L/P", "Desa"], person(1), header=["Data Peserta", None, None, "Alamat"])


def late() -> bytes:
    """A header on line 41, below a preface of forty lines."""
    return people(*[["kata pengantar"]] * 39, HEADER, person(1), header=["Laporan"])


HEADINGS = [
    HostileFile(
        "nik-twice",
        "A10",
        headed("NIK", "Nama", "L/P", "N I K", line=[nik(1), GOOD, "P", nik(2)]),
        asks="kolom NIK muncul lebih dari sekali (A, D)",
    ),
    HostileFile("no-nik", "A10", headed("Nomor", "Nama", "L/P", "Desa"), asks="kolom NIK tidak ada"),
    HostileFile("nearly-nik", "A10", headed("NIKK", "Nama", "L/P", "Desa"), asks="Kolom A “NIKK” mungkin NIK"),
    HostileFile(
        "extra-column",
        "A10",
        headed(*HEADER, "Zodiak", line=[*person(1), "Leo"]),
        accepted=1,
        notices=("Kolom E “Zodiak”",),
    ),
    HostileFile("reordered", "A10", headed("Desa", "L/P", "Nama", "NIK", line=person(1)[::-1]), accepted=1),
    HostileFile("two-lines", "A10", merged, accepted=1),
    HostileFile("header-below-preface", "A10", late, refused="tidak ditemukan pada 30 baris pertama"),
    HostileFile(
        "invisible-letters", "A10", headed("\u00a0N\u200bI\u200bK\ufeff", "N\u00a0ama", "L / P", "Desa"), accepted=1
    ),
    HostileFile("full-width-letters", "A10", headed("ＮＩＫ", "Ｎａｍａ", "L/P", "Desa"), accepted=1),
    HostileFile(
        "markup",
        "A10",
        headed(*HEADER, "<script>alert(1)</script>", line=[*person(1), "x"]),
        accepted=1,
        shown=("Kolom E “&lt;script&gt;",),
        hidden=("<script>alert",),
    ),
    HostileFile(
        "nul-in-heading",
        "A10",
        headed(*HEADER, "Zo_x0000_diak", line=[*person(1), "x"]),
        accepted=1,
        notices=("Kolom E",),
    ),
    HostileFile(
        "direction-in-heading",
        "A10",
        headed(*HEADER, "Zo\u202ediak", line=[*person(1), "x"]),
        accepted=1,
        notices=("Kolom E",),
    ),
    HostileFile(
        "nik-as-heading", "A10", headed(*HEADER, nik(77), line=[*person(1), "x"]), accepted=1, hidden=(nik(77),)
    ),
    HostileFile(
        "heading-of-2000", "A10", headed(*HEADER, "x" * 2000, line=[*person(1), "x"]), accepted=1, notices=("Kolom E",)
    ),
    HostileFile("parentheses", "A10", headed(*HEADER, "(" * 2000, line=[*person(1), "x"]), accepted=1),
    HostileFile(
        "formula-heading", "A10", headed(Xml('<c r="{r}"><f>"NIK"</f></c>'), *HEADER[1:]), asks="kolom NIK tidak ada"
    ),
    HostileFile(
        "200-unknown-columns",
        "A10",
        headed(*HEADER, *(f"K{number}" for number in range(196)), line=[*person(1), *"x" * 196]),
        accepted=1,
    ),
    HostileFile(
        "201-columns", "A10", headed(*HEADER, *(f"K{number}" for number in range(197))), refused="batasnya 200 kolom"
    ),
]


def long_value(name: str, column: str, value: object, words: str) -> HostileFile:
    """Return a list with one cell made to be slow, and the words that refuse its row."""
    return HostileFile(name, "A12", one_value(column, value), rejected={3: words}, accepted=1)


LONG = [
    HostileFile(
        "longest-cell",
        "A12",
        one_value("Nama", "x" * LONGEST_CELL),
        refused='Sel B3 pada lembar "Data" berisi 32.767 karakter',
    ),
    HostileFile(
        "longest-shared-string", "A12", one_value("Nama", " " * LONGEST_CELL), rejected={3: "Wajib diisi"}, accepted=1
    ),
    HostileFile("field-of-100000", "A12", csv(people_csv(person(1, "x" * 100_000))), "data.csv", "100.000 karakter"),
    long_value("spaces-around-nik", "NIK", f"{' ' * 990}x{' ' * 990}", "0-9"),
    long_value("digits-in-nik", "NIK", "3" * 2000, "2000 digit"),
    long_value("name-of-2000", "Nama", "x" * 2000, "terlalu panjang: 2000 karakter"),
    long_value("date-of-digits", "Tgl Lahir", "1" * 2000, "bukan tanggal"),
    long_value("date-of-spaces", "Tgl Lahir", f"1{' ' * 1990}/1", "bukan tanggal"),
    long_value("date-of-weekdays", "Tgl Lahir", "Senin " * 300, "bukan tanggal"),
    long_value("phone-of-zeros", "No HP", "+62" + "0" * 1990, "tidak dikenal"),
    long_value("phone-of-dashes", "No HP", "08" + "-" * 1990 + "x", "tidak dikenal"),
    long_value("address-of-rt", "Alamat", "RT 1 " * 390, "terlalu panjang"),
    long_value("rt-rw-of-slashes", "RT/RW", "1" + "/ " * 900, "RT/RW"),
    long_value("count-of-dots", "Tenaga Kerja", "1" + ".000" * 490, "bukan angka"),
    long_value("village-of-2000", "Desa", "Clumprit" * 250, "terlalu panjang"),
    long_value("sex-of-2000", "L/P", "perempuan" * 220, "terlalu panjang"),
    long_value("combining-marks", "Nama", "e" + "\u0301" * 1999, "terlalu panjang"),
    HostileFile("total-of-2000", "A12", one_value("NIK", "jumlah" * 330), rejected={3: "0-9"}, accepted=1),
]
