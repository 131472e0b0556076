"""Command line door: end what a process that died has left behind, and what is kept long enough. Cron calls it."""

from typing import Any

from django.core.management.base import BaseCommand

from portal.actions.imports import expire_imports, remove_orphans
from portal.actions.jobs import sweep


class Command(BaseCommand):
    """`manage.py sweep_jobs`: exit 0."""

    help = "Menandai pekerjaan yang prosesnya mati, dan menghapus berkas serta baris impor yang sudah lewat waktunya."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{sweep()} pekerjaan terhenti ditandai.")
        expired, orphans = expire_imports(), remove_orphans()
        self.stdout.write(f"{expired} impor lama dibersihkan, {orphans} berkas tanpa pemilik dihapus.")
