"""The filters over trainings: scoped, in any spelling, refusing what they do not understand."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import QueryDict
from django.test import RequestFactory
from django_filters import ModelChoiceFilter

from participants.queries import totals
from portal.filtering import ScopedFilterSet
from portal.models import Agency
from programs.filters import TrainingFilterSet
from programs.models import Training
from tests.factories.participants import EnrolmentFactory
from tests.factories.portal import AgencyFactory, FiscalYearFactory
from tests.factories.programs import (
    SUB_ACTIVITY,
    BudgetLineFactory,
    FundSourceFactory,
    NomenclatureNodeFactory,
    TrainingFactory,
)
from tests.factories.world import World

pytestmark = pytest.mark.django_db


def filtered(user: Any, query: str) -> TrainingFilterSet:
    request = RequestFactory().get("/")
    request.user = user
    return TrainingFilterSet(QueryDict(query), request=request)


@pytest.fixture
def wanted() -> Training:
    """One training, and another that differs from it in everything a filter asks about."""
    other_line = BudgetLineFactory(
        fiscal_year=FiscalYearFactory(year=2024),
        node=NomenclatureNodeFactory(code="3.31.03.2.01.0005"),
        fund_source=FundSourceFactory(code="2.2"),
    )
    TrainingFactory(
        budget_line=other_line,
        office=AgencyFactory(region__code="35.07.21"),
        title="Pelatihan Batik Cap",
        venue="Pendopo",
        status="finished",
    )
    return TrainingFactory(title="Pelatihan Menjahit Konveksi", venue="Balai Desa Clumprit")


@pytest.mark.parametrize(
    "query",
    [
        "year=2025",
        f"budget_line={SUB_ACTIVITY}",
        "budget_line=3.31.02.02.01.05",
        "budget_line=3.31.02.2.01",
        "budget_line=3.31.02",
        "office=35.07.33",
        "status=draft",
        "fund_source=1.1",
        "start_after=2025-01-01",
        "start_after=14-07-2025&start_before=14/07/2025",
        "q=menjahit",
        "q=clumprit+KONVEKSI",
        "q=2025.35.07.33",
    ],
)
def test_each_filter_finds_the_one(supervisor: Any, wanted: Training, query: str) -> None:
    found = filtered(supervisor, query)
    assert found.errors == {}
    assert list(found.qs) == [wanted]


def test_no_filter_means_everything_that_is_visible(supervisor: Any, wanted: Training) -> None:
    assert filtered(supervisor, "").qs.count() == 2
    assert TrainingFilterSet(request=filtered(supervisor, "").request).qs.count() == 2


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("year=1999", "year"),
        ("budget_line=abc", "budget_line"),
        ("budget_line=3.31.x", "budget_line"),
        ("office=35.07.99", "office"),
        ("status=selesai", "status"),
        ("fund_source=9", "fund_source"),
        ("start_after=31-02-2025", "start_after"),
        ("start_after=02-01-2025&start_before=01-01-2025", "start_after"),
        ("q=" + "x" * 101, "q"),
    ],
)
def test_a_filter_that_makes_no_sense_shows_no_rows(supervisor: Any, wanted: Training, query: str, name: str) -> None:
    found = filtered(supervisor, query)
    assert not found.is_valid()
    assert list(found.errors) == [name]
    assert not found.qs.exists()
    assert found.in_words() == []


def test_a_code_does_not_match_a_longer_number_beside_it(supervisor: Any) -> None:
    TrainingFactory(budget_line=BudgetLineFactory(node=NomenclatureNodeFactory(code="3.31.02.2.01.0050")))
    assert not filtered(supervisor, f"budget_line={SUB_ACTIVITY}").qs.exists()


def test_rows_and_choices_are_the_askers(two_agencies: World) -> None:
    office = filtered(two_agencies.operator_a, "")
    assert list(office.qs) == [two_agencies.a.training]
    assert list(office.form.fields["office"].queryset) == [two_agencies.pagelaran]
    assert not filtered(two_agencies.operator_a, "office=35.07.21").is_valid()
    organizer = filtered(two_agencies.supervisor, "")
    assert set(organizer.qs) == {two_agencies.a.training, two_agencies.cross.training}
    assert not filtered(two_agencies.inactive, "").qs.exists()


def test_years_are_those_of_budget_lines(supervisor: Any) -> None:
    FiscalYearFactory(year=2030)
    BudgetLineFactory(fiscal_year=FiscalYearFactory(year=2026))
    assert [year.pk for year in filtered(supervisor, "").form.fields["year"].queryset] == [2026]


def test_filters_are_told_in_words(supervisor: Any, wanted: Training) -> None:
    query = "year=2025&budget_line=3.31.02.02.01.05&office=35.07.33&status=draft&start_after=2025-07-01&q=jahit"
    assert filtered(supervisor, query).in_words() == [
        ("Tahun anggaran", "2025"),
        ("Kode anggaran", f"{SUB_ACTIVITY} {wanted.budget_line.node.name}"),
        ("Kecamatan", "Kecamatan Pagelaran"),
        ("Status", "Konsep"),
        ("Mulai sejak", "01-07-2025"),
        ("Kata kunci", "jahit"),
    ]


def test_the_form_needs_no_script(supervisor: Any, wanted: Training) -> None:
    html = filtered(supervisor, "start_after=2025-07-01").form.as_div()
    assert '<input type="date" name="start_after" value="2025-07-01"' in html
    assert f'<option value="{SUB_ACTIVITY}">' in html
    assert "<script" not in html


def test_choices_for_everybody_are_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match="office"):

        class Careless(ScopedFilterSet):
            office = ModelChoiceFilter(queryset=Agency.objects.all())

            class Meta:
                model = Training
                fields: list[str] = []


def test_totals_are_those_of_the_whole_set_in_two_queries(supervisor: Any, django_assert_num_queries: Any) -> None:
    line = BudgetLineFactory()
    for start, end in ((date(2025, 7, 14), date(2025, 7, 15)), (date(2025, 8, 1), date(2025, 8, 1))):
        training = TrainingFactory(budget_line=line, start=start, end=end)
        EnrolmentFactory(training=training, person__sex="P")
        EnrolmentFactory(training=training, person__sex="L")
        EnrolmentFactory(training=training, person__sex="P", status="withdrawn")
    TrainingFactory(budget_line=BudgetLineFactory(fiscal_year=FiscalYearFactory(year=2024)))
    rows = filtered(supervisor, "year=2025&q=pelatihan").qs
    with django_assert_num_queries(2):
        found = totals(rows)
    assert found == {
        "trainings": 2,
        "days": 3,
        "people": 4,
        "women": 2,
        "men": 2,
        "ceiling": Decimal("90000000"),
        "realised": Decimal("87000000"),
    }
    assert totals(rows.none()) == dict.fromkeys(found, 0)
