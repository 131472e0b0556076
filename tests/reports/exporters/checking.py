"""The comparison of all added-up reports with plain SQL."""

from portal.models import User
from tests.reports.exporters.expected import Expected
from tests.reports.exporters.tables import Table, check_headings, tables_of
from tests.reports.ledger import sql

REPORTS = ("budget", "accounts", "years", "repeats", "coverage", "persons")
WITHOUT_SUMS = {("repeats", "Rincian"), ("persons", "Sub Kegiatan"), ("persons", "Orang Berbeda")}
EVERY_TRAINING = "(SELECT id FROM programs_training)"


def check(user: User, ids: str, **params: str) -> None:
    """Assert that every table of every report says what SQL says of the trainings of `ids`, no sum left out."""
    expected = Expected(ids)
    tables: dict[tuple[str, str], Table] = {
        (report, title): table for report in REPORTS for title, table in tables_of(report, user, **params).items()
    }
    figures, rows = expected.figures(), expected.rows()
    assert {place: len(table.rows) for place, table in tables.items()} == {
        place: sql(query) for place, query in rows.items()
    }
    said = {(*place, label): value for place, table in tables.items() for label, value in table.sums.items()}
    assert said == {key: sql(query) for key, query in figures.items()}
    for place, table in tables.items():
        check_headings(table)
        assert table.result.rows == len(table.rows)
        assert place not in WITHOUT_SUMS or not table.sums
        assert table.column("No") == list(range(1, len(table.rows) + 1))
