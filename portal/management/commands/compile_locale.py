"""Compiles the project's .po files without gettext, which a bare machine does not have."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError


def catalogues() -> list[Path]:
    """Return the project's own .po files, sorted."""
    return sorted(path for folder in settings.LOCALE_PATHS for path in Path(folder).glob("*/LC_MESSAGES/*.po"))


def compiled(source: Path) -> bytes:
    """Return the .mo content for the .po file `source`; raise OSError when polib cannot read it as one."""
    import polib  # a development dependency: the compiled files are kept in the repository

    return polib.pofile(str(source)).to_binary()


class Command(BaseCommand):
    """`manage.py compile_locale`: run it after changing a .po file and keep both files together."""

    help = "Menyusun locale/*/LC_MESSAGES/*.po menjadi .mo (butuh requirements-dev.txt)."
    requires_system_checks = ()

    def handle(self, **options: object) -> None:
        for source in catalogues():
            try:
                content = compiled(source)
            except ImportError:
                raise CommandError("polib belum terpasang; jalankan: pip install -r requirements-dev.lock") from None
            except OSError as error:
                raise CommandError(f"{source.name} tidak dapat dibaca: {error}") from None
            source.with_suffix(".mo").write_bytes(content)
            self.stdout.write(f"{source.with_suffix('.mo').name}: {len(content)} bita")
