"""The recap of trainings: an organizer's sheet over many kecamatan, or an office's own."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Sum
from django.urls import reverse

from portal.enums import AgencyKind, RegionLevel, Verdict, YearState
from portal.formatting import rupiah
from portal.importing.registry import register_resource
from portal.importing.resources import PlannedRow
from portal.importing.widgets import NameWidget
from portal.models import Agency, ImportBatch, Region
from portal.scoping import visible
from portal.spreadsheets.cells import CellError
from programs.actions.trainings import record_trainings
from programs.models import BudgetLine, Expense, FundSource, Session, Training
from programs.resources.recap_columns import RecapColumns
from programs.rules import dates_fault, figure_conflict, locked_fault, titles_alike

FIELDS = ("title", "field", "end", "venue", "hours", "target_people", "reported_people", "ceiling", "realised", "notes")
DATES = {str(Training._meta.get_field(name).verbose_name) for name in ("start", "end")}  # as changes name them


@register_resource
class TrainingResource(RecapColumns):
    """Natural key: the number, or (office, title, start, batch) when the sheet has none."""

    identifier = "trainings"
    order = 3
    label = "Rekap pelatihan"
    intro = (
        "Satu baris satu pelatihan. Pelatihan yang sudah tercatat dikenali dari nomornya, atau dari kecamatan, nama "
        "dan tanggal mulai; isian yang berbeda akan memperbaruinya."
    )
    add_permission = "programs.add_training"
    change_permission = "programs.change_training"
    key_label = "Pelatihan"
    key_columns = ("number", "office", "title", "start", "batch")
    template_version = 2
    written = (Training, Session)
    presets = {
        "Rekap Disperindag": frozenset(
            {"Kode Sub Kegiatan", "Nama Pelatihan", "Waktu Mulai", "Tempat Kecamatan", "Anggaran (Rp) Realisasi"}
        ),
    }

    def prepare(self) -> None:
        offices = {
            office.region.name: office
            for office in visible(Agency, self.user).filter(kind=AgencyKind.OFFICE).select_related("region")
        }
        self.own_office = self.user.agency if self.user.agency.kind == AgencyKind.OFFICE else None
        if self.own_office:  # every kecamatan may be named, so that another one is refused as what it is
            siblings = visible(Region, self.user).filter(
                level=RegionLevel.DISTRICT, parent=self.own_office.region.parent_id
            )
            offices = {region.name: region for region in siblings} | offices
        self.columns["office"].widget.offer(offices)
        self.columns["fund"].widget.offer_sources(visible(FundSource, self.user))
        self._prepare_villages([office for office in offices.values() if isinstance(office, Agency)])
        self._prepare_lines()
        known = visible(Training, self.user).filter(budget_line__fiscal_year__state=YearState.OPEN)
        facts = known.values_list("number", "budget_line", "office", "title", "start", "batch")
        self.keys_of_numbers: dict[str, Any] = {}
        self.lines_of_keys: dict[Any, int] = {}
        for number, line, *names in facts:
            key = self.keys_of_numbers[number] = _natural_key(*names)
            self.lines_of_keys[key] = line
        self.just_made: set[int] = set()

    def _prepare_villages(self, offices: list[Agency]) -> None:
        villages: dict[str, dict[str, Region]] = {office.region_id: {} for office in offices}
        for village in visible(Region, self.user).filter(parent__in=villages):
            villages[village.parent_id][village.name] = village
        self.villages: dict[str, NameWidget] = {}
        for office in offices:
            widget = self.villages[office.region_id] = NameWidget("Desa/kelurahan")
            widget.offer(villages[office.region_id], place=f"Kecamatan {office.region.name}")

    def _prepare_lines(self) -> None:
        self.lines: dict[tuple[int, str], list[BudgetLine]] = {}
        lines = visible(BudgetLine, self.user).select_related("node", "fiscal_year", "fund_source", "organizer")
        for line in lines:
            self.lines.setdefault((line.fiscal_year_id, line.node.code), []).append(line)
        self.columns["code"].widget.offer(line.node for line in lines if line.fiscal_year.state == YearState.OPEN)
        organizers = {line.organizer.name: line.organizer for line in lines}
        also = [(organizer.short_name, name) for name, organizer in organizers.items()]
        self.columns["organizer"].widget.offer(organizers, also=also)

    def offered(self, name: str) -> list[str]:
        if name == "village":
            return sorted({village for widget in self.villages.values() for village in widget.offered})
        if name == "office" and self.own_office:
            return [self.own_office.region.name]
        return super().offered(name)

    def links(self, batch: ImportBatch) -> list[tuple[str, str]]:
        return [("Pelatihan", reverse("admin:programs_training_changelist"))]

    def clean_cell(self, name: str, raw: Any, row: PlannedRow) -> Any:
        value = super().clean_cell(name, raw, row)
        if name == "office" and isinstance(value, Region):
            raise CellError(
                "Baris ini untuk kecamatan lain.",
                f"Kantor Anda hanya dapat mencatat pelatihan di Kecamatan {self.own_office.region.name}.",
            )
        return value

    def cross_check(self, row: PlannedRow) -> None:
        values = row.values
        values.setdefault("office", None)
        if values["office"] is None and row.cells.get("office") is None:
            values["office"] = self.own_office
            if self.own_office is None:
                self.error(row, "office", "Kecamatan kosong. Isi nama kecamatan tempat pelatihan.")
        start, end, code = values.get("start"), values.get("end"), values.get("code")
        if start and end and (fault := dates_fault(start, end, start.year)):
            self.error(row, "end", f"{fault} Cocokkan dengan jadwal.")
        if start and code:
            self._find_line(row, start.year, code)
        if values["office"] is not None and values.get("village"):
            self._find_village(row, values["office"])

    def _find_line(self, row: PlannedRow, year: int, code: str) -> None:
        fund, organizer = row.values.get("fund"), row.values.get("organizer")
        lines = [
            line
            for line in self.lines.get((year, code), ())
            if fund in (None, line.fund_source) and organizer in (None, line.organizer)
        ]
        if len(lines) > 1:  # a training that is there keeps its own
            own = self.lines_of_keys.get(self.key_of(row))
            lines = [line for line in lines if line.pk == own] or lines
        if not lines:
            self.error(
                row, "code", f"Mata anggaran {code} tahun {year} tidak ada untuk Anda. Periksa kode dan tanggal mulai."
            )
        elif len(lines) > 1:
            names = ", ".join(sorted(f"{line.fund_source.name}, {line.organizer.name}" for line in lines))
            telling = "fund" if len({line.fund_source_id for line in lines}) > 1 else "organizer"
            cure = f"Isi kolom {self.heading_of(telling)}."
            self.error(row, "code", f"Mata anggaran {code} tahun {year} ada beberapa ({names}). {cure}")
        elif lines[0].fiscal_year.state == YearState.CLOSED:
            self.error(row, "start", f"Tahun anggaran {year} sudah ditutup. Minta administrator membukanya kembali.")
        else:
            row.values["budget_line"] = lines[0]

    def _find_village(self, row: PlannedRow, office: Agency) -> None:
        try:
            row.values["village"] = self.villages[office.region_id].clean(row.values["village"])
        except CellError as fault:
            suggestion = getattr(fault, "suggestion", "")
            self.error(row, "village", f"{fault.cause} {fault.cure}", suggestion=suggestion)

    def key_of(self, row: PlannedRow) -> Any:
        """A number and the names of the same training are one key, so that two lines about it are found."""
        values = row.values
        if number := values.get("number"):
            return self.keys_of_numbers.get(number, (number,))
        office, title, start = values.get("office"), values.get("title"), values.get("start")
        return _natural_key(office.pk, title, start, values.get("batch") or 1) if office and title and start else None

    def key_column(self, row: PlannedRow) -> str:
        return "number" if row.values.get("number") else "title"

    def look_up(self, rows: Sequence[PlannedRow]) -> None:
        starts = {row.values["start"] for row in rows}
        numbers = {row.values["number"] for row in rows if row.values.get("number")}
        own = visible(Training, self.user).select_related("budget_line__fiscal_year", "office__region", "village")
        found = {training.pk: training for training in [*own.filter(start__in=starts), *own.filter(number__in=numbers)]}
        self.existing: dict[Any, Training] = {}
        self.same_day: dict[tuple[int, date], list[Training]] = {}
        for training in found.values():
            if training.pk not in self.just_made:  # what this very file has just brought is nothing to compare with
                self.existing[training.number] = training
                self.existing[_key_of(training)] = training
                self.same_day.setdefault((training.office_id, training.start), []).append(training)
        sums = visible(Expense, self.user).filter(training__in=list(found)).order_by().values_list("training")
        totals = sums.annotate(planned=Sum("planned"), realised=Sum("realised"))
        self.line_sums = {training: (planned, realised) for training, planned, realised in totals}

    def plan_row(self, row: PlannedRow) -> None:
        values = row.values
        number = values.get("number")
        training = self.existing.get(number or row.key)
        if training is not None:
            self._plan_change(row, training)
        elif number:
            self.error(row, "number", "Nomor pelatihan ini tidak ditemukan. Kosongkan untuk pelatihan baru.")
        else:
            self._warn_of_similar(row)
            row.new, row.verdict = [self._new(values)], Verdict.NEW

    def _warn_of_similar(self, row: PlannedRow) -> None:
        """A near miss is no match: only the sender knows whether it is the same training."""
        values, batch = row.values, row.values.get("batch")
        for training in self.same_day.get((values["office"].pk, values["start"]), ()):
            if batch in (None, training.batch) and titles_alike(training.title, values["title"]):
                known = f"“{training.title}” ({training.number})"
                sentence = f"Mirip dengan pelatihan {known} yang sudah ada; isi kolom Nomor Pelatihan bila memang sama."
                self.warn(row, "title", sentence)

    def _plan_change(self, row: PlannedRow, training: Training) -> None:
        values = row.values
        wanted = {name: values.get(name) for name in (*FIELDS, "village", "start", "batch")}
        if training.title.casefold() == values["title"].casefold():
            del wanted["title"]
        if training.budget_line_id != values["budget_line"].pk:
            wanted["budget_line"] = values["budget_line"]
        if not (self._is_that_training(row, training) and self._figures_agree(row, training)):
            return
        if self.compare(row, training, wanted):
            row.new, row.verdict = [training], Verdict.CHANGED
            other = self.existing.get(_key_of(training), training)
            if other.pk != training.pk:
                self.error(
                    row, "title", f"Nama dan tanggal ini sudah dipakai pelatihan {other.number}. Periksa nomornya."
                )
            if fault := locked_fault(training.status, verifier=self.user.has_perm("programs.verify_training")):
                self.error(row, "", fault)
            if not row.rejected:
                self.claim(row, _key_of(training))

    def _is_that_training(self, row: PlannedRow, training: Training) -> bool:
        """Refuse a number that belongs to another kecamatan or another year than the rest of the row."""
        year = training.budget_line.fiscal_year
        if training.office_id != row.values["office"].pk:
            place = training.office.region.name
            self.error(
                row, "number", f"Nomor ini milik pelatihan di Kecamatan {place}. Periksa nomor dan kecamatannya."
            )
        elif year.state == YearState.CLOSED:
            self.error(row, "number", f"Tahun anggaran {year} sudah ditutup. Minta administrator membukanya kembali.")
        elif row.values["start"].year != year.pk:
            self.error(row, "start", f"Nomor pelatihan ini dari tahun {year}. Kosongkan nomornya untuk pelatihan baru.")
        return not row.rejected

    def _figures_agree(self, row: PlannedRow, training: Training) -> bool:
        """Refuse totals that contradict the expense lines kept in the portal."""
        for name, total in zip(("ceiling", "realised"), self.line_sums.get(training.pk, ()), strict=False):
            if figure_conflict(row.values.get(name), total):
                label = self.heading_of(name)
                sentence = f"{label} berbeda dengan jumlah rincian belanja di portal, {rupiah(total)}."
                self.error(row, name, f"{sentence} Perbaiki rinciannya, atau kosongkan sel ini.")
        return not row.rejected

    def _new(self, values: dict[str, Any]) -> Training:
        names = {name: values[name] for name in FIELDS if values.get(name) is not None}
        return Training(
            office=values["office"],
            budget_line=values["budget_line"],
            organizer=values["budget_line"].organizer,
            village=values.get("village"),
            start=values["start"],
            batch=values.get("batch") or 1,
            **names,
        )

    def write(self, rows: Sequence[PlannedRow], batch: ImportBatch) -> None:
        new = [row.new[0] for row in rows if row.verdict == Verdict.NEW]
        for training in new:
            training.source = batch
        changed = [row.new[0] for row in rows if row.verdict == Verdict.CHANGED]
        moved = [row.new[0] for row in rows if row.verdict == Verdict.CHANGED and DATES & row.changes.keys()]
        fields = [*FIELDS, "village", "start", "batch", "budget_line"]
        record_trainings(new, changed, fields, moved=moved, by=self.user, reason=f"impor {batch.pk}")
        self.just_made.update(training.pk for training in new)


def _natural_key(office: int, title: str, start: date, batch: int) -> tuple[Any, ...]:
    return office, title.casefold(), start, batch


def _key_of(training: Training) -> tuple[Any, ...]:
    return _natural_key(training.office_id, training.title, training.start, training.batch)
