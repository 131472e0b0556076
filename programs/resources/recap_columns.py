"""The columns of a recap of trainings, by the headings that offices give them."""

from portal.importing.resources import Column, SheetResource
from portal.importing.widgets import CellWidget, NameWidget, TextWidget
from portal.spreadsheets.cells import parse_date, parse_integer, parse_money
from programs.resources.codes import CodeWidget, FundWidget, parse_code


class RecapColumns(SheetResource):
    """What can be written about a training; how rows become trainings is said in `programs.resources.trainings`."""

    number = Column("Nomor Pelatihan", TextWidget(40), help_text="Kosongkan untuk pelatihan baru.")
    code = Column(
        "Kode Sub Kegiatan",
        CodeWidget(parse_code),
        synonyms=("Kode Rekening Sub Kegiatan", "Sub Kegiatan", "Kode", "Kode Subkegiatan"),
        required=True,
        help_text="Ejaan lama (…01.05 atau …02.01…) diterima.",
        example="3.31.02.2.01.0005",
    )
    fund = Column("Sumber Dana", FundWidget(), help_text="Wajib bila satu sub kegiatan punya beberapa.")
    organizer = Column(
        "Perangkat Daerah",
        NameWidget("Perangkat daerah"),
        synonyms=("OPD", "Nama OPD", "SKPD", "Nama SKPD", "Pemilik Anggaran"),
        help_text="Pemilik anggaran. Wajib bila beberapa perangkat daerah punya sub kegiatan itu.",
    )
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
