"""The nine users of the access matrix (and the PPTK), and how a test becomes one of them."""

from typing import Any

from django.test import Client

# Attribute names of tests.factories.world.World; "anonymous" is nobody at all.
USERS = (
    "anonymous",
    "inactive",
    "nobody",
    "operator_a",
    "operator_b",
    "head_a",
    "pptk",
    "supervisor",
    "auditor",
    "administrator",
)


def client_of(user: Any, **extra: Any) -> Client:
    """Return a client signed in as `user` (None: nobody), without paying for a password hash.

    The session of an inactive user is made all the same: it may have been active a minute ago.
    """
    client = Client(**extra)
    if user is not None:
        client.force_login(user)
    return client
