"""The main job as people do it, in the browser."""

import io
import re
from collections.abc import Callable

import openpyxl
import pytest
from playwright.sync_api import BrowserContext

from tests.e2e.conftest import DESKTOP, PHONE, House
from tests.samples import BATIK, FILES


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_operator_imports_a_messy_list(open_context: Callable[..., BrowserContext], size: dict[str, int]):
    page = open_context("operator.wagir", size).new_page()
    page.goto("/impor/participants/")
    page.locator("select[name=target]").select_option(BATIK)
    serial = "1" if size == DESKTOP else "2"
    text = f"NIK;Nama;L/P;Desa\n35072141019092{serial}1;Siti Uji {serial};P;Sidorahayu\n;Tanpa NIK;P;Sidorahayu\n"
    page.locator("input[type=file]").set_input_files(
        {"name": "daftar.csv", "mimeType": "text/csv", "buffer": text.encode()}
    )
    page.get_by_role("button", name="Periksa berkas").click()
    page.get_by_text("NIK kosong").first.wait_for()
    page.get_by_role("button", name="Simpan 1 baris, 1 ditunda").click()
    page.get_by_text("Tersimpan: 1 baru").first.wait_for()
    with page.expect_download() as download:
        page.get_by_role("link", name="Unduh baris bermasalah").click()
    book = openpyxl.load_workbook(io.BytesIO(download.value.path().read_bytes()))
    assert book.active.max_row == 2


def test_the_same_file_twice_changes_nothing(open_context: Callable[..., BrowserContext]):
    page = open_context("operator.wagir").new_page()
    page.goto("/impor/participants/")
    page.locator("select[name=target]").select_option(BATIK)
    page.locator("input[type=file]").set_input_files(FILES / "batik-sidorahayu.csv")
    page.get_by_role("button", name="Periksa berkas").click()
    page.get_by_text("Tidak ada yang perlu disimpan").wait_for()


def test_supervisor_filters_and_exports(open_context: Callable[..., BrowserContext]):
    page = open_context("supervisor.disperindag").new_page()
    page.goto("/laporan/pelatihan/?year=2025&budget_line=3.31.02.2.01.0005")
    page.get_by_text("1.685.350.000").first.wait_for()
    page.get_by_text("Unduh hasil saringan ini").click()
    with page.expect_download() as download:
        page.get_by_role("button", name=re.compile("Excel.*Buku kerja pemeriksaan")).click()
    content = download.value.path().read_bytes()
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert "Keterangan" in book.sheetnames


@pytest.mark.parametrize(
    "user",
    [
        "operator.pagelaran",
        "kepala.pagelaran",
        "operator.wagir",
        "pptk.disperindag",
        "supervisor.disperindag",
        "auditor.inspektorat",
        "administrator",
    ],
)
def test_every_printed_login_works(open_context: Callable[..., BrowserContext], house: House, user: str):
    assert f"{user} " in (house.var / "demo" / "credentials.txt").read_text().replace("\t", " ")
    page = open_context(user).new_page()
    page.goto("/admin/")
    page.get_by_text("Tugas Anda berikutnya").wait_for()


def test_login_refuses_a_wrong_password_in_indonesian(open_context: Callable[..., BrowserContext]):
    page = open_context(None).new_page()
    page.goto("/admin/")
    page.locator("input[name=login]").fill("operator.pagelaran")
    page.locator("input[name=password]").fill("salah sekali")
    page.locator("button[type=submit]").first.click()
    page.locator(".errorlist, [role=alert]").first.wait_for()
    assert "/akun/login/" in page.url
