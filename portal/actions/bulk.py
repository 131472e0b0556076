"""The one door for bulk writes: copied fields, row versions, year lock and re-read included.

A hundred thousand rows take seconds, because nothing is done for each row that can be done for all: see
`portal.actions.bulk_sql`. Callers with more than some thousand rows hand them over in parts, inside one transaction.
"""

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from django.db import connection, models, transaction
from django.db.models import Exists, F, OuterRef, ProtectedError
from django.db.models.base import ModelState

from portal.actions import bulk_sql
from portal.actions.bulk_sql import Among
from portal.locking import YearLockedModel, assert_open, year_of
from portal.scoping import VanishedRow, is_scoped, visible

Row = TypeVar("Row", bound=models.Model)


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

    Raises YearClosed for a closed year and VanishedRow when a written row is not the writer's own, or is no more;
    either way nothing stays written. A caller that sets `recheck` to False must call `recheck_rows` itself, in the
    same transaction.
    """
    rows = [*new, *changed]
    bulk_sql.take_over_keys(model, new)
    models.prefetch_related_objects(rows, *model.COPIES)  # those that the caller does not hold yet
    _assert_years_open(model, rows)
    for row in rows:
        row.copy_from_parents()
    if new:
        bulk_sql.insert(model, new)
        bulk_sql.keep_versions(model, _keys(new), "+", by=by, reason=reason)
    if changed:
        copied = {name for names in model.COPIES.values() for name in names}
        _update(model, changed, {*fields, *copied, *_count_versions(model, changed)})
        bulk_sql.keep_versions(model, _keys(changed), "~", by=by, reason=reason)
    if recheck:
        recheck_rows(model, rows, by=by)


def recheck_rows(model: type[models.Model], rows: Sequence[models.Model], *, by: Any) -> None:
    """Raise VanishedRow unless the writer may still see every row."""
    ids = {row.pk for row in rows}
    if not ids or not is_scoped(model):
        return
    seen = visible(model, by)
    if connection.vendor == "sqlite":  # which would otherwise walk through all that the writer may see
        seen = model._base_manager.filter(Exists(seen.filter(pk=OuterRef("pk"))))
    if seen.filter(Among(F("pk"), [*ids])).count() != len(ids):
        raise VanishedRow(f"{model._meta.label}: written outside the writer's own rows.")


@transaction.atomic
def delete_rows(model: type[models.Model], rows: Sequence[models.Model], *, by: Any, reason: str) -> None:
    """Remove rows, each with a last row version. What points at them must have been removed before.

    Raises YearClosed for a closed year, VanishedRow when a row is not the writer's own or is no more, ProtectedError
    when something still points at one; either way nothing is removed.
    """
    if not rows:
        return
    _assert_years_open(model, rows)
    recheck_rows(model, rows, by=by)
    ids = _keys(rows)
    _assert_free(model, ids)
    bulk_sql.keep_versions(model, ids, "-", by=by, reason=reason)
    if bulk_sql.delete(model, ids) != len(ids):
        raise VanishedRow(f"{model._meta.label}: some rows are no more.")


def unsaved(model: type[Row], facts: Iterable[dict[str, Any]]) -> list[Row]:
    """Return rows like `model(**given)` for each mapping of attribute names to values, at a fraction of the time.

    Defaults are taken once for all, so a mapping must give what may not be shared (lists), and related rows by key.
    """
    blank = model().__dict__
    rows = []
    for given in facts:
        row = model.__new__(model)
        row.__dict__ = {**blank, "_state": ModelState(), **given}
        rows.append(row)
    return rows


@transaction.atomic
def insert_rows(model: type[models.Model], rows: Sequence[models.Model]) -> None:
    """Create rows of a table without versions and years, such as staged lines."""
    _assert_plain(model)
    bulk_sql.take_over_keys(model, rows)
    if rows:
        bulk_sql.insert(model, rows)


@transaction.atomic
def update_columns(model: type[models.Model], rows: Sequence[models.Model], fields: Iterable[str]) -> None:
    """Update `fields` of rows of a table without versions and years. Raises VanishedRow when a row is no more."""
    _assert_plain(model)
    if rows:
        _update(model, rows, set(fields))


def _keys(rows: Sequence[models.Model]) -> list[Any]:
    return [row.pk for row in rows]


def _update(model: type[models.Model], rows: Sequence[models.Model], names: set[str]) -> None:
    if names and bulk_sql.update(model, rows, sorted(names)) != len(rows):
        raise VanishedRow(f"{model._meta.label}: some rows are no more.")


def _count_versions(model: type[models.Model], rows: Sequence[models.Model]) -> tuple[str, ...]:
    """Raise the counter by which forms notice that somebody else saved; return its name where there is one."""
    if not any(field.name == "version" for field in model._meta.fields):
        return ()
    for row in rows:
        row.version += 1
    return ("version",)


def _assert_years_open(model: type[models.Model], rows: Iterable[models.Model]) -> None:
    """Ask once per year: a batch of a thousand rows has some trainings and one year."""
    if not issubclass(model, YearLockedModel):
        return
    parent = model._meta.get_field(model.YEAR_PATH.split("__")[0]).attname
    of_parents = {getattr(row, parent): row for row in rows}
    for row in {year_of(row): row for row in of_parents.values()}.values():
        assert_open(row)


def _assert_free(model: type[models.Model], ids: Sequence[Any]) -> None:
    """Raise ProtectedError when a row of any agency points at one of these: the database would say so at the commit."""
    for field in pointing_at(model):
        if field.model._base_manager.filter(Among(F(field.name), ids)).exists():
            here, there = model._meta.verbose_name, field.model._meta.verbose_name
            raise ProtectedError(f"Data {here} masih dipakai oleh data {there}. Hapus dahulu data {there} itu.", set())


def pointing_at(model: type[models.Model]) -> list[models.ForeignKey]:
    """Return the foreign keys to a model that the database keeps; row versions outlive what they point at."""
    relations = [found for found in model._meta.get_fields(include_hidden=True) if found.auto_created]
    return [found.field for found in relations if not found.concrete and getattr(found.field, "db_constraint", False)]


def _assert_plain(model: type[models.Model]) -> None:
    if hasattr(model._meta, "simple_history_manager_attribute") or issubclass(model, YearLockedModel):
        raise ValueError(f"{model._meta.label} keeps versions or years: use write_rows.")
