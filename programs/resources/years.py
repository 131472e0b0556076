"""The fiscal year of a row, for sheets that name it in a column or leave it out because it is the same throughout."""

from portal.enums import YearState
from portal.importing.resources import PlannedRow, SheetResource
from portal.models import FiscalYear
from portal.scoping import visible


class YearSheetResource(SheetResource):
    """A sheet with a column `year`."""

    def load_years(self) -> None:
        """Load the years of the portal; one query."""
        self.years = {year.pk: year for year in visible(FiscalYear, self.user)}
        self.open_years = sorted(pk for pk, year in self.years.items() if year.state == YearState.OPEN)

    def find_year(self, row: PlannedRow) -> None:
        """Fill in the only open year where none is written; refuse years that are closed or not there."""
        if is_empty(row, "year") and len(self.open_years) == 1:
            row.values["year"] = self.open_years[0]
            self.warn(row, "year", f"Kosong; dibaca TA {self.open_years[0]}, satu-satunya tahun yang terbuka.")
        elif is_empty(row, "year"):
            self.error(row, "year", "Tahun anggaran kosong. Isi tahunnya, misalnya 2026.")
        year = row.values.get("year")
        if year and year not in self.years:
            self.error(row, "year", f"Tahun anggaran {year} belum ada di portal. Minta administrator membukanya.")
        elif year and year not in self.open_years:
            self.error(row, "year", f"Tahun anggaran {year} sudah ditutup. Minta administrator membukanya kembali.")


def is_empty(row: PlannedRow, name: str) -> bool:
    """Tell whether nothing stands in a cell; one that was refused is not empty."""
    return row.values.get(name) is None and (name in row.values or name not in row.cells)
