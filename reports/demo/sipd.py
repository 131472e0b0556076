"""A made-up sheet of SIPD-RI: what the demo spent in a year, with one difference of each kind."""

import csv
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Sum

from portal.formatting import amount
from portal.scoping import visible
from programs.models import Expense

YEAR = 2024  # the demo's year with expenses of its own; 2025 belongs to the sample files
HEADINGS = ("Tahun", "Nama SKPD", "Kode Sub Kegiatan", "Nama Sub Kegiatan", "Kode Rekening", "Nama Rekening",
            "Kode Sumber Dana", "Realisasi")  # fmt: skip
TOO_MUCH = Decimal(250_000)
STRANGE = "5.1.02.01.01.0025", "Belanja Alat/Bahan untuk Kegiatan Kantor-Kertas dan Cover", Decimal(1_475_000)
ELSEWHERE = ("3.31.03.2.01.0003", "Koordinasi dan Sinkronisasi Pengawasan Perizinan Berusaha", "5.1.02.04.01.0003",
             "Belanja Perjalanan Dinas Dalam Kota", "1.1", Decimal(38_400_000))  # fmt: skip
FEWEST = 3  # figures; fewer leave nothing to compare


def write_sheet(user: Any) -> Path | None:
    """Write the sheet of the user's organizer and return where it stands; None when too little was spent."""
    line = "training__budget_line__"
    names = (f"{line}node__code", f"{line}node__name", "account__code", "account__name", f"{line}fund_source__code")
    facts = visible(Expense, user).filter(**{f"{line}fiscal_year": YEAR}).order_by().values_list(*names)
    booked = [list(row) for row in facts.annotate(spent=Sum("realised")).filter(spent__gt=0).order_by(*names)]
    if len(booked) < FEWEST:
        return None
    del booked[0]  # only in Sulam
    booked[0][-1] += TOO_MUCH
    code, name, _, _, fund, _ = booked[-1]
    account, title, spent = STRANGE
    booked += [[code, name, account, title, fund, spent], list(ELSEWHERE)]
    path = settings.VAR_DIR / "demo" / f"sipd-{YEAR}.csv"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(HEADINGS)
        writer.writerows([YEAR, user.agency.name, *row[:-1], amount(row[-1])] for row in booked)
    return path
