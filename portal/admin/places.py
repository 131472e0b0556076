"""Which villages a user may choose: those of the own kecamatan, or of the own regency."""

from typing import Any

from django.db.models import QuerySet

from portal.enums import AgencyKind, RegionLevel
from portal.models import Region
from portal.scoping import visible


def villages_of(user: Any) -> QuerySet[Region]:
    """Return desa and kelurahan inside the region of the user's agency; all of them for a user without one."""
    villages = visible(Region, user).filter(level__in=[RegionLevel.VILLAGE, RegionLevel.URBAN_VILLAGE])
    if user.agency is None:
        return villages
    if user.agency.kind == AgencyKind.OFFICE:
        return villages.filter(parent=user.agency.region_id)
    return villages.filter(code__startswith=f"{user.agency.region_id}.")
