"""The odds of a small model beside what code sees: the figures that the benchmark prints."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.bench.opening_odds import WeighedPage, fitted, roc_area

SCORED = st.lists(st.tuples(st.integers(-3, 3), st.booleans()), min_size=2, max_size=12)


@given(SCORED.filter(lambda pages: len({truth for _, truth in pages}) == 2))
def test_the_area_is_the_share_of_pairs_in_order(pages: list[tuple[int, bool]]) -> None:
    """Each posting against each other page; a tie counts half."""
    yes = [score for score, truth in pages if truth]
    no = [score for score, truth in pages if not truth]
    pairs = [(a > b) + (a == b) / 2 for a in yes for b in no]
    area = roc_area([score for score, _ in pages], [truth for _, truth in pages])
    assert sum(pairs) / len(pairs) == pytest.approx(area)


def test_the_weights_are_those_that_made_the_pages() -> None:
    """Pages drawn with known weights give them back: so many of each kind as is likely."""
    pages = []
    for odds in (-1.0, 0.0, 1.0, 2.0):
        likely = 1 / (1 + math.exp(-(1.5 * odds - 0.5)))
        many = round(1000 * likely)
        pages += [WeighedPage(0.5, odds, is_posting=True)] * many
        pages += [WeighedPage(0.5, odds, is_posting=False)] * (1000 - many)
    assert (1.5, -0.5) == pytest.approx(fitted(pages), abs=0.02)
