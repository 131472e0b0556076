"""The environment is read strictly: what cannot be understood stops the start."""

import stat
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from portal.env import database, env_bool, env_int, env_list, env_secret, env_text, sqlite_wal_is_safe


@pytest.mark.parametrize(
    ("value", "expected"), [("true", True), ("1", True), ("FALSE", False), ("0", False), ("", True), ("  ", True)]
)
def test_booleans(monkeypatch, value: str, expected: bool) -> None:
    monkeypatch.setenv("SULAM_X", value)
    assert env_bool("SULAM_X", True) is expected


@pytest.mark.parametrize("value", ["yes", "on", "ya", "2", "tru e"])
def test_other_booleans_stop_the_start(monkeypatch, value: str) -> None:
    monkeypatch.setenv("SULAM_X", value)
    with pytest.raises(ImproperlyConfigured, match="SULAM_X must be true or false"):
        env_bool("SULAM_X", False)


def test_numbers(monkeypatch) -> None:
    assert env_int("SULAM_X", 7) == 7
    monkeypatch.setenv("SULAM_X", " 12 ")
    assert env_int("SULAM_X", 7) == 12
    monkeypatch.setenv("SULAM_X", "12 MB")
    with pytest.raises(ImproperlyConfigured, match="whole number"):
        env_int("SULAM_X", 7)


def test_lists_and_texts(monkeypatch) -> None:
    assert env_list("SULAM_X", ("a",)) == ["a"]
    monkeypatch.setenv("SULAM_X", " a , b,, ")
    assert env_list("SULAM_X") == ["a", "b"]
    assert env_text("SULAM_X") == "a , b,,"


def test_a_secret_comes_from_the_environment_first(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SULAM_X", "dari-lingkungan")
    assert env_secret("SULAM_X", keys_dir=tmp_path, production=True) == "dari-lingkungan"
    assert not list(tmp_path.iterdir())


def test_or_from_a_file_that_the_environment_names(monkeypatch, tmp_path: Path) -> None:
    path = tmp_path / "kunci"
    path.write_text("dari-berkas\n", encoding="ascii")
    monkeypatch.setenv("SULAM_X_FILE", str(path))
    assert env_secret("SULAM_X", keys_dir=tmp_path / "lain", production=True) == "dari-berkas"
    monkeypatch.setenv("SULAM_X_FILE", str(tmp_path / "tidak-ada"))
    with pytest.raises(ImproperlyConfigured, match="SULAM_X_FILE cannot be read"):
        env_secret("SULAM_X", keys_dir=tmp_path, production=True)


def test_production_invents_no_secret(tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match="SULAM_X or SULAM_X_FILE is required"):
        env_secret("SULAM_X", keys_dir=tmp_path, production=True)
    assert not list(tmp_path.iterdir())


def test_elsewhere_the_first_run_makes_it_for_the_owner_only(tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    first = env_secret("SULAM_X", keys_dir=keys, production=False)
    assert len(first) == 64
    assert env_secret("SULAM_X", keys_dir=keys, production=False) == first
    assert stat.S_IMODE((keys / "sulam_x").stat().st_mode) == 0o600
    assert stat.S_IMODE(keys.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 46, 1), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((4, 0, 0), True),
    ],
)
def test_wal_only_where_it_cannot_corrupt(version: tuple[int, ...], safe: bool) -> None:
    assert sqlite_wal_is_safe(version) is safe


def test_the_embedded_database_is_the_default(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    found = database(tmp_path)
    assert found["NAME"] == str(tmp_path / "sulam.sqlite3")
    assert found["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "synchronous=FULL" in found["OPTIONS"]["init_command"]
    assert "recursive_triggers=ON" in found["OPTIONS"]["init_command"]


def test_database_urls(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATABASE_URL", "sqlite:////srv/data/x.sqlite3")
    assert database(tmp_path)["NAME"] == "/srv/data/x.sqlite3"
    monkeypatch.setenv("DATABASE_URL", "postgresql://su%40lam:ra%2Fhasia@db:5433/sulam")
    found = database(tmp_path)
    assert (found["USER"], found["PASSWORD"], found["HOST"], found["PORT"], found["NAME"]) == (
        "su@lam",
        "ra/hasia",
        "db",
        "5433",
        "sulam",
    )
    monkeypatch.setenv("DATABASE_URL", "postgresql:///sulam?host=/var/run/postgresql")
    assert database(tmp_path)["HOST"] == "/var/run/postgresql"
    monkeypatch.setenv("DATABASE_URL", "mysql://db/sulam")
    with pytest.raises(ImproperlyConfigured, match="mysql"):
        database(tmp_path)


def test_database_url_hands_the_driver_its_parameters(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://a:b@db.example/sulam?sslmode=require&host=/run/postgresql")
    assert database(tmp_path)["OPTIONS"] == {"sslmode": "require"}
    assert database(tmp_path)["HOST"] == "/run/postgresql"
