"""The columns of a sheet of realisation out of SIPD-RI, in the words of its reports and of the offices' own copies."""

import re
from decimal import Decimal
from typing import Any

from portal.importing.resources import Column
from portal.importing.widgets import CellWidget, NameWidget, TextWidget
from portal.spreadsheets.cells import CellError, parse_date, parse_money, parse_text
from programs.models import FundSource
from programs.resources.codes import (
    HIGHER,
    CodeWidget,
    FundWidget,
    code_text,
    parse_account,
    parse_line_code,
    parse_year,
)
from programs.resources.years import YearSheetResource

ACCOUNT_PARTS = 6  # of a sub rincian objek, the only level that money is booked on
ACCOUNT_WIDTHS = (1, 1, 2, 2, 2, 4)  # Kepmendagri 050-5889/2021: d.d.dd.dd.dd.dddd
PAID_BACK = re.compile(r"\((?P<brackets>.+)\)|[-−–]\s*(?P<minus>(rp\.?\s*)?\d.*)", re.IGNORECASE)
NOTHING = Decimal("0.00")


def parse_sipd_account(value: Any) -> str | None:
    """Return an expense account as our tables write it, HIGHER for one that sums others, None when empty.

    Raises CellError.
    """
    groups = parse_account(value)
    if groups is None:
        return None
    parts = groups.split(".")
    if len(parts) > ACCOUNT_PARTS:
        raise CellError(f"“{code_text(value)}” bukan kode rekening.", "Contoh yang benar: 5.1.02.02.01.0003.")
    if len(parts) < ACCOUNT_PARTS:
        return HIGHER
    return ".".join(part.zfill(width) for part, width in zip(parts, ACCOUNT_WIDTHS, strict=True))


def parse_realised(value: Any) -> Decimal | None:
    """Return rupiah, below zero for what was paid back (`-1.000`, `(1.000)`), 0 for a dash, None when empty.

    Raises CellError.
    """
    if isinstance(value, int | float) and not isinstance(value, bool) and value < 0:
        return -parse_money(-value)
    text = value.strip() if isinstance(value, str) else ""
    if match := PAID_BACK.fullmatch(text):
        return -(parse_money(match["brackets"] or match["minus"]) or NOTHING)
    amount = parse_money(value)
    return NOTHING if amount is None and text else amount


class SipdFundWidget(FundWidget):
    """A source of money: its code in our table, or what the sheet says, because SIPD-RI knows many more."""

    def _parse(self, value: Any) -> str | None:
        text = parse_text(value, 150)
        try:
            source: FundSource | None = super()._parse(text)
        except CellError:
            return text
        return source.code if source else None


class SipdColumns(YearSheetResource):
    """What SIPD-RI writes about a line; how rows become lines is said in `programs.resources.sipd`."""

    year = Column(
        "Tahun",
        CellWidget(parse_year, is_text=False),
        synonyms=("Tahun Anggaran", "TA", "Tahun (TA)", "Thn"),
        help_text="Tahun anggaran. Boleh kosong bila hanya satu tahun yang terbuka di portal.",
        example="2025",
    )
    unit_code = Column(
        "Kode SKPD",
        TextWidget(60),
        synonyms=("Kode Unit SKPD", "Kode Sub SKPD", "Kode Unit", "Kode OPD", "Kode Perangkat Daerah"),
        help_text="Hanya dicatat.",
    )
    unit = Column(
        "Nama SKPD",
        NameWidget("SKPD"),
        synonyms=("SKPD", "Nama Unit SKPD", "Nama Sub SKPD", "Nama Unit", "OPD", "Nama OPD", "Perangkat Daerah"),
        help_text="Hanya baris instansi Anda sendiri. Boleh kosong bila seluruh lembar milik instansi Anda.",
    )
    code = Column(
        "Kode Sub Kegiatan",
        CodeWidget(parse_line_code),
        synonyms=("Kode Subkegiatan", "Kode Sub-Kegiatan", "Kode Nomenklatur"),
        required=True,
        help_text="Ejaan lama (…01.05 atau …02.01…) diterima. Nama di belakang kode boleh ikut.",
        example="3.31.02.2.01.0005",
    )
    name = Column(
        "Nama Sub Kegiatan",
        TextWidget(500),
        synonyms=("Sub Kegiatan", "Nama Subkegiatan", "Uraian Sub Kegiatan", "Nomenklatur"),
        help_text="Hanya dicatat; yang dicocokkan adalah kodenya.",
    )
    account = Column(
        "Kode Rekening",
        CodeWidget(parse_sipd_account),
        synonyms=("Kode Akun", "Kode Rekening Belanja", "Kode Akun Belanja", "Kode Belanja", "Rekening", "Akun"),
        required=True,
        help_text="Sub rincian objek. Baris jumlah dari rekening di atasnya dilewati.",
        example="5.1.02.02.01.0011",
        empty_message="Kosong. Isi kode rekeningnya, atau lewati baris ini bila hanya baris jumlah.",
    )
    account_name = Column(
        "Nama Rekening",
        TextWidget(300),
        synonyms=("Nama Akun", "Uraian Rekening", "Uraian Akun", "Nama Rekening Belanja", "Uraian"),
        help_text="Hanya dicatat.",
    )
    fund_code = Column(
        "Kode Sumber Dana", SipdFundWidget(), synonyms=("Kode Sumber Pendanaan", "Kode Dana"), example="1.1"
    )
    fund = Column(
        "Sumber Dana",
        SipdFundWidget(),
        synonyms=("Nama Sumber Dana", "Sumber Pendanaan", "Nama Dana"),
        help_text="Nama atau kodenya. Bila kosong, sumber dana sub kegiatan itu tidak ikut dibandingkan.",
    )
    budgeted = Column(
        "Anggaran",
        CellWidget(parse_money, is_text=False),
        synonyms=("Pagu", "Nilai Anggaran", "Jumlah Anggaran", "Pagu Anggaran", "Anggaran (Rp)"),
        help_text="Rupiah; hanya dicatat.",
        example="18.000.000",
    )
    realised = Column(
        "Realisasi",
        CellWidget(parse_realised, is_text=False),
        synonyms=(
            "Nilai Realisasi",
            "Jumlah Realisasi",
            "Realisasi Belanja",
            "Realisasi Anggaran",
            "Total Realisasi",
            "Nilai SP2D",
            "Jumlah SP2D",
            "Nilai Bruto",
        ),
        required=True,
        help_text="Rupiah. Kosong berarti nol; pengembalian ditulis dengan tanda minus.",
        example="9.000.000",
    )
    sp2d_number = Column(
        "Nomor SP2D",
        TextWidget(100),
        synonyms=("No SP2D", "No. SP2D", "SP2D Nomor", "SP2D"),
        help_text="Bila lembar memuat satu baris per SP2D.",
        example="SP2D/00012/2025",
    )
    sp2d_date = Column(
        "Tanggal SP2D",
        CellWidget(parse_date, is_text=False),
        synonyms=("Tgl SP2D", "Tgl. SP2D", "SP2D Tanggal", "Tanggal Cair", "Tanggal Pencairan"),
        help_text="Hari-bulan-tahun.",
        example="21-07-2025",
    )
    description = Column(
        "Keterangan",
        TextWidget(300),
        synonyms=("Uraian SP2D", "Keterangan SP2D", "Keperluan", "Uraian Belanja", "Uraian Pembayaran"),
        help_text="Membedakan dua baris dari rekening dan SP2D yang sama.",
    )
