"""Command line door of verification: is this file ours, and is it as it left the portal?"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from portal.models import User
from portal.spreadsheets.reading import UnreadableFile
from reports.base.verification import State, changes_since, verify

EXIT_CODES = {State.UNCHANGED: 0, State.CHANGED: 1, State.NOT_OURS: 2}
WORDS = {
    State.UNCHANGED: "ASLI, TIDAK BERUBAH",
    State.CHANGED: "BERASAL DARI PORTAL, TETAPI SUDAH BERUBAH",
    State.NOT_OURS: "BUKAN EKSPOR PORTAL INI",
}


class Command(BaseCommand):
    """Ends with 0 for an unchanged file, 1 for a changed one, 2 for one that is not ours or cannot be read."""

    help = "Memeriksa apakah sebuah berkas hasil ekspor masih asli, dan menyebut sel yang berubah."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument(
            "--as", dest="username", metavar="USER", default="", help="nama pengguna yang boleh melihat isi ekspornya"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path, user = options["file"], User.objects.filter(username=options["username"]).first()
        if options["username"] and user is None:
            self._refuse(f"Pengguna “{options['username']}” tidak ada.")
        try:
            verdict = verify(path.read_bytes(), path.name, user)
        except OSError:
            self._refuse(f"Berkas {path} tidak dapat dibuka.")
        except UnreadableFile as refusal:
            self._refuse(str(refusal))
        self.stdout.write(f"{WORDS[verdict.state]}. {verdict.sentence}".rstrip())
        if verdict.record:
            self.stdout.write(f"Nomor ekspor {verdict.record.pk}, kode verifikasi {verdict.record.code}")
        for name in verdict.sheets:
            self.stdout.write(f"Lembar yang berbeda: {name}")
        for difference in verdict.differences:
            self.stdout.write(difference.sentence)
        if verdict.more:
            self.stdout.write("Masih ada perbedaan lain.")
        if user and verdict.record:
            for change in changes_since(verdict.record, user):
                by = f" oleh {change.by}" if change.by else ""
                why = f" ({change.reason})" if change.reason else ""
                self.stdout.write(f"Berubah di portal {change.at:%d-%m-%Y}: {change.what}, {change.sentence}{by}{why}")
        raise SystemExit(EXIT_CODES[verdict.state])

    def _refuse(self, sentence: str) -> None:
        self.stderr.write(sentence)
        raise SystemExit(EXIT_CODES[State.NOT_OURS])
