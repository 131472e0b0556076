"""The pages of SIPD-RI against Sulam: every kind shown, sums as SQL gives them, nothing of another dinas."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from programs.enums import MatchKind
from tests.factories.portal import UserFactory
from tests.factories.programs import (
    BudgetLineFactory,
    ExpenseAccountFactory,
    ExpenseFactory,
    SipdRowFactory,
    SipdUploadFactory,
    TrainingFactory,
)
from tests.reports.sipd import HONOR, KINDS, MEALS, Books, build_books, sipd_total, sulam_total
from tests.roles import client_of

LIST = reverse("reports:sipd")


@pytest.fixture
def books(db: None) -> Books:
    return build_books()


@pytest.fixture
def client(books: Books) -> Client:
    return client_of(UserFactory(supervisor=True))


def page_of(upload: Any) -> str:
    return reverse("reports:sipd_upload", args=[upload.pk])


def rows(response: Any) -> list[tuple[str, str, str, Decimal]]:
    """Return (kind, source, account in groups, gap) of the lines shown."""
    return [
        (line.kind.value, line.match.key.fund, line.match.key.account, line.match.gap)
        for line in response.context["page"].object_list
    ]


def test_every_kind_is_shown_with_what_must_be_looked_into_first(books: Books, client: Client) -> None:
    response = client.get(page_of(books.upload))
    assert rows(response) == [
        ("different", "1.1", "5.1.2.1.1.52", Decimal("-25000.00")),
        ("sipd", "1.1", "5.1.2.1.1.25", Decimal("125000.00")),
        ("sulam", "1.1", "5.1.2.4.1.3", Decimal("-750000.00")),
        ("unexplained", "1.1", "", Decimal("-43500000.00")),
        ("unexplained", "2.2.1.1.1.1", "", Decimal("-700000.00")),
        ("equal", "1.1", "5.1.2.2.1.3", Decimal(0)),
        ("equal", "2.2.1.1.1.1", "5.1.2.2.1.3", Decimal(0)),
        ("outside", "1.1", "5.1.2.1.1.25", Decimal("99000000.00")),
    ]
    assert {kind.value: one.count for kind, one in response.context["kinds"]} == KINDS
    text = response.content.decode()
    assert "SP2D SP2D/3/2025: SIPD Rp475.000,00, Sulam Rp500.000,00" in text
    for word in ("first", "second", "recap", "contradiction"):
        training = books.trainings[word]
        assert f'<a href="/admin/programs/training/{training.pk}/change/">{training.number}</a>' in text


def test_sums_are_what_sql_says_and_gaps_add_up(books: Books, client: Client) -> None:
    context = client.get(page_of(books.upload)).context
    sipd, sulam = sipd_total(books.upload), sulam_total(books.upload)
    total = context["total"]
    assert (total.sipd, total.sulam, total.gap) == (sipd, sulam, sipd - sulam)
    for part in ([one for _, one in context["kinds"]], [line.match for line in context["page"]]):
        assert sum(one.sipd for one in part) == sipd
        assert sum(one.sulam for one in part) == sulam
        assert sum(one.gap for one in part) == sipd - sulam
    outside = dict(context["kinds"])[MatchKind.OUTSIDE]
    assert sum(one.gap for one in context["budget_lines"]) == sipd - sulam - outside.gap


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_filters(books: Books, client: Client, kind: str) -> None:
    response = client.get(page_of(books.upload), {"kind": kind})
    assert [found for found, *_ in rows(response)] == [kind] * KINDS[kind]
    assert response.context["total"].count == sum(KINDS.values()), "the sums stay those of the whole sheet"


@pytest.mark.parametrize(("code", "count"), [("3.31.02.02.01.05", 7), ("3.31.03", 1), ("3.31", 8), ("3.30", 0)])
def test_a_code_of_any_level_and_spelling_filters(books: Books, client: Client, code: str, count: int) -> None:
    response = client.get(page_of(books.upload), {"budget_line": code})
    assert len(rows(response)) == count
    assert ("Tidak ada angka dengan saringan ini." in response.content.decode()) is (not count)


@pytest.mark.parametrize("query", [{"kind": "lain"}, {"budget_line": "lain-lain"}])
def test_a_wrong_filter_shows_nothing_and_says_why(books: Books, client: Client, query: dict) -> None:
    response = client.get(page_of(books.upload), query)
    text = response.content.decode()
    assert (response.status_code, "page" in response.context) == (200, False)
    assert "Saringan belum dapat dipakai" in text
    assert "43.500.000" not in text


def test_the_list_says_which_sheet_is_in_force(books: Books, client: Client) -> None:
    response = client.get(LIST)
    assert [one.pk for one in response.context["page"]] == [books.upload.pk, books.older.pk]
    assert response.context["in_force"] == {books.upload.pk}
    found = {one.pk: (one.line_count, one.realised) for one in response.context["page"]}
    assert found[books.upload.pk] == (6, sipd_total(books.upload))
    text = client.get(page_of(books.older)).content.decode()
    assert f'<a href="{page_of(books.upload)}">Buka lembar yang berlaku</a>' in text


def test_another_dinas_is_nowhere(books: Books, client: Client) -> None:
    assert client.get(page_of(books.foreign)).status_code == 404
    for address in (LIST, page_of(books.upload)):
        text = client.get(address).content.decode()
        assert "888.000.000" not in text
        assert "Diskopum" not in text
    auditor = client_of(UserFactory(auditor=True))
    assert len(auditor.get(LIST).context["page"]) == 3
    assert rows(auditor.get(page_of(books.foreign))) == [("different", "1.1", "5.1.2.2.1.3", Decimal("887999001.00"))]


def test_only_who_pays_is_offered_the_upload(books: Books, client: Client) -> None:
    officer = client_of(UserFactory(programme_officer=True))
    assert "Unggah realisasi SIPD" in officer.get(LIST).content.decode()
    assert "Unggah realisasi SIPD" not in client.get(LIST).content.decode()
    operator = client_of(UserFactory(operator=True))
    assert [operator.get(address).status_code for address in (LIST, page_of(books.upload))] == [403, 403]
    assert "Rekonsiliasi SIPD" not in operator.get(reverse("reports:index")).content.decode()
    assert LIST in client.get(reverse("reports:index")).content.decode()


def test_a_key_that_no_database_holds_is_not_found(client: Client) -> None:
    assert client.get(f"{LIST}{10**30}/").status_code == 404


@pytest.mark.parametrize("rows_made", [1, 3])
def test_pages_ask_a_fixed_number_of_questions(db: None, django_assert_num_queries: Any, rows_made: int) -> None:
    supervisor = UserFactory(supervisor=True)
    line = BudgetLineFactory(organizer=supervisor.agency)
    upload = SipdUploadFactory(organizer=supervisor.agency)
    for number in range(rows_made):
        account = (HONOR, MEALS, "5.1.02.04.01.0003")[number]
        SipdRowFactory(upload=upload, account=account)
        training = TrainingFactory(budget_line=line)
        ExpenseFactory(training=training, account=ExpenseAccountFactory(code=account))
    for _ in range(rows_made - 1):
        SipdUploadFactory(organizer=supervisor.agency, fiscal_year__year=2024)
    browser = client_of(supervisor)
    browser.get(LIST)
    with django_assert_num_queries(8):
        browser.get(LIST)
    with django_assert_num_queries(12):
        response = browser.get(page_of(upload))
    assert len(rows(response)) == rows_made + 1
