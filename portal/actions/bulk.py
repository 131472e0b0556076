"""The one door for bulk writes: copied fields, row versions, year lock and re-read included."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import models, transaction
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from portal.locking import YearLockedModel, assert_open
from portal.scoping import assert_visible

BATCH = 500


@transaction.atomic
def write_rows(
    model: type[models.Model],
    *,
    new: Sequence[models.Model] = (),
    changed: Sequence[models.Model] = (),
    fields: Iterable[str] = (),
    by: Any,
    reason: str,
    recheck: bool = True,
) -> None:
    """Create `new` and update `fields` of `changed`, with a row version each (`reason` is its change reason).

    Raises YearClosed for a closed year and VanishedRow when a written row is not the writer's own; either way nothing
    stays written. A caller that sets `recheck` to False must call `recheck_rows` itself, in the same transaction.
    """
    rows = [*new, *changed]
    _assert_years_open(rows)
    for row in rows:
        row.copy_from_parents()
    versioned = any(field.name == "version" for field in model._meta.fields)
    if versioned:
        for row in changed:
            row.version += 1
    options = {"batch_size": BATCH, "default_user": by, "default_change_reason": reason}
    if new:
        bulk_create_with_history(new, model, **options)
    if changed:
        copied = {name for names in model.COPIES.values() for name in names}
        written = {*fields, *copied, *(["version"] if versioned else [])}
        bulk_update_with_history(changed, model, sorted(written), **options)
    if recheck:
        recheck_rows(model, rows, by=by)


def recheck_rows(model: type[models.Model], rows: Sequence[models.Model], *, by: Any) -> None:
    """Raise VanishedRow unless the writer may still see every row."""
    ids = [row.pk for row in rows]
    for start in range(0, len(ids), BATCH):  # SQLite allows only so many parameters
        assert_visible(model, set(ids[start : start + BATCH]), by)


def _assert_years_open(rows: Iterable[models.Model]) -> None:
    """Ask once per parent: a batch of a thousand rows has one training, not a thousand."""
    seen = set()
    for row in rows:
        if isinstance(row, YearLockedModel):
            first = row.YEAR_PATH.split("__")[0]
            key = getattr(row, row._meta.get_field(first).attname)
            if key not in seen:
                seen.add(key)
                assert_open(row)
