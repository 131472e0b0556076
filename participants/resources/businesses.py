"""What a line of a list of participants says about a business."""

import re
from typing import Any

from portal.importing.resources import PlannedRow, SheetResource

BUSINESS_FIELDS = {  # column -> field
    "nib": "nib",
    "kbli": "kbli_code",
    "product": "product",
    "workers": "workers",
    "investment": "investment",
    "turnover": "turnover",
    "turnover_year": "turnover_year",
    "legality": "legality",
}
BUSINESS_COLUMNS = {"business", "business_field", *BUSINESS_FIELDS}
# A column headed by its year, "Omzet 2024"; "Omzet per bulan" is another figure.
TURNOVER_HEADING = re.compile(
    r"om[sz]et(?: setahun| per tahun| tahunan)?(?: tahun| th\.?)? \(?((?:19|20)[0-9]{2})\)?(?: \(rp\.?\))?"
)
TURNOVER = "turnover:"


def turnover_key(value: Any) -> str | None:
    """Return `turnover:2024` for a heading that names the year of a turnover, else None."""
    match = TURNOVER_HEADING.fullmatch(" ".join(value.casefold().split())) if isinstance(value, str) else None
    return f"{TURNOVER}{match.group(1)}" if match else None


def wanted_business(resource: SheetResource, row: PlannedRow) -> dict[str, Any]:
    """Return the fields of the business that the row fills in; warns of what has no place.

    Without a name nothing can be kept, and a turnover only together with its year.
    """
    values = row.values
    wanted = {field: values[column] for column, field in BUSINESS_FIELDS.items() if values.get(column) is not None}
    field = values.get("business_field")
    if field and not wanted.get("product"):
        wanted["product"] = field
    _add_turnover(resource, row, wanted)
    if wanted and not values.get("business"):
        labels = ", ".join(
            resource.heading_of(name) for name in (*BUSINESS_FIELDS, "business_field") if values.get(name) is not None
        )
        resource.warn(row, "business", f"Nama usaha kosong, sehingga {labels or 'omzet'} tidak disimpan.")
        return {}
    return wanted


def _add_turnover(resource: SheetResource, row: PlannedRow, wanted: dict[str, Any]) -> None:
    dated = [name for name, value in row.values.items() if name.startswith(TURNOVER) and value is not None]
    if dated:
        last = max(dated)
        wanted["turnover"], wanted["turnover_year"] = row.values[last], int(last.removeprefix(TURNOVER))
        if len(dated) > 1:
            resource.note(row, last, "Hanya omzet tahun terakhir yang disimpan.")
    elif ("turnover" in wanted) != ("turnover_year" in wanted):
        missing, lost = ("turnover_year", "turnover") if "turnover" in wanted else ("turnover", "turnover_year")
        del wanted[lost]
        heading, other = resource.heading_of(missing), resource.heading_of(lost)
        resource.warn(row, lost, f"{heading} kosong, sehingga {other} tidak disimpan. Isi keduanya.")
