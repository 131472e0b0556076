"""The sample files do what truth.json says, and doing it twice does nothing more."""

import pytest

from participants.models import Attendance, Enrolment, Person
from portal.models import AuditEvent, ImportBatch
from programs.models import Training
from tests.samples import BATIK, FOUNDING, TRUTH, Sample, run_import

CLEAN, HURRIED = "peserta-clumprit-2025.xlsx", "peserta-clumprit-tergesa.xlsx"
RECAP, PRESENCE, CSV = "rekap-pelatihan-2025.xlsx", "daftar-hadir-clumprit.xlsx", "batik-sidorahayu.csv"
TO_FOUNDING = ("--training", FOUNDING, "--apply")


@pytest.fixture
def sample(db: None) -> Sample:
    return Sample()


def counts(report: dict) -> tuple[int, int, int, int]:
    return report["new"], report["changed"], report["same"], report["rejected"]


def test_clean_list_brings_thirty_people_once(sample: Sample):
    code, report = run_import("participants", CLEAN, "operator.pagelaran", *TO_FOUNDING)
    assert (code, counts(report), report["warnings"]) == (0, (30, 0, 0, 0), [])
    assert Enrolment.objects.filter(training=sample.founding).count() == 30
    code, report = run_import("participants", CLEAN, "operator.pagelaran", *TO_FOUNDING)
    assert (code, counts(report)) == (0, (0, 0, 30, 0))
    assert Person.history.count() == Person.objects.count() == 30


def test_hurried_list_rejects_exactly_the_rows_of_the_truth(sample: Sample):
    code, report = run_import("participants", HURRIED, "operator.pagelaran", *TO_FOUNDING)
    wanted = TRUTH[HURRIED]["rejected"]
    assert {error["row"] for error in report["errors"]} == {int(row) for row in wanted}
    assert (code, counts(report)) == (1, (22, 0, 0, 8))
    reasons = {error["row"]: f"{error['column']}: {error['message']}" for error in report["errors"]}
    for row, words in {
        5: "angka",
        7: "15 digit",
        11: "sama dengan baris 2",
        2: "sama dengan baris 11",
        13: "tanggal",
        15: "Clumprit",
        17: "rumus",
        19: "kosong",
    }.items():
        assert words.lower() in reasons[row].lower()
    code, report = run_import("participants", HURRIED, "operator.pagelaran", *TO_FOUNDING)
    assert counts(report) == (0, 0, 22, 8)


def test_hurried_list_after_the_clean_one_changes_nothing(sample: Sample):
    run_import("participants", CLEAN, "operator.pagelaran", *TO_FOUNDING)
    _, report = run_import("participants", HURRIED, "operator.pagelaran", *TO_FOUNDING)
    assert counts(report) == (0, 0, 22, 8)


def test_csv_of_the_batik_training(sample: Sample):
    options = ("--training", BATIK, "--apply")
    code, report = run_import("participants", CSV, "operator.wagir", *options)
    assert (code, counts(report)) == (0, (25, 0, 0, 0))
    assert Person.objects.filter(rt="029", rw="002", address="Dusun Bulu").exists()
    _, report = run_import("participants", CSV, "operator.wagir", *options)
    assert counts(report) == (0, 0, 25, 0)


def test_recap_updates_the_two_known_trainings_and_adds_the_others(sample: Sample):
    code, report = run_import("trainings", RECAP, "pptk.disperindag", "--apply")
    assert (code, counts(report)) == (0, (38, 2, 0, 0))
    realised = sum(Training.objects.values_list("realised", flat=True))
    assert (Training.objects.count(), realised) == (40, TRUTH[RECAP]["realised_total"])
    assert set(Training.objects.values_list("budget_line__node__code", flat=True)) == {"3.31.02.2.01.0005"}
    _, report = run_import("trainings", RECAP, "pptk.disperindag", "--apply")
    assert counts(report) == (0, 0, 40, 0)


def test_recap_of_an_office_takes_only_its_own_kecamatan(sample: Sample):
    code, report = run_import("trainings", RECAP, "operator.wagir", "--apply")
    assert (code, counts(report)) == (1, (3, 1, 0, 36))
    assert {error["column"] for error in report["errors"]} == {"Kecamatan"}
    assert not Training.objects.exclude(office=sample.office("Wagir")).exclude(pk=sample.founding.pk).exists()


def test_attendance_counts(sample: Sample):
    run_import("participants", CLEAN, "operator.pagelaran", *TO_FOUNDING)
    code, report = run_import("attendance", PRESENCE, "operator.pagelaran", *TO_FOUNDING)
    assert (code, counts(report)) == (0, (30, 0, 0, 0))
    present = Attendance.objects.filter(presence="hadir")
    assert [present.filter(session__date__day=day).count() for day in (14, 15)] == [28, 29]
    _, report = run_import("attendance", PRESENCE, "operator.pagelaran", *TO_FOUNDING)
    assert counts(report) == (0, 0, 30, 0)


@pytest.mark.parametrize("training", [FOUNDING, "2025.35.07.33.999"])
def test_neighbour_is_refused_row_by_row_without_learning_what_exists(sample: Sample, training: str):
    run_import("participants", CLEAN, "operator.pagelaran", *TO_FOUNDING)
    before = Person.objects.count()
    code, report = run_import("participants", CLEAN, "operator.wagir", "--training", training, "--apply")
    assert (code, counts(report)) == (2, (0, 0, 0, 30))
    messages = {error["message"].replace(training, "X") for error in report["errors"]}
    assert messages == {"Pelatihan X tidak ditemukan. Periksa nomornya."}
    assert Person.objects.count() == before


def test_neighbour_cannot_bring_the_file_into_the_own_training(sample: Sample):
    code, report = run_import("participants", CLEAN, "operator.wagir", "--training", BATIK, "--apply")
    assert (code, counts(report)) == (2, (0, 0, 0, 30))
    assert {error["column"] for error in report["errors"]} == {"Desa/Kelurahan"}


def test_a_look_leaves_no_trace(sample: Sample):
    code, report = run_import("participants", CLEAN, "operator.pagelaran", "--training", FOUNDING)
    assert (code, counts(report)) == (0, (30, 0, 0, 0))
    assert not ImportBatch.objects.exists()
    assert not Person.objects.exists()


def test_all_or_nothing_writes_nothing_when_a_row_is_refused(sample: Sample):
    code, report = run_import("participants", HURRIED, "operator.pagelaran", *TO_FOUNDING, "--all-or-nothing")
    assert (code, counts(report), len(report["errors"])) == (2, (0, 0, 0, 8), 8)
    assert "tidak sama sekali" in report["notices"][-1]
    assert not Person.objects.exists()


@pytest.mark.parametrize(
    ("resource", "user", "options", "words"),
    [
        ("kucing", "operator.pagelaran", (), "tidak dikenal"),
        ("participants", "operator.pagelaran", (), "--training"),
        ("participants", "siapa.ini", ("--training", FOUNDING), "tidak ada"),
        ("attendance", "operator.pagelaran", ("--training", FOUNDING), "Kolom wajib"),
    ],
)
def test_a_refusal_is_one_sentence_and_exit_2(
    sample: Sample, capsys: pytest.CaptureFixture, resource: str, user: str, options: tuple[str, ...], words: str
):
    code, report = run_import(resource, RECAP, user, *options)
    assert (code, counts(report)) == (2, (0, 0, 0, 0))
    assert words in report["notices"][-1]
    assert capsys.readouterr().err.strip() == report["notices"][-1]


def test_an_import_leaves_one_audit_row_with_its_digest(sample: Sample):
    run_import("participants", CLEAN, "operator.pagelaran", *TO_FOUNDING)
    event = AuditEvent.objects.get(action="import")
    batch = ImportBatch.objects.get()
    assert (event.data["sha256"], event.data["new"], event.agency) == (batch.sha256, 30, sample.office("Pagelaran"))
