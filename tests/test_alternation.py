"""Tests of grouping the branches of an alternation."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.lexicon import load, names
from extract.lexicon.alternation import alternation

_WORDS = 300
_LETTERS = "abABkKſßé初1 "
_PLAIN = st.text(alphabet=_LETTERS, min_size=1, max_size=5).map(re.escape)
_EXPRESSIONS = st.one_of(
    _PLAIN,
    st.sampled_from(
        [
            "a?b",
            "(?:a|bb)?k",
            r"(?:ab|(?:k|b)a)[|)(]",
            r"\w*b",
            "(?-i:K|B)a",
            "ab|ba",
            "a+(?!b)",
            "",
        ]
    ),
)


def _spans(expression: str, text: str) -> list[tuple[int, int]]:
    return [found.span() for found in re.finditer(expression, text, re.IGNORECASE)]


@given(st.lists(_EXPRESSIONS, min_size=1, max_size=8), st.text(alphabet=_LETTERS, max_size=40))
def test_a_grouped_alternation_finds_what_a_plain_one_does(listed: list[str], text: str) -> None:
    """Grouping changes neither what is found nor which branch wins."""
    assert _spans("|".join(f"(?:{each})" for each in listed), text) == _spans(
        alternation(listed), text
    )


@pytest.mark.parametrize("name", names())
def test_a_vocabulary_keeps_its_meaning(name: str) -> None:
    """Every table finds the same among the words of its vocabulary, grouped or not.

    A long table is cut, because a plain alternation tries each of its words at each place.
    """
    tables = [
        [word.removeprefix("~") if word.startswith("~") else re.escape(word) for word in words]
        for listed in load(name).values()
        if isinstance(listed, dict)
        for told in listed.values()
        if isinstance(told, list)
        for words in (told[at : at + _WORDS] for at in range(0, len(told), _WORDS))
    ]
    others = " ".join(word for table in tables for word in table[: _WORDS // len(tables)])
    for table in tables:
        plain = "|".join(f"(?:{word})" for word in table)
        text = f"{' '.join(table)} {others}"
        assert _spans(plain, text) == _spans(alternation(table), text)


def test_branches_with_one_first_letter_stand_together() -> None:
    """What begins with an unknown character keeps its place among the others."""
    grouped = alternation(["apple", "bean", r"\d+", "avocado", "beet"])
    assert r"(?-i:[Aa])pple|(?-i:[Bb])ean|\d+|(?-i:[Aa])vocado|(?-i:[Bb])eet" == grouped
