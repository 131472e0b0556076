"""Lists A and B of the attack list through the real upload page: one sentence, nothing written, nothing left."""

import pytest

from portal.enums import BatchState
from portal.models import AuditEvent
from tests.hostile.files import FILES
from tests.hostile.kit import HostileFile, people, person
from tests.hostile.names import NAMES, HostileName
from tests.hostile.posting import CLASS_NAME, Answer, Desk, counted

LINES = [f"A{number}" for number in range(1, 13)] + [f"B{number}" for number in range(1, 12)]
A11 = "A11"  # is about names, see names.py


def check_rows(file: HostileFile, answer: Answer) -> None:
    """The batch is ready, and exactly the promised rows are refused or doubted, for the promised reason."""
    batch, messages = answer.batch, answer.messages
    assert (batch.state, batch.notices and answer.refusal) == (BatchState.CHECKED, batch.notices and "")
    for level, promised in (("error", file.rejected), ("warning", file.warned)):
        said = {row: " ".join(text for kind, text in found if kind == level) for row, found in messages.items()}
        said = {row: text for row, text in said.items() if text}
        assert said.keys() == promised.keys(), said
        assert all(words in said[row] for row, words in promised.items()), said
    assert (batch.rows_new, batch.rows_rejected) == (file.accepted, len(file.rejected))


@pytest.mark.parametrize("file", FILES, ids=str)
def test_hostile_file(file: HostileFile, desk: Desk) -> None:
    before = counted()
    answer = desk.upload(file.build(), file.filename)
    assert answer.page.status_code == 200
    if file.refused:
        assert file.refused in answer.refusal
    elif file.asks:
        assert file.asks in answer.question
    else:
        check_rows(file, answer)
    assert answer.unclear() == answer.own_faults() == []
    assert all(any(words in notice for notice in answer.batch.notices) for words in file.notices), answer.batch.notices
    assert all(words in answer.html for words in file.shown)
    assert not any(words in answer.html for words in file.hidden)
    assert not CLASS_NAME.search(answer.html)
    assert counted() == before
    assert desk.left_behind() == []


@pytest.mark.parametrize("name", NAMES, ids=str)
def test_hostile_name(name: HostileName, desk: Desk) -> None:
    answer = desk.upload(people(person(1)), parameters=name.parameters)
    assert answer.page.status_code == 200
    assert not CLASS_NAME.search(answer.html)
    if name.shown:
        assert name.shown in answer.html
    if answer.batch:
        assert answer.batch.file.name == f"imports/{answer.batch.pk}" or not answer.batch.file
    assert desk.left_behind() == []


def test_every_line_of_the_attack_list_has_its_files() -> None:
    found = {file.attack for file in FILES}
    assert [line for line in LINES if line not in found] == [A11]
    assert len({str(file) for file in FILES}) == len(FILES) >= 60


def test_a_refused_file_is_in_the_audit_trail(desk: Desk) -> None:
    answer = desk.upload(b"%PDF-1.7")
    event = AuditEvent.objects.filter(object_id=str(answer.batch.pk)).first()
    assert event is not None
