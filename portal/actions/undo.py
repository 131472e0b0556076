"""Taking back a whole import: what it created goes, what it changed gets its former values, or nothing happens.

Row versions say what an import did: each carries the reason `impor <id>`. An import can be taken back until the fiscal
year closes or something happened to its rows afterwards; then the refusal names them.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import models, transaction
from django.db.models import F
from django.utils import timezone

from portal.actions.audit import record_event
from portal.actions.bulk import delete_rows, pointing_at, write_rows
from portal.actions.bulk_sql import Among
from portal.actions.imports import ImportRefused, drop_file, lock_batch
from portal.enums import AuditAction, BatchState
from portal.models import ImportBatch, User
from portal.scoping import visible

NAMED = 8  # rows that a refusal names
CREATED, CHANGED = "+", "~"


class _Trace:
    """What one import did to one model, read from the row versions."""

    def __init__(self, model: type[models.Model], reason: str, since: Any):
        self.model, self.reason = model, reason
        self.versions = model.history.model.objects
        mine = self.versions.filter(history_change_reason=reason, history_date__gte=since)
        self.first: dict[int, int] = {}
        self.created: set[int] = set()
        for pk, version, kind in mine.order_by("history_id").values_list("id", "history_id", "history_type"):
            self.first.setdefault(pk, version)
            if kind == CREATED:
                self.created.add(pk)
        self.changed = self.first.keys() - self.created

    def later(self) -> Iterator[Any]:
        """Yield a version of each row that somebody changed or removed after the import."""
        rows = self.versions.filter(Among(F("id"), list(self.first)))
        last = {version.id: version for version in rows.order_by("history_id").iterator()}
        yield from (version for version in last.values() if version.history_change_reason != self.reason)

    def former(self) -> list[models.Model]:
        """Return the changed rows with the values they had before the import, unsaved."""
        changed = list(self.changed)
        before: dict[int, Any] = {}
        for version in self.versions.filter(Among(F("id"), changed)).order_by("history_id").iterator():
            if version.history_id < self.first[version.id]:
                before[version.id] = version
        rows = self.model._default_manager.filter(Among(F("pk"), changed))
        return [self._restored(row, before[row.pk]) for row in rows]

    def _restored(self, row: models.Model, version: Any) -> models.Model:
        for field in self.fields():
            setattr(row, field.attname, getattr(version, field.attname))
        return row

    def fields(self) -> list[models.Field]:
        """Return the fields that go back; the counter of versions goes on."""
        return [
            field
            for field in self.model._meta.concrete_fields
            if not (field.primary_key or field.generated or field.name == "version")
        ]


def may_undo(batch: ImportBatch, user: Any) -> bool:
    """Tell whether this user may take the batch back; one that needed approval needs an approver again."""
    verb = "approve" if batch.approved_at else "import"
    done = batch.applied_at is not None and batch.state != BatchState.UNDONE
    return done and user.has_perm(f"portal.{verb}_importbatch")


@transaction.atomic
def undo_import(batch: ImportBatch, written: Sequence[type[models.Model]], *, by: Any) -> dict[str, int]:
    """Take a saved import back; return how many rows were `removed` and `restored`.

    `written` names the models that an import of this kind writes, parents first. Raises ImportRefused, naming the rows,
    when something happened to them since; YearClosed when their year is closed.
    """
    found = lock_batch(batch, by=by)
    if not may_undo(found, by):
        raise ImportRefused("Impor ini tidak dapat dibatalkan: belum disimpan, sudah dibatalkan, atau bukan hak Anda.")
    reason, back = f"impor {found.pk}", f"batal impor {found.pk}"
    traces = [_Trace(model, reason, found.created_at) for model in written]
    _refuse_later_changes(traces, by)
    removed = restored = 0
    for trace in traces:
        rows = trace.former()
        write_rows(trace.model, changed=rows, fields=[field.name for field in trace.fields()], by=by, reason=back)
        restored += len(rows)
    for trace in reversed(traces):
        rows = trace.model._default_manager.filter(Among(F("pk"), list(trace.created)))
        delete_rows(trace.model, list(rows), by=by, reason=back)
        removed += len(trace.created)
    batch.refresh_from_db()
    batch.state, batch.undone_at, batch.undone_by = BatchState.UNDONE, timezone.now(), by
    batch.save()
    drop_file(batch)
    counts = {"removed": removed, "restored": restored}
    summary = f"{batch.filename}: {removed} baris dihapus, {restored} dikembalikan"
    record_event(AuditAction.UNDO, by=by, obj=batch, summary=summary, data=counts | {"plan": batch.plan})
    return counts


def _refuse_later_changes(traces: list[_Trace], by: Any) -> None:
    """Raise ImportRefused naming rows that were changed since, or that others now hang on.

    Who changed them is told only to those who may see that user.
    """
    named = []
    seen = {user.pk: str(user) for user in visible(User, by)}
    for trace in traces:
        label = trace.model._meta.verbose_name
        for version in trace.later():
            who = seen.get(version.history_user_id, "pengguna lain") if version.history_user_id else "sistem"
            day = timezone.localtime(version.history_date)
            named.append(f"{label} “{version.instance}” diubah {who} pada {day:%d-%m-%Y %H.%M}")
    created = {trace.model: trace.created for trace in traces}
    for trace in traces:
        named += _dependants(trace, created)
    if named:
        more = f" dan {len(named) - NAMED} lagi" if len(named) > NAMED else ""
        raise ImportRefused(
            f"Impor tidak dapat dibatalkan karena barisnya sudah dipakai sesudahnya: {'; '.join(named[:NAMED])}{more}."
        )


def _dependants(trace: _Trace, created: dict[type[models.Model], set[int]]) -> Iterator[str]:
    """Yield a sentence part for each kind of row that points at a created row and is not of the same import."""
    for field in pointing_at(trace.model):
        rows = field.model._base_manager.filter(Among(F(field.name), list(trace.created)))
        if strangers := set(rows.values_list("pk", flat=True)) - created.get(field.model, set()):
            there, here = field.model._meta.verbose_name, trace.model._meta.verbose_name
            yield f"{len(strangers)} {there} bergantung pada {here} itu"
