"""Tests of where the words of a vocabulary can begin: nothing that `re` finds may be missed."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from extract.lexicon import load, names, pattern, scan, words
from extract.lexicon.openings import openings, places
from extract.lexicon.wording import Match, Tables, compiled, matches
from extract.values import Span

_TABLES = [
    (name, table)
    for name in names()
    if not name.startswith("skills_") and name not in {"currencies", "numerals"}
    for table, listed in load(name).items()
    if isinstance(listed, dict) and all(isinstance(one, list) for one in listed.values())
]
_GLUE = st.sampled_from([" ", "\n", "-", "_", "", ", ", "A", "x", "ſ", "\u212a", "7", "é"])


@st.composite
def _texts(draw: st.DrawFn) -> tuple[str, str, str]:
    """Draw a table and a text of its words, in any case, run together in any way."""
    name, table = draw(st.sampled_from(_TABLES))
    said = st.sampled_from(words(name, table)).map(lambda word: re.sub(r"[~\\()?:|]", " ", word))
    cased = st.sampled_from([str.lower, str.upper, str.title, str.swapcase, str.strip])
    parts = draw(st.lists(st.tuples(said, cased, _GLUE), max_size=6))
    return name, table, "".join(case(word) + glue for word, case, glue in parts)


@given(_texts())
def test_a_scan_finds_what_the_expression_does(drawn: tuple[str, str, str]) -> None:
    """A scan misses nothing and adds nothing, whatever the words touch."""
    name, table, text = drawn
    expected = [found.span() for found in pattern(name, table).finditer(text)]
    assert expected == [found.span() for found in scan(name, table, text)]


@given(_texts())
def test_tables_find_what_their_expression_does(drawn: tuple[str, str, str]) -> None:
    """What rules a place out rules out none with a word in it."""
    name, table, text = drawn
    found = compiled(words(name, table)).search(text)
    first = Tables({"any": words(name, table)}).first(text, Span(0, len(text)))
    assert (found.start() if found else None) == first


def test_a_scan_keeps_to_its_range() -> None:
    """A word that begins before the range, or runs out of it, is not found."""
    text = "remote, remote, remote"
    assert [8] == [found.start() for found in scan("workplace", "remote", text, 1, 20)]


def test_words_run_together_begin_at_a_change_of_case() -> None:
    """A short word may end at a capital, and the next one begins there."""
    found = openings(["us", "citizens"])
    assert found is not None
    assert [6, 8] == list(places(found, "HybridUsCitizens") or ())
    assert [Match(6, 8, "here")] == list(
        matches(Tables({"here": ["us"]}), "HybridUsCitizens", Span(0, 16))
    )


def test_unspaced_scripts_are_searched_everywhere() -> None:
    """No place of a text without spaces is ruled out."""
    found = openings(["急募", "cook"])
    assert found is not None
    assert places(found, "急募 cook") is None


def test_a_word_that_may_begin_with_anything_is_known_by_what_it_holds() -> None:
    """A text without what such a word holds is ruled out, another one is searched."""
    found = openings([r"~\w*leiter", "manager"])
    assert found is not None
    assert [2] == list(places(found, "A manager") or ())
    assert places(found, "Ein Filialleiter") is None


def test_words_that_nothing_is_known_of_are_searched_everywhere() -> None:
    """An expression that holds no fixed letters rules nothing out."""
    assert openings([r"~\d?\W+"]) is None


def test_a_huge_text_is_searched_everywhere_and_not_kept() -> None:
    """It would stay alive for as long as it is remembered where words begin in it."""
    found = openings(["cook"])
    assert found is not None
    assert places(found, "cook " * 50_000) is None
