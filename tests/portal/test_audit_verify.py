"""`manage.py audit_verify`: whole is 0, touched is 1."""

import io

from django.core.management import call_command
from django.db import connection

from portal.triggers import drop_guards
from tests.factories.portal import AuditEventFactory


def verify() -> tuple[int, str, str]:
    """Return (exit code, stdout, stderr)."""
    out, err, code = io.StringIO(), io.StringIO(), 0
    try:
        call_command("audit_verify", stdout=out, stderr=err)
    except SystemExit as end:
        code = end.code
    return code, out.getvalue(), err.getvalue()


def test_a_whole_trail(db: None) -> None:
    AuditEventFactory.create_batch(3)
    assert verify() == (0, "Jejak audit utuh: 3 catatan diperiksa.\n", "")


def test_a_touched_trail(db: None) -> None:
    first, second = AuditEventFactory(), AuditEventFactory()
    drop_guards()  # somebody who owns the database
    with connection.cursor() as cursor:
        cursor.execute("UPDATE portal_auditevent SET summary = 'Lain' WHERE id = %s", [second.pk])
    code, out, err = verify()
    assert code == 1
    assert out.startswith(f"Rantai {second.chain}, catatan {second.sequence} (")
    assert out.endswith("): isinya berubah sejak dicatat.\n")
    assert err == "1 catatan jejak audit tidak utuh. Bandingkan dengan cadangan sebelum melanjutkan.\n"
    assert first.sequence < second.sequence
