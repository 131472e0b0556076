"""The columns of reports that add up money: by budget line, by account, by year."""

from collections.abc import Sequence
from typing import Any

from portal.spreadsheets.sheets import Chart, Column, Kind, ratio_of
from reports.exporters.columns import remaining, share
from reports.exporters.fields import Field, count_field, money_field, share_field, text_field, year_field
from reports.exporters.grouping import Level
from reports.figures.accounts import AccountRow
from reports.figures.budget import BudgetRow
from reports.queries import DIFFERENCE, LINES

# --- one kecamatan (reports.figures.summary.OfficeRow) --------------------------------------------------------------
SUMMARY = (
    text_field("office", "Kecamatan", 24),
    count_field("trainings", "Jumlah Pelatihan"),
    count_field("men", "Peserta L"),
    count_field("women", "Peserta P"),
    count_field("people", "Jumlah Peserta", lambda o: o.men + o.women),
    money_field("ceiling", "Pagu"),
    money_field("realised", "Realisasi"),
    money_field("remaining", "Sisa", lambda o: remaining(o.ceiling, o.realised)),
    share_field("realised", "ceiling", lambda o: share(o.realised, o.ceiling)),
)
SUMMARY_CHARTS = (
    Chart("Pagu dan realisasi per kecamatan (rupiah)", "office", ("ceiling", "realised")),
    Chart("Peserta per kecamatan", "office", ("men", "women"), stacked=True),
)

# --- one budget line (reports.figures.budget.BudgetRow) -------------------------------------------------------------
REALISATION = (
    text_field("code", "Kode", 19, lambda b: b.line.node.code),
    text_field("name", "Uraian", 44, lambda b: b.line.node.name),
    year_field(lambda b: b.line.fiscal_year_id),
    text_field("organizer", "SKPD", 28, lambda b: b.line.organizer.name),
    text_field("fund_source", "Sumber Dana", 24, lambda b: b.line.fund_source.name),
    money_field("original", "Pagu Murni", lambda b: b.line.ceiling_original),
    money_field("revised", "Pagu Perubahan", lambda b: b.line.ceiling_revised, total=False),
    money_field("ceiling", "Pagu Berlaku", lambda b: b.line.ceiling),
    count_field("trainings", "Jumlah Pelatihan", lambda b: b.trainings),
    count_field("people", "Jumlah Peserta", lambda b: b.people),
    money_field("realised", "Realisasi", lambda b: b.realised),
    money_field("remaining", "Sisa Pagu", lambda b: remaining(b.line.ceiling, b.realised)),
    share_field("realised", "ceiling", lambda b: share(b.realised, b.line.ceiling)),
    text_field("program_code", "Kode Program", 12, lambda b: b.program[0]),
    text_field("activity_code", "Kode Kegiatan", 15, lambda b: b.activity[0]),
)


def _program(row: BudgetRow) -> dict[str, Any]:
    code, name = row.program
    return {"code": code, "name": name, "year": row.line.fiscal_year_id, "program_code": code}


def _activity(row: BudgetRow) -> dict[str, Any]:
    code, name = row.activity
    return {**_program(row), "code": code, "name": name, "activity_code": code}


def _sub_activity(row: BudgetRow) -> dict[str, Any]:
    return {**_activity(row), "code": row.line.node.code, "name": row.line.node.name}


def _of_the_year(year: int) -> dict[str, Any]:
    return {"year": year, "name": f"Tahun Anggaran {year}"}


REALISATION_LEVELS = (
    Level(lambda b: b.line.fiscal_year_id, lambda b: _of_the_year(b.line.fiscal_year_id)),
    Level(lambda b: b.program[0], _program),
    Level(lambda b: b.activity[0], _activity),
    Level(lambda b: b.line.node.code, _sub_activity, always=False),
)

# --- one account (reports.figures.accounts.AccountRow) --------------------------------------------------------------
ACCOUNTS = (
    year_field(lambda a: a.year),
    text_field("code", "Kode Rekening", 21, lambda a: a.code),
    text_field("name", "Nama Rekening", 44, lambda a: a.name),
    text_field("origin", "Sumber Angka", 16, lambda a: a.origin),
    count_field("lines", "Baris Belanja", lambda a: a.lines),
    count_field("trainings", "Jumlah Pelatihan", lambda a: a.trainings, total=False),
    money_field("planned", "Rencana", lambda a: a.planned),
    money_field("realised", "Realisasi", lambda a: a.realised),
    money_field("remaining", "Sisa", lambda a: remaining(a.planned, a.realised)),
    share_field("realised", "planned", lambda a: None if a.origin == DIFFERENCE else share(a.realised, a.planned)),
    text_field("parent_code", "Kode Objek Belanja", 12, lambda a: a.parent[0]),
    text_field("parent", "Objek Belanja", 24, lambda a: a.parent[1]),
)
UNEXPLAINED = "Di luar rincian belanja"


def _object(row: AccountRow) -> dict[str, Any]:
    if row.origin != LINES:
        return {"year": row.year, "name": UNEXPLAINED}
    code, name = row.parent
    return {"year": row.year, "code": code, "name": name, "parent_code": code, "parent": name}


ACCOUNT_LEVELS = (
    Level(lambda a: a.year, lambda a: _of_the_year(a.year)),
    Level(lambda a: a.parent[0], _object),
)


# --- one sub kegiatan or kecamatan over the years (reports.figures.years.YearRow) -----------------------------------
def year_fields(years: Sequence[int], *, ceiling: str) -> list[Field]:
    """Return five columns a year, then the change between the last two; `ceiling` labels the first of them."""
    fields = [field for year in years for field in _of_year(year, ceiling)]
    return fields + (_change(*years[-2:]) if len(years) > 1 else [])


def _of_year(year: int, ceiling: str) -> list[Field]:
    keys = f"realised_{year}", f"ceiling_{year}"
    return [
        money_field(keys[1], f"{ceiling} {year}", lambda r: r.figures[year].ceiling),
        money_field(keys[0], f"Realisasi {year}", lambda r: r.figures[year].realised),
        _ratio(f"share_{year}", f"Persen {year}", keys, lambda r: _share_in(r, year)),
        count_field(f"trainings_{year}", f"Pelatihan {year}", lambda r: r.figures[year].trainings),
        count_field(f"people_{year}", f"Peserta {year}", lambda r: r.figures[year].people),
    ]


def _change(before: int, after: int) -> list[Field]:
    words = f"{before} ke {after}"
    keys = "change", f"realised_{before}"
    return [
        money_field("change", f"Perubahan Realisasi {words}", lambda r: _rise(r, before, after)),
        _ratio("growth", f"Pertumbuhan Realisasi {words}", keys, lambda r: _growth(r, before, after)),
        count_field(
            "more_people",
            f"Perubahan Peserta {words}",
            lambda r: r.figures[after].people - r.figures[before].people,
            width=12,
        ),
    ]


def _ratio(key: str, label: str, keys: tuple[str, str], value: Any) -> Field:
    return Field(Column(key, label, Kind.PERCENT, 13, ratio=keys), value)


def _share_in(row: Any, year: int) -> Any:
    return share(row.figures[year].realised, row.figures[year].ceiling)


def _rise(row: Any, before: int, after: int) -> Any:
    return remaining(row.figures[after].realised, row.figures[before].realised)


def _growth(row: Any, before: int, after: int) -> Any:
    """A year without realisation is no base to grow from."""
    base = row.figures[before].realised
    return ratio_of(_rise(row, before, after), base) if base else None


ACTIVITY_NAMES = (
    text_field("code", "Kode Sub Kegiatan", 19, lambda r: r.code),
    text_field("name", "Nama Sub Kegiatan", 40, lambda r: r.name),
)
OFFICE_NAME = (text_field("office", "Kecamatan", 20, lambda r: r.name),)
