"""The day of a report "per tanggal": how it is typed, what it means, and which doors take it."""

import io
import zipfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.urls import reverse

from portal.models import User
from programs.models import Training
from reports import asof
from reports.asof import as_of, end_of_day, parse_day
from reports.base import run_export
from reports.models import ExportRecord
from reports.queries import snapshot
from reports.registry import permitted_exporters
from reports.rules import day_asked
from tests.factories.programs import TrainingFactory
from tests.reports.edits import Clock
from tests.roles import client_of


# --- the day that is asked for --------------------------------------------------------------------------------------
def test_a_day_ends_at_midnight_in_jakarta() -> None:
    end = end_of_day(date(2025, 12, 31))
    assert end.astimezone(UTC) == datetime(2025, 12, 31, 16, 59, 59, 999999, tzinfo=UTC)


def test_what_was_saved_at_midnight_belongs_to_the_next_day(db: None, clock: Clock) -> None:
    end = end_of_day(date(2025, 12, 31))
    clock.now = end - timedelta(seconds=1)
    training = TrainingFactory(title="tahun lama")
    clock.now = end + timedelta(microseconds=1)
    training.title = "tahun baru"
    training.save()
    for day, title in ((date(2025, 12, 31), "tahun lama"), (date(2026, 1, 1), "tahun baru")):
        with snapshot(end_of_day(day)):
            assert Training.objects.get().title == title


@pytest.mark.parametrize("text", ["31-12-2025", "2025-12-31", " 31-12-2025 "])
def test_days_are_understood(text: str) -> None:
    assert day_asked(text, today=date(2025, 12, 31)) == date(2025, 12, 31)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("31-02-2025", "“31-02-2025” bukan tanggal"),
        ("12/31/2025", "bukan tanggal"),
        ("31-12-25", "bukan tanggal"),
        ("kemarin", "bukan tanggal"),
        ("02-01-2026", "Tanggal tidak boleh di masa depan"),
        ("31-12-2024", "portal baru mencatat pelatihan sejak 03-03-2025"),
    ],
)
def test_other_days_are_refused(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        day_asked(text, today=date(2026, 1, 1), first=date(2025, 3, 3))


def test_the_first_day_is_that_of_the_oldest_version(db: None, clock: Clock) -> None:
    assert parse_day("01-01-2020") == date(2020, 1, 1), "nothing was recorded yet"
    TrainingFactory()
    clock.forward(days=30)
    assert parse_day("") is None
    assert parse_day("03-03-2025") == date(2025, 3, 3)
    with pytest.raises(ValueError, match="sejak 03-03-2025"):
        parse_day("02-03-2025")


# --- the doors --------------------------------------------------------------------------------------------------------
@pytest.fixture
def corrected(db: None, clock: Clock) -> Training:
    """A training whose realisation was 43,5 million on 3 March 2025 and is one rupiah today, a month later."""
    training = TrainingFactory()
    clock.forward(days=30)
    training.realised = 1
    training.save()
    return training


def test_an_export_of_a_past_day(corrected: Training, supervisor: User, tmp_path: Path) -> None:
    sums = {}
    for per in (None, date(2025, 3, 3)):
        receipt = run_export(
            permitted_exporters(supervisor)["trainings"](),
            user=supervisor,
            params={"year": "2025"},
            file_format="csv",
            target=tmp_path / "rekap.csv",
            per=per,
        )
        sums[receipt.record.filters.get("per")] = receipt.record.sums["Rekap"]["realised"]
    assert sums == {None: "1.00", "2025-03-03": "43500000.00"}


def test_the_page_and_the_command_take_the_day(corrected: Training, supervisor: User, tmp_path: Path) -> None:
    client = client_of(supervisor)
    address = reverse("reports:export", args=["trainings"]) + "?year=2025"
    assert 'name="per"' in client.get("/laporan/pelatihan/?year=2025").content.decode()
    response = client.post(address, {"format": "csv", "per": "2025-03-03"})
    with zipfile.ZipFile(io.BytesIO(response.getvalue())) as archive:
        assert "43500000" in archive.read(archive.namelist()[0]).decode("utf-8-sig")
    target = tmp_path / "rekap.csv"
    options = ("--as", supervisor.username, "--year", "2025", "--format", "csv", "--output", str(target))
    call_command("export_report", "trainings", *options, "--as-of", "03-03-2025", stdout=io.StringIO())
    assert "43500000" in target.read_text(encoding="utf-8-sig")
    call_command("export_report", "trainings", *options, stdout=io.StringIO())
    assert "43500000" not in target.read_text(encoding="utf-8-sig")


@pytest.mark.parametrize(
    ("per", "sentence"), [("03-05-2025", "tidak boleh di masa depan"), ("01-03-2025", "sejak 03-03-2025")]
)
def test_the_doors_refuse_a_day(corrected: Training, supervisor: User, tmp_path: Path, per: str, sentence: str) -> None:
    answer = client_of(supervisor).post(
        reverse("reports:export", args=["trainings"]) + "?year=2025", {"format": "csv", "per": per}, follow=True
    )
    assert answer.redirect_chain == [("/laporan/pelatihan/?year=2025", 302)]
    assert sentence in answer.content.decode()
    errors = io.StringIO()
    with pytest.raises(SystemExit) as end:
        call_command(
            "export_report",
            "trainings",
            *("--as", supervisor.username, "--year", "2025", "--as-of", per, "--output", str(tmp_path / "a.xlsx")),
            stderr=errors,
        )
    assert end.value.code == 2
    assert sentence in errors.getvalue()
    assert not ExportRecord.objects.exists()
    assert not list(tmp_path.iterdir())


def test_keterangan_is_told_which_day_it_was(db: None) -> None:
    assert asof.told() == []
    with as_of(end_of_day(date(2025, 3, 3))):
        assert asof.told()[0] == ("Laporan", "Per tanggal", "03-03-2025, akhir hari (WIB)")
        assert any("Nama wilayah" in note for _, _, note in asof.told())
