"""Repeated people, RTs and cross tables in detail, and that nobody learns of other agencies' rows."""

from pathlib import Path

import pytest

from participants.queries import absent_rts
from programs.models import Training
from programs.rules import rt_name
from tests.reports.exporters.expected import WHO, Expected
from tests.reports.exporters.tables import tables_of
from tests.reports.exporters.traps import OTHER_SUB_ACTIVITY, Traps
from tests.reports.ledger import export, sql, text_of


# --- repeated people ----------------------------------------------------------------------------------------------
def repeated(traps: Traps, who: str, **params: str) -> list[tuple]:
    table = tables_of("repeats", getattr(traps, who), **params)["Peserta Berulang"]
    labels = ("Nama Lengkap", "Jumlah Pelatihan", "Tahun Anggaran", "Kecamatan")
    return [tuple(row[label] for label in labels) for row in table.rows]


def test_a_nik_is_one_person_in_every_kecamatan_within_sight(traps: Traps) -> None:
    assert repeated(traps, "auditor") == [
        ("Sri Wahyuni Baru", 4, "2023, 2025", "Pagelaran, Wagir"),
        ("Tanpa Nomor", 3, "2025", "Pagelaran"),
        ("Kholifah Wagir", 2, "2025", "Wagir"),
    ]
    assert repeated(traps, "supervisor") == [
        ("Sri Wahyuni Baru", 3, "2023, 2025", "Pagelaran, Wagir"),
        ("Tanpa Nomor", 3, "2025", "Pagelaran"),
    ]
    assert repeated(traps, "operator") == [
        ("Tanpa Nomor", 3, "2025", "Pagelaran"),
        ("Sri Wahyuni Lama", 2, "2023, 2025", "Pagelaran"),
    ]
    assert repeated(traps, "other_supervisor") == []
    assert repeated(traps, "operator", year="2025") == [("Tanpa Nomor", 3, "2025", "Pagelaran")]


def test_each_training_of_a_repeated_person_is_a_line(traps: Traps) -> None:
    tables = tables_of("repeats", traps.auditor)
    person, lines = tables["Peserta Berulang"].rows[0], tables["Rincian"].rows[:4]
    numbers = [traps.trainings[word].number for word in ("before", "cancelled", "plain", "foreign")]
    assert sorted(person["Nomor Pelatihan"].split(", ")) == sorted(numbers)
    assert ", ".join(line["Nomor Pelatihan"] for line in lines) == person["Nomor Pelatihan"]
    assert "; ".join(line["Nama Pelatihan"] for line in lines) == person["Nama Pelatihan"]
    assert [line["Nama pada Pelatihan Ini"] for line in lines].count("Sri Wahyuni Lama") == 2
    assert {(line["No Orang"], line["NIK"], line["Nama Lengkap"]) for line in lines} == {
        (person["No"], person["NIK"], person["Nama Lengkap"])
    }
    assert person["NIK"] == f"••••••••••••{traps.people['moved'].nik_last4}"
    assert tables["Peserta Berulang"].rows[1]["NIK"] == traps.people["no nik"].local_number


# --- RT -----------------------------------------------------------------------------------------------------------
def test_rts_of_a_training(traps: Traps) -> None:
    table = tables_of("coverage", traps.operator)["Cakupan RT"]
    labels = ("RT/RW", "Diundang", "Terwakili", "Peserta Mewakili", "Peserta Berdomisili")
    plain = [row for row in table.rows if row["Nomor Pelatihan"] == traps.trainings["plain"].number]
    assert [tuple(row[label] for label in labels) for row in plain] == [
        ("RT 001", 1, 1, 5, 4),  # the fifth lives in RT 001 of another village
        ("RT 002", 1, 1, 1, 2),  # of RW 007; the other stands for RT 003
        ("RT 003", 0, 0, 1, 0),
        ("RT 009", 1, 0, 0, 0),
        ("RT 003/RW 005", 1, 0, 0, 0),
        ("Tanpa RT", 0, 0, 1, 0),
    ]


@pytest.mark.parametrize("who", ["operator", "auditor"])
def test_who_did_not_come_is_who_the_training_page_names(traps: Traps, who: str) -> None:
    table = tables_of("coverage", getattr(traps, who))["Cakupan RT"]
    for training in Training.objects.visible_to(getattr(traps, who)):
        rows = [row for row in table.rows if row["Nomor Pelatihan"] == training.number]
        absent = {row["RT/RW"] for row in rows if row["Diundang"] and not row["Terwakili"]}
        assert absent == {rt_name(*rt) for rt in absent_rts(training)}


def test_villages(traps: Traps) -> None:
    table = tables_of("coverage", traps.auditor)["Per Desa-Kelurahan"]
    labels = ("Kecamatan", "Desa/Kelurahan", "RT Diundang", "RT Terwakili", "RT Belum Pernah Terwakili", "Nama RT")
    assert [tuple(row[label] for label in labels) for row in table.rows] == [
        ("Wagir", "Sidorahayu", 1, 1, 0, ""),
        ("Pagelaran", "Tidak dicatat", 1, 1, 0, ""),
        ("Pagelaran", "Clumprit", 5, 3, 2, "RT 004, RT 009"),  # RT 003/RW 005 came to another training
    ]


# --- kecamatan by sub kegiatan ------------------------------------------------------------------------------------
@pytest.mark.parametrize("who", ["auditor", "supervisor", "other_supervisor", "operator"])
def test_every_cell_is_what_sql_counts(traps: Traps, who: str) -> None:
    user = getattr(traps, who)
    ids = [training.pk for training in Training.objects.visible_to(user)]
    expected = Expected(f"({', '.join(map(str, ids))})")
    for title, count, last in (
        ("Kepesertaan", "COUNT(*)", "Jumlah"),
        ("Orang Berbeda", f"COUNT(DISTINCT {WHO})", "Seluruhnya"),
    ):
        for row in tables_of("persons", user)[title].rows:
            for code in (*expected.codes, last):
                condition = "" if code == last else f" AND n.code = '{code}'"
                if row["Kecamatan"] != "Seluruhnya":
                    place = f"(SELECT code FROM portal_region WHERE name = '{row['Kecamatan']}')"
                    condition += f" AND a.region_id = {place}"
                assert (row[code] or 0) == sql(f"SELECT {count} {expected.people}{condition}"), (title, row, code)


def test_different_people_do_not_add_up_and_say_so(traps: Traps) -> None:
    tables = tables_of("persons", traps.auditor)
    wagir = tables["Orang Berbeda"].row(Kecamatan="Wagir")
    cells = [wagir[code] for code in tables["Sub Kegiatan"].column("Kode Sub Kegiatan")]
    assert (cells, wagir["Seluruhnya"]) == ([None, 1, 3], 3)  # one person in both
    assert not [column for column in tables["Orang Berbeda"].columns if column.total]
    assert tables["Kepesertaan"].row(Kecamatan="Pagelaran")[OTHER_SUB_ACTIVITY] is None  # no training


# --- scope --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("file_format", ["xlsx", "csv"])
@pytest.mark.parametrize("report", ["budget", "accounts", "years", "repeats", "coverage", "persons"])
@pytest.mark.parametrize("who", ["operator", "supervisor", "other_supervisor"])
def test_files_name_nothing_of_others(traps: Traps, tmp_path: Path, who: str, report: str, file_format: str) -> None:
    user = getattr(traps, who)
    text = "".join(text_of(path) for path in export(report, user, tmp_path, file_format).files)
    own = Training.objects.visible_to(user)
    others = Training.objects.exclude(pk__in=own.values("pk"))
    forbidden = {value for pair in others.values_list("number", "title") for value in pair}
    forbidden |= {
        "operator": {"Sri Wahyuni Baru", "Kholifah Wagir", "Sidorahayu", "Wagir"},
        "supervisor": {"Kholifah Wagir", "Diskopum", traps.koperasi.name},
        "other_supervisor": {"Sri Wahyuni Lama", "Tanpa Nomor", "DBH CHT", traps.disperindag.name},
    }[who]
    assert len(others) > 1
    assert not {word for word in forbidden if word in text}
