"""Tolerant reading of JSON and JavaScript literals."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.text.literal import parse

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(), VALUES, max_size=4))
def test_valid_json_with_trailing_garbage_is_what_it_says(value: dict[str, object]) -> None:
    """The first balanced value is kept whatever comes after it."""
    assert value == parse(json.dumps(value) + ' "x": 1 }')


@given(st.text(alphabet="{}[],:'\"ab1 \n/*\\", max_size=60))
def test_hostile_text_gives_a_value_or_none(text: str) -> None:
    """Nothing raises."""
    assert parse(text) is None or isinstance(parse(text), dict | list)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{a: 'it\\'s', b: 0x, c: undefined}", {"a": "it's", "b": "0x", "c": None}),
        ('{"a": 1 "b": 2}', {"a": 1, "b": 2}),
        ("{a: [1, 2,], /* c */ b: `x` // end\n}", {"a": [1, 2], "b": "x"}),
        ("{a: `it\\`s`, b: 'C:\\\\'}", {"a": "it`s", "b": "C:\\"}),
        ('{"a": , "b": [{"c":}], "d": 1}', {"a": None, "b": [{"c": None}], "d": 1}),
        ('{"a": "cut', {"a": "cut"}),
        ('{"a": {"b": 1', {"a": {"b": 1}}),
    ],
)
def test_loose_notations(text: str, value: object) -> None:
    """Quotes, commas, comments and closing marks may be missing or too many."""
    assert value == parse(text)


def test_many_quotes_that_nothing_closes_end_the_literal() -> None:
    """Each is sought to the end, so that a long row of them would take minutes."""
    assert parse("{a: 1, b: '" + "\\'" * 100_000) == {"a": 1, "b": "'"}
