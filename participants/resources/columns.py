"""The columns of a list of participants, in our own words and in those of the layouts that offices are sent."""

from typing import ClassVar

from participants.enums import Education, Sex
from participants.resources.base import TrainingSheetResource
from participants.resources.cells import (
    IdentityWidget,
    parse_birth,
    parse_disability,
    parse_kbli,
    parse_local_number,
    parse_workers,
    parse_year,
    sex_code,
)
from participants.rules import EDUCATION_BY_WORD, education_code
from portal.importing.resources import Column
from portal.importing.widgets import CellWidget, ChoiceWidget, NameWidget, TextWidget
from portal.spreadsheets.cells import parse_date, parse_money, parse_nib, parse_phone, parse_rt, parse_rt_rw, parse_rw
from portal.spreadsheets.people import split_address

NIK_HEADINGS = (
    "Nomor KTP",
    "No KTP",
    "Nomor Induk Kependudukan",
    "No Induk Kependudukan",
    "No NIK",
    "Nomor NIK",
    "NIK KTP",
)
NUMBER_HEADINGS = ("No Sementara", "Nomor Sementara Peserta")


class OtherColumn(Column):
    """A column that other layouts have; our own template says the same in other columns."""

    in_template = False


class ParticipantColumns(TrainingSheetResource):
    """What a line of a list of participants may say: the person, where they live, what they make."""

    presets: ClassVar[dict[str, frozenset[str]]] = {
        "Templat Sulam": frozenset({"NIK", "Nomor Sementara", "Nama Lengkap", "Desa/Kelurahan", "No. HP/WA"}),
        "SIAK": frozenset({"NO_KK", "NIK", "NAMA_LGKP", "TGL_LHR"}),
        "SIAK (judul lengkap)": frozenset({"No KK", "NIK", "Nama Lengkap", "Pendidikan Akhir", "Jenis Pekerjaan"}),
        "PK2UMK": frozenset({"NIK", "Nama Peserta", "Nama Usaha", "Bidang Usaha", "Jumlah Tenaga Kerja"}),
    }

    nik = Column(
        "NIK",
        IdentityWidget(),
        synonyms=NIK_HEADINGS,
        required=True,
        help_text="16 digit sebagai teks; Excel merusak NIK yang disimpan sebagai angka. Tanpa NIK: belum ada NIK.",
        example="3507334101900001",
        empty_message="NIK kosong. Isi 16 digit sesuai KTP, atau tulis “belum ada NIK”.",
    )
    local_number = Column(
        "Nomor Sementara",
        CellWidget(parse_local_number),
        synonyms=NUMBER_HEADINGS,
        help_text="Hanya untuk orang yang dahulu dicatat tanpa NIK: nomor yang diberikan portal kepadanya.",
    )
    name = Column(
        "Nama Lengkap",
        TextWidget(120),
        synonyms=(
            "Nama Lengkap (sesuai KTP)",
            "Nama",
            "Nama Peserta",
            "NAMA_LGKP",
            "Nama Pelaku Usaha",
            "Nama Pemilik",
            "Nama Pemilik Usaha",
        ),
        required=True,
        example="Siti Aminah",
    )
    sex = Column(
        "Jenis Kelamin",
        ChoiceWidget(sex_code, dict(Sex.choices)),
        synonyms=("L/P", "JK", "Kelamin", "Gender", "JENIS_KLMIN", "Jns Kelamin", "Jenis Kelamin L/P", "JK L/P"),
        required=True,
        help_text="P atau L.",
        example="P",
    )
    birth = OtherColumn(
        "Tempat/Tanggal Lahir",
        CellWidget(parse_birth),
        synonyms=(
            "Tempat/Tgl Lahir",
            "TTL",
            "Tempat dan Tanggal Lahir",
            "Tempat dan Tgl Lahir",
            "Tmp/Tgl Lahir",
            "Tempat Tanggal Lhr",
        ),
        help_text="Tempat, koma, tanggal: Malang, 17 Agustus 1985.",
    )
    birth_place = Column(
        "Tempat Lahir",
        TextWidget(80),
        synonyms=("Tmp Lahir", "TMPT_LHR", "Tmpt Lahir", "Tempat Lhr", "Kota Lahir"),
        example="Malang",
    )
    birth_date = Column(
        "Tanggal Lahir",
        CellWidget(parse_date, is_text=False),
        synonyms=("Tgl Lahir", "Tanggal Lhr", "TGL_LHR"),
        help_text="Hari-bulan-tahun.",
        example="01-01-1990",
    )
    address = Column(
        "Alamat",
        CellWidget(lambda value: split_address(value, 200)),
        synonyms=(
            "Alamat Lengkap",
            "Alamat Rumah",
            "Alamat Domisili",
            "Alamat Peserta",
            "Alamat KTP",
            "Alamat Tinggal",
        ),
        example="Dusun Krajan",
    )
    hamlet = OtherColumn(
        "Dusun",
        TextWidget(80),
        synonyms=("Nama Dusun", "Dusun/Lingkungan", "Lingkungan", "Dukuh"),
        help_text="Ditambahkan pada alamat.",
    )
    rt_rw = Column("RT/RW", CellWidget(parse_rt_rw), example="001/005")
    rt = OtherColumn("RT", CellWidget(parse_rt), synonyms=("NO_RT", "Nomor RT"))
    rw = OtherColumn("RW", CellWidget(parse_rw), synonyms=("NO_RW", "Nomor RW"))
    village = Column(
        "Desa/Kelurahan",
        NameWidget("Desa/kelurahan"),
        synonyms=(
            "Desa",
            "Kelurahan",
            "Desa/Kel",
            "Kel/Desa",
            "Kelurahan/Desa",
            "KEL",
            "NAMA_KEL",
            "Nama Desa",
            "Nama Kelurahan",
            "Nama Desa/Kelurahan",
        ),
        help_text="Nama desa di kecamatan pelatihan, lihat lembar Pilihan.",
        example="Clumprit",
    )
    phone = Column(
        "No. HP/WA",
        CellWidget(parse_phone),
        synonyms=(
            *("No HP", "HP", "Nomor HP", "No Handphone", "Nomor Handphone", "Handphone"),
            *("Telp", "Telepon", "No Telp", "No Telepon", "Nomor Telepon", "Nomor HP/WA", "No Telp/HP", "No HP/Telp"),
            *("WA", "No WA", "Nomor WA", "WhatsApp", "No WhatsApp", "Nomor WhatsApp"),
        ),
        example="081234567890",
    )
    education = Column(
        "Pendidikan",
        ChoiceWidget(education_code, dict(Education.choices), words=EDUCATION_BY_WORD),
        synonyms=("Pendidikan Terakhir", "Pendidikan Akhir", "PDDK_AKH", "Tingkat Pendidikan", "Jenjang Pendidikan"),
        example="SMA",
    )
    occupation = Column(
        "Pekerjaan",
        TextWidget(80),
        synonyms=("Jenis Pekerjaan", "JENIS_PKRJN", "Profesi", "Mata Pencaharian", "Pekerjaan Utama"),
        example="Penjahit",
    )
    disability = Column(
        "Disabilitas",
        CellWidget(parse_disability),
        synonyms=("Penyandang Disabilitas", "Jenis Disabilitas", "Ragam Disabilitas", "Difabel"),
    )
    business = Column(
        "Nama Usaha",
        TextWidget(120),
        synonyms=("Usaha", "Nama IKM", "Nama UMKM", "Nama IKM/UMKM", "Nama Perusahaan"),
        example="Konveksi Siti",
    )
    nib = Column(
        "NIB",
        CellWidget(parse_nib),
        synonyms=("No NIB", "Nomor NIB", "Nomor Induk Berusaha", "Nomor Induk Berusaha (NIB)"),
        help_text="13 digit.",
    )
    kbli = Column(
        "KBLI",
        CellWidget(parse_kbli),
        synonyms=("Kode KBLI", "No KBLI"),
        help_text="5 digit, KBLI 2020.",
        example="14111",
    )
    product = Column(
        "Produk",
        TextWidget(120),
        synonyms=("Jenis Produk", "Nama Produk", "Produk Usaha", "Produk yang Dihasilkan", "Hasil Produksi"),
        example="Seragam sekolah",
    )
    business_field = OtherColumn(
        "Bidang Usaha",
        TextWidget(120),
        synonyms=("Jenis Usaha", "Sektor Usaha", "Jenis/Bidang Usaha", "Bidang/Jenis Usaha"),
        help_text="Dipakai sebagai produk bila kolom Produk kosong.",
    )
    workers = Column(
        "Tenaga Kerja",
        CellWidget(parse_workers, is_text=False),
        synonyms=("Jumlah Tenaga Kerja", "Jml Tenaga Kerja", "Jumlah Karyawan", "Jumlah Pekerja", "Karyawan"),
    )
    investment = Column(
        "Investasi",
        CellWidget(parse_money, is_text=False),
        synonyms=("Nilai Investasi", "Jumlah Investasi"),
        help_text="Rupiah.",
    )
    turnover = Column(
        "Omzet Setahun",
        CellWidget(parse_money, is_text=False),
        synonyms=(
            *("Omzet", "Omzet per Tahun", "Omzet Tahunan", "Omzet/Tahun"),
            *("Omset", "Omset per Tahun", "Omset Tahunan", "Omset/Tahun", "Omset Setahun"),
        ),
        help_text="Rupiah, bersama tahunnya.",
    )
    turnover_year = Column(
        "Tahun Omzet", CellWidget(parse_year, is_text=False), synonyms=("Tahun Omset",), example="2024"
    )
    legality = Column(
        "Legalitas",
        TextWidget(150),
        synonyms=("Legalitas Usaha", "Perizinan", "Izin Usaha", "PIRT/Halal/Merek"),
        help_text="PIRT, halal, merek.",
    )
