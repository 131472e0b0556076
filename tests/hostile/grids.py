"""A2, A3, A4, A8: XML that attacks its reader, cells at the far end of the grid, sheets nobody sees."""

import io
from collections.abc import Callable
from typing import Any
from xml.sax.saxutils import quoteattr

import xlsxwriter

from tests.hostile.kit import GOOD, HEADER, HostileFile, cells, nik, people, person, text_xls
from tests.portal.spreadsheets.builders import (
    PACKAGE_RELATIONSHIPS,
    RELATIONSHIPS,
    SPREADSHEET,
    ods,
    ods_cell,
    record,
    xls,
    xls_number,
    xlsx,
)

LAUGHS = (
    "<!DOCTYPE x ["
    + '<!ENTITY a0 "ha">'
    + "".join(f'<!ENTITY a{level} "{f"&a{level - 1};" * 10}">' for level in range(1, 10))
    + "]>"
)
QUADRATIC = f'<!DOCTYPE x [<!ENTITY a "{"x" * 50_000}">]>'
FROM_FILE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
FROM_NET = '<!DOCTYPE x [<!ENTITY a SYSTEM "http://127.0.0.1:9/a">]>'
PARAMETER = '<!DOCTYPE x [<!ENTITY % a SYSTEM "file:///etc/passwd"> %a;]>'
OUTER = '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">'
HAS_DTD = "DTD atau entitas"
FAR = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
ROW = "<table:table-row{}>{}</table:table-row>"


def with_dtd(part: str, dtd: str, root: str = "<x>&a;</x>") -> Callable[[], bytes]:
    """Return a builder of a good list in which one part starts with a document type."""
    return lambda: people(person(1), parts={part: f"{dtd}{root}"})


def with_rows(xml: str) -> Callable[[], bytes]:
    """Return a builder of a good list with more XML below its rows."""
    return lambda: xlsx(cells([HEADER, person(1)]) + xml)


def empty_rows(last: int) -> str:
    """Return rows from Excel row 3 to the last one that have a format and no value."""
    return "".join(f'<row r="{number}" s="1"><c r="A{number}" s="1"/></row>' for number in range(3, last + 1))


ENTITIES = [
    HostileFile("laughs-in-sheet", "A2", lambda: people(person(1), before=LAUGHS), refused=HAS_DTD),
    HostileFile("laughs-in-shared-strings", "A2", with_dtd("xl/sharedStrings.xml", LAUGHS), refused=HAS_DTD),
    HostileFile("laughs-in-workbook", "A2", with_dtd("xl/workbook.xml", LAUGHS), refused=HAS_DTD),
    HostileFile("quadratic-in-styles", "A2", with_dtd("xl/styles.xml", QUADRATIC), refused=HAS_DTD),
    HostileFile("file-in-shared-strings", "A2", with_dtd("xl/sharedStrings.xml", FROM_FILE), refused=HAS_DTD),
    HostileFile("file-in-workbook", "A2", with_dtd("xl/workbook.xml", FROM_FILE), refused=HAS_DTD),
    HostileFile("file-in-content-types", "A2", with_dtd("[Content_Types].xml", FROM_FILE), refused=HAS_DTD),
    HostileFile("http-in-styles", "A2", with_dtd("xl/styles.xml", FROM_NET), refused=HAS_DTD),
    HostileFile("http-in-relations", "A2", with_dtd("xl/_rels/workbook.xml.rels", FROM_NET), refused=HAS_DTD),
    HostileFile("parameter-entity", "A2", with_dtd("docProps/core.xml", PARAMETER), refused=HAS_DTD),
    HostileFile("outer-dtd", "A2", with_dtd("docProps/app.xml", OUTER, "<x/>"), refused=HAS_DTD),
    HostileFile("laughs-in-ods", "A2", lambda: ods("", parts={"styles.xml": f"{LAUGHS}<a/>"}), "data.ods", HAS_DTD),
    HostileFile(
        "file-in-ods-content",
        "A2",
        lambda: ods("", parts={"content.xml": f"{FROM_FILE}<a>&a;</a>"}),
        "data.ods",
        HAS_DTD,
    ),
    HostileFile(
        "utf-16-dtd",
        "A2",
        lambda: people(person(1), parts={"xl/styles.xml": f"{LAUGHS}<a/>".encode("utf-16")}),
        refused=HAS_DTD,
    ),
    HostileFile("undeclared-entity", "A2", with_rows('<row r="3"><c r="A3"><v>&a;</v></c></row>'), refused="rusak"),
    HostileFile("deep-elements", "A2", with_dtd("xl/styles.xml", "", "<a>" * 200_000), refused="rusak"),
]

GRID = [
    HostileFile("far-corner", "A3", with_rows(FAR), refused="sel XFD1048576"),
    HostileFile("far-column", "A3", with_rows('<row r="3"><c r="XFD3"><v>1</v></c></row>'), refused="kolom ke-16.384"),
    HostileFile("beyond-the-grid", "A3", with_rows('<row r="3"><c r="ZZZZ3"><v>1</v></c></row>'), refused="rusak"),
    HostileFile("row-zero", "A3", with_rows('<row r="0"><c r="A0"><v>1</v></c></row>'), refused="rusak"),
    HostileFile("huge-row-number", "A3", with_rows('<row r="99999999999"><c><v>1</v></c></row>'), refused="rusak"),
    HostileFile(
        "array-formula-everywhere",
        "A3",
        with_rows('<row r="3"><c r="A3"><f t="array" ref="A3:XFD1048576">1</f></c></row>'),
        refused="sel A1048576",
    ),
    HostileFile(
        "lying-dimension", "A3", lambda: people(person(1), dimension='<dimension ref="A1:ZZZZZZ1"/>'), accepted=1
    ),
    HostileFile(
        "largest-dimension", "A3", lambda: people(person(1), dimension='<dimension ref="A1:XFD1048576"/>'), accepted=1
    ),
    HostileFile(
        "xls-far-corner", "A3", lambda: xls(xls_number(0, 0) + xls_number(65535, 255)), "data.xls", "sel IV65536"
    ),
    HostileFile(
        "xls-wide-record", "A3", lambda: xls(xls_number(0, 0) + record(0xBD, b"\0\0\xfa\0\xff\0")), "data.xls", "ke-256"
    ),
    HostileFile(
        "ods-repeated-rows",
        "A3",
        lambda: ods(ROW.format(' table:number-rows-repeated="1048576"', ods_cell("x"))),
        "data.ods",
        "sel A1048576",
    ),
    HostileFile(
        "ods-repeated-cells",
        "A3",
        lambda: ods(ROW.format("", ods_cell("x", 'table:number-columns-repeated="16384"'))),
        "data.ods",
        "kolom ke-16.384",
    ),
    HostileFile(
        "ods-repeated-minus-one",
        "A3",
        lambda: ods(ROW.format("", ods_cell("x", 'table:number-columns-repeated="-1"'))),
        "data.ods",
        "pengulangan",
    ),
    HostileFile("200000-empty-rows", "A4", with_rows(empty_rows(200_000)), accepted=1),
    HostileFile(
        "ods-empty-edges",
        "A4",
        lambda: ods(
            "".join(ROW.format("", "".join(map(ods_cell, map(str, line)))) for line in (HEADER, person(1)))
            + ROW.format(
                ' table:number-rows-repeated="1048574"', '<table:table-cell table:number-columns-repeated="16384"/>'
            )
        ),
        "data.ods",
        accepted=1,
    ),
    HostileFile(
        "too-many-rows",
        "A4",
        with_rows("".join(f'<row r="{number}"><c r="A{number}"><v>1</v></c></row>' for number in range(3, 21_000))),
        refused="20.000 baris data",
    ),
    HostileFile("blank-csv-lines", "A4", lambda: b"\r\n" * 300_000, "data.csv", "tidak berisi data"),
]

HEAVY_GRID = [
    HostileFile("a-million-empty-rows", "A4", with_rows(empty_rows(1_048_576)), accepted=1),
    HostileFile("ten-million-csv-lines", "A4", lambda: b"\n" * 10_000_000, "data.csv", "tidak berisi data"),
]


def book(*names: str, data_on: int, hidden: int = -1, hide: str = "hide") -> Callable[[], bytes]:
    """Return a builder of a workbook with sheets of these names, the list on the one of that index."""

    def build() -> bytes:
        buffer = io.BytesIO()
        with xlsxwriter.Workbook(buffer, {"in_memory": True}) as workbook:
            for index, name in enumerate(names):
                sheet = workbook.add_worksheet(name)
                for number, line in enumerate([HEADER, person(1)] if index == data_on else [["catatan"]]):
                    sheet.write_row(number, 0, line)
                if index == hidden:
                    getattr(sheet, hide)()
        return buffer.getvalue()

    return build


def chart_sheet() -> bytes:
    """A list, and a sheet that is nothing but a chart of it."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet("Peserta")
        for number, line in enumerate([HEADER, person(1)]):
            sheet.write_row(number, 0, line)
        chart = workbook.add_chart({"type": "bar"})
        chart.add_series({"values": "=Peserta!$A$2:$A$2"})
        workbook.add_chartsheet("Grafik").set_chart(chart)
    return buffer.getvalue()


def sheets(count: int) -> Callable[[], bytes]:
    """Return a builder of a workbook that lists `count` sheets, all of them one and the same part."""
    listed = "".join(f'<sheet name="L{number}" sheetId="{number}" r:id="rId1"/>' for number in range(1, count + 1))
    workbook = f'<workbook xmlns="{SPREADSHEET}" xmlns:r="{RELATIONSHIPS}"><sheets>{listed}</sheets></workbook>'
    return lambda: people(person(1), parts={"xl/workbook.xml": workbook})


def named(name: str) -> Callable[[], bytes]:
    """Return a builder of a list on a sheet of that name, and of a useless sheet whose name has a 2 behind it."""
    listed = "".join(
        f'<sheet name={quoteattr(name + end)} sheetId="{number}" r:id="rId{number}"/>'
        for number, end in enumerate(("", "2"), start=1)
    )
    relations = "".join(
        f'<Relationship Id="rId{number}" Type="{RELATIONSHIPS}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        for number in (1, 2)
    )
    workbook = f'<workbook xmlns="{SPREADSHEET}" xmlns:r="{RELATIONSHIPS}"><sheets>{listed}</sheets></workbook>'
    useless = f'<worksheet xmlns="{SPREADSHEET}"><sheetData>{cells([["?"]])}</sheetData></worksheet>'
    parts = {
        "xl/workbook.xml": workbook,
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE_RELATIONSHIPS}">{relations}</Relationships>',
        "xl/worksheets/sheet2.xml": useless,
    }
    return lambda: people(person(1), [*person(2)[:3], "?"], parts=parts)


def sheet_named(title: str, name: str, **answer: Any) -> HostileFile:
    """Return a workbook with a hostile name of a sheet, which messages, rows and the file of faulty rows repeat."""
    return HostileFile(title, "A8", named(name), rejected={3: "tidak dikenal"}, accepted=1, **answer)


WORKBOOKS = [
    HostileFile("5000-sheets", "A8", sheets(5000), refused="rusak"),
    HostileFile("one-part-twice", "A8", sheets(2), refused="tidak ada isinya"),
    HostileFile(
        "60-sheets", "A8", book(*(f"L{number}" for number in range(60)), data_on=0), refused="lebih dari 50 lembar"
    ),
    HostileFile("list-on-hidden-sheet", "A8", book("Depan", "Gudang", data_on=1, hidden=1), refused="Depan dilewati"),
    HostileFile(
        "hidden-sheet",
        "A8",
        book("Peserta", "Gudang", data_on=0, hidden=1),
        accepted=1,
        notices=("tersembunyi “Gudang”",),
    ),
    HostileFile(
        "very-hidden-sheet",
        "A8",
        book("Peserta", "Brankas", data_on=0, hidden=1, hide="very_hidden"),
        accepted=1,
        notices=("tersembunyi “Brankas”",),
    ),
    HostileFile(
        "data-on-second-sheet",
        "A8",
        book("Depan", "Peserta", data_on=1),
        accepted=1,
        notices=("Lembar Depan dilewati",),
    ),
    sheet_named("markup-name", "<b>&Peserta", notices=("<b>&Peserta2",), hidden=("<b>&",)),
    sheet_named("nik-name", nik(99), hidden=(nik(99),)),
    sheet_named("nul-name", "Pes_x0000_erta"),
    sheet_named("direction-name", "Pes\u202eerta"),
    sheet_named("long-name", "Peserta " * 40),
    HostileFile("xls-nul-name", "A8", lambda: text_xls(GOOD)().replace(b"Data", b"D\0ta"), "data.xls", accepted=2),
    HostileFile("chart-sheet", "A8", chart_sheet, accepted=1),
]
