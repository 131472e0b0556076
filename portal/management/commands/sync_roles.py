"""Command line door: rights of every role as portal.permissions says (also done after each migrate)."""

from typing import Any

from django.core.management.base import BaseCommand

from portal.permissions import ROLE_PERMISSIONS, sync_roles


class Command(BaseCommand):
    """`manage.py sync_roles`: exit 0."""

    help = "Menyamakan hak setiap peran dengan tabel di portal/permissions.py."

    def handle(self, *args: Any, **options: Any) -> None:
        sync_roles()
        self.stdout.write(f"Hak {len(ROLE_PERMISSIONS)} peran sudah sesuai.")
