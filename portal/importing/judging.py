"""Judging a batch: the one plan that preview and apply run, chunk by chunk, and what it amounts to."""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from django.db.models import Count, F, QuerySet

from portal.actions.bulk_sql import Among
from portal.enums import Verdict
from portal.importing.registry import resource_class
from portal.importing.resources import Place, SheetResource
from portal.importing.rows import WARNING, WRITES, ImportRefused, PlannedRow
from portal.models import ImportBatch, RememberedValue
from portal.models.import_batch import unpack

CHUNK = 5_000
Beat = Callable[[int, int], None]  # told how many rows are done, and of how many


def resource_of(batch: ImportBatch, user: Any) -> SheetResource:
    """Return the batch's resource, bound to a user and to what the batch's agency decided before."""
    cls = resource_class(batch.resource)
    if cls is None:
        raise ImportRefused("Jenis data impor ini tidak dikenal lagi.")
    resource = cls(user=user, target=batch.target)
    words: dict[str, dict[str, str]] = defaultdict(dict)
    decided = RememberedValue.objects.visible_to(user).filter(agency=batch.agency_id, resource=batch.resource)
    for column, wrong, right in decided.values_list("column", "wrong", "right"):
        words[column][wrong] = right
    resource.remembered, resource.batch = dict(words), batch
    return resource


def chunks(rows: QuerySet) -> Iterator[list[PlannedRow]]:
    """Yield staged rows of one batch in file order, CHUNK at a time.

    Each chunk is a query of its own, so that the rows may be written meanwhile.
    """
    last, facts = 0, rows.order_by("pk").values_list("pk", "batch_id", "sheet", "number", "payload", "skipped")
    while found := list(facts.filter(pk__gt=last)[:CHUNK]):
        yield [
            PlannedRow(sheet=sheet, number=number, cells=unpack(payload, batch), pk=pk, skipped=skipped)
            for pk, batch, sheet, number, payload, skipped in found
        ]
        last = found[-1][0]


def doubles_of(batch: ImportBatch, claims: Mapping[str, Sequence[PlannedRow]]) -> dict[str, list[Place]]:
    """Return key -> places of every natural key that more than one line has, or will have when it is saved.

    Lines that are left out do not count.
    """
    rows = batch.rows.filter(skipped=False).exclude(key="").order_by()
    # Two steps: as one query, statistics from before the import make the database look each key up in all rows.
    twice = rows.values_list("key").annotate(lines=Count("pk")).filter(lines__gt=1).values_list("key", flat=True)
    keys = [*twice, *claims]
    found = rows.filter(Among(F("key"), keys)).order_by("pk").values_list("key", "sheet", "number") if keys else ()
    places: dict[str, list[Place]] = defaultdict(list)
    for key, sheet, number in found:
        places[key].append((sheet, number))
    for key, claiming in claims.items():
        places[key] += [(row.sheet, row.number) for row in claiming]
    return {key: where for key, where in places.items() if len(where) > 1}


class Tally:
    """What a plan amounts to: counts, and a digest equal for equal plans; a row may come twice."""

    def __init__(self) -> None:
        self._lines: dict[int, tuple[str, bool, str]] = {}

    def add(self, rows: Sequence[PlannedRow]) -> None:
        """Take note of judged rows; a row judged again replaces itself."""
        for row in rows:
            warned = any(message.level == WARNING for message in row.messages)
            changes = json.dumps(row.changes, sort_keys=True) if row.changes else ""
            self._lines[row.pk or 0] = (str(row.verdict), warned, changes)

    @property
    def rows(self) -> int:
        """Return how many rows were judged."""
        return len(self._lines)

    @property
    def counts(self) -> dict[str, int]:
        """Return field name of the batch -> number of rows."""
        verdicts = Counter(verdict for verdict, _, _ in self._lines.values())
        counts = {f"rows_{verdict}": verdicts[verdict] for verdict in Verdict.values}
        return counts | {
            "rows_total": self.rows,
            "rows_warned": sum(warned for _, warned, _ in self._lines.values()),
        }

    @property
    def digest(self) -> str:
        """Return the SHA-256 of what would be written: each new or changed row and its changes, in file order."""
        digest = hashlib.sha256()
        for pk in sorted(self._lines):
            verdict, _, changes = self._lines[pk]
            if verdict in WRITES:
                digest.update(f"{pk}|{verdict}|{changes}\n".encode())
        return digest.hexdigest()
