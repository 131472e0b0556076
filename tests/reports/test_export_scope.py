"""Whose rows an export holds, and who gets none at all."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from reports.base import ExportRefused, run_export
from reports.exporters.audit import AuditExporter
from reports.registry import permitted_exporters
from tests.access_table import EXPORTER_ROLES, sees
from tests.factories.portal import UserFactory
from tests.factories.world import World
from tests.reports.ledger import export, text_of


@pytest.mark.parametrize("identifier", EXPORTER_ROLES)
@pytest.mark.parametrize("file_format", ["xlsx", "csv"])
def test_nothing_of_another_agency_leaves(
    shared_world: World, db: None, tmp_path: Path, identifier: str, file_format: str
) -> None:
    names = ["supervisor", "operator_a"] if "operator" in EXPORTER_ROLES[identifier] else ["supervisor", "pptk"]
    for name in names:
        folder = tmp_path / name
        folder.mkdir()
        receipt = export(identifier, getattr(shared_world, name), folder, file_format, year="2025")
        text = "".join(text_of(path) for path in receipt.files)
        forbidden = {token for token, (side, model) in shared_world.tokens.items() if side not in sees(name, model)}
        assert forbidden
        assert not {token for token in forbidden if token in text}


def test_who_may_not_export_gets_nothing(shared_world: World, db: None, tmp_path: Path) -> None:
    world = shared_world
    expired = UserFactory(supervisor=True, access_until=timezone.localdate() - timedelta(days=1))
    for user in (world.administrator, world.nobody, world.inactive, expired, None):
        assert not permitted_exporters(user)
        with pytest.raises(ExportRefused, match="tidak boleh mengekspor"):
            run_export(AuditExporter(), user=user, params={}, file_format="xlsx", target=tmp_path / "a.xlsx")
    assert not list(tmp_path.iterdir())
