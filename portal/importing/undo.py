"""Taking back a whole import: what it created goes, what it changed gets its former values, or nothing happens."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError

from portal.actions.undo import undo_import
from portal.importing.registry import resource_class
from portal.importing.rows import ImportRefused
from portal.models import ImportBatch
from portal.scoping import VanishedRow


def undo(batch: ImportBatch, *, by: Any) -> dict[str, int]:
    """Take a saved import back in one transaction; return how many rows were `removed` and `restored`.

    Raises ImportRefused, naming the rows, when the year is closed or something happened to them since.
    """
    cls = resource_class(batch.resource)
    try:
        return undo_import(batch, cls.written if cls else (), by=by)
    except ValidationError as closed:
        raise ImportRefused(f"{' '.join(closed.messages)} Impor tidak dibatalkan.") from closed
    except (VanishedRow, IntegrityError) as fault:
        raise ImportRefused("Sebagian barisnya masih dipakai data lain. Impor tidak dibatalkan.") from fault
