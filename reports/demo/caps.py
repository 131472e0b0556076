"""Unit cost caps of the demo: the standard prices of one regency in 2024, as an example of what such a table holds."""

from collections.abc import Mapping
from decimal import Decimal

from simple_history.utils import bulk_create_with_history

from portal.models import User
from programs.models import BudgetLine, ExpenseAccount, UnitCostCap
from reports.demo.skeleton import REASON

SOURCE = "Contoh: SBU 2024 satu kabupaten; ganti dengan standar harga daerah sendiri"
TEACHING, MEETING, MEALS = "5.1.02.02.01.0011", "5.1.02.02.01.0003", "5.1.02.01.01.0052"
CAPS = (  # account, item, unit, rupiah
    (TEACHING, "pengajar luar", "JP", 300_000),
    (MEETING, "narasumber eselon III", "orang jam", 900_000),
    (MEETING, "narasumber eselon II", "orang jam", 1_000_000),
    (MEETING, "narasumber profesional", "orang jam", 1_700_000),
    (MEETING, "moderator", "kegiatan", 700_000),
    (MEALS, "snack", "kotak", 15_000),
    (MEALS, "nasi kotak", "kotak", 35_000),
)


def add_caps(lines: Mapping[tuple[int, str], BudgetLine], *, by: User) -> None:
    """Write the caps of every year that has budget lines."""
    years = {line.fiscal_year_id: line.fiscal_year for line in lines.values()}
    codes = {cap[0] for cap in CAPS}
    accounts = {account.code: account for account in ExpenseAccount.objects.filter(code__in=codes, valid_to=None)}
    caps = [
        UnitCostCap(fiscal_year=year, account=accounts[code], item=item, unit=unit, cap=Decimal(cap), regulation=SOURCE)
        for _, year in sorted(years.items())
        for code, item, unit, cap in CAPS
    ]
    bulk_create_with_history(caps, UnitCostCap, default_user=by, default_change_reason=REASON)
