"""What the desk shows is what it does: 504 random files over random portals, looked at, saved, and sent again."""

from random import Random

import pytest

from portal.enums import BatchState, Verdict
from portal.importing import judging, pipeline
from portal.models import ImportBatch
from tests.imports.deeds import Deed, deeds_of, told_by, version_counts, versions_by
from tests.imports.desk import Upload, difference, tables, undone, verdicts
from tests.imports.scenarios import Scenario
from tests.imports.scenarios_of_people import AttendanceLists, Participants
from tests.imports.scenarios_of_trainings import Recaps

pytestmark = pytest.mark.usefixtures("fast_reading")

SCENARIOS: tuple[type[Scenario], ...] = (Participants, AttendanceLists, Recaps)
PORTALS = 24  # of each kind of sheet; with a file for each way of cutting it into chunks: 504 imports
CHUNKS = (1, 3, 2_000, 2_000, 2_000, 2_000, 2_000)


@pytest.mark.parametrize("seed", range(PORTALS))
@pytest.mark.parametrize("kind", SCENARIOS)
def test_the_preview_is_what_happens(db: None, monkeypatch: pytest.MonkeyPatch, kind: type[Scenario], seed: int):
    scenario = kind(Random(f"{kind.__name__} {seed}"))
    for chunk in CHUNKS:
        for module in (judging, pipeline):
            monkeypatch.setattr(module, "CHUNK", chunk)
        with undone():
            examine(scenario, scenario.file(), judged_twice=chunk == 3)


def examine(scenario: Scenario, upload: Upload, *, judged_twice: bool) -> None:
    """Look, save, look at the tables, send again."""
    before, versions = tables(), version_counts()
    batch = upload.check()
    told, counts, plan = told_by(batch), dict(batch.counts), batch.plan
    if judged_twice:
        pipeline.check(batch, upload.user)
        assert (told_by(batch), dict(batch.counts), batch.plan) == (told, counts, plan)
    assert tables() == before
    refused = {number for number, (verdict, _) in told.items() if verdict == Verdict.REJECTED}
    assert refused == upload.refused, {number: verdicts(batch)[number] for number in refused ^ upload.refused}
    found = [verdict for verdict, _ in told.values()]
    assert counts == {verdict: found.count(verdict) for verdict in Verdict.values}

    pipeline.apply(batch, by=upload.user)
    applied = ImportBatch.objects.get(pk=batch.pk)
    assert (applied.state, applied.counts, applied.plan) == (BatchState.APPLIED, counts, plan)
    assert told_by(applied) == told
    done = difference(before, tables())
    assert written_rows(told) == deeds_by_row(scenario, upload, deeds_of(scenario, done))
    grown = {model: count - versions[model] for model, count in version_counts().items()}
    assert grown == versions_by(done)

    again = upload.check()
    told_again = {number: verdict for number, (verdict, _) in told_by(again).items()}
    assert told_again == {
        number: verdict if verdict == Verdict.REJECTED else Verdict.SAME for number, (verdict, _) in told.items()
    }


def written_rows(told: dict) -> dict:
    """Return the rows of which the desk said that they would do something."""
    return {number: said for number, said in told.items() if said[0] in {Verdict.NEW, Verdict.CHANGED}}


def deeds_by_row(scenario: Scenario, upload: Upload, deeds: dict[object, Deed]) -> dict:
    """Return row number -> (verdict, changes) of what was done; a deed that is no row's stands under its own key."""
    rows = {
        scenario.key_of(line): number
        for number, line in enumerate(upload.lines, start=2)
        if number not in upload.refused
    }
    return {rows.get(key, key): (deed.verdict, deed.fields) for key, deed in deeds.items()}
