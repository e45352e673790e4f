"""What rules out that a name of a place stands somewhere rules out none that is found there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from unittest.mock import patch

from hypothesis import example, given
from hypothesis import strategies as st

from extract.kinds.places.clues import Clues
from extract.kinds.places.extent import extent
from extract.kinds.places.statements import statements
from extract.kinds.places.toponyms import first_name
from extract.text.document import from_text

_NAMES = st.sampled_from(
    [
        *("Leeds", "New York", "TX", "D.C.", "St. Louis", "Saint-Étienne", "Stoke-on-Trent"),
        *("Côte d'Ivoire", "VA-Vienna", "Washington DC", "Provincia de Sevilla", "texas", "ca"),
        *("U.S.A.", "SoCal", "Trinidad and Tobago", "長野県上田市", "東京都", "Praha 4", "NYC"),
        *("Baden-Württemberg", "São Paulo", "L'Aquila", "Winston-Salem", "Region Hannover"),
        *("Olpe", "Key West", "Lyon 3e", "75011 Paris", "SW1A 1AA London", "The Hague", "(Pisa)"),
    ]
)
_WORDS = st.sampled_from(
    ["Baker", "in", "What you will do", "the", "remote", "or", "and", "of", "area", "Greater", "7"]
)
_GLUE = st.sampled_from(
    [" ", ", ", "\n", " - ", "-", "/", ". ", "; ", " (", ") ", ": ", "–", "’", "\u200b"]
)
_TEXTS = st.lists(st.tuples(_NAMES | _WORDS, _GLUE), min_size=1, max_size=6).map(
    lambda parts: "".join(word + glue for word, glue in parts)
)


@contextmanager
def _everywhere() -> Iterator[None]:
    """Look names up wherever one can be thought of."""
    with (
        patch.object(Clues, "may_hold_place", lambda *_: True),
        patch.object(Clues, "may_begin_region", lambda *_: True),
        patch.object(Clues, "openings", lambda _self, start, end: range(start, end)),
    ):
        yield


@given(_TEXTS)
@example("Leeds–Leeds ")
def test_a_statement_is_found_wherever_one_is(text: str) -> None:
    """The quick look at a line's words loses none of its names."""
    with _everywhere():
        expected = [extent(Clues(text), start) for start in range(len(text))]
    seen = Clues(text)
    assert expected == [extent(seen, start) for start in range(len(text))]


@given(_TEXTS)
def test_a_region_is_found_wherever_one_begins(text: str) -> None:
    """What cannot begin a region or country begins none."""
    name = first_name(text)
    if name is not None and not name.start and (name.country or name.regions):
        assert Clues(text).may_begin_region(0)


@given(_TEXTS)
def test_a_document_states_the_same_places(text: str) -> None:
    """All in all nothing is lost."""
    whole = from_text(f"Cook wanted\n{text} x", id="1", source="-")
    with _everywhere():
        expected = statements(replace(whole, id="2"))  # What is said of the first is remembered.
    assert expected == statements(whole)
