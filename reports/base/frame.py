"""What makes a sheet an official paper: letterhead, signatures, and the QR code that leads to the verification page."""

import io
from collections.abc import Sequence
from datetime import date
from typing import Any

import segno
from django.conf import settings
from django.urls import reverse

from portal.enums import RegionLevel, Role
from portal.formatting import nip, tanggal_panjang
from portal.models import Agency, Region
from portal.spreadsheets.sheets import Frame

DOTS = "." * 40


def frame_of(user: Any, day: date) -> Frame:
    """Return letterhead and signatures of the user's agency: left its head, right who made the export.

    The order follows the papers of the offices: Mengetahui left, place, date and maker right, NIP under each name.
    """
    if user.agency is None:
        return Frame()
    return Frame(_letterhead(user.agency), _signatures(user, user.agency, day))


def _letterhead(agency: Agency) -> Sequence[str]:
    return f"PEMERINTAH {_regency(agency.region).upper()}", agency.name.upper(), agency.address or " "


def _regency(region: Region) -> str:
    while region.level != RegionLevel.REGENCY and region.parent:
        region = region.parent
    return region.name


def _signatures(user: Any, agency: Agency, day: date) -> Sequence[tuple[str, str]]:
    place = agency.place or _regency(agency.region).removeprefix("Kabupaten ").removeprefix("Kota ")
    title = "PPTK" if user.role == Role.PROGRAMME_OFFICER else "Yang membuat"
    return (
        ("Mengetahui,", f"{place}, {tanggal_panjang(day)}"),
        (agency.head_title or f"Kepala {agency.short_name}", title),
        *[("", "")] * 3,
        (agency.head_name or DOTS, user.name or user.username),
        (nip(agency.head_nip), nip(user.nip)),
    )


def verification_address(code: str) -> str:
    """Return the public address that tells what is known about an export."""
    return f"{settings.PUBLIC_ADDRESS}{reverse('reports:verify', args=[code])}"


def qr_picture(address: str) -> bytes:
    """Return the address as a QR code, a PNG of about 3 cm."""
    picture = io.BytesIO()
    segno.make(address, error="m").save(picture, kind="png", scale=4, border=2)
    return picture.getvalue()
