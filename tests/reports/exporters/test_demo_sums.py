"""Every sum and every number of rows of the added-up reports is what plain SQL says of demo data."""

from portal.models import User
from tests.reports.exporters.checking import EVERY_TRAINING, check
from tests.reports.exporters.tables import tables_of


def test_all_years(demo_auditor: User, db: None) -> None:
    check(demo_auditor, EVERY_TRAINING)
    found = {
        title: table for report in ("repeats", "years") for title, table in tables_of(report, demo_auditor).items()
    }
    assert len(found["Peserta Berulang"].rows) > 1
    assert len(found["Per Kecamatan"].rows) > 2


def test_one_year(demo_auditor: User, db: None) -> None:
    check(demo_auditor, "(SELECT id FROM programs_training WHERE start < '2025-01-01')", year="2024")
