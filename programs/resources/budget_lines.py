"""Budget lines and their ceilings, as the sheets of a DPA or of SIPD-RI write them."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Q, Sum
from django.urls import reverse

from portal.enums import AgencyKind, Verdict
from portal.formatting import rupiah
from portal.importing.registry import register_resource
from portal.importing.resources import Column, PlannedRow
from portal.importing.widgets import CellWidget, TextWidget
from portal.models import ImportBatch
from portal.scoping import visible
from portal.spreadsheets.cells import parse_money
from portal.spreadsheets.layout import header_key
from programs.actions.budget_lines import record_budget_lines
from programs.enums import NomenclatureLevel, TrainingStatus
from programs.models import BudgetLine, FundSource, NomenclatureNode, Training
from programs.resources.codes import HIGHER, CodeWidget, FundWidget, parse_line_code, parse_year
from programs.resources.years import YearSheetResource, is_empty

FIELDS = ("ceiling_original", "ceiling_revised", "target")
LEFT_OUT = "Baris program/kegiatan, hanya sub kegiatan yang dicatat."


@register_resource
class BudgetLineResource(YearSheetResource):
    """Natural key: (fiscal year, sub kegiatan, organizer, fund source); the organizer is the sender's own agency."""

    identifier = "budget_lines"
    order = 5
    label = "Mata anggaran (DPA/SIPD)"
    intro = (
        "Satu baris satu sub kegiatan dari satu sumber dana dalam satu tahun. Lembar DPA boleh diunggah apa adanya: "
        "baris program, kegiatan dan rekening di dalamnya dilewati."
    )
    add_permission = "programs.add_budgetline"
    change_permission = "programs.change_budgetline"
    key_label = "Mata anggaran"
    key_columns = ("code", "year", "fund", "fund_code")
    written = (BudgetLine,)
    presets = {
        "SIPD-RI": frozenset({"Kode Sub Kegiatan", "Nama Sub Kegiatan", "Kode Sumber Dana", "Nama Sumber Dana"}),
    }

    year = Column(
        "Tahun",
        CellWidget(parse_year, is_text=False),
        synonyms=("Tahun Anggaran", "TA", "Tahun (TA)", "Thn"),
        help_text="Tahun anggaran. Boleh kosong bila hanya satu tahun yang terbuka di portal.",
        example="2025",
    )
    code = Column(
        "Kode Sub Kegiatan",
        CodeWidget(parse_line_code),
        synonyms=("Kode Subkegiatan", "Kode Rekening Sub Kegiatan", "Kode Nomenklatur", "Kode"),
        required=True,
        help_text="Ejaan lama (…01.05 atau …02.01…) diterima. Nama di belakang kode boleh ikut.",
        example="3.31.02.2.01.0005",
    )
    name = Column(
        "Nama Sub Kegiatan",
        TextWidget(500),
        synonyms=("Sub Kegiatan", "Nama Subkegiatan", "Uraian Sub Kegiatan", "Nomenklatur", "Uraian"),
        help_text="Hanya dicocokkan dengan tabel kode; yang menentukan adalah kodenya.",
        example="Koordinasi, Sinkronisasi, dan Pelaksanaan Pemberdayaan Industri dan Peran Serta Masyarakat",
    )
    fund = Column(
        "Sumber Dana",
        FundWidget(),
        synonyms=("Nama Sumber Dana", "Sumber Pendanaan", "Sumber Anggaran"),
        help_text="Nama atau kode sumber dana. Wajib, di kolom ini atau di kolom Kode Sumber Dana.",
        example="Pendapatan Asli Daerah (PAD)",
    )
    fund_code = Column("Kode Sumber Dana", FundWidget(), synonyms=("Kode Sumber Pendanaan",))
    original = Column(
        "Pagu Murni",
        CellWidget(parse_money, is_text=False),
        synonyms=(
            "Pagu",
            "Pagu Awal",
            "Pagu Sebelum Perubahan",
            "Pagu Sebelum",
            "Sebelum Perubahan",
            "Murni",
            "Pagu Anggaran",
            "Jumlah Pagu",
            "Nilai Pagu",
            "Pagu DPA",
            "Anggaran Murni",
            "Anggaran",
        ),
        help_text="Rupiah, sebelum perubahan APBD. Wajib untuk mata anggaran baru.",
        example="250.000.000",
    )
    revised = Column(
        "Pagu Perubahan",
        CellWidget(parse_money, is_text=False),
        synonyms=(
            "Pagu Setelah Perubahan",
            "Pagu Sesudah Perubahan",
            "Pagu Setelah",
            "Pagu Sesudah",
            "Perubahan",
            "Setelah Perubahan",
            "Sesudah Perubahan",
            "Pagu DPPA",
            "Pagu P-APBD",
            "Anggaran Perubahan",
        ),
        help_text="Rupiah, setelah perubahan APBD (DPPA). Kosong bila tidak ada perubahan.",
    )
    target = Column(
        "Target Keluaran",
        TextWidget(200),
        synonyms=("Target", "Target Capaian Keluaran", "Target Kinerja", "Target Output", "Keluaran"),
        example="1 Dokumen",
    )

    def prepare(self) -> None:
        self.agency = self.user.agency
        self.blocked = ""
        if self.agency is None or self.agency.kind != AgencyKind.ORGANIZER:
            self.blocked = "Mata anggaran hanya diimpor oleh perangkat daerah pemilik anggaran, atas namanya sendiri."
        self.load_years()
        self.nodes: dict[str, list[NomenclatureNode]] = {}
        for node in visible(NomenclatureNode, self.user).filter(level=NomenclatureLevel.SUB_ACTIVITY):
            self.nodes.setdefault(node.code, []).append(node)
        sources = list(visible(FundSource, self.user))
        self.columns["fund"].widget.offer_sources(sources)
        self.columns["fund_code"].widget.offer_sources(sources)
        everything = (node for nodes in self.nodes.values() for node in nodes)
        in_force = [node for node in everything if any(_is_valid(node, year) for year in self.open_years)]
        self.columns["code"].widget.offer(in_force)

    def offered(self, name: str) -> list[str]:
        return [] if name == "fund_code" else super().offered(name)

    def links(self, batch: ImportBatch) -> list[tuple[str, str]]:
        return [("Mata anggaran", reverse("admin:programs_budgetline_changelist"))]

    def cross_check(self, row: PlannedRow) -> None:
        values = row.values
        if self.blocked:
            row.messages.clear()
            self.error(row, "", self.blocked)
        elif values.get("code") == HIGHER:
            row.messages.clear()  # such a row has neither source nor ceiling of its own
            self.note(row, "code", LEFT_OUT)
        else:
            self.find_year(row)
            self._find_fund(row)
            if values.get("year") in self.years and values.get("code"):
                self._find_node(row, values["year"], values["code"])

    def _find_fund(self, row: PlannedRow) -> None:
        fund, by_code = row.values.get("fund"), row.values.get("fund_code")
        if fund and by_code and fund != by_code:
            sentence = f"Kode ini milik “{by_code.name}”, bukan “{fund.name}”. Perbaiki salah satunya."
            self.error(row, "fund_code", sentence)
        elif is_empty(row, "fund") and is_empty(row, "fund_code"):
            self.error(row, "fund", "Sumber dana kosong. Isi nama atau kodenya, lihat lembar Pilihan.")

    def _find_node(self, row: PlannedRow, year: int, code: str) -> None:
        versions = self.nodes.get(code, [])
        node = next((node for node in versions if _is_valid(node, year)), None)
        if node is None:
            known = f"hanya berlaku {_years(versions[0])}" if versions else "tidak ada di tabel nomenklatur"
            self.error(row, "code", f"Kode {code} {known}. Periksa kode dan tahun anggarannya.")
            return
        row.values["node"] = node
        name = row.values.get("name")
        if name and header_key(node.name) not in header_key(name):
            self.warn(row, "name", f"Nama berbeda dengan tabel kode: {code} adalah “{node.name}”.")

    def key_of(self, row: PlannedRow) -> Any:
        values = row.values
        fund = values.get("fund") or values.get("fund_code")
        if self.blocked or not (values.get("year") and values.get("code") and fund):
            return None
        return values["year"], values["code"], self.agency.pk, fund.pk

    def look_up(self, rows: Sequence[PlannedRow]) -> None:
        keys = [row.key for row in rows if row.key]
        lines = (
            visible(BudgetLine, self.user)
            .filter(fiscal_year__in={year for year, *_ in keys}, node__code__in={code for _, code, *_ in keys})
            .select_related("node", "fiscal_year")
        )
        self.existing = {
            (line.fiscal_year_id, line.node.code, line.organizer_id, line.fund_source_id): line for line in lines
        }
        used = visible(Training, self.user).filter(budget_line__in=[line.pk for line in self.existing.values()])
        planned = Sum("ceiling", filter=~Q(status=TrainingStatus.CANCELLED))
        sums = used.order_by().values_list("budget_line").annotate(planned=planned, spent=Sum("realised"))
        self.used = {line: (plan or Decimal(0), spent or Decimal(0)) for line, plan, spent in sums}

    def plan_row(self, row: PlannedRow) -> None:
        if row.key is None:
            return
        values = row.values
        wanted = {
            "ceiling_original": values.get("original"),
            "ceiling_revised": values.get("revised"),
            "target": values.get("target"),
        }
        line = self.existing.get(row.key)
        if line is None:
            self._plan_new(row, {name: value for name, value in wanted.items() if value is not None})
            return
        before = line.ceiling
        if self.compare(row, line, wanted):
            row.new, row.verdict = [line], Verdict.CHANGED
        if line.ceiling < before:
            self._judge_lowered(row, line)

    def _plan_new(self, row: PlannedRow, given: dict[str, Any]) -> None:
        if "ceiling_original" not in given:
            sentence = "Pagu murni kosong. Isi pagunya, atau 0 bila mata anggaran ini baru ada sejak perubahan APBD."
            self.error(row, "original", sentence)
            return
        line = BudgetLine(
            fiscal_year=self.years[row.values["year"]],
            node=row.values["node"],
            organizer=self.agency,
            fund_source=row.values.get("fund") or row.values["fund_code"],
            **given,
        )
        row.new, row.verdict = [line], Verdict.NEW

    def _judge_lowered(self, row: PlannedRow, line: BudgetLine) -> None:
        name = "original" if line.ceiling_revised is None else "revised"
        planned, realised = self.used.get(line.pk, (Decimal(0), Decimal(0)))
        if line.ceiling < max(planned, realised):
            used = f"rencana {rupiah(planned)}, realisasi {rupiah(realised)}"
            self.warn(row, name, f"Pagu menjadi {rupiah(line.ceiling)}, kurang dari pelatihan di bawahnya: {used}.")

    def write(self, rows: Sequence[PlannedRow], batch: ImportBatch) -> None:
        record_budget_lines(
            [row.new[0] for row in rows if row.verdict == Verdict.NEW],
            [row.new[0] for row in rows if row.verdict == Verdict.CHANGED],
            FIELDS,
            by=self.user,
            reason=f"impor {batch.pk}",
        )


def _is_valid(node: NomenclatureNode, year: int) -> bool:
    return node.valid_from <= year <= (node.valid_to or year)


def _years(node: NomenclatureNode) -> str:
    return f"{node.valid_from}–{node.valid_to}" if node.valid_to else f"mulai {node.valid_from}"
