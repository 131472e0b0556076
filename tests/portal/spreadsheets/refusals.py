import pytest

from portal.spreadsheets.cells import CellError


def cause(parser, value) -> str:
    """Return why the parser refuses the value, after a look at the form of both sentences."""
    with pytest.raises(CellError) as refusal:
        parser(value)
    assert refusal.value.cause.endswith(".")
    assert refusal.value.cure.endswith(".")
    assert str(refusal.value) == f"{refusal.value.cause} {refusal.value.cure}"
    return refusal.value.cause
