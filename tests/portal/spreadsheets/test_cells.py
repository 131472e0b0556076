import time as clock
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.spreadsheets import cells
from portal.spreadsheets.cells import (
    CellError,
    parse_attendance,
    parse_date,
    parse_integer,
    parse_nib,
    parse_phone,
    parse_rt,
    parse_rw,
    parse_sex,
    parse_text,
    split_address,
)
from portal.spreadsheets.workbook import ErrorValue

from .refusals import cause

PARSERS = [getattr(cells, name) for name in cells.__all__ if name != "CellError"]


@pytest.mark.parametrize("parser", PARSERS)
def test_empty_cells_are_none(parser):
    nothing = (None, None, None) if parser is split_address else None
    for value in (None, "", " ", "\u00a0\u200b"):
        assert parser(value) == nothing


@pytest.mark.parametrize("parser", PARSERS)
def test_excel_errors_are_named(parser):
    assert "#N/A" in cause(parser, ErrorValue("#N/A"))


@pytest.mark.parametrize("parser", PARSERS)
@pytest.mark.parametrize("text", ["9" * 100_000, " " * 99_999 + "x", "a,a," * 25_000, "'" * 100_000, "1." * 50_000])
def test_no_parser_is_slow_on_long_text(parser, text):
    started = clock.process_time()
    with suppress(CellError):
        parser(text)
    assert clock.process_time() - started < 0.3


ANY_VALUE = st.one_of(
    st.text(max_size=30),
    st.text("0123456789 .,-/+RTWrpw'()", max_size=20),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
)


@pytest.mark.parametrize("parser", PARSERS)
@given(value=ANY_VALUE)
def test_parsers_answer_or_refuse_and_nothing_else(parser, value):
    with suppress(CellError):
        parser(value)


@pytest.mark.parametrize(
    "parser",
    [
        parse_attendance,
        parse_date,
        parse_integer,
        parse_nib,
        parse_phone,
        parse_rt,
        parse_rw,
        parse_sex,
        parse_text,
    ],
)
@given(value=ANY_VALUE)
def test_a_clean_value_stays_as_it_is(parser, value):
    with suppress(CellError):
        clean = parser(value)
        assert parser(clean) == clean
