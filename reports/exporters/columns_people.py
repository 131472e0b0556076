"""The columns of reports that follow people: the same faces again, RTs, kecamatan by sub kegiatan."""

from collections.abc import Callable, Sequence
from typing import Any

from portal.identity import mask_nik
from portal.spreadsheets.sheets import Column, Kind
from programs.rules import rt_name
from reports.exporters.columns import NUMBER_OF_TRAINING, OFFICE, START, TITLE, YEAR, of_training, share
from reports.exporters.fields import Field, count_field, date_field, text_field, year_field
from reports.figures.coverage import NO_RT, RtRow
from reports.figures.persons import WHOLE, CrossTable
from reports.figures.repeats import Participation

NO_RT_NAME = "Tanpa RT"
NO_VILLAGE_NAME = "Tidak dicatat"
WHOLE_NAME = "Seluruhnya"


# --- one person, as the list of that person's trainings (reports.figures.repeats) ------------------------------------
def _nik(row: Participation) -> str:
    return mask_nik(row.latest_nik) or row.latest_local_number or ""


def _each(value: Callable[[Participation], Any], joint: str) -> Callable[[Sequence[Participation]], str]:
    """Each value once, in the order of the trainings."""
    return lambda rows: joint.join(dict.fromkeys(str(value(row)) for row in rows))


REPEATED_PEOPLE = (
    text_field("nik", "NIK", 20, lambda rows: _nik(rows[0])),
    text_field("name", "Nama Lengkap", 28, lambda rows: rows[0].latest_name),
    count_field("trainings", "Jumlah Pelatihan", len),
    text_field("years", "Tahun Anggaran", 16, _each(lambda row: row.year, ", ")),
    text_field("offices", "Kecamatan", 24, _each(lambda row: row.office, ", ")),
    text_field("numbers", "Nomor Pelatihan", 24, lambda rows: ", ".join(row.number for row in rows)),
    text_field("titles", "Nama Pelatihan", 60, lambda rows: "; ".join(row.title for row in rows)),
)

# --- one training of one person: (number of the person on the first sheet, Participation) ----------------------------
PARTICIPATIONS = (
    count_field("person", "No Orang", lambda r: r[0], total=False, width=9),
    text_field("nik", "NIK", 20, lambda r: _nik(r[1])),
    text_field("name", "Nama Lengkap", 28, lambda r: r[1].latest_name),
    text_field("recorded_name", "Nama pada Pelatihan Ini", 28, lambda r: r[1].name),
    text_field("number", "Nomor Pelatihan", 22, lambda r: r[1].number),
    text_field("title", "Nama Pelatihan", 38, lambda r: r[1].title),
    text_field("office", "Kecamatan", 18, lambda r: r[1].office),
    date_field("start", "Tanggal Mulai", lambda r: r[1].start),
    year_field(lambda r: r[1].year),
    text_field("sub_activity_code", "Kode Sub Kegiatan", 19, lambda r: r[1].sub_activity),
)


# --- one RT in one training (reports.figures.coverage.RtRow) ---------------------------------------------------------
def _rt(row: RtRow) -> str:
    return NO_RT_NAME if row.rt == NO_RT else rt_name(*row.rt)


RTS = (
    *map(of_training, (NUMBER_OF_TRAINING, TITLE, OFFICE)),
    text_field("village", "Desa/Kelurahan", 18, lambda r: r.training.village.name if r.training.village else ""),
    *map(of_training, (START, YEAR)),
    text_field("rt", "RT/RW", 16, _rt),
    count_field("invited", "Diundang", lambda r: int(r.invited)),
    count_field("reached", "Terwakili", lambda r: int(r.reached)),
    count_field("representing", "Peserta Mewakili", lambda r: r.representing),
    count_field("living", "Peserta Berdomisili", lambda r: r.living, width=13),
)

# --- one village (reports.figures.coverage.VillageRow) ---------------------------------------------------------------
VILLAGES = (
    text_field("district", "Kecamatan", 20, lambda v: v.district),
    text_field("village", "Desa/Kelurahan", 22, lambda v: v.name or NO_VILLAGE_NAME),
    count_field("trainings", "Jumlah Pelatihan", lambda v: v.trainings),
    count_field("people", "Jumlah Peserta", lambda v: v.people),
    count_field("invited", "RT Diundang", lambda v: len(v.invited)),
    count_field("reached", "RT Terwakili", lambda v: v.reached),
    Field(
        Column("share", "Persen Terwakili", Kind.PERCENT, 11, ratio=("reached", "invited")),
        lambda v: share(v.reached, len(v.invited)),
    ),
    count_field("never", "RT Belum Pernah Terwakili", lambda v: len(v.never_reached), width=14),
    text_field("never_names", "Nama RT", 50, lambda v: ", ".join(rt_name(*rt) for rt in v.never_reached)),
)


# --- one kecamatan of a reports.figures.persons.CrossTable: its code -------------------------------------------------
def cross_fields(table: CrossTable, *, different: bool) -> list[Field]:
    """Return a column a sub kegiatan and one for all of them; `different` people do not add up, so have no sums."""
    counts = table.people if different else table.enrolments
    names = {**table.offices, WHOLE: WHOLE_NAME}
    label = WHOLE_NAME if different else "Jumlah"
    return [
        text_field("office", "Kecamatan", 20, lambda office: names[office]),
        *(_cell(counts, code, code, total=not different) for code in table.activities),
        _cell(counts, WHOLE, label, total=not different),
    ]


def _cell(counts: dict[tuple[str, str], int], code: str, label: str, *, total: bool) -> Field:
    return count_field(
        f"people_{code}" if code else "people", label, lambda office: counts.get((office, code)), total=total, width=20
    )


SUB_ACTIVITIES = (
    text_field("code", "Kode Sub Kegiatan", 20, lambda item: item[0]),
    text_field("name", "Nama Sub Kegiatan", 20, lambda item: item[1]),
)
