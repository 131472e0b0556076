"""The columns of a sheet of expenses, as RAB, DPA and lists of realisation name them."""

from decimal import Decimal
from typing import Any

from portal.importing.resources import Column, SheetResource
from portal.importing.widgets import CellWidget, ChoiceWidget, TextWidget
from portal.spreadsheets.cells import CellError, parse_date, parse_decimal, parse_money, parse_text
from programs.enums import PaymentMethod
from programs.resources.codes import CodeWidget, parse_account
from programs.rules import CENTS, payment_method

NUMBER_END = " · "  # between number and title in the drop-down of the template
LARGEST_VOLUME = Decimal(10) ** 9


def parse_number(value: Any) -> str | None:
    """Return a training's number, without the title that a drop-down has put behind it. Raises CellError."""
    text = parse_text(value, 300)
    number = text.split(NUMBER_END)[0] if text else None
    if number and len(number) > 40:
        raise CellError("Isi sel bukan nomor pelatihan.", "Salin nomornya dari daftar pelatihan di portal.")
    return number


def parse_volume(value: Any) -> Decimal | None:
    """Return a volume with at most two decimals, or None when empty. Raises CellError."""
    number = parse_decimal(value)
    if number is None:
        return None
    if number != number.quantize(CENTS):
        raise CellError("Volume paling banyak dua angka di belakang koma.", "Bulatkan nilainya.")
    if number >= LARGEST_VOLUME:
        raise CellError("Volume terlalu besar.", "Periksa jumlah nolnya.")
    return number.quantize(CENTS)


class ExpenseColumns(SheetResource):
    """What can be written about an expense; how rows become lines is said in `programs.resources.expenses`."""

    number = Column(
        "Nomor Pelatihan",
        CellWidget(parse_number),
        synonyms=("No Pelatihan", "No. Pelatihan", "Kode Pelatihan"),
        required=True,
        help_text="Nomor pelatihan di portal, lihat lembar Pilihan.",
        example="2025.35.07.33.001",
    )
    account = Column(
        "Kode Rekening",
        CodeWidget(parse_account),
        synonyms=("Rekening", "Kode Rekening Belanja", "Rekening Belanja", "Kode Akun", "Kode Belanja"),
        required=True,
        help_text="Sub rincian objek yang berlaku pada tahun pelatihan. Nama di belakang kode boleh ikut.",
        example="5.1.02.02.01.0003",
    )
    description = Column(
        "Uraian",
        TextWidget(200),
        synonyms=("Uraian Belanja", "Nama Belanja", "Komponen", "Nama Komponen", "Rincian Belanja", "Rincian"),
        required=True,
        help_text="Bersama nomor dan rekening menjadi tanda pengenal baris; tulis sama bila diunggah lagi.",
        example="Honorarium narasumber",
    )
    volume = Column(
        "Volume",
        CellWidget(parse_volume, is_text=False),
        synonyms=("Vol", "Banyaknya", "Jumlah Satuan"),
        help_text="Wajib untuk belanja baru, seperti satuan dan harga satuan.",
        example="2",
    )
    unit = Column("Satuan", TextWidget(30), synonyms=("Sat",), example="orang jam")
    unit_price = Column(
        "Harga Satuan",
        CellWidget(parse_money, is_text=False),
        synonyms=("Harga", "Harga Per Satuan", "Biaya Satuan", "Tarif"),
        help_text="Rupiah.",
        example="900.000",
    )
    amount = Column(
        "Jumlah",
        CellWidget(parse_money, is_text=False),
        synonyms=("Jumlah Harga", "Jumlah Biaya", "Total", "Total Harga", "Rencana", "Jumlah Anggaran"),
        help_text="Hanya dicocokkan dengan volume × harga satuan; boleh kosong.",
        example="1.800.000",
    )
    realised = Column(
        "Realisasi",
        CellWidget(parse_money, is_text=False),
        synonyms=("Realisasi Belanja", "Jumlah Realisasi", "Nilai Realisasi", "Nilai SP2D", "Dibayar"),
        help_text="Rupiah yang sudah dibayar.",
        example="1.800.000",
    )
    method = Column(
        "Cara Bayar",
        ChoiceWidget(payment_method, dict(PaymentMethod.choices)),
        synonyms=("Cara Pembayaran", "Mekanisme", "Mekanisme Pembayaran", "Jenis SPP", "Jenis SPM", "Jenis SP2D"),
        help_text="LS, GU atau TU; UP dicatat sebagai GU.",
        example="LS",
    )
    sp2d_number = Column(
        "Nomor SP2D",
        TextWidget(60),
        synonyms=("No SP2D", "No. SP2D", "SP2D Nomor", "SP2D"),
        help_text="Isi bersama tanggalnya.",
        example="SP2D/00012/2025",
    )
    sp2d_date = Column(
        "Tanggal SP2D",
        CellWidget(parse_date, is_text=False),
        synonyms=("Tgl SP2D", "Tgl. SP2D", "SP2D Tanggal", "Tanggal Cair"),
        help_text="Hari-bulan-tahun.",
        example="21-07-2025",
    )
