"""The bulk door writes what `save()` and the library of row versions would write, without their cost for each row."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, connection, models
from django.db.models import ProtectedError
from django.utils import timezone

from participants.enums import Presence
from participants.models import Attendance, Business, Enrolment, Person
from portal.actions import bulk_sql
from portal.actions.bulk import delete_rows, insert_rows, recheck_rows, update_columns, write_rows
from portal.locking import YearClosed
from portal.models import ImportRow
from portal.scoping import VanishedRow
from programs.models import BudgetLine, Expense, InvitedRt, Session, Training
from tests.factories.participants import EnrolmentFactory, PersonFactory
from tests.factories.portal import ImportBatchFactory
from tests.factories.programs import TrainingFactory
from tests.factories.world import World
from tests.raw_sql import SQLITE, close_year, own_key, writable

VERSIONED = [Person, Business, BudgetLine, Training, Session, InvitedRt, Expense, Enrolment, Attendance]
EACH_MODEL = pytest.mark.parametrize("model", VERSIONED, ids=lambda model: model._meta.model_name)
OWN_PERSON = {"nik_index": "0" * 64, "nik_cipher": b"\x00\xff\\x", "local_number": None}


def values_of(row: models.Model, *left_out: str) -> dict[str, Any]:
    return {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields if f.attname not in left_out}


def last_version(row: models.Model) -> models.Model:
    return row.history.order_by("history_id").last()


def twin(world: World, model: type[models.Model]) -> models.Model:
    """Return an unsaved row like A's, with a natural key of its own."""
    row = world.a.of(model)
    key = OWN_PERSON if model is Person else own_key(world, model)
    return model(**({field.attname: getattr(row, field.attname) for field in writable(model)} | key))


def person(world: World, number: int = 0, **other: Any) -> Person:
    given = {"name": f"Sulastri {number}", "sex": "P", "local_number": f"L-{number}", "office": world.pagelaran}
    return Person(**(given | other))


def write(world: World, model: type[models.Model], **what: Any) -> None:
    write_rows(model, by=world.operator_a, reason="uji", **what)


# --- what is written ------------------------------------------------------------------------------------------------
@EACH_MODEL
def test_a_new_row_and_its_version_are_those_of_save(two_agencies: World, model: type[models.Model]) -> None:
    saved = twin(two_agencies, model)
    written = model(**{field.attname: getattr(saved, field.attname) for field in writable(model)})
    saved._history_user, saved._change_reason = two_agencies.operator_a, "uji"
    saved.save()
    saved_row, saved_version = values_of(model.objects.get(pk=saved.pk), "id"), last_version(saved)
    model.objects.filter(pk=saved.pk).delete()
    before = timezone.now()
    write(two_agencies, model, new=[written])
    assert values_of(model.objects.get(pk=written.pk), "id") == saved_row
    version = last_version(written)
    assert before <= version.history_date <= timezone.now()
    assert (version.id, version.history_type) == (written.pk, "+")
    own = ("id", "history_id", "history_date")
    assert values_of(version, *own) == values_of(saved_version, *own)
    assert written.history.count() == 1


@EACH_MODEL
def test_a_changed_row_and_its_version_are_those_of_save(two_agencies: World, model: type[models.Model]) -> None:
    row = model.objects.get(pk=two_agencies.a.of(model).pk)
    row._history_user, row._change_reason = two_agencies.operator_a, "uji"
    row.save()
    saved, count = last_version(row), row.history.count()
    write(two_agencies, model, changed=[row], fields=[field.name for field in writable(model)])
    written = last_version(row)
    assert row.history.count() == count + 1
    assert written.history_type == "~"
    counted = {"version": saved.version + 1} if hasattr(saved, "version") else {}
    own = ("history_id", "history_date")
    assert values_of(written, *own) == values_of(saved, *own) | counted
    assert values_of(model.objects.get(pk=row.pk)) == {
        name: value for name, value in values_of(written).items() if not name.startswith("history_")
    }


def test_only_the_named_fields_and_the_copies_change(two_agencies: World) -> None:
    row = two_agencies.a.person
    untouched = values_of(Person.objects.get(pk=row.pk), "name", "version")
    row.name, row.address = "Nama Baru", "tidak disimpan"
    write(two_agencies, Person, changed=[row], fields=["name"])
    stored = Person.objects.get(pk=row.pk)
    assert (stored.name, stored.version) == ("Nama Baru", 2)
    assert values_of(stored, "name", "version") == untouched
    assert last_version(row).address == untouched["address"], "a version tells what stands in the table"


TEXTS = ["", "\\", "\\N", "\\.", "a\tb", "a\nb\r\nc", "'\"%s", "Ñandú 😀", "\\x00", "NULL", "{1,2}", " "]


def test_no_value_is_bent_on_its_way(two_agencies: World) -> None:
    everything = bytes(range(256))
    rows = [
        person(two_agencies, number, address=text, nik_index=f"{number:064d}", nik_cipher=everything + text.encode())
        for number, text in enumerate(TEXTS)
    ]
    rows[0].birth_date, rows[1].birth_date = date(1945, 8, 17), None
    write(two_agencies, Person, new=rows)
    for row in rows:
        row.birth_place = row.address
    write(two_agencies, Person, changed=rows, fields=["birth_place"])
    for row, text in zip(rows, TEXTS, strict=True):
        stored = Person.objects.get(pk=row.pk)
        assert (stored.address, stored.birth_place) == (text, text)
        assert bytes(stored.nik_cipher) == everything + text.encode()
        assert stored.birth_date == row.birth_date


def test_amounts_keep_their_cents(two_agencies: World) -> None:
    owner = two_agencies.a.person
    amounts = [Decimal("0.01"), Decimal("1234567.89"), 5, None]
    rows = [Business(person=owner, name=f"Usaha {i}", investment=amount) for i, amount in enumerate(amounts)]
    write(two_agencies, Business, new=rows)
    assert [Business.objects.get(pk=row.pk).investment for row in rows] == amounts


def test_keys_are_taken_as_the_database_counts(two_agencies: World) -> None:
    first, given = person(two_agencies, 1), person(two_agencies, 2, id=5_000_000)
    write(two_agencies, Person, new=[first, given])
    assert given.pk == 5_000_000
    assert [(row._state.adding, row._state.db) for row in (first, given)] == [(False, "default")] * 2
    after = PersonFactory(office=two_agencies.pagelaran)
    assert after.pk not in {first.pk, given.pk}
    later = person(two_agencies, 3)
    write(two_agencies, Person, new=[later])
    assert later.pk > after.pk
    later.name = "Disimpan lagi"
    later.save()
    assert Person.objects.filter(name="Disimpan lagi").count() == 1


def test_a_child_takes_over_the_key_that_its_parent_got_later(two_agencies: World) -> None:
    owner = person(two_agencies)
    business = Business(person=owner, name="Keripik")
    write(two_agencies, Person, new=[owner])
    write(two_agencies, Business, new=[business])
    assert (business.person_id, business.office_id) == (owner.pk, two_agencies.pagelaran.pk)


def test_a_long_import_renews_the_plans_of_its_session(two_agencies: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk_sql, "MANY", 1)
    write(two_agencies, Person, new=[person(two_agencies)])
    assert Person.objects.filter(local_number="L-0").exists()


# --- how often the database is asked --------------------------------------------------------------------------------
QUERIES = {"new": {"sqlite": 14, "postgresql": 11}, "changed": {"sqlite": 13, "postgresql": 13}}


@pytest.mark.parametrize("count", [2, 40])
@pytest.mark.parametrize("kind", QUERIES)
def test_queries_do_not_grow_with_the_rows(
    two_agencies: World, django_assert_num_queries: Any, kind: str, count: int
) -> None:
    people = [PersonFactory(office=two_agencies.pagelaran) for _ in range(count)]
    training = two_agencies.a.training
    rows = [Enrolment(training_id=training.pk, person_id=owner.pk, represents_rt="001") for owner in people]
    if kind == "changed":
        pks = [EnrolmentFactory(training=training, person=owner).pk for owner in people]
        rows = list(Enrolment.objects.filter(pk__in=pks))
    with django_assert_num_queries(QUERIES[kind][connection.vendor]):
        write(two_agencies, Enrolment, **{kind: rows}, fields=["represents_rt"])


# --- what is refused ------------------------------------------------------------------------------------------------
def test_doubles_are_refused_and_nothing_stays(two_agencies: World) -> None:
    rows = [person(two_agencies, 1), person(two_agencies, 2)]
    write(two_agencies, Person, new=rows)
    people, versions = Person.objects.count(), Person.history.count()
    with pytest.raises(IntegrityError):
        write(two_agencies, Person, new=[person(two_agencies, 3), person(two_agencies, 1)])
    with pytest.raises(IntegrityError):
        write(two_agencies, Person, new=[person(two_agencies, 4, local_number=None)])
    rows[0].local_number = "L-2"
    with pytest.raises(IntegrityError):
        write(two_agencies, Person, changed=rows, fields=["local_number"])
    assert (Person.objects.count(), Person.history.count()) == (people, versions)
    rows[0].local_number = "L-9"
    write(two_agencies, Person, changed=rows, fields=["local_number"])


def test_rows_outside_the_writers_scope_vanish(two_agencies: World) -> None:
    foreign = person(two_agencies, office=two_agencies.wagir)
    with pytest.raises(VanishedRow):
        write(two_agencies, Person, new=[person(two_agencies, 1), foreign])
    with pytest.raises(VanishedRow):
        write(two_agencies, Person, changed=[two_agencies.a.person, two_agencies.b.person], fields=["name"])
    with pytest.raises(VanishedRow):
        delete_rows(Business, [two_agencies.b.business], by=two_agencies.operator_a, reason="uji")
    assert Business.objects.filter(pk=two_agencies.b.business.pk).exists()
    for stranger in (AnonymousUser(), two_agencies.inactive, None):
        with pytest.raises(VanishedRow):
            recheck_rows(Person, [two_agencies.a.person], by=stranger)
    recheck_rows(Person, [two_agencies.a.person, two_agencies.b.person], by=two_agencies.auditor)
    recheck_rows(Person, [], by=None)


def test_a_row_that_is_no_more_is_not_changed_in_silence(two_agencies: World) -> None:
    row, gone = twin(two_agencies, Business), twin(two_agencies, Business)
    write(two_agencies, Business, new=[row])
    gone.pk = row.pk + 1000
    for rows in ([row, gone], [row, row]):
        with pytest.raises(VanishedRow):
            write(two_agencies, Business, changed=rows, fields=["product"])
        with pytest.raises(VanishedRow):
            delete_rows(Business, rows, by=two_agencies.operator_a, reason="uji")
    assert row.history.count() == 1


def test_a_closed_year_refuses_every_door(two_agencies: World) -> None:
    new, row = twin(two_agencies, Expense), two_agencies.a.expense
    close_year(two_agencies)
    for refused in (
        lambda: write(two_agencies, Expense, new=[new]),
        lambda: write(two_agencies, Expense, changed=[row], fields=["unit"]),
        lambda: delete_rows(Expense, [row], by=two_agencies.operator_a, reason="uji"),
    ):
        with pytest.raises(YearClosed):
            refused()
    assert Expense.objects.filter(pk=row.pk).exists()


# --- removal --------------------------------------------------------------------------------------------------------
def test_removed_rows_leave_a_last_version(two_agencies: World) -> None:
    rows = [PersonFactory(office=two_agencies.pagelaran) for _ in range(3)]
    stored = values_of(Person.objects.get(pk=rows[0].pk))
    delete_rows(Person, rows, by=two_agencies.operator_a, reason="batal impor")
    assert not Person.objects.filter(pk__in=[row.pk for row in rows]).exists()
    last = last_version(rows[0])
    noted = (last.history_type, last.history_user, last.history_change_reason)
    assert noted == ("-", two_agencies.operator_a, "batal impor")
    assert {name: getattr(last, name) for name in stored} == stored
    delete_rows(Person, [], by=two_agencies.operator_a, reason="batal impor")


def test_what_something_points_at_stays(two_agencies: World) -> None:
    a, by = two_agencies.a, two_agencies.operator_a
    for row, child in ((a.person, "usaha|kepesertaan"), (a.enrolment, "kehadiran"), (a.session, "kehadiran")):
        with pytest.raises(ProtectedError, match=child):
            delete_rows(type(row), [row], by=by, reason="uji")
        assert row.history.order_by("history_id").last().history_type != "-"
    for row in (a.attendance, a.enrolment, a.business, a.person):
        delete_rows(type(row), [row], by=by, reason="uji")
    assert not Person.objects.filter(pk=a.person.pk).exists()


# --- tables without versions ----------------------------------------------------------------------------------------
def test_staged_rows_are_stored_and_judged_at_once(two_agencies: World) -> None:
    batch = ImportBatchFactory(by=two_agencies.operator_a)
    rows = [ImportRow(batch=batch, sheet="Peserta", number=n, payload=b"\x00\n" + bytes([n])) for n in range(50)]
    insert_rows(ImportRow, rows)
    messages = [{"level": "error", "message": 'Tulis "L" atau\t"P".'}, {"level": "note", "message": "é\\n"}]
    for row in rows:
        row.verdict, row.messages = "rejected", messages[: row.number % 3]
    update_columns(ImportRow, rows, ["verdict", "messages"])
    update_columns(ImportRow, rows, [])
    for row in batch.rows.all():
        assert (row.verdict, row.messages) == ("rejected", messages[: row.number % 3])
        assert bytes(row.payload) == b"\x00\n" + bytes([row.number])
    rows[0].pk = -1
    with pytest.raises(VanishedRow):
        update_columns(ImportRow, rows, ["verdict"])
    insert_rows(ImportRow, [])


@pytest.mark.parametrize("model", [Person, Training])
def test_versioned_tables_have_no_side_door(two_agencies: World, model: type[models.Model]) -> None:
    row = two_agencies.a.of(model)
    with pytest.raises(ValueError, match="write_rows"):
        insert_rows(model, [TrainingFactory.build()])
    with pytest.raises(ValueError, match="write_rows"):
        update_columns(model, [row], ["source"])


def test_the_temporary_table_is_gone_after_each_write(two_agencies: World) -> None:
    row = two_agencies.a.attendance
    for row.presence in (Presence.PRESENT, Presence.ABSENT):
        write(two_agencies, Attendance, changed=[row], fields=["presence"])
    listed = "sqlite_temp_master WHERE name" if SQLITE else "pg_class WHERE relname"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {listed} = 'sulam_gathered'")
        assert cursor.fetchone() == (0,)
