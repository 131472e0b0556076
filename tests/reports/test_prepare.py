"""The start of `make run`: everything once, the main job shown, and nothing written when nothing is missing."""

import io
import stat
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from participants.models import Attendance, Enrolment
from portal.enums import BatchState, YearState
from portal.models import Agency, AuditEvent, FiscalYear, ImportBatch, Region
from portal.triggers import drop_guards, guards, installed
from programs.models import BudgetLine, NomenclatureNode, SipdUpload, Training
from programs.reconciliation import compare_with_sipd, sums_by_kind
from reports.demo import showcase
from reports.demo.logins import credentials_file
from reports.management.commands import prepare
from reports.models import ExportRecord
from tests.factories.portal import ImportBatchFactory, UserFactory

pytestmark = pytest.mark.django_db
WRITES = ("INSERT", "UPDATE", "DELETE", "CREATE", "DROP")


@pytest.fixture(autouse=True)
def own_var(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.VAR_DIR, settings.STATIC_ROOT = tmp_path, tmp_path / "static"
    for name in ("SULAM_DEMO_PASSWORD", "SULAM_REGENCY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def no_static_files(settings: Any) -> None:
    settings.STATIC_ROOT.mkdir()
    (settings.VAR_DIR / "static.stamp").write_text(prepare.static_digest())


@pytest.fixture
def real_office() -> Agency:
    """A database that somebody uses: no demo data belong here."""
    return UserFactory(operator=True).agency


def run(command: str = "prepare", *arguments: str) -> str:
    out = io.StringIO()
    call_command(command, *arguments, stdout=out)
    return out.getvalue()


def test_the_first_start_shows_the_main_job_and_the_second_writes_nothing(settings: Any):
    printed = run()
    _assert_told(printed)
    _assert_done()
    with CaptureQueriesContext(connection) as queries:
        again = run()
    assert again.splitlines() == [f"Sandi akun contoh: {credentials_file()}", f"Alamat: {settings.PUBLIC_ADDRESS}"]
    written = [query["sql"] for query in queries if query["sql"].lstrip().upper().startswith(WRITES)]
    assert not written
    assert len(queries) < 80


def _assert_told(printed: str) -> None:
    assert "1 kabupaten, 33 kecamatan, 378 desa, 12 kelurahan" in printed
    assert "mengimpor peserta-clumprit-2025.xlsx (daftar peserta): 30 baru, 0 berubah, 0 sama, 0 ditolak" in printed
    assert "memeriksa peserta-clumprit-tergesa.xlsx (hanya melihat): 0 baru, 0 berubah, 22 sama, 8 ditolak" in printed
    assert "baris 2, NIK: NIK sama dengan baris 11." in printed
    assert "mengimpor batik-sidorahayu.csv (daftar peserta): 25 baru" in printed
    assert "mengimpor rekap-pelatihan-2025.xlsx (rekap pelatihan): 38 baru, 2 berubah, 0 sama, 0 ditolak" in printed
    assert (
        "mengimpor sipd-2024.csv (realisasi SIPD, dengan beberapa selisih): 21 baru, 0 berubah, 0 sama, 0 ditolak"
        in printed
    )
    assert "40 pelatihan, 55 peserta (48 perempuan)" in printed
    assert "realisasi Rp1.685.350.000,00" in printed
    assert "31 RT diundang, tanpa wakil: RT 031" in printed
    passwords = [line.split()[1] for line in credentials_file().read_text().splitlines()[2:]]
    assert len(passwords) == 7
    assert all(password in printed for password in passwords)


def _assert_done() -> None:
    founding = Training.objects.get(number=showcase.FOUNDING)
    assert (Enrolment.objects.filter(training=founding).count(), founding.realised) == (30, 23_275_000)
    present = Attendance.objects.filter(training=founding, presence="hadir")
    assert [present.filter(session__date__day=day).count() for day in (14, 15)] == [28, 29]
    assert ImportBatch.objects.count() == 5, "the hurried list was only looked at"
    _assert_reconciled()
    assert ExportRecord.objects.get().by.username == showcase.SUPERVISOR
    assert load_workbook(showcase.workbook_path()).sheetnames[0] == "Ringkasan"
    assert stat.S_IMODE(showcase.workbook_path().parent.stat().st_mode) == 0o700
    assert set(FiscalYear.objects.values_list("state", flat=True)) == {YearState.OPEN}
    assert (showcase.FILES / "truth.json").exists()


def _assert_reconciled() -> None:
    """One difference of each kind, and the rest agrees."""
    upload = SipdUpload.objects.get()
    lines = compare_with_sipd(
        upload.lines.all(),
        Training.objects.filter(organizer=upload.organizer, budget_line__fiscal_year=upload.fiscal_year),
        BudgetLine.objects.filter(organizer=upload.organizer, fiscal_year=upload.fiscal_year),
    )
    counts = {kind.value: one.count for kind, one in sums_by_kind(lines).items()}
    equal = counts.pop("equal")
    assert counts == {"different": 1, "sipd": 1, "sulam": 1, "unexplained": 0, "outside": 1}
    assert equal == upload.lines.count() - 3, "every row but the three that were made to differ"


@pytest.mark.usefixtures("no_static_files")
def test_a_lost_workbook_is_written_again_without_importing(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(showcase, "STEPS", showcase.STEPS[:1])
    run()
    showcase.workbook_path().unlink()
    printed = run()
    assert "mengekspor buku kerja audit" in printed
    assert "mengimpor" not in printed
    assert showcase.workbook_path().exists()


@pytest.mark.usefixtures("no_static_files")
def test_a_skeleton_is_left_as_it_was_made():
    run("create_demo_data", "--skeleton")
    assert "mengimpor" not in run()
    assert not ImportBatch.objects.exists()
    assert not showcase.workbook_path().exists()


@pytest.mark.usefixtures("no_static_files")
def test_passwords_are_told_even_when_the_showcase_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
):
    def broken(say: Any) -> None:
        raise CommandError("rusak")

    monkeypatch.setattr(showcase, "run", broken)
    with pytest.raises(CommandError, match="rusak"):
        call_command("prepare")
    assert "Akun contoh (sandi hanya ditampilkan sekali ini):" in capsys.readouterr().out


@pytest.mark.usefixtures("no_static_files")
def test_no_demo_where_somebody_works(real_office: Agency):
    printed = run()
    assert list(Agency.objects.all()) == [real_office]
    assert not Training.objects.exists()
    assert not showcase.workbook_path().exists()
    assert "Sandi" not in printed


@pytest.mark.usefixtures("no_static_files")
def test_no_demo_in_production(settings: Any):
    settings.PRODUCTION = True
    printed = run()
    assert not Agency.objects.exists()
    assert NomenclatureNode.objects.exists()
    assert Region.objects.filter(pk="35.07.33.2001").exists()
    assert "Sandi" not in printed


@pytest.mark.usefixtures("no_static_files", "real_office")
def test_another_regency_from_the_environment(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SULAM_REGENCY", "35.73")
    assert "Wilayah 35.73 Kota Malang: 1 kota, 5 kecamatan, 57 kelurahan." in run()


@pytest.mark.usefixtures("no_static_files", "real_office")
def test_an_unknown_regency_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SULAM_REGENCY", "99.99")
    with pytest.raises(CommandError, match="SULAM_REGENCY: Kode wilayah “99.99” tidak ada") as refusal:
        run()
    assert refusal.value.returncode == 2


@pytest.mark.usefixtures("no_static_files", "real_office")
def test_guards_that_a_broken_migrate_lost_are_made_again():
    drop_guards()
    run()
    assert installed().keys() == {guard.name for guard in guards()}


@pytest.mark.usefixtures("no_static_files", "real_office")
def test_tables_of_another_database_are_filled_though_the_stamp_says_done():
    run()
    NomenclatureNode.objects.all().delete()
    assert "Tabel nomenklatur: 228 baru" in run()


@pytest.mark.usefixtures("real_office")
def test_static_files_are_collected_when_their_sources_changed(settings: Any):
    assert "Menyiapkan berkas statis" in run()
    assert any(settings.STATIC_ROOT.rglob("*.css"))
    assert "Menyiapkan berkas statis" not in run()
    (settings.VAR_DIR / "static.stamp").write_text("of an older version")
    assert "Menyiapkan berkas statis" in run()


def interrupted_batch() -> ImportBatch:
    return ImportBatchFactory(state=BatchState.APPLYING, process="no-such-host:1:1")


@pytest.mark.usefixtures("no_static_files")
def test_every_start_ends_what_a_dead_process_left(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("portal.actions.jobs.is_alive", lambda process: False)
    batch = interrupted_batch()
    assert "1 pekerjaan yang terhenti ditandai" in run()
    batch.refresh_from_db()
    assert batch.state == BatchState.INTERRUPTED


def test_sweep_jobs_says_how_many(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("portal.actions.jobs.is_alive", lambda process: False)
    interrupted_batch()
    assert run("sweep_jobs").startswith("1 pekerjaan terhenti ditandai.\n")
    assert run("sweep_jobs").startswith("0 pekerjaan terhenti ditandai.\n")


def test_sync_roles_says_how_many_and_changes_nothing_twice():
    assert run("sync_roles") == "Hak 6 peran sudah sesuai.\n"
    events = AuditEvent.objects.count()
    run("sync_roles")
    assert AuditEvent.objects.count() == events
