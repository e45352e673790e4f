"""Matches that are looked for at some places of a text only."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from extract.lexicon.starts import matches_at

_EXPRESSION = re.compile(r"a+b?|ba")


@given(st.text(alphabet="abc ", max_size=20))
def test_matches_at_all_places_are_those_of_finditer(text: str) -> None:
    """Leftmost first, and without overlaps."""
    expected = [found.span() for found in _EXPRESSION.finditer(text)]
    assert expected == [found.span() for found in matches_at(_EXPRESSION, text, range(len(text)))]
