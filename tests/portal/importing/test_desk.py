"""The desk as a clerk uses it: upload, look, save, fetch the faulty rows, come back."""

import io
import re
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from participants.models import Enrolment, Person
from portal.enums import BatchState, Verdict
from portal.importing import pipeline
from portal.importing.judging import chunks, resource_of
from portal.models import AuditEvent, ImportBatch
from tests.factories.portal import UserFactory
from tests.portal.importing.desk import CLEAN, HURRIED, save, send
from tests.roles import client_of
from tests.samples import FILES, FOUNDING, Sample


def without_token(response: Any) -> str:
    return re.sub(r'csrfmiddlewaretoken" value="[^"]+"', "", response.content.decode())


def test_start_page_offers_every_sheet_of_the_role(clerk: Client, sample: Sample):
    page = clerk.get(reverse("importing:start")).content.decode()
    assert all(reverse("importing:upload", args=[name]) in page for name in ("trainings", "participants", "attendance"))
    officer = client_of(sample.officer).get(reverse("importing:start")).content.decode()
    assert reverse("importing:upload", args=["trainings"]) in officer
    assert reverse("importing:upload", args=["participants"]) not in officer


def test_upload_shows_counts_and_writes_nothing(clerk: Client):
    page = send(clerk, HURRIED)
    assert page.status_code == 200
    assert "Simpan 22 baris, 8 ditunda" in page.content.decode()
    assert not Person.objects.exists()


def test_counts_filter_the_rows(clerk: Client):
    send(clerk, HURRIED)
    batch = ImportBatch.objects.get()
    page = clerk.get(reverse("importing:batch", args=[batch.pk]), {"hasil": "rejected"})
    assert [line.row.number for line in page.context["lines"]] == [2, 5, 7, 11, 13, 15, 17, 19]
    assert "3507336107019203" not in page.content.decode()


def test_saving_takes_the_valid_rows_once(clerk: Client):
    send(clerk, HURRIED)
    batch = ImportBatch.objects.get()
    page = save(clerk, batch)
    assert "Tersimpan: 22 baru, 0 berubah" in page.content.decode()
    assert Enrolment.objects.count() == 22
    again = clerk.post(reverse("importing:apply", args=[batch.pk]), {"token": "x", "mode": "valid"}, follow=True)
    assert "kedaluwarsa" in again.content.decode()
    assert Enrolment.objects.count() == 22


def test_all_or_nothing_leaves_the_batch_ready(clerk: Client):
    send(clerk, HURRIED)
    batch = ImportBatch.objects.get()
    page = save(clerk, batch, "all")
    assert "tidak sama sekali" in page.content.decode()
    batch.refresh_from_db()
    assert (batch.state, Person.objects.count()) == (BatchState.CHECKED, 0)


def test_a_token_of_another_plan_or_user_is_refused(clerk: Client, sample: Sample):
    send(clerk, CLEAN)
    batch = ImportBatch.objects.get()
    token = clerk.get(reverse("importing:batch", args=[batch.pk])).context["form"].initial["token"]
    ImportBatch.objects.filter(pk=batch.pk).update(plan="0" * 64)
    page = clerk.post(reverse("importing:apply", args=[batch.pk]), {"token": token, "mode": "valid"}, follow=True)
    assert "kedaluwarsa" in page.content.decode()
    assert not Person.objects.exists()


def test_nothing_is_saved_when_the_portal_moved_meanwhile(clerk: Client, sample: Sample):
    send(clerk, CLEAN)
    batch = ImportBatch.objects.get()
    other = pipeline.receive(
        (FILES / CLEAN).read_bytes(), CLEAN, resource="participants", by=sample.operator, target=FOUNDING
    )
    pipeline.stage(other)
    pipeline.check(other, sample.operator)
    pipeline.apply(other, by=sample.operator)
    page = save(clerk, batch)
    assert "berubah sejak berkas diperiksa" in page.content.decode()
    page = clerk.post(reverse("importing:check", args=[batch.pk]), follow=True)
    assert "Tidak ada yang perlu disimpan" in page.content.decode()


@pytest.mark.parametrize("name", ["batch", "problems"])
def test_a_neighbours_batch_answers_like_none(clerk: Client, sample: Sample, name: str):
    send(clerk, CLEAN)
    batch = ImportBatch.objects.get()
    neighbour = client_of(sample.neighbour)
    foreign = neighbour.get(reverse(f"importing:{name}", args=[batch.pk]))
    nowhere = neighbour.get(reverse(f"importing:{name}", args=["00000000-0000-4000-8000-000000000000"]))
    assert foreign.status_code == nowhere.status_code == 404
    assert without_token(foreign) == without_token(nowhere)


def test_problem_file_keeps_layout_and_reasons(clerk: Client):
    send(clerk, HURRIED)
    batch = ImportBatch.objects.get()
    response = clerk.get(reverse("importing:problems", args=[batch.pk]))
    rows = list(openpyxl.load_workbook(io.BytesIO(response.content)).active.values)
    assert rows[0] == (
        "N I K",
        "nama",
        "jk",
        "tgl lahir",
        "rt",
        "rw",
        "desa/kel",
        "hp",
        "Lembar dan baris asal",
        "Alasan ditolak",
    )
    assert len(rows) == 9
    assert rows[2][8] == "Sheet1, baris 5"
    assert rows[2][9].startswith("NIK: NIK tersimpan sebagai angka")
    assert AuditEvent.objects.filter(action="export", summary__contains="baris bermasalah").exists()


def test_choices_of_the_template_are_the_users_own(clerk: Client, sample: Sample):
    content = clerk.get(reverse("importing:template", args=["trainings"])).content
    listed = {cell for row in openpyxl.load_workbook(io.BytesIO(content))["Pilihan"].values for cell in row}
    assert "Pagelaran" in listed
    assert sample.office("Wagir").name not in listed


@pytest.mark.parametrize(
    ("content", "filename", "words"),
    [
        (b"", "kosong.xlsx", "kosong"),
        (b"%PDF-1.4", "daftar.xlsx", "PDF"),
        (b"PK\x03\x04rusak", "rusak.xlsx", "rusak"),
    ],
)
def test_a_useless_file_is_refused_with_a_sentence(clerk: Client, content: bytes, filename: str, words: str):
    page = clerk.post(
        reverse("importing:upload", args=["participants"]),
        {"file": SimpleUploadedFile(filename, content), "target": FOUNDING},
        follow=True,
    )
    assert page.status_code == 200
    assert words in page.content.decode()
    assert not Person.objects.exists()


def test_staged_cells_are_ciphertext(clerk: Client):
    send(clerk, CLEAN)
    row = ImportBatch.objects.get().rows.first()
    assert row.cells["nik"] == "3507335703959200"
    assert b"3507335703959200" not in bytes(row.payload)
    with ImportBatch.objects.get().file.storage.open(ImportBatch.objects.get().file.name) as file:
        assert file.read()[:2] == b"PK"


@pytest.mark.parametrize("rows", [1, 3])
def test_query_count_does_not_grow_with_rows(sample: Sample, django_assert_num_queries: Any, rows: int):
    lines = [f"35073341019092{n:02d};Siti {n};P;Clumprit" for n in range(1, rows + 1)]
    content = "\n".join(["NIK;Nama;L/P;Desa", *lines]).encode()
    batch = pipeline.receive(content, "kecil.csv", resource="participants", by=sample.operator, target=FOUNDING)
    pipeline.stage(batch)
    pipeline.check(batch, sample.operator)
    pipeline.apply(batch, by=sample.operator)
    resource = resource_of(batch, sample.operator)
    resource.prepare()
    found = next(chunks(batch.rows.all()))
    with django_assert_num_queries(2):
        resource.plan(found)
    assert {row.verdict for row in found} == {Verdict.SAME}


def test_an_auditor_looks_at_an_import_and_touches_nothing(clerk: Client):
    send(clerk, HURRIED)
    batch = ImportBatch.objects.get()
    auditor = client_of(UserFactory(auditor=True))
    page = auditor.get(reverse("importing:batch", args=[batch.pk]))
    assert "Anda hanya melihat impor ini" in page.content.decode()
    assert "Unduh baris bermasalah" not in page.content.decode()
    for name in ("apply", "check"):
        assert auditor.post(reverse(f"importing:{name}", args=[batch.pk])).status_code == 403
    assert auditor.get(reverse("importing:problems", args=[batch.pk])).status_code == 403
