"""Writing sheets of SIPD-RI; the caller's import leaves the one audit row."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction

from portal.actions.bulk import write_rows
from programs.models import SipdRow, SipdUpload


@transaction.atomic
def record_sipd(
    uploads: Sequence[SipdUpload],
    new: Sequence[SipdRow],
    changed: Sequence[SipdRow],
    fields: Iterable[str],
    *,
    by: Any,
    reason: str,
) -> None:
    """Create `uploads`, then their `new` lines, and write `fields` of `changed` ones, with a row version each.

    A new upload of an organizer and year takes the place of the one before, which stays as history. Raises YearClosed
    for a closed year, VanishedRow when a line would not be the writer's own.
    """
    write_rows(SipdUpload, new=uploads, by=by, reason=reason)
    write_rows(SipdRow, new=new, changed=changed, fields=fields, by=by, reason=reason)
