"""Budget lines: what is left of them, who may write them, and that a code must be valid in its year."""

from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from programs.models import BudgetLine
from tests.addresses import form_of
from tests.factories.portal import AgencyFactory, FiscalYearFactory
from tests.factories.programs import (
    BudgetLineFactory,
    FundSourceFactory,
    NomenclatureNodeFactory,
    TrainingFactory,
    nomenclature_path,
)
from tests.factories.world import World
from tests.roles import client_of

pytestmark = pytest.mark.django_db
LIST, ADD = "admin:programs_budgetline_changelist", "admin:programs_budgetline_add"


def listed(user: Any, query: str = "") -> list[BudgetLine]:
    response = client_of(user).get(f"{reverse(LIST)}?{query}")
    assert response.status_code == 200
    return list(response.context["cl"].result_list)


def test_the_list_shows_what_is_left(supervisor: Any) -> None:
    line = BudgetLineFactory(ceiling_original=Decimal("100000000"), ceiling_revised=Decimal("80000000"))
    TrainingFactory(budget_line=line, realised=Decimal("20000000.50"))
    TrainingFactory(budget_line=line, realised=None)
    page = client_of(supervisor).get(reverse(LIST)).content.decode()
    for text in ("Rp80.000.000,00", "Rp20.000.000,50", "Rp59.999.999,50", "25,0%"):
        assert text in page


def test_realisation_counts_only_trainings_that_the_user_may_see(two_agencies: World) -> None:
    line = two_agencies.a.budgetline
    assert {one.pk: one.training_count for one in listed(two_agencies.operator_a)}[line.pk] == 1
    assert {one.pk: one.training_count for one in listed(two_agencies.supervisor)}[line.pk] == 2


@pytest.mark.parametrize(
    "query",
    ["budget_line=3.31.02", "budget_line=3.31.02.02.01.05", "q=3.31.02.2.01.0005", "q=pemberdayaan", "year=2025"],
)
def test_lines_are_found_by_any_level_and_by_words(supervisor: Any, query: str) -> None:
    wanted = BudgetLineFactory(node=nomenclature_path())
    BudgetLineFactory(node=NomenclatureNodeFactory(code="3.30.03.2.01.0001"), fiscal_year=FiscalYearFactory(year=2024))
    assert listed(supervisor, query) == [wanted]


@pytest.fixture
def fields() -> dict[str, Any]:
    return {
        "fiscal_year": FiscalYearFactory().pk,
        "node": nomenclature_path().pk,
        "fund_source": FundSourceFactory().pk,
        "ceiling_original": "250.000.000",
        "ceiling_revised": "",
    }


def test_a_new_line_is_the_writers_own(programme_officer: Any, fields: dict) -> None:
    other = AgencyFactory(organizer=True, name="Dinas Lain", short_name="Lain")
    client = client_of(programme_officer)
    assert client.post(reverse(ADD), fields | {"organizer": other.pk}).status_code == 302
    line = BudgetLine.objects.get()
    assert (line.organizer, line.ceiling) == (programme_officer.agency, Decimal("250000000"))
    response = client.post(reverse(ADD), fields)
    assert "Mata anggaran ini sudah ada untuk tahun, instansi dan sumber dana itu." in response.content.decode()


def test_a_code_must_be_valid_in_the_year(programme_officer: Any, fields: dict) -> None:
    node = NomenclatureNodeFactory(code="3.31.02.2.01.0009", valid_from=2026)
    response = client_of(programme_officer).post(reverse(ADD), fields | {"node": node.pk})
    assert "Kode ini tidak berlaku pada tahun anggaran 2025." in response.content.decode()


def test_only_a_sub_activity_can_be_paid(programme_officer: Any, fields: dict) -> None:
    program = NomenclatureNodeFactory(code="3.31.02")
    assert client_of(programme_officer).post(reverse(ADD), fields | {"node": program.pk}).status_code == 200
    assert not BudgetLine.objects.exists()


def test_an_existing_line_keeps_year_code_and_source(programme_officer: Any) -> None:
    line = BudgetLineFactory()
    client = client_of(programme_officer)
    address = reverse("admin:programs_budgetline_change", args=[line.pk])
    other = NomenclatureNodeFactory(code="3.31.02.2.01.0009")
    data = form_of(client.get(address).content.decode()) | {"node": other.pk, "ceiling_revised": "200.000.000"}
    assert client.post(address, data).status_code == 302
    changed = BudgetLine.objects.get()
    assert (changed.node, changed.ceiling) == (line.node, Decimal("200000000"))


def test_an_office_reads_amounts_as_rupiah(operator: Any) -> None:
    line = BudgetLineFactory()
    page = client_of(operator).get(reverse("admin:programs_budgetline_change", args=[line.pk])).content.decode()
    assert "Rp250.000.000,00" in page
    assert 'name="_save"' not in page
