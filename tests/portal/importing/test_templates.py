"""Every template that we hand out comes back readable, and offers nothing of another agency."""

import io
import zipfile
from typing import Any

import openpyxl
import pytest
from django.urls import reverse
from openpyxl.worksheet.worksheet import Worksheet

from portal.importing import pipeline
from portal.importing.registry import resource_class, resource_classes
from portal.importing.resources import SheetResource
from portal.importing.template_file import CODES, EMPTY_ROWS, LABELS, template_file
from portal.models import ImportBatch
from tests.factories.programs import ExpenseAccountFactory
from tests.factories.world import World
from tests.roles import client_of
from tests.samples import FOUNDING, Sample

SENDERS = {  # resource -> who sends it
    "trainings": ("operator", "officer"),
    "participants": ("operator",),
    "attendance": ("operator",),
    "budget_lines": ("officer",),
    "expenses": ("officer",),
    "sipd": ("officer",),
}
CASES = [(resource, user) for resource, users in SENDERS.items() for user in users]
EVERY = list(SENDERS)
FIRST = LABELS + 2  # row of data, as Excel counts


@pytest.fixture
def sample(db: None) -> Sample:
    ExpenseAccountFactory(code="5.1.02.02.01.0003")
    return Sample()


def resource_of(sample: Sample, identifier: str, user: str) -> SheetResource:
    target = FOUNDING if resource_class(identifier).needs_training else ""
    return resource_class(identifier)(user=getattr(sample, user), target=target)


def book_of(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def filled(resource: SheetResource) -> bytes:
    """Return the template with the examples of its columns typed into the first row."""
    book = book_of(template_file(resource))
    sheet = book["Data"]
    for index, column in enumerate(resource.template_columns.values(), start=1):
        if column.example:
            sheet.cell(row=FIRST, column=index, value=column.example)
    for index in range(len(resource.template_columns) + 1, sheet.max_column + 1):
        sheet.cell(row=FIRST, column=index, value="V")
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def checked(resource: SheetResource) -> ImportBatch:
    batch = pipeline.receive(
        filled(resource), "templat.xlsx", resource=resource.identifier, by=resource.user, target=resource.target
    )
    pipeline.stage(batch)
    pipeline.check(batch, resource.user)
    return batch


def test_every_resource_is_among_the_cases() -> None:
    assert {cls.identifier for cls in resource_classes()} == set(SENDERS)


@pytest.mark.parametrize(("identifier", "user"), CASES)
def test_a_template_with_its_own_examples_comes_back_without_errors(sample: Sample, identifier: str, user: str):
    if identifier == "attendance":  # the example is the person of the list of participants
        pipeline.apply(checked(resource_of(sample, "participants", user)), by=getattr(sample, user))
    batch = checked(resource_of(sample, identifier, user))
    messages = [message for row in batch.rows.all() for message in row.messages if message["level"] == "error"]
    assert (batch.rows_total, batch.rows_rejected, messages, batch.notices) == (1, 0, [], [])


@pytest.mark.parametrize("identifier", EVERY)
def test_an_empty_template_is_refused_with_a_sentence(sample: Sample, identifier: str):
    resource = resource_of(sample, identifier, SENDERS[identifier][0])
    content = template_file(resource)
    batch = pipeline.receive(content, "templat.xlsx", resource=identifier, by=resource.user, target=resource.target)
    with pytest.raises(pipeline.ImportRefused, match="tidak berisi baris data"):
        pipeline.stage(batch)


@pytest.mark.parametrize(("identifier", "user"), CASES)
def test_sheets_headers_and_properties(sample: Sample, identifier: str, user: str):
    resource = resource_of(sample, identifier, user)
    book = book_of(template_file(resource))
    assert book.sheetnames == ["Data", "Petunjuk", "Pilihan"]
    sheet = book["Data"]
    columns = resource.template_columns
    width = len(columns)
    assert [cell.value for cell in sheet[CODES + 1]][:width] == list(columns)
    assert [cell.value for cell in sheet[LABELS + 1]][:width] == [column.label for column in columns.values()]
    assert sheet.freeze_panes == f"A{FIRST}"
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (
        "landscape",
        None,  # 1, the default
        0,
    )
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    properties = {one.name: one.value for one in book.custom_doc_props.props}
    assert properties == {
        "sulam_template": f"{identifier} {resource.template_version}",
        "sulam_scope": resource.user.agency.name,
    }
    assert (book.properties.title, book.properties.creator) == (f"Templat {resource.label}", "Sulam")
    helped = [
        row for row in book["Petunjuk"].iter_rows(values_only=True) if row[0] in {c.label for c in columns.values()}
    ]
    assert helped == [
        (column.label, "ya" if column.required else None, column.help_text or None, column.example or None)
        for column in columns.values()
    ]


def number_format(sheet: Worksheet, resource: SheetResource, name: str) -> str:
    index = list(resource.template_columns).index(name) + 1
    return next(one.number_format for one in sheet.column_dimensions.values() if one.min <= index <= one.max)


def test_text_stays_text_and_dates_are_dates(sample: Sample):
    people = resource_of(sample, "participants", "operator")
    sheet = book_of(template_file(people))["Data"]
    assert [number_format(sheet, people, name) for name in ("nik", "phone", "birth_date")] == ["@", "@", "dd-mm-yyyy"]
    money = resource_of(sample, "expenses", "officer")
    sheet = book_of(template_file(money))["Data"]
    found = [number_format(sheet, money, name) for name in ("account", "realised", "sp2d_date", "volume")]
    assert found == ["@", "#,##0", "dd-mm-yyyy", "General"]


@pytest.mark.parametrize(("identifier", "user"), CASES)
def test_hints_and_drop_downs_reach_every_prepared_row(sample: Sample, identifier: str, user: str):
    resource = resource_of(sample, identifier, user)
    book = book_of(template_file(resource))
    choices = resource.choices()
    found = {str(one.sqref): one for one in book["Data"].data_validations.dataValidation}
    assert len(found) == len(resource.template_columns)
    for index, (name, column) in enumerate(resource.template_columns.items(), start=1):
        letter = openpyxl.utils.get_column_letter(index)
        one = found[f"{letter}{FIRST}:{letter}{FIRST + EMPTY_ROWS - 1}"]
        assert one.promptTitle == column.label[:32]
        assert column.help_text[:200] in (one.prompt or "")
        assert len(one.prompt or "") <= 255
        if name in choices:
            cells = book["Pilihan"][one.formula1.removeprefix("Pilihan!").replace("$", "")]
            assert [row[0].value for row in cells] == choices[name]


def listed(resource: SheetResource) -> dict[str, list[Any]]:
    sheet = book_of(template_file(resource))["Pilihan"]
    return {
        column[0]: [cell for cell in column[1:] if cell] for column in sheet.iter_cols(values_only=True) if column[0]
    }


def test_an_office_may_name_its_own_places_only(sample: Sample):
    found = listed(resource_of(sample, "trainings", "operator"))
    assert (found["Kecamatan"], found["Desa"]) == (["Pagelaran"], ["Clumprit"])
    assert found["Sumber Dana"] == ["Pendapatan Asli Daerah (PAD)"]
    assert [code.split()[0] for code in found["Kode Sub Kegiatan"]] == ["3.31.02.2.01.0005"]
    organizer = listed(resource_of(sample, "trainings", "officer"))
    assert len(organizer["Kecamatan"]) == len(organizer["Desa"]) == 10


def test_expenses_offer_own_trainings_and_accounts_with_their_names(sample: Sample):
    found = listed(resource_of(sample, "expenses", "officer"))
    assert set(found) == {"Nomor Pelatihan", "Kode Rekening", "Cara Bayar"}
    assert f"{FOUNDING} · Pelatihan Menjahit bagi Pelaku IKM Konveksi" in found["Nomor Pelatihan"]
    assert found["Kode Rekening"] == [f"5.1.02.02.01.0003 {ExpenseAccountFactory(code='5.1.02.02.01.0003').name}"]


@pytest.mark.parametrize("identifier", EVERY)
@pytest.mark.parametrize(("user", "foreign"), [("operator_a", {"b", "c", "o"}), ("pptk", {"b", "o"})])
def test_nothing_of_another_agency_is_in_the_file(two_agencies: World, identifier: str, user: str, foreign: set[str]):
    """Every text of B and of its organizer holds a token; the file is searched part by part, properties included.

    Who owns a budget line is public (ADR 0009), and an office that records a training must be able to name the owner.
    """
    resource = resource_class(identifier)(user=getattr(two_agencies, user))
    public = {two_agencies.koperasi.name} if identifier == "trainings" else set()
    with zipfile.ZipFile(io.BytesIO(template_file(resource))) as archive:
        text = "".join(archive.read(name).decode() for name in archive.namelist())
    secret = {token for token, (side, _) in two_agencies.tokens.items() if side in foreign} - public
    assert [token for token in secret if token in text] == []
    assert two_agencies.b.training.number not in text
    if identifier == "expenses":
        assert (two_agencies.a.training.number in text) == (user in {"pptk", "operator_a"})


@pytest.mark.parametrize(("identifier", "user"), CASES)
def test_the_page_hands_the_template_to_those_who_may_import(sample: Sample, identifier: str, user: str):
    response = client_of(getattr(sample, user)).get(reverse("importing:template", args=[identifier]))
    assert response.status_code == 200
    assert book_of(response.content).sheetnames[0] == "Data"
    stranger = "officer" if user == "operator" else "operator"
    if stranger not in SENDERS[identifier]:
        assert (
            client_of(getattr(sample, stranger)).get(reverse("importing:template", args=[identifier])).status_code
            == 404
        )


def test_a_chosen_code_with_its_name_is_read(sample: Sample):
    """What the drop-down writes into the cell is what the reader takes."""
    resource = resource_of(sample, "budget_lines", "officer")
    resource.prepare()
    for name in ("code", "fund"):
        assert resource.offered(name)
        for word in resource.offered(name):
            assert resource.template_columns[name].widget.clean(word)
