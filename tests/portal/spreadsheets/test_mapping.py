"""What a screen for mapping needs of a header: all headings, keys that decisions go by, and a fingerprint."""

from datetime import date

import pytest

from portal.importing.registry import resource_classes
from portal.spreadsheets.cells import parse_date
from portal.spreadsheets.headers import HeaderColumn, data_rows, find_header, fingerprint, heading_keys
from portal.spreadsheets.workbook import Sheet

PEOPLE = (
    HeaderColumn("nik", "NIK", required=True),
    HeaderColumn("name", "Nama Lengkap", ("Nama", "Nama Peserta"), required=True),
    HeaderColumn("sex", "Jenis Kelamin", ("L/P",)),
    HeaderColumn("village", "Desa"),
)
SITI = (1, "3507335703959200", "Siti", "Umi", "P", "Clumprit")


def test_all_headings_are_told_in_file_order_also_the_silent_and_the_unknown():
    rows = [("DAFTAR", None, None, None), ("No", "Nama", "Hobi", "NIK"), (1, "Siti", "Lari", "3507335703959200")]
    match = find_header(rows, PEOPLE)
    assert match.headings == ((0, "A", "No"), (1, "B", "Nama"), (2, "C", "Hobi"), (3, "D", "NIK"))
    assert heading_keys(match) == ["no", "nama", "hobi", "nik"]


def test_a_column_without_a_heading_is_told_only_when_it_holds_data():
    rows = [("NIK", None, "Nama", None), ("3507335703959200", None, "Siti", None), ("1", None, "Umi", "Clumprit")]
    match = find_header(rows, PEOPLE)
    assert match.headings == ((0, "A", "NIK"), (2, "C", "Nama"), (3, "D", ""))
    assert heading_keys(match) == ["nik", "nama", "@D"]
    assert match.unknown == ()
    decided = find_header(rows, PEOPLE, chosen={"@D": "village"})
    assert decided.columns == {"nik": 0, "name": 2, "village": 3}
    assert find_header(rows, PEOPLE, chosen={"@D": "name"}).columns == {"nik": 0, "name": 3}


def test_groups_give_keys_of_both_lines():
    rows = [("NIK", "Nama", "Tempat", None), (None, None, "Desa", "Dusun"), ("1", "Siti", "Clumprit", "Bulu")]
    match = find_header(rows, PEOPLE)
    assert [text for _, _, text in match.headings] == ["NIK", "Nama", "Tempat Desa", "Tempat Dusun"]
    assert heading_keys(match) == ["nik", "nama", "tempatdesa", "tempatdusun"]
    decided = find_header(rows, PEOPLE, chosen={"tempatdusun": "village", "tempatdesa": None})
    assert decided.header_rows == (1, 2)
    assert decided.columns == {"nik": 0, "name": 1, "village": 3}


def test_a_percentage_has_a_key_of_its_own():
    match = find_header([("NIK", "Nama", "Realisasi", "Realisasi (%)")], PEOPLE)
    assert heading_keys(match)[2:] == ["realisasi", "realisasipersen"]


def test_what_was_chosen_wins_over_synonyms():
    rows = [("No", "NIK", "Nama", "Panggilan", "L/P", "Desa"), SITI]
    match = find_header(rows, PEOPLE, chosen={"panggilan": "name"})
    assert match.columns == {"nik": 1, "name": 3, "sex": 4, "village": 5}
    assert match.unknown == (("C", "Nama"),)
    assert match.ok


def test_what_was_ignored_is_neither_unknown_nor_a_column():
    rows = [("No", "NIK", "Nama", "Hobi", "L/P", "Desa"), SITI]
    match = find_header(rows, PEOPLE, chosen={"hobi": None, "desa": None})
    assert match.unknown == ()
    assert match.columns == {"nik": 1, "name": 2, "sex": 4}
    assert len(match.headings) == 6


def test_equal_headings_have_keys_of_their_own_and_a_choice_ends_the_doubt():
    rows = [("No", "NIK", "Nama", "Nama", "L/P", "Desa"), SITI]
    match = find_header(rows, PEOPLE)
    assert match.duplicated == (("Nama Lengkap", ("C", "D")),)
    assert heading_keys(match) == ["no", "nik", "nama", "nama#2", "lp", "desa"]
    decided = find_header(rows, PEOPLE, chosen={"nama": None, "nama#2": "name"})
    assert decided.ok
    assert decided.columns["name"] == 3
    assert find_header(rows, PEOPLE, chosen={"nama#2": None}).columns["name"] == 2
    assert find_header(rows, PEOPLE, chosen={"nama": "name", "nama#2": "name"}).duplicated != ()


def test_choices_for_columns_that_are_no_more_are_forgotten():
    rows = [("No", "NIK", "Nama", "Hobi", "L/P", "Desa"), SITI]
    assert find_header(rows, PEOPLE, chosen={"nama": "alias", "lain": "name", "@Z": "sex"}) == find_header(rows, PEOPLE)


def test_a_date_can_be_ignored():
    rows = [("NIK", "Nama", "14/07/2025", "15/07/2025"), ("1", "Siti", "V", "V")]
    match = find_header(rows, PEOPLE, dynamic=parse_date, chosen={"15072025": None})
    assert match.dynamic == {2: date(2025, 7, 14)}
    assert match.unknown == ()


def test_ignoring_much_does_not_move_the_header():
    rows = [("Kelompok", None, None), ("NIK", "Nama", "Desa"), ("1", "Siti", "Clumprit")]
    keys = dict.fromkeys(heading_keys(find_header(rows, PEOPLE)))
    match = find_header(rows, PEOPLE, chosen=keys | {"nik": "nik"})
    assert match.header_rows == (2,)
    assert match.columns == {"nik": 0}


def test_without_a_header_there_is_nothing_to_map():
    match = find_header([("a", "b"), ("c", "d")] * 20, PEOPLE, chosen={"a": "nik", "@A": "name"})
    assert (match.header_rows, match.headings) == ((1,), ((0, "A", "a"), (1, "B", "b")))
    match = find_header([("a", "b"), ("c", "d")] * 20, PEOPLE)
    assert (match.header_rows, match.headings, match.columns) == ((), (), {})


def layout(*headings: object, below: tuple = ()) -> str:
    return fingerprint(find_header([headings, below or ("1",) * len(headings)], PEOPLE, dynamic=parse_date))


def test_the_fingerprint_knows_a_layout_again():
    assert layout("NIK", "Nama", "Hobi") == layout(" n i k", "NAMA.", "hobi ")
    assert layout("NIK", "Nama", "Hobi") != layout("NIK", "Nama", "Kerja")
    assert layout("NIK", "Nama", "Hobi") != layout("Nama", "NIK", "Hobi")
    assert layout("NIK", "Nama", "Nama") != layout("NIK", "Nama")
    assert len(layout("NIK", "Nama")) == 64


def test_the_fingerprint_does_not_change_with_dates_and_stray_notes():
    dates = layout("NIK", "Nama", "14/07/2025", "15/07/2025", "Ket")
    assert dates == layout("NIK", "Nama", date(2026, 1, 5), "Ket")
    assert dates != layout("NIK", "Nama", "Ket")
    rows = [("NIK", "Nama", None), ("1", "Siti", "catatan")]
    assert fingerprint(find_header(rows, PEOPLE)) == layout("NIK", "Nama")


def test_the_fingerprint_stays_when_the_choice_is_applied():
    rows = [("No", "NIK", "Nama", "Nama", "L/P", "Desa"), SITI]
    chosen = {"nama": None, "nama#2": "name", "desa": None}
    assert fingerprint(find_header(rows, PEOPLE, chosen=chosen)) == fingerprint(find_header(rows, PEOPLE))


@pytest.mark.parametrize("resource_class", resource_classes(), ids=lambda cls: cls.identifier)
@pytest.mark.parametrize("title_rows", [0, 2])
def test_templates_with_a_line_of_codes_above_the_labels(resource_class, title_rows):
    resource = resource_class(user=None)
    columns = resource.header_columns()
    dates = resource.example_dynamic()
    title = ("Templat", *[None] * (len(columns) + len(dates) - 1))
    codes = (*(column.name for column in columns), *[None] * len(dates))
    labels = (*(column.label for column in columns), *dates)
    data = ("1",) * len(labels)
    rows = [title] * title_rows + [codes, labels, data, data]
    match = find_header(rows, columns, dynamic=resource.dynamic_key)
    assert match.ok
    assert match.header_rows == (title_rows + 2,)
    assert match.columns == {column.name: index for index, column in enumerate(columns)}
    assert len(match.dynamic) == len(dates)
    assert match.unknown == match.duplicated == ()
    assert [number for number, _ in data_rows(Sheet("Data", rows), match)] == [title_rows + 3, title_rows + 4]


@pytest.mark.parametrize("resource_class", resource_classes(), ids=lambda cls: cls.identifier)
def test_an_empty_template_has_a_header_and_no_rows(resource_class):
    resource = resource_class(user=None)
    columns = resource.header_columns()
    rows = [tuple(column.name for column in columns), tuple(column.label for column in columns)]
    match = find_header(rows, columns, dynamic=resource.dynamic_key)
    assert match.ok
    assert match.header_rows == (2,)
    assert list(data_rows(Sheet("Data", rows), match)) == []


def test_codes_that_are_labels_too_still_lose_against_the_labels():
    columns = (HeaderColumn("nik", "NIK", required=True), HeaderColumn("rt", "RT"), HeaderColumn("rw", "RW"))
    rows = [("nik", "rt", "rw"), ("NIK", "RT", "RW"), ("9", "2", "3")]
    match = find_header(rows, columns)
    assert match.header_rows == (2,)
    assert match.first_data_row == 3
    assert find_header(rows[::2], columns).header_rows == (1,)
