"""Command line door: demo data for a first look, for trying out a deployment (--skeleton), for load (--scale)."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from portal.models import User
from programs.models import Training
from reports.demo.build import DEFAULT_TRAININGS, DemoRefused, create_demo
from reports.demo.logins import credentials_file

REFUSED = 2


def whole_number(text: str) -> int:
    """Return a count of trainings, at least 1."""
    if not text.isdigit() or not int(text):
        raise ValueError(text)
    return int(text)


class Command(BaseCommand):
    """`manage.py create_demo_data [--skeleton | --scale N]`: exit 0 done, 2 refused (nothing written)."""

    help = "Membuat data contoh di basis data yang kosong (tidak pernah di lingkungan produksi)."

    def add_arguments(self, parser: CommandParser) -> None:
        size = parser.add_mutually_exclusive_group()
        size.add_argument(
            "--skeleton", action="store_true", help="instansi, pengguna, mata anggaran dan dua pelatihan, tanpa orang"
        )
        size.add_argument(
            "--scale", type=whole_number, default=DEFAULT_TRAININGS, metavar="N", help="kira-kira N pelatihan"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        count = 0 if options["skeleton"] else options["scale"]
        try:
            passwords = create_demo(trainings=count, today=timezone.localdate())
        except DemoRefused as refusal:
            raise CommandError(str(refusal), returncode=REFUSED) from None
        self.stdout.write(f"Data contoh dibuat: {Training.objects.count()} pelatihan, {User.objects.count()} pengguna.")
        for username, password in passwords.items():
            self.stdout.write(f"  {username:<24}{password}")
        self.stdout.write(f"Sandi disimpan di {credentials_file()}")
