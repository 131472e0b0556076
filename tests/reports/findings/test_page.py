"""The page of findings, the first page's counts, and the sheet of the audit workbook."""

import re
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from portal.dashboard import tasks_of
from portal.spreadsheets.writing import WorkbookWriter
from programs.models import Training
from reports.actions.findings import dismiss_finding
from reports.findings import Scope, find, find_one
from reports.findings.sheet import findings_sheet
from reports.models import FindingNote
from reports.views import findings as page
from tests.factories.participants import EnrolmentFactory
from tests.factories.portal import AgencyFactory, UserFactory
from tests.factories.programs import BudgetLineFactory, TrainingFactory
from tests.roles import client_of

pytestmark = pytest.mark.django_db
PAGE, DECISION = "/laporan/temuan/", "/laporan/temuan/keputusan/"
REASON = "Kelebihan disetor kembali, bukti STS terlampir"


@pytest.fixture
def own() -> Training:
    return TrainingFactory(title="Pelatihan Menjahit", ceiling=Decimal("100"), realised=Decimal("150"), target_people=0)


@pytest.fixture
def foreign() -> Training:
    """A training of another office, paid by another organizer."""
    other = AgencyFactory(organizer=True, name="Dinas Koperasi dan Usaha Mikro", short_name="Diskopum")
    return TrainingFactory(
        title="Pelatihan Rahasia",
        office=AgencyFactory(office=True, region__code="35.07.21"),
        budget_line=BudgetLineFactory(organizer=other),
        ceiling=1,
        realised=2,
    )


def text_of(client: Client, **params: str) -> str:
    response = client.get(PAGE, params)
    assert response.status_code == 200
    return response.content.decode()


def shown(text: str) -> list[str]:
    """Return the labels of the rules in the table."""
    return re.findall(r"<strong>([^<]+)\.</strong>", text)


def test_an_operator_reads_the_own_findings_and_cannot_decide(own: Training, foreign: Training, operator: Any) -> None:
    text = text_of(client_of(operator))
    assert "<h1>Temuan saya</h1>" in text
    assert set(shown(text)) == {"Realisasi melebihi pagu", "Selesai tanpa daftar hadir"}
    assert own.number in text
    assert reverse("admin:programs_training_change", args=[own.pk]) in text
    assert "Rp50,00" in text
    assert "Tutup temuan" not in text
    for secret in (foreign.title, foreign.number, "Wagir:"):
        assert secret not in text


def test_a_supervisor_sees_counts_and_may_decide(own: Training, foreign: Training, supervisor: Any) -> None:
    text = text_of(client_of(supervisor))
    assert "<h1>Temuan</h1>" in text
    assert re.search(r'href="\?severity=high"><strong>2</strong> tingkat tinggi', text)
    assert "Realisasi melebihi pagu: 1" in text
    assert "Pagelaran: 2" in text
    assert "Tutup temuan" in text
    assert foreign.title not in text
    assert foreign.title in text_of(client_of(UserFactory(auditor=True)))


@pytest.mark.parametrize(
    ("params", "rules"),
    [
        ({"rule": "realised_over_ceiling"}, ["Realisasi melebihi pagu"]),
        ({"severity": "low"}, []),
        ({"severity": "high", "office": "35.07.33"}, ["Realisasi melebihi pagu", "Selesai tanpa daftar hadir"]),
        ({"year": "2025", "budget_line": "3.31.02", "rule": "without_attendance"}, ["Selesai tanpa daftar hadir"]),
        ({"q": "tidak ada kata ini"}, []),
        ({"state": "dismissed"}, []),
        ({"state": "all", "rule": "realised_over_ceiling"}, ["Realisasi melebihi pagu"]),
    ],
)
def test_filters(own: Training, supervisor: Any, params: dict[str, str], rules: list[str]) -> None:
    assert shown(text_of(client_of(supervisor), **params)) == rules


@pytest.mark.parametrize(
    "params", [{"rule": "x"}, {"severity": "x"}, {"state": "x"}, {"year": "1999"}, {"office": "x"}]
)
def test_a_filter_that_is_not_understood_shows_nothing(own: Training, supervisor: Any, params: dict[str, str]) -> None:
    text = text_of(client_of(supervisor), **params)
    assert "Saringan belum dapat dipakai" in text
    assert not shown(text)


def test_pages(supervisor: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "ROWS_A_PAGE", 2)
    for _ in range(3):
        TrainingFactory(ceiling=1, realised=2)
    params = {"rule": "realised_over_ceiling"}
    first, last = text_of(client_of(supervisor), **params), text_of(client_of(supervisor), **params, hal="2")
    assert (len(shown(first)), len(shown(last))) == (2, 1)
    assert "?rule=realised_over_ceiling&amp;hal=2" in first
    assert "Menampilkan 1 dari 3 temuan." in last


def fields_of(text: str) -> dict[str, str]:
    """Return the hidden fields of the first decision form."""
    form = text[text.index('<form method="post" action="/laporan/temuan/keputusan/') :]
    return dict(re.findall(r'name="(rule|key|fingerprint)" value="([^"]+)"', form)[:3])


def test_closing_and_opening_again(own: Training, supervisor: Any, operator: Any) -> None:
    client = client_of(supervisor)
    sent = fields_of(text_of(client, rule="realised_over_ceiling"))
    answer = client.post(f"{DECISION}?severity=high", sent | {"to": "dismissal", "reason": REASON})
    assert answer["Location"] == f"{PAGE}?severity=high"
    assert FindingNote.objects.get().by == supervisor
    assert "Realisasi melebihi pagu" not in shown(text_of(client))
    closed = text_of(client_of(operator), state="dismissed")
    assert shown(closed) == ["Realisasi melebihi pagu"]
    assert f"oleh Pengawas kegiatan: {REASON}" in closed
    assert supervisor.name not in closed
    client.post(DECISION, sent | {"to": "reopening", "reason": "Bukti setor tidak ditemukan"})
    assert "Realisasi melebihi pagu" in shown(text_of(client))


def test_data_that_change_open_it_again_on_the_page(own: Training, supervisor: Any) -> None:
    client = client_of(supervisor)
    client.post(DECISION, fields_of(text_of(client, rule="realised_over_ceiling")) | {"reason": REASON})
    Training.objects.filter(pk=own.pk).update(realised=175)
    assert "Dibuka lagi karena data berubah" in text_of(client)


def test_a_decision_without_reason_says_so(own: Training, supervisor: Any) -> None:
    client = client_of(supervisor)
    sent = fields_of(text_of(client, rule="realised_over_ceiling"))
    text = client.post(DECISION, sent | {"reason": " "}, follow=True).content.decode()
    assert "Tulis alasan yang dapat diperiksa orang lain" in text
    assert not FindingNote.objects.exists()


def test_operators_cannot_decide_by_hand(own: Training, operator: Any) -> None:
    finding = find_one(Scope.of(operator), "realised_over_ceiling", f"training:{own.pk}")
    sent = {"rule": "realised_over_ceiling", "key": finding.key, "fingerprint": finding.fingerprint, "reason": REASON}
    assert client_of(operator).post(DECISION, sent).status_code == 403
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(UserFactory(supervisor=True))
    assert strict.post(DECISION, sent).status_code == 403
    assert not FindingNote.objects.exists()


def test_text_of_findings_is_escaped(supervisor: Any) -> None:
    TrainingFactory(title="<script>alert(1)</script>", ceiling=1, realised=2)
    text = text_of(client_of(supervisor))
    assert "<script>alert(1)</script>" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_asks_a_fixed_number_of_questions(supervisor: Any, rows: int, django_assert_num_queries: Any) -> None:
    for _ in range(rows):
        EnrolmentFactory(training=TrainingFactory(ceiling=1, realised=2))
    browser = client_of(supervisor)
    browser.get(PAGE)
    with django_assert_num_queries(32):
        assert len(shown(browser.get(PAGE).content.decode())) == 3 * rows


# --- the first page -------------------------------------------------------------------------------------------------
def counts_of(user: Any) -> dict[str, int]:
    return {task.text: task.count for task in tasks_of(user) if task.text.startswith("Temuan")}


def test_the_first_page_counts_open_findings_of_the_own_rows(own: Training, foreign: Training, operator: Any) -> None:
    assert counts_of(operator) == {"Temuan tingkat tinggi masih terbuka": 2}
    text = client_of(operator).get("/admin/").content.decode()
    assert 'href="/laporan/temuan/?severity=high"' in text
    assert counts_of(UserFactory(administrator=True)) == {}


def test_counts_are_kept_for_a_minute_and_renewed_by_a_decision(own: Training, supervisor: Any) -> None:
    assert counts_of(supervisor) == {"Temuan tingkat tinggi masih terbuka": 2}
    Training.objects.filter(pk=own.pk).update(realised=50)
    assert counts_of(supervisor) == {"Temuan tingkat tinggi masih terbuka": 2}
    cache.clear()
    assert counts_of(supervisor) == {"Temuan tingkat tinggi masih terbuka": 1}
    client = client_of(supervisor)
    client.post(DECISION, fields_of(text_of(client)) | {"reason": REASON})
    assert counts_of(supervisor) == {}


# --- the sheet ------------------------------------------------------------------------------------------------------
def test_the_sheet_holds_every_finding_with_its_state(own: Training, supervisor: Any, tmp_path: Any) -> None:
    finding = find_one(Scope.of(supervisor), "realised_over_ceiling", f"training:{own.pk}")
    dismiss_finding("realised_over_ceiling", finding.key, fingerprint=finding.fingerprint, reason=REASON, by=supervisor)
    spec = findings_sheet(Scope.of(supervisor))
    assert [column.label for column in spec.columns] == [
        "No",
        "Tingkat",
        "Aturan",
        "Nomor Pelatihan",
        "Nama Pelatihan",
        "Kecamatan",
        "Uraian",
        "Nilai (rupiah)",
        "Dasar",
        "Keadaan",
        "Alasan",
    ]
    rows = list(spec.rows)
    assert len(rows) == len(find(Scope.of(supervisor))) == 2
    assert rows[0] == [
        1,
        "Tinggi",
        "Realisasi melebihi pagu",
        own.number,
        own.title,
        "Pagelaran",
        "Realisasi Rp150,00 melebihi pagu pelatihan Rp100,00.",
        Decimal("50.00"),
        "Pagu DPA/DPPA-SKPD",
        "Ditutup",
        REASON,
    ]
    assert rows[1][-2:] == ["Terbuka", ""]
    with WorkbookWriter(tmp_path / "temuan.xlsx", title="Uji", author="Uji", comment="") as writer:
        assert writer.write(findings_sheet(Scope.of(supervisor))).rows == 2
