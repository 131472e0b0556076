"""Sheets of realisation out of SIPD-RI: kept whole, to be held against the expenses recorded here."""

from collections.abc import Hashable, Sequence
from functools import cached_property

from django.urls import reverse

from portal.enums import AgencyKind, Verdict
from portal.importing.registry import register_resource
from portal.importing.resources import PlannedRow
from portal.models import ImportBatch
from portal.scoping import visible
from programs.actions.sipd import record_sipd
from programs.models import BudgetLine, FundSource, SipdRow, SipdUpload
from programs.resources.codes import HIGHER
from programs.resources.sipd_columns import NOTHING, SipdColumns
from programs.resources.years import is_empty
from programs.rules.bookings import sp2d_key

FIELDS = ("unit_code", "name", "account_name", "budgeted", "realised", "sp2d_date")
KEY = ("code", "account", "sp2d_number", "description")
LEFT_OUT = "Baris jumlah dari baris lain, hanya rekening terendah yang dicatat."
BLOCKED = "Lembar SIPD hanya diunggah oleh perangkat daerah pemilik anggaran, atas namanya sendiri."
REPLACED = "Lembar ini sudah digantikan unggahan yang lebih baru. Unggah lagi berkasnya bila memang yang berlaku."


@register_resource
class SipdResource(SipdColumns):
    """Natural key: (year, sub kegiatan, account, fund, SP2D, description) within one sheet of the sender's agency.

    Every file is a sheet of its own that takes the place of the one before, so its rows are new even where they are
    like the former ones. Only the same bytes sent again, and rows mended after saving, meet the rows they are.
    """

    identifier = "sipd"
    order = 6
    label = "Realisasi SIPD"
    intro = (
        "Lembar realisasi yang diunduh dari SIPD-RI, satu baris per rekening atau per SP2D. Unggahan baru menggantikan "
        "unggahan tahun yang sama; hasilnya dibandingkan dengan belanja di Sulam pada halaman Rekonsiliasi SIPD."
    )
    add_permission = change_permission = "programs.add_sipdupload"
    key_label = "Baris SIPD"
    key_columns = ("account", "code", "year", "fund", "fund_code", "sp2d_number", "description")
    written = (SipdUpload, SipdRow)
    presets = {
        "SIPD-RI": frozenset({"Kode SKPD", "Kode Sub Kegiatan", "Kode Rekening", "Realisasi"}),
    }

    @cached_property
    def _required(self) -> list[str]:
        """The sheet must have a column of realisation; an empty cell of it is nothing spent."""
        return [name for name, column in self.columns.items() if column.required and name != "realised"]

    def prepare(self) -> None:
        self.agency = self.user.agency
        self.blocked = BLOCKED if self.agency is None or self.agency.kind != AgencyKind.ORGANIZER else ""
        self.load_years()
        sources = list(visible(FundSource, self.user))
        self.fund_codes = {source.code for source in sources}
        for name in ("fund", "fund_code"):
            self.columns[name].widget.offer_sources(sources)
        if self.agency:
            self.columns["unit"].widget.offer(
                {self.agency.name: self.agency}, also=[(self.agency.short_name, self.agency.name)]
            )
        lines = visible(BudgetLine, self.user).filter(fiscal_year__in=self.open_years).select_related("node")
        self.columns["code"].widget.offer(line.node for line in lines)
        self.newest: dict[int, SipdUpload] = {}

    def offered(self, name: str) -> list[str]:
        return [] if name == "fund_code" else super().offered(name)

    def links(self, batch: ImportBatch) -> list[tuple[str, str]]:
        return [("Rekonsiliasi SIPD", reverse("reports:sipd"))]

    # --- one row ----------------------------------------------------------------------------------------------
    def cross_check(self, row: PlannedRow) -> None:
        values = row.values
        if self.blocked:
            row.messages.clear()
            self.error(row, "", self.blocked)
        elif HIGHER in (values.get("code"), values.get("account")):
            row.messages.clear()  # such a row may lack anything
            self.note(row, "account" if values.get("account") == HIGHER else "code", LEFT_OUT)
        else:
            if is_empty(row, "realised"):
                values["realised"] = NOTHING
            self.find_year(row)
            self._find_fund(row)
            year, day = values.get("year"), values.get("sp2d_date")
            if year and day and day.year != year:
                self.warn(row, "sp2d_date", f"Tanggal SP2D {day:%d-%m-%Y} di luar tahun anggaran {year}.")

    def _find_fund(self, row: PlannedRow) -> None:
        """A code of our own table decides, in whichever of the two columns it stands."""
        said = [name for name in ("fund_code", "fund") if row.values.get(name)]
        known = [name for name in said if row.values[name] in self.fund_codes]
        if len(known) == 2 and row.values["fund"] != row.values["fund_code"]:
            sentence = "Kode dan nama sumber dana ini menyebut dua sumber yang berbeda. Perbaiki salah satunya."
            self.error(row, "fund_code", sentence)
        elif said and not known:
            sentence = "Sumber dana ini tidak ada di tabel portal; dicatat apa adanya, tanpa pasangan di Sulam."
            self.warn(row, said[0], sentence)
        row.values["source"] = row.values[(known or said)[0]] if said else ""

    def key_of(self, row: PlannedRow) -> Hashable:
        values = row.values
        if self.blocked or not (values.get("year") and values.get("code") and values.get("account")):
            return None
        return _key(values["year"], values["source"], *(values.get(name) or "" for name in KEY))

    # --- what is kept -----------------------------------------------------------------------------------------
    def look_up(self, rows: Sequence[PlannedRow]) -> None:
        years = {row.values["year"] for row in rows if row.key}
        uploads = visible(SipdUpload, self.user).filter(organizer=self.agency, fiscal_year__in=years)
        self.own: dict[int, SipdUpload] = {}
        for upload in uploads.select_related("source").order_by("pk"):
            self.newest[upload.fiscal_year_id] = upload
            if self.batch and upload.source_id == self.batch.pk:
                self.own[upload.fiscal_year_id] = upload
        for year, upload in self.newest.items():
            if self.batch and upload.source.sha256 == self.batch.sha256:
                self.own.setdefault(year, upload)
        codes = {row.values["code"] for row in rows if row.key}
        kept = visible(SipdRow, self.user).filter(upload__in=[one.pk for one in self.own.values()], code__in=codes)
        years_of = {upload.pk: year for year, upload in self.own.items()}
        self.existing = {
            _key(years_of[one.upload_id], one.fund, *(getattr(one, name) for name in KEY)): one for one in kept
        }

    def plan_row(self, row: PlannedRow) -> None:
        if row.key is None:
            return
        values = row.values
        line = self.existing.get(row.key)
        if line is None:
            given = {name: values[name] for name in (*KEY, *FIELDS) if values.get(name) is not None}
            row.new, row.verdict = [SipdRow(fund=values["source"], **given)], Verdict.NEW
        elif self.compare(row, line, {name: values.get(name) for name in FIELDS}):
            row.new, row.verdict = [line], Verdict.CHANGED
        year = values["year"]
        if row.writes and year in self.own and self.own[year].pk != self.newest[year].pk:
            self.error(row, "", REPLACED)

    def write(self, rows: Sequence[PlannedRow], batch: ImportBatch) -> None:
        uploads: dict[int, SipdUpload] = {}
        new = [row for row in rows if row.verdict == Verdict.NEW]
        for row in new:
            year = row.values["year"]
            upload = self.own.get(year) or uploads.get(year)
            if upload is None:
                upload = SipdUpload(fiscal_year=self.years[year], organizer=self.agency, source=batch)
                uploads[year] = upload
            row.new[0].upload = upload
        record_sipd(
            list(uploads.values()),
            [row.new[0] for row in new],
            [row.new[0] for row in rows if row.verdict == Verdict.CHANGED],
            FIELDS,
            by=self.user,
            reason=f"impor {batch.pk}",
        )


def _key(year: int, fund: str, code: str, account: str, sp2d: str, description: str) -> Hashable:
    return year, fund.casefold(), code, account, sp2d_key(sp2d), description.casefold()
