"""Command line door: end what a process that died has left behind, and what is kept long enough. Cron calls it."""

from typing import Any

from django.core.management.base import BaseCommand

from portal.actions.housekeeping import CHORES


class Command(BaseCommand):
    """`manage.py sweep_jobs`: exit 0."""

    help = "Menandai pekerjaan yang prosesnya mati, dan menghapus berkas dan baris yang lewat masa simpannya."

    def handle(self, *args: Any, **options: Any) -> None:
        for sentence, chore in CHORES:
            self.stdout.write(sentence.format(chore()))
