"""The one register of report columns: the screen and every file take label, kind and value from here."""

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from operator import attrgetter
from typing import Any

from participants.enums import Education, EnrolmentStatus, Presence
from participants.rules import age_on
from portal.identity import decrypt_nik, mask_nik
from portal.spreadsheets.sheets import Column, Kind, SheetSpec, ratio_of
from programs.models import Training
from programs.rules import rt_name


@dataclass(frozen=True)
class Field:
    """A column and how a row gives its value: by a function, or by its attribute that is called like the column."""

    column: Column
    value: Callable[[Any], Any] | None = None

    def of(self, row: Any) -> Any:
        """Return the value of one row."""
        return self.value(row) if self.value else getattr(row, self.column.key)

    def values(self, rows: Sequence[Any], columns: Mapping[str, Sequence[Any]]) -> Sequence[Any]:
        """Return the value of each row; `columns` has those of rows that are named tuples."""
        if self.value is None and self.column.key in columns:
            return columns[self.column.key]
        return list(map(self.value or attrgetter(self.column.key), rows))


BLOCK = 500
NUMBER = Column("no", "No", Kind.INTEGER, 8)  # JUMLAH stands in it too


class NumberedRows:
    """The values of fields, row by row or, which is cheaper, a block of columns at a time."""

    def __init__(self, fields: Sequence[Field], rows: Iterable[Any]):
        self._fields, self._rows = fields, rows

    def blocks(self, size: int) -> Iterator[list[Sequence[Any]]]:
        """Yield the columns of some rows, the number of the row first."""
        rows, number = iter(self._rows), 1
        while part := list(itertools.islice(rows, size)):
            names = getattr(part[0], "_fields", ())
            columns = dict(zip(names, zip(*part, strict=True), strict=True)) if names else {}
            yield [range(number, number + len(part)), *(field.values(part, columns) for field in self._fields)]
            number += len(part)

    def __iter__(self) -> Iterator[Sequence[Any]]:
        return itertools.chain.from_iterable(zip(*block, strict=True) for block in self.blocks(BLOCK))


def sheet_of(title: str, fields: Sequence[Field], rows: Iterable[Any], **options: Any) -> SheetSpec:
    """Return a sheet of numbered rows; `options` are other fields of the SheetSpec."""
    columns = [NUMBER, *(field.column for field in fields)]
    return SheetSpec(title, columns, NumberedRows(fields, rows), **options)


Value = Callable[[Any], Any]


def _text(key: str, label: str, width: int, value: Value | None = None) -> Field:
    return Field(Column(key, label, Kind.TEXT, width), value)


def _date(key: str, label: str, value: Value | None = None) -> Field:
    return Field(Column(key, label, Kind.DATE, 12), value)


def _count(key: str, label: str, value: Value | None = None, *, total: bool = True, width: int = 11) -> Field:
    return Field(Column(key, label, Kind.INTEGER, width, total=total), value)


def _year(value: Callable[[Any], Any]) -> Field:
    return Field(Column("year", "Tahun Anggaran", Kind.YEAR, 10), value)


def _money(key: str, label: str, value: Value | None = None, *, total: bool = True) -> Field:
    return Field(Column(key, label, Kind.RUPIAH, 19, total=total), value)


def _share(part: str, whole: str, value: Callable[[Any], Any]) -> Field:
    return Field(Column("share", "Persen Realisasi", Kind.PERCENT, 11, ratio=(part, whole)), value)


def remaining(ceiling: Decimal | None, realised: Decimal | None) -> Decimal | None:
    """Return what is left, rupiah; an unknown figure counts as nothing, so that the sums agree; None when both are."""
    return None if ceiling is None and realised is None else (ceiling or Decimal(0)) - (realised or Decimal(0))


def share(realised: Decimal | None, ceiling: Decimal | None) -> Decimal | None:
    """Return realised / ceiling as a fraction, None when one is unknown or there is no ceiling."""
    return None if realised is None or ceiling is None else ratio_of(realised, ceiling)


# --- one training (reports.queries.listed); the first four name it on every sheet ----------------------------------
NUMBER_OF_TRAINING = _text("number", "Nomor Pelatihan", 22, lambda t: t.number)
TITLE = _text("title", "Nama Pelatihan", 38, lambda t: t.title)
OFFICE = _text("office", "Kecamatan", 18, lambda t: t.office.region.name)
START = _date("start", "Tanggal Mulai", lambda t: t.start)
YEAR = _year(lambda t: t.budget_line.fiscal_year_id)
ORGANIZER = _text("organizer", "SKPD", 30, lambda t: t.organizer.name)
SUB_ACTIVITY_CODE = _text("sub_activity_code", "Kode Sub Kegiatan", 19, lambda t: t.budget_line.node.code)
SUB_ACTIVITY = _text("sub_activity", "Nama Sub Kegiatan", 36, lambda t: t.budget_line.node.name)
FUND_SOURCE = _text("fund_source", "Sumber Dana", 24, lambda t: t.budget_line.fund_source.name)
END = _date("end", "Tanggal Selesai", lambda t: t.end)
DAYS = _count("days", "Jumlah Hari", lambda t: t.days)
WOMEN = _count("women", "Peserta P", lambda t: t.women)
PEOPLE = _count("people", "Jumlah Peserta", lambda t: t.people)
CEILING = _money("ceiling", "Pagu", lambda t: t.ceiling)
REALISED = _money("realised", "Realisasi", lambda t: t.realised)
REMAINING = _money("remaining", "Sisa", lambda t: remaining(t.ceiling, t.realised))
SHARE = _share("realised", "ceiling", lambda t: share(t.realised, t.ceiling))
STATUS = _text("status", "Status", 14, lambda t: t.get_status_display())

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


def _of_training(field: Field) -> Field:
    """The same column for rows that only carry their training."""
    return Field(field.column, lambda row: field.of(row.training))


RECAP = (
    *map(_of_training, (NUMBER_OF_TRAINING, YEAR, ORGANIZER)),
    _text("program_code", "Kode Program", 12, lambda r: r.program[0]),
    _text("program", "Nama Program", 30, lambda r: r.program[1]),
    _text("activity_code", "Kode Kegiatan", 15, lambda r: r.activity[0]),
    _text("activity", "Nama Kegiatan", 34, lambda r: r.activity[1]),
    *map(_of_training, (SUB_ACTIVITY_CODE, SUB_ACTIVITY, FUND_SOURCE)),
    _text("proposal_origin", "Asal Usulan", 16, lambda r: r.training.get_proposal_origin_display()),
    _of_training(TITLE),
    _text("field", "Bidang", 18, lambda r: r.training.field),
    _count("batch", "Angkatan", lambda r: r.training.batch, total=False, width=9),
    *map(_of_training, (START, END, DAYS)),
    _count("hours", "JP", lambda r: r.training.hours, total=False, width=7),
    _text("venue", "Tempat", 24, lambda r: r.training.venue),
    _text("village", "Desa/Kelurahan", 18, lambda r: r.training.village.name if r.training.village else ""),
    _of_training(OFFICE),
    _count("target_people", "Target Peserta", lambda r: r.training.target_people),
    _count("men", "Peserta L", lambda r: r.training.men),
    *map(_of_training, (WOMEN, PEOPLE)),
    _count("withdrawn", "Mengundurkan Diri", lambda r: r.training.withdrawn, width=14),
    _count("reported_people", "Hadir Menurut Rekap", lambda r: r.training.reported_people),
    _count("attended", "Orang-Sesi Hadir", lambda r: r.training.attended),
    _count("person_days", "Orang-Hari Hadir", lambda r: r.person_days),
    _count("disabled", "Disabilitas", lambda r: r.training.disabled),
    _count("with_nib", "Ber-NIB", lambda r: r.training.with_nib),
    *map(_of_training, (CEILING, REALISED, REMAINING, SHARE, STATUS)),
    _count("invited", "RT Diundang", lambda r: r.training.invited),
    _count("absent_rts", "RT Tanpa Peserta", lambda r: len(r.absent_rts)),
    _text("absent_rt_names", "Nama RT Tanpa Peserta", 30, lambda r: ", ".join(rt_name(*rt) for rt in r.absent_rts)),
    _text("notes", "Keterangan", 36, lambda r: r.training.notes),
)


# --- one enrolment -------------------------------------------------------------------------------------------------
EDUCATIONS, STATUSES, PRESENCES = dict(Education.choices), dict(EnrolmentStatus.choices), dict(Presence.choices)

PARTICIPANTS = (
    _text("number", "Nomor Pelatihan", 22),
    _text("title", "Nama Pelatihan", 38),
    _text("nik", "NIK", 20, lambda p: mask_nik(p.nik_last4) or p.local_number),
    _text("name", "Nama Lengkap", 28),
    _text("sex", "L/P", 5),
    _text("birth_place", "Tempat Lahir", 16),
    _date("birth_date", "Tanggal Lahir"),
    _count("age", "Usia", lambda p: age_on(p.birth_date, p.start), total=False, width=6),
    _text("address", "Alamat", 28),
    _text("rt", "RT", 6),
    _text("rw", "RW", 6),
    _text("village", "Desa/Kelurahan", 18),
    _text("district", "Kecamatan", 18),
    _text("represents", "Mewakili RT", 16, lambda p: p.represents_rt and rt_name(p.represents_rt, p.represents_rw)),
    _text("phone", "No. HP/WA", 17),
    _text("education", "Pendidikan Terakhir", 18, lambda p: EDUCATIONS.get(p.education)),
    _text("occupation", "Pekerjaan", 18),
    _text("business", "Nama Usaha", 24),
    _text("nib", "NIB", 16),
    _text("kbli", "KBLI", 9),
    _text("product", "Produk", 20),
    _count("workers", "Tenaga Kerja", total=False),
    _money("turnover", "Omzet Setahun", total=False),
    _text("legality", "Legalitas (PIRT/Halal/Merek)", 22),
    _count("pre_score", "Nilai Awal", total=False, width=8),
    _count("post_score", "Nilai Akhir", total=False, width=8),
    _text("status", "Status", 18, lambda p: STATUSES[p.status]),
    _count("counted", "Dihitung Peserta", lambda p: int(p.status != EnrolmentStatus.WITHDRAWN)),
)

FULL_NIK = Field(
    Column("nik", "NIK", width=20, open=True),
    lambda p: decrypt_nik(p.nik_cipher, p.nik_index) if p.nik_index else p.local_number,
)
PARTICIPANTS_WITH_NIK = tuple(FULL_NIK if field.column.key == "nik" else field for field in PARTICIPANTS)

# --- one mark of attendance: (Mark, present, first presence of the day) ---------------------------------------
ATTENDANCE = (
    _text("number", "Nomor Pelatihan", 22, lambda m: m[0].number),
    _text("title", "Nama Pelatihan", 38, lambda m: m[0].title),
    _date("date", "Tanggal", lambda m: m[0].date),
    _count("session", "Sesi", lambda m: m[0].session, total=False, width=6),
    _text("name", "Nama Lengkap", 28, lambda m: m[0].name),
    _text("nik", "NIK", 20, lambda m: mask_nik(m[0].nik_last4) or m[0].local_number),
    _text("presence", "Kehadiran", 12, lambda m: PRESENCES[m[0].presence]),
    _count("attended", "Orang-Sesi Hadir", lambda m: int(m[1])),
    _count("person_days", "Orang-Hari Hadir", lambda m: int(m[2])),
)


# --- one line of money (reports.queries.MoneyRow) -------------------------------------------------------------------
def _expense(value: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda row: value(row.expense) if row.expense else None


MONEY = (
    *map(_of_training, (NUMBER_OF_TRAINING, TITLE, OFFICE, YEAR, SUB_ACTIVITY_CODE, FUND_SOURCE)),
    _text("origin", "Sumber Angka", 16, lambda r: r.origin),
    _text("account_code", "Kode Rekening", 21, _expense(lambda x: x.account.code)),
    _text("account", "Nama Rekening", 34, _expense(lambda x: x.account.name)),
    _text("description", "Uraian", 34, _expense(lambda x: x.description)),
    Field(Column("volume", "Volume", Kind.NUMBER, 10), _expense(lambda x: x.volume)),
    _text("unit", "Satuan", 12, _expense(lambda x: x.unit)),
    _money("unit_price", "Harga Satuan", _expense(lambda x: x.unit_price), total=False),
    _money("planned", "Rencana", lambda r: r.planned),
    _money("realised", "Realisasi", lambda r: r.realised),
    _text("method", "Cara Bayar", 11, _expense(lambda x: x.method)),
    _text("sp2d_number", "Nomor SP2D", 22, _expense(lambda x: x.sp2d_number)),
    _date("sp2d_date", "Tanggal SP2D", _expense(lambda x: x.sp2d_date)),
)

# --- one budget line (reports.queries.budget_rows) ------------------------------------------------------------------
BUDGET = (
    _text("code", "Kode Sub Kegiatan", 22, lambda b: b.node.code),
    _text("name", "Nama Sub Kegiatan", 38, lambda b: b.node.name),
    _text("organizer", "SKPD", 18, lambda b: b.organizer.name),
    _year(lambda b: b.fiscal_year_id),
    _text("fund_source", "Sumber Dana", 19, lambda b: b.fund_source.name),
    _count("trainings", "Jumlah Pelatihan", lambda b: b.training_count),
    _money("line_ceiling", "Pagu Mata Anggaran", lambda b: b.ceiling),
    _money("line_realised", "Realisasi Pelatihan Ini", lambda b: b.realised),
    _money("line_remaining", "Sisa Pagu", lambda b: remaining(b.ceiling, b.realised)),
    _share("line_realised", "line_ceiling", lambda b: share(b.realised, b.ceiling)),
)


def screen_cells(training: Training) -> list[Any]:
    """Return the values of one line of the filter page, in the order of SCREEN."""
    return [field.of(training) for field in SCREEN]
