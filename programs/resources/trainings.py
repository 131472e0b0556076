"""The recap of trainings: an organizer's sheet over many kecamatan, or an office's own."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Sum

from portal.enums import AgencyKind, RegionLevel, Verdict, YearState
from portal.importing.resources import Column, PlannedRow, SheetResource, register_resource
from portal.importing.widgets import CellWidget, NameWidget, TextWidget
from portal.models import Agency, ImportBatch, Region
from portal.scoping import visible
from portal.spreadsheets.cells import CellError, parse_date, parse_integer, parse_money, parse_text
from portal.spreadsheets.layout import header_key
from programs.actions.trainings import record_trainings
from programs.models import BudgetLine, Expense, FundSource, Training
from programs.rules import dates_fault, figure_conflict
from programs.validators import normalise_code

FIELDS = ("title", "field", "end", "venue", "hours", "target_people", "reported_people", "ceiling", "realised", "notes")


def parse_code(value: Any) -> str | None:
    """Return a sub kegiatan code in its stored spelling; a number cell has lost its zeros and is refused."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise CellError(
            "Kode tersimpan sebagai angka atau tanggal.", "Format kolom kode sebagai Teks lalu ketik ulang."
        )
    try:
        return normalise_code(parse_text(value) or "")
    except ValidationError as fault:
        raise CellError(fault.messages[0], "Salin kode dari DPA.") from None


@register_resource
class TrainingResource(SheetResource):
    """Natural key: the number, or (office, title, start, batch) when the sheet has none."""

    identifier = "trainings"
    label = "Rekap pelatihan"
    intro = (
        "Satu baris satu pelatihan. Pelatihan yang sudah tercatat dikenali dari nomornya, atau dari kecamatan, nama "
        "dan tanggal mulai; isian yang berbeda akan memperbaruinya."
    )
    add_permission = "programs.add_training"
    change_permission = "programs.change_training"
    key_label = "Pelatihan"

    number = Column("Nomor Pelatihan", TextWidget(40), help_text="Kosongkan untuk pelatihan baru.")
    code = Column(
        "Kode Sub Kegiatan",
        CellWidget(parse_code),
        synonyms=("Kode Rekening Sub Kegiatan", "Sub Kegiatan", "Kode", "Kode Subkegiatan"),
        required=True,
        help_text="Ejaan lama (…01.05 atau …02.01…) diterima.",
        example="3.31.02.2.01.0005",
    )
    fund = Column("Sumber Dana", NameWidget("Sumber dana"), help_text="Wajib bila satu sub kegiatan punya beberapa.")
    title = Column(
        "Nama Pelatihan",
        TextWidget(200),
        synonyms=("Judul Pelatihan", "Nama Kegiatan", "Uraian Kegiatan", "Pelatihan"),
        required=True,
        example="Pelatihan Menjahit bagi Pelaku IKM Konveksi",
    )
    field = Column("Bidang", TextWidget(80), synonyms=("Jenis", "Jenis/Bidang", "Jenis Pelatihan"), example="Konveksi")
    batch = Column("Angkatan", CellWidget(lambda value: parse_integer(value, 1, 99), is_text=False))
    start = Column(
        "Mulai",
        CellWidget(parse_date, is_text=False),
        synonyms=("Tanggal Mulai", "Waktu Mulai", "Tgl Mulai", "Waktu Pelaksanaan Mulai"),
        required=True,
        example="14-07-2025",
    )
    end = Column(
        "Selesai",
        CellWidget(parse_date, is_text=False),
        synonyms=("Tanggal Selesai", "Waktu Selesai", "Tgl Selesai", "Waktu Pelaksanaan Selesai"),
        required=True,
        example="15-07-2025",
    )
    hours = Column("JP", CellWidget(lambda value: parse_integer(value, 0, 999), is_text=False))
    venue = Column("Tempat", TextWidget(150), synonyms=("Lokasi", "Tempat Pelaksanaan"), example="Balai Desa Clumprit")
    village = Column(
        "Desa",
        TextWidget(100),
        synonyms=("Desa/Kelurahan", "Tempat Desa", "Lokasi Desa", "Kelurahan"),
        example="Clumprit",
    )
    office = Column(
        "Kecamatan",
        NameWidget("Kecamatan"),
        synonyms=("Tempat Kecamatan", "Lokasi Kecamatan", "Kec"),
        help_text="Wajib bagi perangkat daerah; kantor kecamatan hanya untuk kecamatannya sendiri.",
        example="Pagelaran",
    )
    target_people = Column(
        "Target",
        CellWidget(lambda value: parse_integer(value, 0, 100_000), is_text=False),
        synonyms=("Target Peserta", "Peserta Target", "Jumlah Peserta"),
    )
    reported_people = Column(
        "Hadir",
        CellWidget(lambda value: parse_integer(value, 0, 100_000), is_text=False),
        synonyms=("Peserta Hadir", "Realisasi Peserta"),
    )
    ceiling = Column(
        "Pagu",
        CellWidget(parse_money, is_text=False),
        synonyms=("Anggaran Pagu", "Pagu Anggaran", "Anggaran (Rp) Pagu"),
        example="48.250.000",
    )
    realised = Column(
        "Realisasi",
        CellWidget(parse_money, is_text=False),
        synonyms=("Anggaran Realisasi", "Realisasi Anggaran", "Anggaran (Rp) Realisasi"),
        example="47.725.000",
    )
    notes = Column("Keterangan", TextWidget(2000), synonyms=("Ket",))

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
        self.columns["fund"].widget.offer({source.name: source for source in visible(FundSource, self.user)})
        self.villages: dict[tuple[str, str], Region] = {}
        regions = [office.region_id for office in offices.values() if isinstance(office, Agency)]
        for village in visible(Region, self.user).filter(parent__in=regions):
            self.villages[village.parent_id, header_key(village.name)] = village
        self.lines: dict[tuple[int, str], list[BudgetLine]] = {}
        lines = visible(BudgetLine, self.user).select_related("node", "fiscal_year", "fund_source", "organizer")
        for line in lines:
            self.lines.setdefault((line.fiscal_year_id, line.node.code), []).append(line)

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
        lines = self.lines.get((year, code), [])
        fund = row.values.get("fund")
        lines = [line for line in lines if fund is None or line.fund_source_id == fund.pk]
        if not lines:
            self.error(
                row, "code", f"Mata anggaran {code} tahun {year} tidak ada untuk Anda. Periksa kode dan tanggal mulai."
            )
        elif len(lines) > 1:
            names = ", ".join(sorted({line.fund_source.name for line in lines}))
            self.error(row, "code", f"Mata anggaran {code} tahun {year} ada beberapa ({names}). Isi kolom Sumber Dana.")
        elif lines[0].fiscal_year.state == YearState.CLOSED:
            self.error(row, "start", f"Tahun anggaran {year} sudah ditutup. Minta administrator membukanya kembali.")
        else:
            row.values["budget_line"] = lines[0]

    def _find_village(self, row: PlannedRow, office: Agency) -> None:
        widget = NameWidget("Desa/kelurahan")
        widget.offer(
            {village.name: village for (parent, _), village in self.villages.items() if parent == office.region_id},
            place=f"Kecamatan {office.region.name}",
        )
        try:
            row.values["village"] = widget.clean(row.values["village"])
        except CellError as fault:
            self.error(row, "village", f"{fault.cause} {fault.cure}")

    def key_of(self, row: PlannedRow) -> Any:
        values = row.values
        if values.get("number"):
            return values["number"]
        office, title, start = values.get("office"), values.get("title"), values.get("start")
        return (office.pk, title.casefold(), start, values.get("batch") or 1) if office and title and start else None

    def key_column(self, row: PlannedRow) -> str:
        return "number" if row.values.get("number") else "title"

    def look_up(self, rows: Sequence[PlannedRow]) -> None:
        starts = {row.values["start"] for row in rows}
        numbers = {row.values["number"] for row in rows if row.values.get("number")}
        own = visible(Training, self.user).select_related("budget_line", "office", "village")
        found = [*own.filter(start__in=starts), *own.filter(number__in=numbers)]
        self.existing: dict[Any, Training] = {}
        for training in found:
            self.existing[training.number] = training
            self.existing[training.office_id, training.title.casefold(), training.start, training.batch] = training
        sums = visible(Expense, self.user).filter(training__in=found).order_by().values_list("training")
        self.line_sums = dict(sums.annotate(total=Sum("realised")))

    def plan_row(self, row: PlannedRow) -> None:
        values = row.values
        training = self.existing.get(row.key)
        if training is None:
            if values.get("number"):
                self.error(row, "number", "Nomor pelatihan ini tidak ditemukan. Kosongkan untuk pelatihan baru.")
                return
            row.new = [self._new(values)]
            row.verdict = Verdict.NEW
            return
        wanted = {name: values.get(name) for name in FIELDS if name != "title"}
        wanted |= {"village": values.get("village"), "start": values.get("start")}
        if training.budget_line_id != values["budget_line"].pk:
            wanted["budget_line"] = values["budget_line"]
        if figure_conflict(values.get("realised"), self.line_sums.get(training.pk)):
            total = self.line_sums[training.pk]
            self.error(row, "realised", f"Realisasi berbeda dengan jumlah rincian belanja di portal ({total:,.0f}).")
            return
        if self.compare(row, training, wanted):
            row.new = [training]
            row.verdict = Verdict.CHANGED

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
        fields = [*FIELDS, "village", "start", "budget_line"]
        record_trainings(new, changed, fields, by=self.user, reason=f"impor {batch.pk}")
