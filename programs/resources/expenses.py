"""Expense lines of trainings: what each was planned to cost, what was paid, how, and by which SP2D."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.urls import reverse

from portal.enums import Verdict, YearState
from portal.formatting import amount, rupiah
from portal.importing.registry import register_resource
from portal.importing.resources import PlannedRow
from portal.models import FiscalYear, ImportBatch
from portal.scoping import visible
from portal.spreadsheets.layout import header_key
from programs.actions.expenses import record_expenses
from programs.models import Expense, ExpenseAccount, Training
from programs.resources.expense_columns import NUMBER_END, ExpenseColumns
from programs.rules import LOWEST_ACCOUNT, locked_fault, planned_amount
from programs.validators import groups_of

FIELDS = ("volume", "unit", "unit_price", "realised", "method", "sp2d_number", "sp2d_date")
NEEDED = ("volume", "unit", "unit_price")  # of a line that is not recorded yet
LARGEST = Decimal(10) ** 12  # rupiah of one line; more is a slip of the pen, and sums must fit their columns
ONE_RUPIAH = Decimal(1)
NOTHING = Decimal(0)


@register_resource
class ExpenseResource(ExpenseColumns):
    """Natural key: (training, account, description), whatever the case of its letters."""

    identifier = "expenses"
    order = 4
    label = "Rincian belanja dan realisasi"
    intro = (
        "Satu baris satu belanja dari satu pelatihan: rencana (volume × harga satuan), realisasi dan SP2D-nya. Setelah "
        "disimpan, pagu dan realisasi pelatihan menjadi jumlah rinciannya."
    )
    add_permission = "programs.add_expense"
    change_permission = "programs.change_expense"
    key_label = "Belanja"
    key_columns = ("number", "account", "description")
    written = (Training, Expense)

    def prepare(self) -> None:
        self.accounts: dict[str, list[ExpenseAccount]] = {}
        for account in visible(ExpenseAccount, self.user):
            self.accounts.setdefault(groups_of(account.code), []).append(account)
        years = [year.pk for year in visible(FiscalYear, self.user) if year.state == YearState.OPEN]
        self.columns["account"].widget.offer(
            account
            for versions in self.accounts.values()
            for account in versions
            if account.level.lower() == LOWEST_ACCOUNT and any(_is_valid(account, year) for year in years)
        )
        self.line_totals: dict[int, Decimal] = {}  # budget line -> realised, after the rows seen so far
        self.totals: dict[int, Decimal] = {}  # training -> realised by its lines, likewise
        self.recaps: dict[int, Decimal] = {}  # training without lines -> what a recap says it realised

    def choices(self) -> dict[str, list[str]]:
        """Return what the template lists; trainings are too many for the pages that mend rows."""
        own = visible(Training, self.user).filter(budget_line__fiscal_year__state=YearState.OPEN)
        numbers = [f"{number}{NUMBER_END}{title}" for number, title in own.values_list("number", "title")]
        return ({"number": numbers} if numbers else {}) | super().choices()

    def links(self, batch: ImportBatch) -> list[tuple[str, str]]:
        return [("Pelatihan", reverse("admin:programs_training_changelist"))]

    def key_of(self, row: PlannedRow) -> Any:
        number, account, description = (row.values.get(name) for name in self.key_columns)
        return (number, account, description.casefold()) if number and account and description else None

    def key_column(self, row: PlannedRow) -> str:
        return "description"

    def cross_check(self, row: PlannedRow) -> None:
        if row.values.get("method") and header_key(str(row.cells["method"])).startswith(("up", "uangpersediaan")):
            self.note(row, "method", "UP dicatat sebagai GU: uang persediaan dipertanggungjawabkan dengan SPP-GU.")
        for name in ("unit_price", "amount", "realised"):
            if (row.values.get(name) or NOTHING) >= LARGEST:
                self.error(row, name, f"Nilai satu belanja di atas {rupiah(LARGEST)}. Periksa jumlah nolnya.")

    # --- what is recorded -------------------------------------------------------------------------------------
    def look_up(self, rows: Sequence[PlannedRow]) -> None:
        numbers = {row.values["number"] for row in rows}
        own = visible(Training, self.user).filter(number__in=numbers)
        self.trainings = {one.number: one for one in own.select_related("budget_line__fiscal_year")}
        by_id = {training.pk: training for training in self.trainings.values()}
        self.existing: dict[tuple[int, str, str], Expense] = {}
        lines = list(visible(Expense, self.user).filter(training__in=by_id).select_related("account"))
        for line in sorted(lines, key=lambda line: line.pk, reverse=True):  # of two that differ in case, the older
            line.training = by_id[line.training_id]
            self.existing[line.training_id, groups_of(line.account.code), line.description.casefold()] = line
        self._note_totals(lines)
        for row in rows:
            if training := self.trainings.get(row.values["number"]):
                self._count(row, training)

    def _note_totals(self, lines: Iterable[Expense]) -> None:
        """Remember what trainings and budget lines have realised before this file; once, when they first appear."""
        fresh = [training for training in self.trainings.values() if training.pk not in self.totals]
        unknown = {training.budget_line_id for training in fresh} - self.line_totals.keys()
        sums = visible(Training, self.user).filter(budget_line__in=unknown).order_by().values_list("budget_line")
        self.line_totals |= {line: total or NOTHING for line, total in sums.annotate(Sum("realised"))}
        recorded: dict[int, Decimal] = {}
        for line in lines:
            recorded[line.training_id] = recorded.get(line.training_id, NOTHING) + line.realised
        for training in fresh:
            before = training.realised or NOTHING
            self.totals[training.pk] = recorded.get(training.pk, NOTHING)
            self.line_totals[training.budget_line_id] += self.totals[training.pk] - before
            if training.pk not in recorded and training.realised is not None:
                self.recaps[training.pk] = training.realised

    def _count(self, row: PlannedRow, training: Training) -> None:
        expense, realised = self._recorded(row, training), row.values.get("realised")
        if realised is not None:
            more = realised - (expense.realised if expense else NOTHING)
            self.totals[training.pk] += more
            self.line_totals[training.budget_line_id] += more

    def _recorded(self, row: PlannedRow, training: Training) -> Expense | None:
        return self.existing.get((training.pk, row.values["account"], row.values["description"].casefold()))

    # --- what becomes of a row --------------------------------------------------------------------------------
    def plan_row(self, row: PlannedRow) -> None:
        values = row.values
        training = self.trainings.get(values["number"])
        if training is None:
            self.error(row, "number", f"Pelatihan {values['number']} tidak ditemukan. Periksa nomornya.")
            return
        year = training.budget_line.fiscal_year
        if year.state == YearState.CLOSED:
            self.error(row, "number", f"Tahun anggaran {year} sudah ditutup. Minta administrator membukanya kembali.")
            return
        wanted = {name: values.get(name) for name in FIELDS}
        expense = self._recorded(row, training)
        before = expense.realised if expense else NOTHING
        if expense is None:
            expense = self._new(row, training, {name: value for name, value in wanted.items() if value is not None})
        elif self.compare(row, expense, wanted):
            row.verdict = Verdict.CHANGED
        if row.rejected:
            return
        row.new = [expense] if row.writes else []
        if row.writes and (
            fault := locked_fault(training.status, verifier=self.user.has_perm("programs.verify_training"))
        ):
            self.error(row, "number", fault)
        self._judge(row, expense, training, rises=expense.realised > before)

    def _new(self, row: PlannedRow, training: Training, given: dict[str, Any]) -> Expense | None:
        year = training.budget_line.fiscal_year_id
        account = self._account(row, year)
        for name in NEEDED:
            if name not in given:
                self.error(row, name, "Kosong; wajib untuk belanja yang belum tercatat. Lengkapi sel ini.")
        if account is None or row.rejected:
            return None
        row.verdict = Verdict.NEW
        return Expense(training=training, account=account, description=row.values["description"], **given)

    def _account(self, row: PlannedRow, year: int) -> ExpenseAccount | None:
        versions = self.accounts.get(row.values["account"], [])
        account = next((one for one in versions if _is_valid(one, year)), None)
        if account is None:
            known = f"tidak berlaku pada tahun {year}" if versions else "tidak ada di tabel rekening"
            self.error(row, "account", f"Rekening ini {known}. Pilih dari lembar Pilihan.")
        elif account.level.lower() != LOWEST_ACCOUNT:
            self.error(row, "account", f"“{account.name}” bukan rekening terendah. Pakai kode sub rincian objek.")
            account = None
        return account

    def _judge(self, row: PlannedRow, expense: Expense, training: Training, *, rises: bool) -> None:
        product = planned_amount(expense.volume, expense.unit_price)
        factors = f"{amount(expense.volume)} × {rupiah(expense.unit_price)} = {rupiah(product)}"
        stated = row.values.get("amount")
        if product >= LARGEST:
            self.error(row, "volume", f"Volume × harga satuan terlalu besar: {factors}. Periksa angkanya.")
        elif stated is not None and abs(stated - product) >= ONE_RUPIAH:
            sentence = f"Jumlah {rupiah(stated)} tidak sama dengan volume × harga satuan: {factors}."
            self.error(row, "amount", f"{sentence} Perbaiki salah satunya.")
        if bool(expense.sp2d_number) != bool(expense.sp2d_date):
            name = "sp2d_date" if expense.sp2d_number else "sp2d_number"
            self.error(row, name, "Nomor dan tanggal SP2D harus terisi keduanya. Lengkapi, atau kosongkan keduanya.")
        if row.rejected:
            return
        if expense.realised > product:
            self.warn(row, "realised", f"Realisasi {rupiah(expense.realised)} melebihi rencana {rupiah(product)}.")
        year = training.budget_line.fiscal_year_id
        if expense.sp2d_date and expense.sp2d_date.year != year:
            self.warn(row, "sp2d_date", f"Tanggal SP2D {expense.sp2d_date:%d-%m-%Y} di luar tahun anggaran {year}.")
        self._judge_totals(row, training, rises)

    def _judge_totals(self, row: PlannedRow, training: Training, rises: bool) -> None:
        line, total = training.budget_line, self.line_totals[training.budget_line_id]
        if rises and total > line.ceiling:
            sentence = f"Realisasi mata anggaran ini menjadi {rupiah(total)}, melebihi pagunya {rupiah(line.ceiling)}."
            self.warn(row, "realised", sentence)
        recap = self.recaps.pop(training.pk, None)  # said once
        if row.writes and recap is not None and recap != self.totals[training.pk]:
            said = f"Rekap mencatat realisasi {rupiah(recap)}"
            self.warn(
                row, "number", f"{said}; setelah disimpan menjadi jumlah rincian {rupiah(self.totals[training.pk])}."
            )

    def write(self, rows: Sequence[PlannedRow], batch: ImportBatch) -> None:
        record_expenses(
            [row.new[0] for row in rows if row.verdict == Verdict.NEW],
            [row.new[0] for row in rows if row.verdict == Verdict.CHANGED],
            FIELDS,
            by=self.user,
            reason=f"impor {batch.pk}",
        )


def _is_valid(account: ExpenseAccount, year: int) -> bool:
    return account.valid_from <= year <= (account.valid_to or year)
