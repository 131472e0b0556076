"""Migrations: complete, named after what they do, and never a way around the rules."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from portal.triggers import PROJECT_APPS

NAME = re.compile(r"\d{4}_[a-z0-9_]+")
NAMED_BY_NOBODY = re.compile(r"_auto_\d{8}|_and_more$|^\d{4}_alter_")


def test_the_models_and_the_migrations_agree(db: None) -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.parametrize("app", PROJECT_APPS)
def test_migrations_are_named_after_what_they_do(app: str) -> None:
    names = [path.stem for path in (Path(apps.get_app_config(app).path) / "migrations").glob("[0-9]*.py")]
    assert names
    for name in names:
        assert NAME.fullmatch(name)
        assert not NAMED_BY_NOBODY.search(name), name


def test_every_app_has_one_leaf(db: None) -> None:
    loader = MigrationLoader(connection)
    assert not loader.detect_conflicts()
    for app in PROJECT_APPS:
        assert len(loader.graph.leaf_nodes(app)) == 1


def test_nothing_is_left_to_apply(db: None) -> None:
    loader = MigrationLoader(connection)
    applied = set(loader.applied_migrations)
    assert {key for key in loader.graph.nodes if key[0] in PROJECT_APPS} <= applied
