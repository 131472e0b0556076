"""Undo takes back exactly what an import did, or says which row stands in the way."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from participants.models import Attendance, Business, Enrolment, Person
from portal.actions.fiscal_years import close_year
from portal.enums import AuditAction, BatchState
from portal.models import AuditEvent, ImportBatch
from programs.enums import TrainingStatus
from programs.models import Session, Training
from tests.factories.portal import UserFactory
from tests.portal.importing.desk import CLEAN, HURRIED, post, save, send, send_bytes
from tests.roles import client_of
from tests.samples import BATIK, Sample

TABLES = (Training, Session, Person, Business, Enrolment, Attendance)


def rows_of_all() -> dict[str, list[dict[str, Any]]]:
    """Return every row of the tables an import writes; versions go on counting, and so are left out."""
    return {
        model.__name__: [
            {name: value for name, value in row.items() if name != "version"}
            for row in model.objects.order_by("pk").values()
        ]
        for model in TABLES
    }


def saved(client: Client, filename: str, resource: str = "participants") -> ImportBatch:
    batch = send(client, filename, resource).context["batch"]
    save(client, batch)
    batch.refresh_from_db()
    return batch


def undone(client: Client, batch: ImportBatch) -> str:
    return post(client, "undo", batch).content.decode()


def test_undo_of_a_list_removes_what_it_brought(clerk: Client):
    before = rows_of_all()
    batch = saved(clerk, CLEAN)
    assert Enrolment.objects.count() == 30
    assert "seluruh impor" in clerk.get(reverse("importing:undo", args=[batch.pk])).content.decode()
    page = undone(clerk, batch)
    assert "Impor dibatalkan: " in page
    assert rows_of_all() == before
    batch.refresh_from_db()
    assert (batch.state, batch.undone_by_id is not None) == (BatchState.UNDONE, True)
    assert AuditEvent.objects.filter(action=AuditAction.UNDO, object_id=str(batch.pk)).count() == 1
    assert Person.history.filter(history_type="-", history_change_reason=f"batal impor {batch.pk}").count() == 30


def test_undo_gives_changed_rows_their_former_values(clerk: Client):
    saved(clerk, CLEAN)
    before = rows_of_all()
    text = "NIK;Nama;L/P;No HP;Pekerjaan;Desa\n3507335703959200;Siti Setyowati;P;081234500099;Penjahit;Clumprit\n"
    batch = send_bytes(clerk, text.encode(), "perubahan.csv").context["batch"]
    assert (batch.rows_new, batch.rows_changed) == (0, 1)
    save(clerk, batch)
    assert Person.objects.filter(occupation="Penjahit", phone="+6281234500099").count() == 1
    undone(clerk, batch)
    assert rows_of_all() == before


def test_undo_twice_is_refused(clerk: Client):
    batch = saved(clerk, CLEAN)
    undone(clerk, batch)
    assert clerk.post(reverse("importing:undo", args=[batch.pk])).status_code == 403


def test_a_later_change_stands_in_the_way_and_is_named(clerk: Client, sample: Sample):
    batch = saved(clerk, CLEAN)
    person = Person.objects.get(name="Siti Setyowati")
    person.occupation, person._history_user = "Penjahit", sample.operator
    person.save()
    before = rows_of_all()
    page = undone(clerk, batch)
    assert "Siti Setyowati" in page
    assert "sudah dipakai sesudahnya" in page
    assert rows_of_all() == before
    batch.refresh_from_db()
    assert batch.state == BatchState.APPLIED


def test_who_changed_it_is_told_only_of_the_own_agency(clerk: Client, sample: Sample):
    sample.officer.name = "Pegawai Perangkat Daerah Lain"
    sample.officer.save()
    batch = saved(clerk, CLEAN)
    person = Person.objects.get(name="Siti Setyowati")
    person.occupation, person._history_user = "Penjahit", sample.officer
    person.save()
    page = undone(clerk, batch)
    assert "“Siti Setyowati” diubah pengguna lain" in page
    assert sample.officer.name not in page


def test_attendance_on_imported_people_stands_in_the_way(clerk: Client):
    people = saved(clerk, CLEAN)
    attendance = saved(clerk, "daftar-hadir-clumprit.xlsx", "attendance")
    assert Attendance.objects.count() == 59
    page = undone(clerk, people)
    assert "59 kehadiran bergantung pada kepesertaan" in page
    undone(clerk, attendance)
    assert not Attendance.objects.exists()
    undone(clerk, people)
    assert not Enrolment.objects.exists()


def test_a_closed_year_refuses_undo(clerk: Client, sample: Sample):
    batch = saved(clerk, CLEAN)
    Training.objects.update(status=TrainingStatus.CANCELLED)  # one that goes on would keep the year open
    close_year(sample.line.fiscal_year, by=UserFactory(administrator=True))
    page = undone(clerk, batch)
    assert "Tahun anggaran 2025 sudah ditutup" in page
    assert Enrolment.objects.count() == 30


def test_undo_of_a_recap_removes_trainings_and_restores_two(sample: Sample):
    officer = client_of(sample.officer)
    before = rows_of_all()
    batch = send(officer, "rekap-pelatihan-2025.xlsx", "trainings").context["batch"]
    save(officer, batch)
    assert Training.objects.count() == 40
    undone(officer, batch)
    assert rows_of_all() == before


def test_undo_leaves_what_an_earlier_import_brought(clerk: Client):
    saved(clerk, HURRIED)
    batch = saved(clerk, CLEAN)
    undone(clerk, batch)
    assert Enrolment.objects.count() == 22


@pytest.mark.parametrize("who", ["neighbour", "officer"])
def test_nobody_else_undoes_it(clerk: Client, sample: Sample, who: str):
    batch = saved(clerk, CLEAN)
    stranger = client_of(getattr(sample, who))
    assert stranger.post(reverse("importing:undo", args=[batch.pk])).status_code == 404
    assert Enrolment.objects.filter(training__number=BATIK).count() == 0
    assert Enrolment.objects.count() == 30
