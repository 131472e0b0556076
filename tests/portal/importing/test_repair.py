"""Mending on the page: cells, words once for all rows, rows left out, and the problem file come back."""

import io

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from participants.models import Enrolment, Person
from portal.enums import BatchState, Verdict
from portal.models import AuditEvent, ImportBatch, RememberedValue
from tests.portal.importing.desk import CLEAN, HURRIED, counts, field, post, save, send, send_bytes
from tests.roles import client_of
from tests.samples import Sample

# What the clerk reads from the identity cards for the eight rows that the hurried list gets wrong.
MENDED = {
    (5, "nik"): "3507336107019203",
    (7, "nik"): "3507330809869205",
    (11, "nik"): "3507336108749209",
    (13, "birth_date"): "27/12/1999",
    (15, "village"): "Clumprit",
    (17, "name"): "Sri Wahyuni",
    (19, "name"): "Endang Lestari",
}


@pytest.fixture
def batch(clerk: Client) -> ImportBatch:
    send(clerk, HURRIED)
    return ImportBatch.objects.get()


def mend(client: Client, batch: ImportBatch, cells: dict, **more: str) -> str:
    data = {field(batch, number, name): text for (number, name), text in cells.items()}
    return post(client, "mend", batch, data | more).content.decode()


def test_the_page_of_a_faulty_list_opens_on_what_must_be_mended(clerk: Client, batch: ImportBatch):
    page = clerk.get(reverse("importing:batch", args=[batch.pk])).content.decode()
    for number, name in MENDED:
        assert f'name="{field(batch, number, name)}"' in page
    assert "3507336107019203" not in page
    assert "350733080986920" not in page  # 15 digits are nearly a NIK


def test_cells_mended_in_place_bring_all_thirty(clerk: Client, batch: ImportBatch):
    page = mend(clerk, batch, MENDED)
    assert "30 baris siap disimpan, 0 masih ditolak" in page
    assert counts(batch) == (30, 0, 0, 0)
    assert not Person.objects.exists()
    save(clerk, batch)
    assert Enrolment.objects.count() == 30
    assert Person.objects.filter(name="Sri Wahyuni", nik_last4="9215").exists()


def test_a_mended_cell_is_judged_by_the_same_rules(clerk: Client, batch: ImportBatch):
    mend(clerk, batch, {(7, "nik"): "12345", (13, "birth_date"): "31/02/1985"})
    row = batch.rows.get(number=7)
    assert row.verdict == Verdict.REJECTED
    assert row.edited == ["nik"]
    assert "5 digit" in row.messages[0]["message"]
    assert batch.rows.get(number=13).edited == []


def test_an_empty_secret_field_changes_nothing(clerk: Client, batch: ImportBatch):
    before = batch.rows.get(number=2).cells
    mend(clerk, batch, {(2, "nik"): "", (19, "name"): "Endang"})
    assert batch.rows.get(number=2).cells == before
    assert batch.rows.get(number=19).cells["name"] == "Endang"


def test_no_nik_yet_is_a_choice_of_its_own(clerk: Client, batch: ImportBatch):
    cell = field(batch, 7, "nik").removeprefix("sel-")
    post(clerk, "mend", batch, {f"sel-{cell}": "", f"tanpa-{cell}": "on"})
    assert batch.rows.get(number=7).verdict == Verdict.NEW
    save(clerk, batch)
    person = Person.objects.get(name="Sutrisno Puspitasari")
    assert (person.nik_index, person.local_number) == (None, "L-35.07.33-0001")


def test_any_row_can_be_opened_with_all_its_cells(clerk: Client, batch: ImportBatch):
    row = batch.rows.get(number=3)
    page = clerk.get(reverse("importing:batch", args=[batch.pk]), {"hasil": "semua", "ubah": row.pk})
    assert len(page.context["opened"].cells) == len(batch.layout["columns"])
    mend(clerk, batch, {(3, "name"): "Umi Handayani Lestari"})
    assert batch.rows.get(number=3).cells["name"] == "Umi Handayani Lestari"
    page = clerk.get(reverse("importing:batch", args=[batch.pk]), {"ubah": "9" * 17})
    assert page.context["opened"] is None


def test_a_word_is_settled_once_and_remembered_for_the_office(clerk: Client, batch: ImportBatch, sample: Sample):
    page = clerk.get(reverse("importing:batch", args=[batch.pk]))
    group = next(group for group in page.context["groups"] if group.choices)
    assert (group.name, group.value, group.suggestion) == ("village", "Clumprid", "Clumprit")
    mend(clerk, batch, {}, **{f"kata-{group.key}": "Clumprit", "ingat": "1"})
    assert batch.rows.get(number=15).verdict == Verdict.NEW
    memory = RememberedValue.objects.get()
    assert (memory.agency, memory.column, memory.wrong, memory.right) == (
        sample.operator.agency,
        "village",
        "clumprid",
        "Clumprit",
    )
    again = send(clerk, HURRIED)
    fresh = again.context["batch"]
    assert fresh.rows.get(number=15).verdict == Verdict.NEW
    assert "menurut keputusan kantor Anda" in fresh.rows.get(number=15).messages[-1]["message"]


def test_a_word_is_not_remembered_unless_asked(clerk: Client, batch: ImportBatch):
    mend(clerk, batch, {}, **{"kata-village:clumprid": "Clumprit"})
    assert batch.rows.get(number=15).verdict == Verdict.NEW
    assert not RememberedValue.objects.exists()


def test_a_word_that_is_no_choice_is_refused(clerk: Client, batch: ImportBatch):
    page = mend(clerk, batch, {}, **{"kata-village:clumprid": "Sidorahayu"})
    assert "bukan pilihan untuk kolom Desa" in page
    assert batch.rows.get(number=15).verdict == Verdict.REJECTED


def test_a_neighbours_memory_is_not_used(clerk: Client, batch: ImportBatch, sample: Sample):
    RememberedValue.objects.create(
        agency=sample.neighbour.agency,
        by=sample.neighbour,
        resource="participants",
        column="village",
        wrong="clumprid",
        right="Clumprit",
    )
    post(clerk, "check", batch)
    assert batch.rows.get(number=15).verdict == Verdict.REJECTED


def test_rows_can_be_left_out_and_taken_back(clerk: Client, batch: ImportBatch):
    first, other = batch.rows.get(number=2), batch.rows.get(number=11)
    post(clerk, "mend", batch, {f"ada-{other.pk}": "1", f"lewati-{other.pk}": "on", f"ada-{first.pk}": "1"})
    batch.refresh_from_db()
    assert (batch.rows_skipped, batch.rows.get(number=11).verdict) == (1, Verdict.SKIPPED)
    assert batch.rows.get(number=2).verdict == Verdict.NEW  # its double is out of the way
    post(clerk, "mend", batch, {f"ada-{other.pk}": "1"})
    assert {batch.rows.get(number=number).verdict for number in (2, 11)} == {Verdict.REJECTED}


def test_the_problem_file_comes_back_into_the_same_import(clerk: Client, batch: ImportBatch):
    content = clerk.get(reverse("importing:problems", args=[batch.pk])).content
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.active
    assert not sheet.cell(row=3, column=1).value  # the number NIK of row 5: its end is lost
    names = [name for name, _ in batch.layout["columns"]]
    for line in sheet.iter_rows(min_row=2):
        number = int(line[len(names)].value.rpartition(" ")[2])
        for (row, name), text in MENDED.items():
            if row == number:
                line[names.index(name)].value = text
    buffer = io.BytesIO()
    book.save(buffer)
    upload = io.BytesIO(buffer.getvalue())
    upload.name = "baris-bermasalah.xlsx"
    page = clerk.post(reverse("importing:take_back", args=[batch.pk]), {"file": upload}, follow=True)
    assert "30 baris siap disimpan, 0 masih ditolak" in page.content.decode()
    assert ImportBatch.objects.count() == 1
    assert AuditEvent.objects.filter(summary__contains="diunggah kembali").exists()


def test_an_untouched_problem_file_changes_nothing(clerk: Client, batch: ImportBatch):
    before = {row.number: row.cells for row in batch.rows.all()}
    upload = io.BytesIO(clerk.get(reverse("importing:problems", args=[batch.pk])).content)
    upload.name = "baris-bermasalah.xlsx"
    page = clerk.post(reverse("importing:take_back", args=[batch.pk]), {"file": upload}, follow=True)
    assert "22 baris siap disimpan, 8 masih ditolak" in page.content.decode()
    assert {row.number: row.cells for row in batch.rows.all()} == before


def test_a_problem_file_of_another_import_is_refused(clerk: Client, batch: ImportBatch, sample: Sample):
    upload = io.BytesIO(clerk.get(reverse("importing:problems", args=[batch.pk])).content)
    upload.name = "baris-bermasalah.xlsx"
    other = send(clerk, CLEAN).context["batch"]
    page = clerk.post(reverse("importing:take_back", args=[other.pk]), {"file": upload}, follow=True)
    assert "berasal dari impor lain" in page.content.decode()


def test_rejected_rows_of_a_saved_import_can_be_mended_later(clerk: Client, batch: ImportBatch):
    save(clerk, batch)
    assert Enrolment.objects.count() == 22
    mend(clerk, batch, MENDED)
    assert counts(batch) == (8, 0, 22, 0)
    assert batch.state == BatchState.CHECKED
    save(clerk, batch)
    assert Enrolment.objects.count() == 30


@pytest.mark.parametrize("name", ["mend", "take_back", "columns", "check", "apply", "undo", "progress"])
def test_nobody_else_gets_at_an_import(clerk: Client, batch: ImportBatch, sample: Sample, name: str):
    neighbour = client_of(sample.neighbour)
    ask = neighbour.get if name == "progress" else neighbour.post
    assert ask(reverse(f"importing:{name}", args=[batch.pk])).status_code == 404


def test_a_saved_and_whole_import_is_not_mended(clerk: Client, sample: Sample):
    batch = send(clerk, CLEAN).context["batch"]
    save(clerk, batch)
    page = clerk.get(reverse("importing:batch", args=[batch.pk])).content.decode()
    assert "Periksa perbaikan" not in page


def test_a_file_without_a_required_column_asks_which_one_it_is(clerk: Client):
    text = "no;NIK;Sebutan;L/P;Desa\n1;3507336107019203;Siti Aminah;P;Clumprit\n"
    page = send_bytes(clerk, text.encode(), "daftar.csv")
    batch = page.context["batch"]
    assert batch.state == BatchState.COLUMNS
    assert "Kolom wajib yang belum ditemukan" in page.content.decode()
    header = page.context["header"]
    chosen = {"sebutan": "name"}
    data = {
        f"kolom-{number}": chosen.get(heading["key"], heading["name"])
        for number, heading in enumerate(header["headings"])
    }
    page = post(clerk, "columns", batch, data)
    assert counts(batch) == (1, 0, 0, 0)
    again = send_bytes(clerk, text.replace("Siti Aminah", "Siti Amina").encode(), "daftar-lagi.csv")
    assert again.context["batch"].state == BatchState.CHECKED  # the layout is known now


def test_columns_chosen_twice_or_not_at_all_are_refused(clerk: Client):
    text = "NIK;Sebutan;L/P;Desa\n3507336107019203;Siti Aminah;P;Clumprit\n"
    batch = send_bytes(clerk, text.encode(), "daftar.csv").context["batch"]
    page = post(clerk, "columns", batch, {f"kolom-{number}": "nik" for number in range(4)})
    assert "Dua kolom berkas dipilih untuk NIK" in page.content.decode()
    page = post(clerk, "columns", batch, {"kolom-0": "nik", "kolom-1": "", "kolom-2": "sex", "kolom-3": "village"})
    assert "Belum ada kolom berkas untuk Nama Lengkap" in page.content.decode()
    batch.refresh_from_db()
    assert batch.state == BatchState.COLUMNS
