"""Every sum and every number of rows of the added-up reports is what plain SQL says, whoever asks for them."""

import pytest

from tests.factories.portal import AgencyFactory, UserFactory
from tests.reports.exporters.checking import EVERY_TRAINING, REPORTS, check
from tests.reports.exporters.tables import tables_of
from tests.reports.exporters.traps import SUB_ACTIVITY, Traps

OF_AGENCY = "(SELECT id FROM programs_training WHERE {} = {})"
OF_CODE = f"""(SELECT t.id FROM programs_training t JOIN programs_budgetline b ON b.id = t.budget_line_id
    JOIN programs_nomenclaturenode n ON n.id = b.node_id
    WHERE b.fiscal_year_id = 2025 AND n.code = '{SUB_ACTIVITY}' AND t.organizer_id = {{}})"""
NO_TRAINING = "(SELECT id FROM programs_training WHERE id < 0)"


def test_all_agencies(traps: Traps) -> None:
    check(traps.auditor, EVERY_TRAINING)


def test_one_organizer(traps: Traps) -> None:
    check(traps.supervisor, OF_AGENCY.format("organizer_id", traps.disperindag.pk))
    check(traps.other_supervisor, OF_AGENCY.format("organizer_id", traps.koperasi.pk))


def test_one_office(traps: Traps) -> None:
    check(traps.operator, OF_AGENCY.format("office_id", traps.pagelaran.pk))


def test_filters(traps: Traps) -> None:
    ids = OF_CODE.format(traps.disperindag.pk)
    check(traps.supervisor, ids, year="2025", budget_line=SUB_ACTIVITY)


def test_nothing_found(traps: Traps) -> None:
    check(traps.auditor, NO_TRAINING, q="tidak ada yang bernama begini")


@pytest.mark.parametrize("report", REPORTS)
def test_an_office_without_trainings_finds_nothing(traps: Traps, report: str) -> None:
    outsider = UserFactory(operator=True, agency=AgencyFactory(region__code="35.07.09"))
    for table in tables_of(report, outsider).values():
        assert not table.rows
        assert not table.headings
