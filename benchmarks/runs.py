"""One measured run, in a process of its own that `houses.House.run` starts: what it used and wrote, as JSON."""

import hashlib
import io
import json
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from django.core.management import call_command
from import_export.formats.base_formats import XLSX

from benchmarks.bare import bare_copy, bare_read
from benchmarks.measure import Meter
from benchmarks.sheet import OPERATOR, TRAINING
from benchmarks.stock_resource import StockParticipants, TunedParticipants
from participants.models import Enrolment, Person
from portal.enums import Verdict
from portal.importing import pipeline
from portal.models import ImportBatch, User
from programs.models import Training

COMPARED = (
    "nik_index",
    "nik_last4",
    "name",
    "sex",
    "birth_place",
    "birth_date",
    "address",
    "rt",
    "rw",
    "village_id",
    "phone",
    "education",
    "occupation",
    "disability",
    "enrolments__represents_rt",
    "enrolments__represents_rw",
    "enrolments__status",
)


def operator() -> User:
    """Return who imports."""
    return User.objects.get(username=OPERATOR)


def _previewed(path: Path, user: User) -> ImportBatch:
    batch = pipeline.receive(path.read_bytes(), path.name, resource="participants", by=user, target=TRAINING)
    pipeline.stage(batch)  # judges too; `check` is for batches that were mended
    return batch


def desk(path: Path, meter: Meter) -> dict[str, Any]:
    """The import desk as the pages and the worker call it."""
    user = operator()
    with meter.step("preview"):
        batch = _previewed(path, user)
    with meter.step("apply"):
        pipeline.apply(batch, by=user, seen_plan=batch.plan)
    return {"counts": batch.counts}


def command(path: Path, meter: Meter) -> dict[str, Any]:
    """The desk by its command line door; preview and apply are one step."""
    out = io.StringIO()
    options = ["--as", OPERATOR, "--training", TRAINING, "--apply", "--json"]
    with meter.step("apply"):
        call_command("import_workbook", "participants", str(path), *options, stdout=out)
    report = json.loads(out.getvalue())
    return {"counts": {verdict: report[verdict] for verdict in ("new", "changed", "same", "rejected")}}


def stock(path: Path, meter: Meter, resource: type[StockParticipants] = StockParticipants) -> dict[str, Any]:
    """Do what the library's own screens do: a dry run, then the import, each from the file."""
    user = operator()
    with meter.step("preview"):
        dataset = XLSX().create_dataset(path.read_bytes())
        resource(user, TRAINING).import_data(dataset, dry_run=True)
    with meter.step("apply"):
        dataset = XLSX().create_dataset(path.read_bytes())
        result = resource(user, TRAINING).import_data(dataset, raise_errors=True, rollback_on_validation_errors=True)
    totals = result.totals
    return {
        "counts": {
            "new": totals["new"],
            "changed": totals["update"],
            "same": totals["skip"],
            "rejected": totals["invalid"] + totals["error"],
        }
    }


def rejected_by_desk(path: Path, meter: Meter) -> dict[str, Any]:
    """Return which rows the desk rejects, as Excel counts."""
    rows = _previewed(path, operator()).rows.filter(verdict=Verdict.REJECTED)
    return {"rejected": sorted(rows.values_list("number", flat=True))}


def rejected_by_stock(path: Path, meter: Meter) -> dict[str, Any]:
    """Return which rows the stock resource rejects, as Excel counts."""
    result = StockParticipants(operator(), TRAINING).import_data(XLSX().create_dataset(path.read_bytes()), dry_run=True)
    return {"rejected": sorted(row.number + 1 for row in (*result.invalid_rows, *result.error_rows))}


def stored() -> dict[str, Any]:
    """Return how many rows stand in the database, and a digest of what they say: no ciphertext, keys, counters."""
    training = Training.objects.get(number=TRAINING)
    people = Person.objects.filter(office=training.office_id)
    digest = hashlib.sha256()
    for row in people.order_by("nik_index").values_list(*COMPARED).iterator():
        digest.update(repr(row).encode())
    return {
        "people": people.count(),
        "person_versions": Person.history.filter(office=training.office_id).count(),
        "enrolments": Enrolment.objects.filter(training=training).count(),
        "enrolment_versions": Enrolment.history.filter(training=training.pk).count(),
        "digest": digest.hexdigest(),
    }


VARIANTS: dict[str, Callable[[Path, Meter], dict[str, Any]]] = {
    "desk": desk,
    "command": command,
    "stock": stock,
    "tuned": partial(stock, resource=TunedParticipants),
    "rejected_by_desk": rejected_by_desk,
    "rejected_by_stock": rejected_by_stock,
    "bare_read": bare_read,
    "bare_copy": bare_copy,
}


def main(variant: str, file: str) -> None:
    """Run a variant on a file and print its report."""
    meter = Meter()
    said = VARIANTS[variant](Path(file), meter)
    report = {**said, **meter.report()}  # before `stored` reads everything
    report["stored"] = stored()
    sys.stdout.write(json.dumps(report))
