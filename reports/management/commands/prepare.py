"""Everything `serve` needs, made once and checked fast ever after: database, static files, tables, demo, showcase."""

import hashlib
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from portal.actions.jobs import sweep
from portal.actions.regions import UnknownRegion, load_regions
from portal.env import env_text
from portal.management.commands.load_regions import in_words
from portal.models import Agency, Region
from portal.permissions import sync_roles
from portal.triggers import guards, installed, make_guards
from programs.actions.reference import load_reference, reference_digest
from programs.models import ExpenseAccount, FundSource, NomenclatureNode
from reports.demo import showcase
from reports.demo.build import create_demo
from reports.demo.logins import credentials_file
from reports.demo.skeleton import LOGINS

REFUSED = 2
HOME_REGENCY = "35.07"


class Command(BaseCommand):
    """`manage.py prepare`: exit 0 ready, 2 when SULAM_REGENCY is no area. Doing it again writes nothing."""

    help = "Menyiapkan basis data, berkas statis, wilayah, tabel rujukan, dan (di basis data kosong) data contoh."

    def handle(self, *args: Any, **options: Any) -> None:
        self._migrate()
        self._static_files()
        self._regions()
        self._reference()
        if swept := sweep():
            self.stdout.write(f"{swept} pekerjaan yang terhenti ditandai; tidak ada yang tersimpan setengah.")
        passwords = self._demo()
        try:
            if passwords or showcase.is_due():
                self.stdout.write("Alur kerja utama, sekali, lewat pintu yang dipakai pengguna:")
                showcase.run(self.stdout.write)
        finally:
            self._tell_logins(passwords)  # they are told only once, whatever happens to the showcase

    def _migrate(self) -> None:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if plan:
            self.stdout.write(f"Menyiapkan basis data ({len(plan)} migrasi)…")
            self.stdout.flush()
            call_command("migrate", verbosity=0, interactive=False)
        elif {guard.name for guard in guards()} != installed().keys():
            make_guards()  # a migrate that was cut off between its last migration and its end
        call_command("createcachetable", verbosity=0)
        if not plan:
            sync_roles()  # rights may change without a migration

    def _static_files(self) -> None:
        def collect() -> None:
            self.stdout.write("Menyiapkan berkas statis…")
            self.stdout.flush()
            call_command("collectstatic", verbosity=0, interactive=False)

        _when_changed("static", static_digest(), collect, missing=not settings.STATIC_ROOT.is_dir())

    def _regions(self) -> None:
        code = env_text("SULAM_REGENCY") or HOME_REGENCY
        if Region.objects.filter(pk=code).exists():
            return
        try:
            loaded = load_regions(code)
        except UnknownRegion as fault:
            raise CommandError(f"SULAM_REGENCY: {fault}", returncode=REFUSED) from None
        self.stdout.write(f"Wilayah {code} {loaded.name}: {in_words(loaded)}.")

    def _reference(self) -> None:
        def load() -> None:
            for name, tally in load_reference().items():
                self.stdout.write(f"Tabel {name}: {tally}.")

        tables = (NomenclatureNode, ExpenseAccount, FundSource)
        empty = not all(model.objects.exists() for model in tables)
        _when_changed("reference", reference_digest(), load, missing=empty)

    def _demo(self) -> dict[str, str]:
        if settings.PRODUCTION or Agency.objects.exists():
            return {}
        self.stdout.write("Basis data kosong: membuat data contoh (semua orangnya rekaan)…")
        self.stdout.flush()
        return dict(create_demo(today=timezone.localdate()))

    def _tell_logins(self, passwords: dict[str, str]) -> None:
        if passwords:
            self.stdout.write("Akun contoh (sandi hanya ditampilkan sekali ini):")
            for login in LOGINS:
                self.stdout.write(f"  {login.username:<24}{passwords[login.username]:<24}{login.role.label}")
        if credentials_file().exists() and not settings.PRODUCTION:
            self.stdout.write(f"Sandi akun contoh: {credentials_file()}")
        self.stdout.write(f"Alamat: {settings.PUBLIC_ADDRESS}")


def static_digest() -> str:
    """Return SHA-256 (hex) over path, size and time of every static source; reading them all would take too long."""
    lines = []
    for finder in get_finders():
        for path, storage in finder.list(None):
            lines.append(f"{path} {storage.size(path)} {storage.get_modified_time(path).timestamp()}")
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


def _when_changed(name: str, digest: str, work: Callable[[], None], *, missing: bool) -> None:
    """Do the work unless its stamp in VAR_DIR says that it was done for the same sources and its result stands."""
    stamp = settings.VAR_DIR / f"{name}.stamp"
    if not missing and stamp.is_file() and stamp.read_text(encoding="ascii") == digest:
        return
    work()
    stamp.write_text(digest, encoding="ascii")
