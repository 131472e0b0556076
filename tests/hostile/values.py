"""B1 to B7: cells whose value is wrong, lost or doubtful."""

from tests.hostile.kit import HEADER, HostileFile, Xml, bad, fine, formula, nik, number, odd, people, person

AS_NUMBER = "tersimpan sebagai angka"
NOT_DIGITS = "0-9"
IMPOSSIBLE = "Susunan NIK tidak mungkin"


NIK_NUMBERS = [
    bad("nik-number", "B1", "NIK", number("3507334101900002"), AS_NUMBER),
    bad("nik-exponent", "B1", "NIK", number("3.507334101900002E+15"), AS_NUMBER),
    bad("nik-float", "B1", "NIK", number("3507334101900002.0"), AS_NUMBER),
    bad("nik-above-91", "B1", "NIK", number("9171014101900002"), AS_NUMBER),
    bad("nik-text-of-exponent", "B1", "NIK", "3.50733E+15", NOT_DIGITS),
    bad("nik-text-with-fraction", "B1", "NIK", "3507334101900002.0", "tertulis sebagai angka"),
    bad("nik-true", "B1", "NIK", True, AS_NUMBER),
    bad("nik-date", "B1", "NIK", Xml('<c r="{r}" t="d"><v>1990-01-01</v></c>'), AS_NUMBER),
]

NIK_TEXTS = [
    fine("nik-apostrophe", "B2", "NIK", f"'{nik(2)}"),
    fine("nik-spaces", "B2", "NIK", f"  {nik(2)[:4]} {nik(2)[4:8]} {nik(2)[8:]} "),
    fine("nik-nbsp", "B2", "NIK", f"\u00a0{nik(2)}\u00a0\u200b"),
    fine("nik-dots", "B2", "NIK", f"{nik(2)[:6]}.{nik(2)[6:12]}.{nik(2)[12:]}"),
    bad("nik-full-width", "B2", "NIK", nik(2).translate({48 + d: 0xFF10 + d for d in range(10)}), NOT_DIGITS),
    bad("nik-arabic", "B2", "NIK", nik(2).translate({48 + d: 0x660 + d for d in range(10)}), NOT_DIGITS),
    bad("nik-superscript", "B2", "NIK", nik(2)[:15] + "²", NOT_DIGITS),
    bad("nik-letter-o", "B2", "NIK", nik(2).replace("0", "O", 1), NOT_DIGITS),
    bad("nik-15", "B2", "NIK", nik(2)[:15], "15 digit"),
    bad("nik-17", "B2", "NIK", nik(2) + "0", "17 digit", hidden=(nik(2),)),
    bad("nik-minus", "B2", "NIK", f"+{nik(2)}", NOT_DIGITS),
    bad("nik-sql", "B2", "NIK", "'; DROP TABLE portal_user;--", NOT_DIGITS),
    bad("nik-two", "B2", "NIK", f"{nik(2)}/{nik(3)}", NOT_DIGITS, hidden=(nik(2), nik(3))),
]

NIK_DIGITS = [
    bad(f"nik-{name}", "B3", "NIK", value, IMPOSSIBLE)
    for name, value in {
        "area-0": nik(2, area="050733"),
        "day-0": nik(2, "000190"),
        "day-32": nik(2, "320190"),
        "day-40": nik(2, "400190"),
        "day-72": nik(2, "720190"),
        "month-0": nik(2, "410090"),
        "month-13": nik(2, "411390"),
        "serial-0": nik(0),
    }.items()
] + [fine("nik-31-june", "B3", "NIK", nik(2, "710690"))]

DOUBTS = [
    odd("other-birth-date", "B4", "Tgl Lahir", "17/08/1985", "berbeda dengan yang tersusun di NIK"),
    odd("other-sex", "B4", "L/P", "L", "Jenis kelamin L berbeda"),
    odd("other-regency", "B4", "NIK", nik(2, area="320101"), "terbit di luar kabupaten"),
]

DATE = "Tgl Lahir"
DATES = [
    bad("month-first", "B5", DATE, "12/31/1990", "bulan ditulis sebelum hari"),
    bad("two-digit-year", "B5", DATE, "01/01/90", "empat digit"),
    bad("bare-serial", "B5", DATE, number("32874"), "angka atau jam, bukan tanggal"),
    bad("year-only", "B5", DATE, "1990", "bukan tanggal"),
    bad("29-february-1900", "B5", DATE, "29-02-1900", "tidak ada"),
    bad("30-february", "B5", DATE, "30 Februari 1990", "tidak ada"),
    bad("with-time", "B5", DATE, Xml('<c r="{r}" t="d"><v>1990-01-01T08:30:00</v></c>'), "beserta jam"),
    bad("year-9999", "B5", DATE, "01-01-9999", "di luar 1900-2100"),
    bad("unknown-month", "B5", DATE, "1 Smarch 1990", "Nama bulan"),
    fine("iso", "B5", DATE, "1990-01-01"),
    fine("month-name", "B5", DATE, "Senin, 1 Januari 1990"),
    HostileFile(
        "epoch-1904",
        "B5",
        lambda: people(
            [*person(1), number("31412")],
            header=[*HEADER, DATE],
            workbook_properties='<workbookPr date1904="1"/>',
        ),
        rejected={2: "angka atau jam, bukan tanggal"},
    ),
]

AMOUNT = "Tenaga Kerja"
AMOUNTS = [
    bad("decimal-comma", "B6", AMOUNT, "1.234,56", "bilangan bulat"),
    bad("english-thousands", "B6", AMOUNT, "1,234.56", "tulisan Inggris"),
    bad("comma-or-thousand", "B6", AMOUNT, "1,234", "ribuan atau desimal"),
    odd("indonesian-thousands", "B6", AMOUNT, "1.234", "Nama usaha kosong"),
    bad("exponent", "B6", AMOUNT, "1e5", "bukan angka"),
    bad("not-a-number", "B6", AMOUNT, "NaN", "bukan angka"),
    bad("infinity", "B6", AMOUNT, "Inf", "bukan angka"),
    bad("number-cell-nan", "B6", AMOUNT, number("NaN"), "#NUM!"),
    bad("number-cell-infinite", "B6", AMOUNT, number("1e999"), "#NUM!"),
    bad("number-cell-huge", "B6", AMOUNT, number("1e300"), "digit"),
    bad("negative", "B6", AMOUNT, number("-3"), "negatif"),
    bad("minus-zero-text", "B6", AMOUNT, "-0", "negatif"),
    odd("minus-zero", "B6", AMOUNT, number("-0"), "Nama usaha kosong"),
    bad("hexadecimal", "B6", AMOUNT, "0x10", "bukan angka"),
    bad("underscores", "B6", AMOUNT, "1_000", "bukan angka"),
    bad("not-even-a-number-cell", "B6", AMOUNT, number("dua"), "."),
]

FORMULAS = [
    bad("formula-without-value", "B7", "Nama", formula("<f>A1</f>"), "berisi rumus"),
    bad("formula-with-value", "B7", "Nama", Xml('<c r="{r}" t="str"><f>A1</f><v>Siti</v></c>'), "berisi rumus"),
    bad("array-formula", "B7", "Nama", formula('<f t="array" ref="{r}:{r}">A1</f><v>1</v>'), "berisi rumus"),
    bad("shared-formula", "B7", "Nama", formula('<f t="shared" si="0"/><v>1</v>'), "berisi rumus"),
    bad("webservice", "B7", "Nama", formula('<f>WEBSERVICE("http://127.0.0.1:9/")</f><v>1</v>'), "berisi rumus"),
    bad("formula-for-nik", "B7", "NIK", Xml(f'<c r="{{r}}" t="str"><f>"a"</f><v>{nik(2)}</v></c>'), "berisi rumus"),
    fine("formula-elsewhere", "B7", "Catatan saya", formula("<f>A1</f>")),
]
