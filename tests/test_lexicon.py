"""Tests of the lexicon: it finds what one expression of `re` for the same words finds."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from extract.lexicon import load, names, words
from extract.lexicon.table import WordTable
from extract.lexicon.word_dialects import Dialect

_TABLES = [
    (name, table)
    for name in names()
    if not name.startswith("skills_") and name not in {"currencies", "numerals"}
    for table, listed in load(name).items()
    if isinstance(listed, dict) and all(isinstance(one, list) for one in listed.values())
]
_GLUE = st.sampled_from([" ", "\n", "-", "_", "", ", ", "A", "x", "ſ", "\u212a", "7", "é", "  "])
_KEPT: dict[tuple[str, str, Dialect], WordTable] = {}


def _table(name: str, table: str, dialect: Dialect) -> WordTable:
    key = name, table, dialect
    if key not in _KEPT:
        _KEPT[key] = WordTable(words(name, table), dialect)
    return _KEPT[key]


@st.composite
def _texts(draw: st.DrawFn) -> tuple[WordTable, str]:
    """Draw a table and a text of its words, in any case, run together in any way."""
    name, table = draw(st.sampled_from(_TABLES))
    dialect: Dialect = draw(st.sampled_from(["plain", "loose"]))
    word = st.sampled_from(words(name, table)).map(
        lambda one: re.sub(r"\\s[*+?]?", " ", re.sub(r"\\[wd][*+]?|\(\?[:=!]|[~()?|]", "7", one))
    )
    cased = st.sampled_from([str.lower, str.upper, str.title, str.swapcase, str.strip])
    parts = draw(st.lists(st.tuples(word, cased, _GLUE), max_size=6))
    return _table(name, table, dialect), "".join(case(one) + glue for one, case, glue in parts)


@given(_texts(), st.data())
def test_a_table_finds_what_its_expression_does(
    drawn: tuple[WordTable, str], data: st.DataObject
) -> None:
    """A table misses nothing and adds nothing, whatever the words touch, in any range."""
    table, text = drawn
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    for range_ in ((0, len(text)), (start, end)):
        expected = [m.span() for m in table.compiled.finditer(text, *range_) if m.group()]
        assert expected == [m.span() for m in table.finditer(text, *range_)]
        whole = table.compiled.fullmatch(text, *range_)
        assert (whole is not None) == (table.fullmatch(text, *range_) is not None)
        begun = table.compiled.match(text, *range_)
        own = table.match(text, *range_)
        assert (begun.span() if begun else None) == (own.span() if own else None)


def test_a_word_that_another_entry_seeks_inside_words_is_still_found_whole() -> None:
    """What one table looks for inside of words does not make the others do so."""
    own, other = WordTable(["ist"]), WordTable([r"~\w+ist"])
    assert other.search("Dental Hygienist") is not None
    assert own.search("Dental Hygienist") is None


def test_a_word_of_the_vocabularies_can_be_sought_inside_others_later() -> None:
    """From then on it is found there once, and tables that seek whole words find those alone."""
    text = "Nichtvollzeit, vollzeit; " * 5
    whole = WordTable(["vollzeit"])
    before = [found.span() for found in whole.finditer(text)]
    inside = [found.span() for found in WordTable(["vollzeit"], "inside").finditer(text)]
    assert [match.span() for match in re.finditer("vollzeit", text)] == inside
    assert before == [found.span() for found in WordTable(["vollzeit"]).finditer(text)]
    assert [match.span() for match in re.finditer(r"\bvollzeit", text)] == before
