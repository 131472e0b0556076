"""What the scan before the parse remembers of a sheet, and the sane grid it insists on.

The parser allocates the whole rectangle between the first and the last filled cell, so two cells in opposite
corners of a 2 kB file would cost 549 GB (calamine issue 693). Positions are therefore checked first.
"""

from portal.spreadsheets.workbook import EXTRA_ROWS, Limits, UnreadableFile, cell_name, format_count

# Excel row, column index from 0, number of rows, number of columns.
Block = tuple[int, int, int, int]


class SheetScan:
    """Formula cells and error cells of one sheet, keyed by (Excel row, column index from 0).

    `last_row` is the last Excel row and `columns` the number of columns that may hold anything; `covered` are blocks
    that lie under merged cells, so that nobody sees what is in them.
    """

    def __init__(self, scan: "Scan", name: str):
        self.name = name
        self.formulas: set[tuple[int, int]] = set()
        self.errors: dict[tuple[int, int], str] = {}
        self.covered: list[Block] = []
        self._scan = scan
        self.last_row = scan.limits.rows + EXTRA_ROWS
        self.columns = scan.limits.columns

    def occupy(self, row: int, column: int, rows: int = 1, columns: int = 1) -> None:
        """Note a filled block. Raises UnreadableFile when it reaches outside the grid we read."""
        if row + rows - 1 > self.last_row:
            raise UnreadableFile(
                f'Lembar "{self.name}" berisi data sampai sel {cell_name(row + rows - 1, column)}, sedangkan batasnya '
                f"{format_count(self._scan.limits.rows)} baris data.",
                "Bagi datanya ke beberapa berkas; bila di bawah tabel hanya ada sisa isian, hapus baris-baris itu.",
            )
        if column + columns > self.columns:
            raise UnreadableFile(
                f'Baris {row} pada lembar "{self.name}" berisi data sampai kolom ke-{format_count(column + columns)}; '
                f"batasnya {self.columns} kolom.",
                "Hapus isi kolom yang tidak dipakai, lalu unggah lagi.",
            )
        self.count(rows * columns)

    def count(self, cells: int) -> None:
        """Note filled cells that are known to stand inside the grid. Raises UnreadableFile above the limit of cells."""
        self._scan.count(cells)

    def add_formulas(self, row: int, column: int, rows: int = 1, columns: int = 1) -> None:
        """Note a block of formula cells, which counts as filled."""
        self.occupy(row, column, rows, columns)
        self.formulas.update((row + down, column + right) for down in range(rows) for right in range(columns))

    def add_error(self, row: int, column: int, code: str) -> None:
        """Note an error value such as #N/A, which the parser itself would give back as an empty cell."""
        self.errors[row, column] = code.strip()[:20] or "#ERROR"


class Scan:
    """All sheets of one file in workbook order, with one budget of filled cells."""

    def __init__(self, limits: Limits):
        self.limits = limits
        self.sheets: list[SheetScan] = []
        self.properties: dict[str, str] = {}
        self._cells = 0

    def add_sheet(self, name: str) -> SheetScan:
        """Return a new sheet at the end. Raises UnreadableFile above the limit of sheets."""
        if len(self.sheets) >= self.limits.sheets:
            raise UnreadableFile(
                f"Berkas berisi lebih dari {self.limits.sheets} lembar.",
                "Simpan hanya lembar yang akan diimpor ke berkas baru, lalu unggah lagi.",
            )
        sheet = SheetScan(self, name)
        self.sheets.append(sheet)
        return sheet

    def count(self, cells: int) -> None:
        """Spend the budget of filled cells. Raises UnreadableFile when it is used up."""
        self._cells += cells
        if self._cells > self.limits.cells:
            raise UnreadableFile(
                f"Berkas berisi lebih dari {format_count(self.limits.cells)} sel.",
                "Bagi datanya ke beberapa berkas, lalu unggah satu per satu.",
            )
