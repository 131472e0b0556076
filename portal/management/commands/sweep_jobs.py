"""Command line door: end what a process that died has left behind. Cron and every start call it."""

from typing import Any

from django.core.management.base import BaseCommand

from portal.actions.jobs import sweep


class Command(BaseCommand):
    """`manage.py sweep_jobs`: exit 0."""

    help = "Menandai impor dan pekerjaan yang terhenti karena prosesnya mati; tidak ada yang tersimpan setengah."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{sweep()} pekerjaan terhenti ditandai.")
