"""The document properties by which our own files are recognised."""

import io

import openpyxl
import pytest
import xlsxwriter
from odf import opendocument, table
from odf.meta import UserDefined
from odf.text import P
from openpyxl.packaging.custom import IntProperty, StringProperty

from portal.spreadsheets.reading import UnreadableFile, read_workbook

from .builders import archive, ods, ods_cell, xls, xls_number, xlsx
from .test_hostile_files import DTD, FILES

NAMESPACES = (
    'xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" '
    'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"'
)


def custom(*properties: tuple[str, str], tag: str = "vt:lpwstr") -> dict[str, str]:
    inside = "".join(
        f'<property fmtid="{{D5}}" pid="2" name="{name}"><{tag}>{text}</{tag}></property>' for name, text in properties
    )
    return {"docProps/custom.xml": f"<Properties {NAMESPACES}>{inside}</Properties>"}


def found(content: bytes, filename: str = "a.xlsx") -> dict[str, str]:
    return read_workbook(content, filename).properties


def test_our_own_writer():
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        book.add_worksheet().write(0, 0, "NIK")
        book.set_custom_property("sulam_template", "participants 3", "text")
        book.set_custom_property("sulam_scope", "Kecamatan Wagir & Pagelaran", "text")
        book.set_custom_property("sulam_number", 7, "number_int")
        book.set_custom_property("Klien", "PT Lain", "text")
    expected = {"sulam_template": "participants 3", "sulam_scope": "Kecamatan Wagir & Pagelaran"}
    assert found(buffer.getvalue()) == expected
    # They are still there when somebody saved the file with another program.
    book = openpyxl.load_workbook(buffer)
    saved = io.BytesIO()
    book.save(saved)
    assert found(saved.getvalue()) == expected


def test_another_writer():
    book = openpyxl.Workbook()
    book.active.append(["NIK"])
    book.custom_doc_props.append(StringProperty(name="sulam_import", value="abc"))
    book.custom_doc_props.append(IntProperty(name="sulam_angka", value=7))
    buffer = io.BytesIO()
    book.save(buffer)
    assert found(buffer.getvalue()) == {"sulam_import": "abc"}


def test_ods():
    document = opendocument.OpenDocumentSpreadsheet()
    sheet, row, cell = table.Table(name="Data"), table.TableRow(), table.TableCell(valuetype="string")
    cell.addElement(P(text="NIK"))
    row.addElement(cell)
    sheet.addElement(row)
    document.spreadsheet.addElement(sheet)
    for name, kind, text in [
        ("sulam_template", "string", "participants 3"),
        ("sulam_angka", "float", "7"),
        ("Klien", "string", "x"),
    ]:
        document.meta.addElement(UserDefined(name=name, valuetype=kind, text=text))
    document.meta.addElement(UserDefined(name="sulam_import", text="abc"))
    buffer = io.BytesIO()
    document.write(buffer)
    assert found(buffer.getvalue(), "a.ods") == {"sulam_template": "participants 3", "sulam_import": "abc"}


def test_files_without_any():
    assert found(xlsx()) == {}
    assert found(ods(f"<table:table-row>{ods_cell('x')}</table:table-row>"), "a.ods") == {}
    assert found(xls(xls_number(0, 0)), "a.xls") == {}
    assert found(b"NIK;Nama\n1;2\n", "a.csv") == {}
    assert found((FILES / "peserta-clumprit-2025.xlsx").read_bytes()) == {}


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ([("sulam", "a"), ("sulam.b c-d", "e")], {"sulam": "a", "sulam.b c-d": "e"}),
        (
            [("Sulam_x", "a"), ("xsulam", "a"), ("sulam&#10;", "a"), ("sulam&#x202e;", "a"), ("sulam" + "x" * 61, "a")],
            {},
        ),
        ([("sulam_a", "x" * 200), ("sulam_b", "x" * 201)], {"sulam_a": "x" * 200}),
        ([("sulam_a", ""), ("sulam_b", " \n "), ("sulam_c", " a ")], {"sulam_c": "a"}),
        ([("sulam_a", "x&#x202e;y"), ("sulam_b", "x&#x85;y"), ("sulam_c", "x&#x9b;y")], {"sulam_b": "x\x85y"}),
        ([("sulam_a", "satu"), ("sulam_a", "dua")], {"sulam_a": "satu"}),
        (
            [(f"sulam_{number:02}", "a") for number in range(25)],
            {f"sulam_{number:02}": "a" for number in range(20)},
        ),
    ],
)
def test_only_short_plain_text_under_our_names_counts(properties, expected):
    assert found(xlsx(parts=custom(*properties))) == expected


@pytest.mark.parametrize("tag", ["vt:i4", "vt:bool", "vt:filetime"])
def test_other_types_are_no_text(tag):
    assert found(xlsx(parts=custom(("sulam_a", "7"), tag=tag))) == {}


@pytest.mark.parametrize("part", [DTD + "<a/>", "<a", "<a>&x;</a>", b"\xff\xfe\x00"])
def test_a_damaged_part_is_refused_as_before(part):
    with pytest.raises(UnreadableFile, match="rusak|DTD"):
        found(xlsx(parts={"docProps/custom.xml": part}))
    with pytest.raises(UnreadableFile, match="rusak|DTD"):
        found(ods("", parts={"meta.xml": part}), "a.ods")


def test_a_bomb_of_properties_is_counted_while_unpacking():
    bomb = custom(("sulam_a", "x" * 110_000_000))
    with pytest.raises(UnreadableFile, match="lebih dari 100 MB"):
        found(xlsx(parts=bomb))


def test_a_file_that_is_only_called_so_is_no_workbook():
    with pytest.raises(UnreadableFile, match="arsip ZIP"):
        found(archive(custom(("sulam_a", "x"))))
