"""Rows made in bulk are those that the model itself would make."""

from participants.models import Person
from portal.actions.bulk import unsaved


def test_unsaved_rows_are_like_those_that_the_model_makes():
    given = {"office_id": 7, "name": "Siti", "sex": "P"}
    one, other = unsaved(Person, [given, {**given, "name": "Umi"}])
    made = Person(**given)
    assert {**one.__dict__, "_state": None} == {**made.__dict__, "_state": None}
    assert (one._state.adding, one._state.db, other.name) == (True, None, "Umi")
    assert one._state is not other._state, "what one row caches is not the other's"
