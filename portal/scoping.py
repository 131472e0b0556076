"""Who may see which row. Every read in admin, filters, imports, exports and views starts at `visible_to(user)`.

A model says where its agencies are with `AGENCY_PATH` (one look-up path or several; any match will do), or stands in
GLOBAL_MODELS because its rows belong to nobody. `manage.py check` fails for a model that does neither.
"""

from typing import Any

from django.db import models
from django.db.models import Q

GLOBAL_MODELS = {
    "portal.Region",
    "portal.FiscalYear",
    "programs.NomenclatureNode",
    "programs.FundSource",
    "programs.ExpenseAccount",
    "programs.UnitCostCap",
}


def may_look(user: Any) -> bool:
    """Tell whether this user may see anything at all: signed in, active, and not past the last day of access."""
    return bool(user and user.is_authenticated and user.is_active and not user.has_expired)


class ScopedQuerySet(models.QuerySet):
    """The one place where a user turns into a set of rows; fails closed."""

    def visible_to(self, user: Any) -> "ScopedQuerySet":
        """Return the rows of the user's own agency; none for nobody, all for auditors."""
        if not may_look(user):
            return self.none()
        if user.sees_all_agencies:
            return self.all()
        return self.filter(self.model.agency_q(user))


class ScopedModel(models.Model):
    """Base of every model whose rows belong to an agency.

    COPIES names the fields a child copies from a parent, `{"training": ("office", "organizer")}`: filled on save,
    and kept equal by triggers of the database (portal.triggers), so that scoping needs no join.
    """

    AGENCY_PATH: str | tuple[str, ...]
    COPIES: dict[str, tuple[str, ...]] = {}

    objects = ScopedQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.copy_from_parents()
        super().save(*args, **kwargs)

    @classmethod
    def agency_paths(cls) -> tuple[str, ...]:
        """Return AGENCY_PATH as a tuple."""
        return (cls.AGENCY_PATH,) if isinstance(cls.AGENCY_PATH, str) else tuple(cls.AGENCY_PATH)

    @classmethod
    def agency_q(cls, user: Any) -> Q:
        """Return the condition for rows of the user's agencies; models with another rule override this."""
        condition = Q()
        for path in cls.agency_paths():
            condition |= Q(**{f"{path}__in": user.agency_ids()})
        return condition

    def copy_from_parents(self) -> None:
        """Fill the copied fields; bulk writers call it because `save` does not run for them."""
        for parent_name, names in self.COPIES.items():
            parent = getattr(self, parent_name)
            for name in names:
                attname = self._meta.get_field(name).attname
                setattr(self, attname, getattr(parent, attname))


def is_scoped(model: type[models.Model]) -> bool:
    """Tell whether the rows of this model belong to agencies."""
    return hasattr(model, "AGENCY_PATH")


def visible(model: type[models.Model], user: Any) -> models.QuerySet:
    """Return what the user may see of any project model; global models are visible to everyone who may look."""
    if is_scoped(model):
        return model._default_manager.visible_to(user)
    rows = model._default_manager.all()
    return rows if may_look(user) else rows.none()


def owned(model: type[ScopedModel], user: Any) -> models.QuerySet:
    """Return what the user may see and what also hangs on the user's own agencies.

    Narrower than `visible` where rows are public (budget lines): sums over all their trainings are not.
    """
    rows = visible(model, user)
    if not may_look(user) or user.sees_all_agencies:
        return rows
    condition = Q()
    for path in model.agency_paths():
        condition |= Q(**{f"{path}__in": user.agency_ids()})
    return rows.filter(condition)


class VanishedRow(Exception):
    """A write produced a row that its writer may not see; the transaction must be rolled back."""


def assert_visible(model: type[models.Model], ids: set, user: Any) -> None:
    """Raise VanishedRow unless every id is still visible to the writer. Call it inside the writing transaction."""
    if is_scoped(model) and visible(model, user).filter(pk__in=ids).count() != len(ids):
        raise VanishedRow(f"{model._meta.label}: written outside the writer's own rows.")
