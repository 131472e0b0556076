"""All sheets of a report show one moment."""

from typing import Any

from django.db import connection

from portal.models import FiscalYear
from reports.queries import snapshot


def test_a_report_reads_in_a_transaction_of_its_own_kind(django_db_setup: None, django_db_blocker: Any) -> None:
    """Outside the transaction that other tests live in; nothing is written, so nothing needs to be undone."""
    with django_db_blocker.unblock():
        connection.ensure_connection()
        mode = getattr(connection, "transaction_mode", None)
        with snapshot():
            assert connection.in_atomic_block
            assert not FiscalYear.objects.exists()
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("SHOW transaction_isolation")
                    assert cursor.fetchone() == ("repeatable read",)
            else:
                assert connection.transaction_mode == "DEFERRED"
        assert not connection.in_atomic_block
        assert getattr(connection, "transaction_mode", None) == mode


def test_inside_a_transaction_it_changes_nothing(db: None) -> None:
    with snapshot():
        FiscalYear.objects.create(year=2025)
    assert FiscalYear.objects.exists()
