"""Passwords of the demo users: one for all from the environment, or one each, random and kept where only we read."""

import os
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from django.conf import settings

from portal.actions.users import random_password
from portal.env import env_text


def credentials_file() -> Path:
    """Return where the passwords are kept."""
    return settings.VAR_DIR / "demo" / "credentials.txt"


def new_passwords(usernames: Iterable[str]) -> dict[str, str]:
    """Return a password for each user: SULAM_DEMO_PASSWORD when it is set, else a random one."""
    shared = env_text("SULAM_DEMO_PASSWORD")
    return {username: shared or random_password() for username in usernames}


def keep_passwords(passwords: Mapping[str, str], *, today: date) -> None:
    """Write the file of passwords anew, mode 0600."""
    path = credentials_file()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.unlink(missing_ok=True)  # so that the new one gets its mode from us
    lines = [f"# Sandi demo Sulam, dibuat {today:%d-%m-%Y}. Jangan dipakai untuk data sungguhan.", ""]
    lines += [f"{username:<24}{password}" for username, password in passwords.items()]
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
