"""Every report proves itself as it was handed out, whatever people wrote and however another program saves it."""

import subprocess
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reports.base.verification import State, verify
from tests.factories.portal import UserFactory
from tests.libreoffice import soffice
from tests.reports.ledger import Ledger, export
from tests.reports.payloads import Traps
from tests.reports.sipd import build_books
from tests.reports.test_inert import COLUMNS, shared_traps, traps  # noqa: F401  fixtures
from tests.reports.test_strict_reading import OF_ANY_YEAR

# LibreOffice reads this as it is and saves it as another text: it escapes the first of two names that share a line.
LOST, MOST = "“_x003D_x0031_+1”, sekarang “_x003D1+1”", 7


def state_of(path: Path, user: object) -> tuple[State, list[str]]:
    verdict = verify(path.read_bytes(), path.name, user)
    return verdict.state, [difference.sentence for difference in verdict.differences]


def saved_by_libreoffice(path: Path, folder: Path) -> Path:
    profile, out = folder / "profil-simpan", folder / "disimpan"
    command = [soffice(), f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", "xlsx"]
    subprocess.run([*command, "--outdir", str(out), str(path)], check=True, capture_output=True, timeout=180)
    return out / path.name


def with_other_bytes(path: Path) -> Path:
    """The same parts in another package: it is the values that must be recognised."""
    with zipfile.ZipFile(path, "a") as package:
        package.comment = b"lain"
    return path


@pytest.mark.parametrize("who", ["auditor", "supervisor"])
@pytest.mark.parametrize("identifier", OF_ANY_YEAR)
def test_every_report_is_unchanged(ledger: Ledger, tmp_path: Path, identifier: str, who: str) -> None:
    user = getattr(ledger, who)
    user.agency.address = ""  # an office that has not told its address
    user.agency.save()
    export(identifier, user, tmp_path)
    assert state_of(with_other_bytes(tmp_path / f"{identifier}.xlsx"), user) == (State.UNCHANGED, [])


def test_moments_do_not_disturb_the_proof(db: None, tmp_path: Path) -> None:
    """A sheet of SIPD-RI was saved at a microsecond, of which no program keeps more than three digits."""
    upload = build_books().upload
    upload.source.applied_at = datetime(2025, 7, 14, 2, 30, 1, 234_567, UTC)
    upload.source.save()
    supervisor = UserFactory(supervisor=True)
    export("sipd", supervisor, tmp_path)
    path = tmp_path / "sipd.xlsx"
    assert state_of(with_other_bytes(path), supervisor) == (State.UNCHANGED, [])
    assert state_of(saved_by_libreoffice(path, tmp_path), supervisor) == (State.UNCHANGED, [])


@pytest.mark.parametrize("identifier", COLUMNS)
def test_payloads_do_not_disturb_the_proof(traps: Traps, tmp_path: Path, identifier: str) -> None:  # noqa: F811
    export(identifier, traps.supervisor, tmp_path)
    path = with_other_bytes(tmp_path / f"{identifier}.xlsx")
    assert state_of(path, traps.supervisor) == (State.UNCHANGED, [])
    _, differences = state_of(saved_by_libreoffice(path, tmp_path), traps.supervisor)
    assert all(LOST in sentence for sentence in differences)
    assert len(differences) <= MOST
