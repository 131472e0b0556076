"""Giving people a way in: passwords that nobody chose and that are shown once."""

import secrets
from typing import Any

from django.db import transaction

from portal.actions.audit import record_event
from portal.enums import AuditAction
from portal.models import User

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # read out on the telephone: nothing that looks like something else
GROUPS, GROUP_LENGTH = 4, 4


def random_password() -> str:
    """Return a password of four groups, about 79 bits: `k7mp-9xqd-3hfw-t2vc`."""
    groups = ("".join(secrets.choice(ALPHABET) for _ in range(GROUP_LENGTH)) for _ in range(GROUPS))
    return "-".join(groups)


@transaction.atomic
def issue_password(user: User, *, by: Any) -> str:
    """Give a user a new random password, ending every session of theirs, and return it: it is kept nowhere."""
    password = random_password()
    user.set_password(password)
    user.save(update_fields=["password"])
    record_event(AuditAction.ACCESS, by=by, obj=user, summary=f"Kata sandi baru untuk {user.username}")
    return password
