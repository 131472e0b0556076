#!/usr/bin/env python
"""Entry point of every command line door (see docs/architecture.md)."""

import os
import sys


def main() -> None:
    os.umask(0o077)  # whatever the portal writes (database, files, exports) is its owner's alone
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as fault:
        sys.exit(f"Setelan salah: {fault}")


if __name__ == "__main__":
    main()
