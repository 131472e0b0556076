"""Prove the audit trail whole: every event still follows from the one before it."""

from typing import Any

from django.core.management.base import BaseCommand

from portal.actions.audit import broken_links
from portal.models import AuditEvent


class Command(BaseCommand):
    """Ends with 0 when every chain is whole, with 1 when an event was changed, removed or put in between."""

    help = "Memeriksa bahwa jejak audit tidak pernah diubah."
    requires_migrations_checks = True

    def handle(self, *args: Any, **options: Any) -> None:
        count = 0
        for event, reason in broken_links():
            count += 1
            self.stdout.write(f"Rantai {event.chain}, catatan {event.sequence} ({event.at:%d-%m-%Y}): {reason}.")
        if count:
            self.stderr.write(
                f"{count} catatan jejak audit tidak utuh. Bandingkan dengan cadangan sebelum melanjutkan."
            )
            raise SystemExit(1)
        total = AuditEvent.objects.count()
        self.stdout.write(f"Jejak audit utuh: {total} catatan diperiksa.")
