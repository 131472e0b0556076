"""The year lock: a closed fiscal year refuses every write, by form, import, task and shell alike.

A model says where its year is with `YEAR_PATH` (attributes joined by `__`, ending at a FiscalYear).
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from portal.enums import YearState


class YearClosed(ValidationError):
    """The fiscal year of the row is closed."""

    def __init__(self, year: int):
        super().__init__(
            f"Tahun anggaran {year} sudah ditutup. Minta administrator membuka kembali tahun itu bila memang perlu.",
            code="year_closed",
        )


def year_of(obj: models.Model) -> Any:
    """Return the FiscalYear of a row, or None while a link on the way is missing."""
    value: Any = obj
    for name in obj.YEAR_PATH.split("__"):
        value = getattr(value, name, None)
        if value is None:
            return None
    return value


def assert_open(obj: models.Model) -> None:
    """Raise YearClosed when the row belongs to a closed year, read afresh: another user may just have closed it."""
    year = year_of(obj)
    if year is not None and type(year).objects.filter(pk=year.pk, state=YearState.CLOSED).exists():
        raise YearClosed(year.pk)


class YearLockedModel(models.Model):
    """Guards save and delete; the database triggers of portal.triggers guard bulk writes and raw SQL."""

    YEAR_PATH: str

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        assert_open(self)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        assert_open(self)
        return super().delete(*args, **kwargs)
