"""The filter page and the download: what is shown is what is exported."""

import io
import re
import zipfile
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from portal.formatting import rupiah
from portal.identity import ANY_NIK
from programs.models import Training
from reports.models import ExportRecord
from reports.views import pages
from tests.factories.participants import EnrolmentFactory
from tests.factories.programs import BudgetLineFactory, TrainingFactory
from tests.reports.ledger import NIK_IN_TEXT, SHEETS, Ledger, sql
from tests.roles import client_of

PAGE = "/laporan/pelatihan/"


def shown(response: Any) -> set[str]:
    """Return the training numbers in the table."""
    return set(re.findall(r">(\d{4}\.35\.07\.\d\d\.\d{3,})<", response.content.decode()))


@pytest.fixture
def client(ledger: Ledger) -> Client:
    return client_of(ledger.supervisor)


def test_reports_are_listed(client: Client) -> None:
    text = client.get(reverse("reports:index")).content.decode()
    for label in ("Buku kerja pemeriksaan", "Rekap pelatihan", "Daftar peserta", "Daftar hadir", "Keuangan"):
        assert label in text


def test_page_shows_rows_and_totals_of_the_whole_selection(ledger: Ledger, client: Client) -> None:
    response = client.get(PAGE, {"year": "2025", "budget_line": "3.31.02.2.01.0005"})
    words = ("plain", "lines", "contradiction", "zero", "unknown", "overspent")
    assert shown(response) == {ledger.trainings[word].number for word in words}
    text = response.content.decode()
    ids = "(SELECT t.id FROM programs_training t JOIN programs_budgetline b ON b.id = t.budget_line_id WHERE b.fiscal_year_id = 2025 AND b.organizer_id = %s)"  # noqa: E501
    money = sql(f"SELECT SUM(realised) FROM programs_training WHERE id IN {ids}", ledger.organizer.pk)
    people = sql(
        f"SELECT COUNT(*) FROM participants_enrolment WHERE status <> 'withdrawn' AND training_id IN {ids}",
        ledger.organizer.pk,
    )
    assert rupiah(money) in text
    assert f"<strong>{people:.0f}</strong> peserta" in text
    assert "Menampilkan 6 dari 6 pelatihan." in text


def test_totals_do_not_depend_on_the_page(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "ROWS_A_PAGE", 2)
    first, last = client.get(PAGE, {"year": "2025"}), client.get(PAGE, {"year": "2025", "hal": "3"})
    assert len(shown(first)) == len(shown(last)) == 2
    assert not shown(first) & shown(last)
    assert first.context["totals"] == last.context["totals"]
    assert "Menampilkan 2 dari 6 pelatihan." in first.content.decode()
    assert "?year=2025&amp;hal=2" in first.content.decode()
    assert shown(client.get(PAGE, {"year": "2025", "hal": "entah"})) == shown(first)


def test_each_active_filter_can_be_taken_away(client: Client) -> None:
    text = client.get(PAGE, {"year": "2025", "office": "35.07.33", "status": "", "q": "pelatihan"}).content.decode()
    pills = re.findall(r'class="pill" href="([^"]+)">([^<]+?) <', text)
    assert pills == [
        (f"{PAGE}?office=35.07.33&amp;q=pelatihan", "Tahun anggaran: 2025"),
        (f"{PAGE}?year=2025&amp;q=pelatihan", "Kecamatan: Kecamatan Pagelaran"),
        (f"{PAGE}?year=2025&amp;office=35.07.33", "Kata kunci: pelatihan"),
    ]


@pytest.mark.parametrize(
    ("params", "sentence"),
    [
        ({"year": "1999"}, "Tahun anggaran:"),
        ({"budget_line": "xyz"}, "Kode anggaran:"),
        ({"office": "35.07.99"}, "Kecamatan:"),
        ({"q": NIK_IN_TEXT}, "Kata kunci: NIK tidak boleh dipakai untuk menyaring"),
    ],
)
def test_an_invalid_filter_shows_the_sentence_and_no_rows(client: Client, params: dict, sentence: str) -> None:
    response = client.get(PAGE, params)
    text = response.content.decode()
    assert response.status_code == 200
    assert sentence in text
    assert not shown(response)
    assert "/laporan/ekspor/" not in text
    before = ExportRecord.objects.count()
    answer = client.post(f"{reverse('reports:export', args=['audit'])}", {"format": "xlsx"}, query_params=params)
    assert answer.status_code == 302
    assert ExportRecord.objects.count() == before
    assert sentence in client.get(answer["Location"]).content.decode()


def test_nothing_found_says_what_to_do(client: Client) -> None:
    text = client.get(PAGE, {"q": "tidak ada yang bernama begini"}).content.decode()
    assert "Tidak ada pelatihan yang cocok." in text


def test_rows_of_others_are_not_shown(ledger: Ledger, client: Client) -> None:
    foreign = ledger.trainings["foreign"]
    assert foreign.number not in shown(client.get(PAGE))
    assert foreign.number in shown(client_of(ledger.other_supervisor).get(PAGE))
    assert foreign.number in shown(client_of(ledger.auditor).get(PAGE))
    assert foreign.title not in client.get(PAGE).content.decode()


def test_text_is_escaped(ledger: Ledger, client: Client) -> None:
    text = client.get(PAGE).content.decode()
    assert "<r><t>x</t></r>" not in text
    assert not ANY_NIK.search(text)


@pytest.mark.parametrize(("rows", "queries"), [(1, 14), (3, 14)])
def test_page_asks_a_fixed_number_of_questions(
    db: None, supervisor: Any, rows: int, queries: int, django_assert_num_queries: Any
) -> None:
    line = BudgetLineFactory(organizer=supervisor.agency, fiscal_year__year=2026)
    for _ in range(rows):
        EnrolmentFactory(training=TrainingFactory(budget_line=line))
    browser = client_of(supervisor)
    browser.get(PAGE)
    with django_assert_num_queries(queries):
        response = browser.get(PAGE, {"year": "2026"})
    assert len(shown(response)) == rows


def test_workbook_download(ledger: Ledger, client: Client) -> None:
    address = f"{reverse('reports:export', args=['audit'])}?year=2025&budget_line=3.31.02.2.01.0005"
    response = client.post(address, {"format": "xlsx"})
    assert response.status_code == 200
    assert response["Content-Type"] == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert re.fullmatch(
        r'attachment; filename="audit-2025-3\.31\.02\.2\.01\.0005-\d{8}-\d{4}\.xlsx"', response["Content-Disposition"]
    )
    assert "no-store" in response["Cache-Control"]
    book = openpyxl.load_workbook(io.BytesIO(response.getvalue()))
    assert tuple(book.sheetnames) == SHEETS
    record = ExportRecord.objects.order_by("at").last()
    assert (record.by, record.filters) == (ledger.supervisor, {"year": "2025", "budget_line": "3.31.02.2.01.0005"})


def test_csv_download_keeps_the_sheets_together(client: Client) -> None:
    response = client.post(reverse("reports:export", args=["trainings"]), {"format": "csv"})
    assert response["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(response.getvalue())) as archive:
        names = archive.namelist()
        assert [re.sub(r"-\d{8}-\d{4}", "", name) for name in names] == ["trainings.csv", "trainings-keterangan.csv"]
        assert archive.read(names[0]).startswith(b"\xef\xbb\xbfNo;Nomor Pelatihan;Tahun Anggaran;SKPD;")


def test_an_export_is_a_post_of_ones_own_page(ledger: Ledger, client: Client) -> None:
    address = reverse("reports:export", args=["audit"])
    assert client.get(address).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(ledger.supervisor)
    assert strict.post(address, {"format": "xlsx"}).status_code == 403
    assert client.post(reverse("reports:export", args=["tidak-ada"]), {"format": "xlsx"}).status_code == 404


def test_an_unknown_format_comes_back_with_a_sentence(client: Client) -> None:
    answer = client.post(reverse("reports:export", args=["audit"]) + "?year=2025", {"format": "pdf"}, follow=True)
    assert "Bentuk berkas “pdf” tidak ada" in answer.content.decode()
    assert answer.redirect_chain == [(f"{PAGE}?year=2025", 302)]


def test_page_and_file_hold_the_same_rows(ledger: Ledger, client: Client) -> None:
    query = "?year=2025&office=35.07.33"
    response = client.post(f"{reverse('reports:export', args=['trainings'])}{query}", {"format": "xlsx"})
    sheet = openpyxl.load_workbook(io.BytesIO(response.getvalue()))["Rekap"]
    numbers = {number for row, number in sheet.iter_rows(max_col=2, values_only=True) if isinstance(row, int)}
    assert numbers == shown(client.get(f"{PAGE}{query}"))
    assert Training.objects.filter(number__in=numbers).count() == len(numbers) > 0
