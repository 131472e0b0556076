"""B8 to B11: merged cells, Excel errors, text that aims at whoever shows it, and one person on two lines."""

from tests.hostile.kit import GOOD, HostileFile, Xml, bad, fine, nik, one_value, people, person, text_xls

SCRIPT = "<script>alert(1)</script>"
INVISIBLE = "karakter kendali"

MERGED = [
    HostileFile(
        "merged-names",
        "B8",
        lambda: people(
            person(1),
            [nik(2), None, "P", "Clumprit"],
            [nik(3), None, "P", "Clumprit"],
            after='<mergeCells count="1"><mergeCell ref="B2:B4"/></mergeCells>',
        ),
        rejected={3: "Wajib diisi", 4: "Wajib diisi"},
        accepted=1,
    ),
    HostileFile(
        "merged-everything",
        "B8",
        lambda: people(person(1), after='<mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>'),
        asks="kolom Nama Lengkap tidak ada",
    ),
    HostileFile(
        "merged-niks",
        "B8",
        lambda: people(person(1), person(2, nik=None), after='<mergeCells><mergeCell ref="A2:A3"/></mergeCells>'),
        rejected={3: "NIK kosong"},
        accepted=1,
    ),
]

ERRORS = [
    bad("name-true", "B9", "Nama", True, "nilai logika TRUE"),
    bad("name-na", "B9", "Nama", Xml('<c r="{r}" t="e"><v>#N/A</v></c>'), "#N/A"),
    bad("nik-ref", "B9", "NIK", Xml('<c r="{r}" t="e"><v>#REF!</v></c>'), "#REF!"),
    HostileFile(
        "unknown-error",
        "B9",
        one_value("Nama", Xml('<c r="{r}" t="e"><v>#SPILL! &lt;b&gt;</v></c>')),
        refused="rusak",
    ),
    bad("village-error", "B9", "Desa", Xml('<c r="{r}" t="e"><v>#NAME?</v></c>'), "#NAME?"),
    fine(
        "rich-text",
        "B9",
        "Nama",
        Xml('<c r="{r}" t="inlineStr"><is><r><t>Siti </t></r><r><rPr><b/></rPr><t>Aminah</t></r></is></c>'),
        shown=(GOOD,),
    ),
    HostileFile(
        "javascript-link",
        "B9",
        lambda: people(
            person(1),
            after='<hyperlinks><hyperlink ref="B2" location="javascript:alert(1)"/></hyperlinks>',
        ),
        accepted=1,
        hidden=("javascript:",),
    ),
    bad("date-for-name", "B9", "Nama", Xml('<c r="{r}" t="d"><v>1990-01-01</v></c>'), "tanggal atau jam"),
]


MARKUP = [
    fine("script", "B10", "Nama", SCRIPT, shown=("&lt;script&gt;",), hidden=(SCRIPT,)),
    fine("image", "B10", "Nama", '"><img src=x onerror=alert(1)>', hidden=("<img src=x",)),
    fine("template", "B10", "Nama", "{{ settings.SECRET_KEY }}{% debug %}", shown=("{{ settings.SECRET_KEY }}",)),
    bad("script-in-village", "B10", "Desa", SCRIPT, "tidak dikenal", shown=("&lt;script&gt;",), hidden=(SCRIPT,)),
    bad("bell", "B10", "Nama", "Si_x0007_ti", INVISIBLE),
    bad("nul", "B10", "Nama", "Si_x0000_ti", INVISIBLE),
    bad("direction", "B10", "Nama", "Siti \u202eitiS", INVISIBLE),
    fine("zero-width", "B10", "Nama", "Si\u200bti\ufeff Aminah"),
    fine("emoji", "B10", "Nama", "Siti \U0001f469\U0001f3fd\u200d\U0001f33e", shown=("Siti \U0001f469",)),
    fine("four-byte-letters", "B10", "Nama", "\U00020000\U0001d4e2iti"),
    fine("decomposed", "B10", "Nama", "Re\u0301ne\u0301"),
    fine("noncharacter", "B10", "Nama", "Siti \U0001fffe"),
    bad("nik-for-village", "B10", "Desa", nik(88), "tidak dikenal", hidden=(nik(88),)),
    bad("nik-for-date", "B10", "Tgl Lahir", f"NIK {nik(88)}", "bukan tanggal", hidden=(nik(88),)),
    fine("nik-for-name", "B10", "Nama", f"Siti {nik(88)}", hidden=(nik(88),)),
    fine("percent", "B10", "Nama", "%s%n%(x)s {0.__class__}"),
    HostileFile("xls-nul", "B10", text_xls("Si\0ti"), "data.xls", rejected={3: INVISIBLE}, accepted=1),
    HostileFile("xls-half-surrogate", "B10", text_xls("Si\ud800ti"), "data.xls", accepted=2),
    HostileFile("xls-controls", "B10", text_xls("Si\x01\x1bti"), "data.xls", rejected={3: INVISIBLE}, accepted=1),
    HostileFile("nul-in-nik", "B10", one_value("NIK", f"{nik(2)}_x0000_"), rejected={3: "0-9"}, accepted=1),
    HostileFile("nul-in-village", "B10", one_value("Desa", "Clum_x0000_prit"), rejected={3: INVISIBLE}, accepted=1),
    HostileFile("nul-in-a-wrong-date", "B10", one_value("Tgl Lahir", "1_x0000_"), rejected={3: INVISIBLE}, accepted=1),
    fine("nul-where-nobody-looks", "B10", "Catatan saya", "a_x0000_b"),
]

DOUBLES = [
    HostileFile(
        "same-nik-twice",
        "B11",
        lambda: people(person(1), person(2), person(2, "Orang Lain"), person(3)),
        rejected={3: "NIK sama dengan baris 4", 4: "NIK sama dengan baris 3"},
        accepted=2,
    ),
    HostileFile(
        "same-nik-in-two-spellings",
        "B11",
        lambda: people(person(1), person(2), person(2, nik=f"'{nik(2)[:6]} {nik(2)[6:]}")),
        rejected={3: "sama dengan baris 4", 4: "sama dengan baris 3"},
        accepted=1,
    ),
    HostileFile(
        "same-line-40-times",
        "B11",
        lambda: people(person(1), *[person(2)] * 40),
        rejected=dict.fromkeys(range(3, 43), "NIK sama dengan baris"),
        accepted=1,
    ),
]
