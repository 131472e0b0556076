"""The one register of report columns: the screen and every file take label, kind and value from here."""

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from participants.enums import Education, EnrolmentStatus, Presence
from participants.rules import age_on
from portal.identity import decrypt_nik, mask_nik
from portal.spreadsheets.sheets import Column, Kind, ratio_of
from programs.models import Training
from programs.rules import rt_name
from reports.exporters.fields import Field, count_field, date_field, money_field, share_field, text_field, year_field


def remaining(ceiling: Decimal | None, realised: Decimal | None) -> Decimal | None:
    """Return what is left, rupiah; an unknown figure counts as nothing, so that the sums agree; None when both are."""
    return None if ceiling is None and realised is None else (ceiling or Decimal(0)) - (realised or Decimal(0))


def share(realised: Decimal | None, ceiling: Decimal | None) -> Decimal | None:
    """Return realised / ceiling as a fraction, None when one is unknown or there is no ceiling."""
    return None if realised is None or ceiling is None else ratio_of(realised, ceiling)


# --- one training (reports.queries.listed); the first four name it on every sheet ----------------------------------
NUMBER_OF_TRAINING = text_field("number", "Nomor Pelatihan", 22, lambda t: t.number)
TITLE = text_field("title", "Nama Pelatihan", 38, lambda t: t.title)
OFFICE = text_field("office", "Kecamatan", 18, lambda t: t.office.region.name)
START = date_field("start", "Tanggal Mulai", lambda t: t.start)
YEAR = year_field(lambda t: t.budget_line.fiscal_year_id)
ORGANIZER = text_field("organizer", "SKPD", 30, lambda t: t.organizer.name)
SUB_ACTIVITY_CODE = text_field("sub_activity_code", "Kode Sub Kegiatan", 19, lambda t: t.budget_line.node.code)
SUB_ACTIVITY = text_field("sub_activity", "Nama Sub Kegiatan", 36, lambda t: t.budget_line.node.name)
FUND_SOURCE = text_field("fund_source", "Sumber Dana", 24, lambda t: t.budget_line.fund_source.name)
END = date_field("end", "Tanggal Selesai", lambda t: t.end)
DAYS = count_field("days", "Jumlah Hari", lambda t: t.days)
WOMEN = count_field("women", "Peserta P", lambda t: t.women)
PEOPLE = count_field("people", "Jumlah Peserta", lambda t: t.people)
CEILING = money_field("ceiling", "Pagu", lambda t: t.ceiling)
REALISED = money_field("realised", "Realisasi", lambda t: t.realised)
REMAINING = money_field("remaining", "Sisa", lambda t: remaining(t.ceiling, t.realised))
SHARE = share_field("realised", "ceiling", lambda t: share(t.realised, t.ceiling))
STATUS = text_field("status", "Status", 14, lambda t: t.get_status_display())

SCREEN = (
    NUMBER_OF_TRAINING,
    TITLE,
    OFFICE,
    START,
    END,
    DAYS,
    WOMEN,
    PEOPLE,
    CEILING,
    REALISED,
    SHARE,
    STATUS,
)


def of_training(field: Field) -> Field:
    """The same column for rows that only carry their training."""
    return Field(field.column, lambda row: field.of(row.training))


def _names_of_rts(rts: Iterable[tuple[str, str]]) -> str:
    return ", ".join(rt_name(*rt) for rt in rts)


RECAP = (
    *map(of_training, (NUMBER_OF_TRAINING, YEAR, ORGANIZER)),
    text_field("program_code", "Kode Program", 12, lambda r: r.program[0]),
    text_field("program", "Nama Program", 30, lambda r: r.program[1]),
    text_field("activity_code", "Kode Kegiatan", 15, lambda r: r.activity[0]),
    text_field("activity", "Nama Kegiatan", 34, lambda r: r.activity[1]),
    *map(of_training, (SUB_ACTIVITY_CODE, SUB_ACTIVITY, FUND_SOURCE)),
    text_field("proposal_origin", "Asal Usulan", 16, lambda r: r.training.get_proposal_origin_display()),
    of_training(TITLE),
    text_field("field", "Bidang", 18, lambda r: r.training.field),
    count_field("batch", "Angkatan", lambda r: r.training.batch, total=False, width=9),
    *map(of_training, (START, END, DAYS)),
    count_field("hours", "JP", lambda r: r.training.hours, total=False, width=7),
    text_field("venue", "Tempat", 24, lambda r: r.training.venue),
    text_field("village", "Desa/Kelurahan", 18, lambda r: r.training.village.name if r.training.village else ""),
    of_training(OFFICE),
    count_field("target_people", "Target Peserta", lambda r: r.training.target_people),
    count_field("men", "Peserta L", lambda r: r.training.men),
    *map(of_training, (WOMEN, PEOPLE)),
    count_field("withdrawn", "Mengundurkan Diri", lambda r: r.training.withdrawn, width=14),
    count_field("reported_people", "Hadir Menurut Rekap", lambda r: r.training.reported_people),
    count_field("attended", "Orang-Sesi Hadir", lambda r: r.training.attended),
    count_field("person_days", "Orang-Hari Hadir", lambda r: r.person_days),
    count_field("disabled", "Disabilitas", lambda r: r.training.disabled),
    count_field("with_nib", "Ber-NIB", lambda r: r.training.with_nib),
    *map(of_training, (CEILING, REALISED, REMAINING, SHARE, STATUS)),
    count_field("invited", "RT Diundang", lambda r: r.training.invited),
    count_field("absent_rts", "RT Tanpa Peserta", lambda r: len(r.absent_rts)),
    text_field(
        "absent_rt_names", "Nama RT Tanpa Peserta", 30, lambda r: ", ".join(rt_name(*rt) for rt in r.absent_rts)
    ),
    text_field("notes", "Keterangan", 36, lambda r: r.training.notes),
)


# --- one enrolment (reports.queries.people.Participants) ------------------------------------------------------------
EDUCATIONS, STATUSES, PRESENCES = dict(Education.choices), dict(EnrolmentStatus.choices), dict(Presence.choices)
COUNTED = {status: int(status != EnrolmentStatus.WITHDRAWN) for status in STATUSES}


def _masked_nik(last4: str, local_number: str | None) -> str | None:
    return mask_nik(last4) or local_number


def _full_nik(cipher: bytes, index: str, local_number: str | None) -> str | None:
    return decrypt_nik(cipher, index) if index else local_number


def _represented(rt: str, rw: str) -> str:
    return rt and rt_name(rt, rw)


PARTICIPANTS = (
    text_field("number", "Nomor Pelatihan", 22),
    text_field("title", "Nama Pelatihan", 38),
    text_field("nik", "NIK", 20, _masked_nik, ("nik_last4", "local_number")),
    text_field("name", "Nama Lengkap", 28),
    text_field("sex", "L/P", 5),
    text_field("birth_place", "Tempat Lahir", 16),
    date_field("birth_date", "Tanggal Lahir"),
    count_field("age", "Usia", age_on, ("birth_date", "start"), total=False, width=6),
    text_field("address", "Alamat", 28),
    text_field("rt", "RT", 6),
    text_field("rw", "RW", 6),
    text_field("village", "Desa/Kelurahan", 18),
    text_field("district", "Kecamatan", 18),
    text_field("represents", "Mewakili RT", 16, _represented, ("represents_rt", "represents_rw")),
    text_field("phone", "No. HP/WA", 17),
    text_field("education", "Pendidikan Terakhir", 18, EDUCATIONS.get, ("education",)),
    text_field("occupation", "Pekerjaan", 18),
    text_field("business", "Nama Usaha", 24),
    text_field("nib", "NIB", 16),
    text_field("kbli", "KBLI", 9),
    text_field("product", "Produk", 20),
    count_field("workers", "Tenaga Kerja", total=False),
    money_field("turnover", "Omzet Setahun", total=False),
    text_field("legality", "Legalitas (PIRT/Halal/Merek)", 22),
    count_field("pre_score", "Nilai Awal", total=False, width=8),
    count_field("post_score", "Nilai Akhir", total=False, width=8),
    text_field("status", "Status", 18, STATUSES.get, ("status",)),
    count_field("counted", "Dihitung Peserta", COUNTED.get, ("status",)),
)

FULL_NIK = Field(
    Column("nik", "NIK", width=20, open=True), _full_nik, takes=("nik_cipher", "nik_index", "local_number")
)
PARTICIPANTS_WITH_NIK = tuple(FULL_NIK if field.column.key == "nik" else field for field in PARTICIPANTS)

# --- one mark of attendance: (Mark, present, first presence of the day) ---------------------------------------
ATTENDANCE = (
    text_field("number", "Nomor Pelatihan", 22, lambda m: m[0].number),
    text_field("title", "Nama Pelatihan", 38, lambda m: m[0].title),
    date_field("date", "Tanggal", lambda m: m[0].date),
    count_field("session", "Sesi", lambda m: m[0].session, total=False, width=6),
    text_field("name", "Nama Lengkap", 28, lambda m: m[0].name),
    text_field("nik", "NIK", 20, lambda m: mask_nik(m[0].nik_last4) or m[0].local_number),
    text_field("presence", "Kehadiran", 12, lambda m: PRESENCES[m[0].presence]),
    count_field("attended", "Orang-Sesi Hadir", lambda m: int(m[1])),
    count_field("person_days", "Orang-Hari Hadir", lambda m: int(m[2])),
)


# --- one line of money (reports.queries.MoneyRow) -------------------------------------------------------------------
def _expense(value: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda row: value(row.expense) if row.expense else None


MONEY = (
    *map(of_training, (NUMBER_OF_TRAINING, TITLE, OFFICE, YEAR, SUB_ACTIVITY_CODE, FUND_SOURCE)),
    text_field("origin", "Sumber Angka", 16, lambda r: r.origin),
    text_field("account_code", "Kode Rekening", 21, _expense(lambda x: x.account.code)),
    text_field("account", "Nama Rekening", 34, _expense(lambda x: x.account.name)),
    text_field("description", "Uraian", 34, _expense(lambda x: x.description)),
    Field(Column("volume", "Volume", Kind.NUMBER, 10), _expense(lambda x: x.volume)),
    text_field("unit", "Satuan", 12, _expense(lambda x: x.unit)),
    money_field("unit_price", "Harga Satuan", _expense(lambda x: x.unit_price), total=False),
    money_field("planned", "Rencana", lambda r: r.planned),
    money_field("realised", "Realisasi", lambda r: r.realised),
    text_field("method", "Cara Bayar", 11, _expense(lambda x: x.method)),
    text_field("sp2d_number", "Nomor SP2D", 22, _expense(lambda x: x.sp2d_number)),
    date_field("sp2d_date", "Tanggal SP2D", _expense(lambda x: x.sp2d_date)),
)

# --- one budget line (reports.queries.budget_rows) ------------------------------------------------------------------
BUDGET = (
    text_field("code", "Kode Sub Kegiatan", 22, lambda b: b.node.code),
    text_field("name", "Nama Sub Kegiatan", 38, lambda b: b.node.name),
    text_field("organizer", "SKPD", 18, lambda b: b.organizer.name),
    year_field(lambda b: b.fiscal_year_id),
    text_field("fund_source", "Sumber Dana", 19, lambda b: b.fund_source.name),
    count_field("trainings", "Jumlah Pelatihan", lambda b: b.training_count),
    money_field("line_ceiling", "Pagu Mata Anggaran", lambda b: b.ceiling),
    money_field("line_realised", "Realisasi Pelatihan Ini", lambda b: b.realised),
    money_field("line_remaining", "Sisa Pagu", lambda b: remaining(b.ceiling, b.realised)),
    share_field("line_realised", "line_ceiling", lambda b: share(b.realised, b.ceiling)),
)


def screen_cells(training: Training) -> list[Any]:
    """Return the values of one line of the filter page, in the order of SCREEN."""
    return [field.of(training) for field in SCREEN]
