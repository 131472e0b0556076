"""The code tables that come with Sulam: nomenclature, expense accounts, fund sources (see programs/reference)."""

import csv
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db import transaction

from programs.actions.nomenclature import load_nomenclature
from programs.actions.versions import Tally, write_table, write_versions
from programs.models import ExpenseAccount, FundSource

FOLDER = Path(__file__).resolve().parent.parent / "reference"
TABLES = ("nomenclature.csv", "accounts.csv", "fund_sources.csv")
REASON = "tabel bawaan"


def _rows(name: str) -> Iterator[tuple[int, dict[str, str]]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        yield from enumerate(csv.DictReader(file), start=2)


def reference_digest() -> str:
    """Return SHA-256 (hex) of the files, which tells whether they differ from those loaded before."""
    return hashlib.sha256(b"".join((FOLDER / name).read_bytes() for name in TABLES)).hexdigest()


@transaction.atomic
def load_reference(*, by: Any = None) -> dict[str, Tally]:
    """Make the stored rows equal to the files; return what was done by Indonesian name of the table.

    Loading twice changes nothing. Rows that only the portal has (a newer decree, an own account) stay.
    """
    accounts = [
        row | {"valid_from": int(row["valid_from"]), "valid_to": int(row["valid_to"]) if row["valid_to"] else None}
        for _, row in _rows("accounts.csv")
    ]
    funds = [row for _, row in _rows("fund_sources.csv")]
    return {
        "nomenklatur": load_nomenclature(_rows("nomenclature.csv"), by=by),
        "rekening belanja": write_versions(ExpenseAccount, accounts, by=by, reason=REASON),
        "sumber dana": write_table(FundSource, funds, key="code", by=by, reason=REASON),
    }
