"""The labelled pairs of rows: a change that makes `postings same` worse fails here."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from evals.bench.made_up_rows import made_up_rows
from evals.bench.same_pairs import LabelledPair, PairScores, load_pairs, score
from extract.errors import InputError
from tests.test_same import row

DATASET = Path(__file__).parent.parent / "evals" / "datasets" / "same"


@cache
def scores(part: str) -> PairScores:
    """Score a part of the labelled pairs once."""
    return score(*load_pairs(DATASET / part))


@pytest.mark.parametrize(
    ("part", "recall", "kinds"), [("dev", 0.88, 0.89), ("test", 0.95, 0.93), ("twice", 0.85, 0.87)]
)
def test_one_job_is_told_from_two(part: str, recall: float, kinds: float) -> None:
    """Precision, recall and the kind stay above their floors, and no strangers are joined.

    A floor is what was measured, less a pair or two.
    """
    found = scores(part)
    assert found.precision.value >= 0.97
    assert found.recall.value >= recall
    assert found.kinds.value >= kinds
    assert 0 == found.foreign


def test_no_posting_is_in_a_part_for_rules_and_one_for_measuring() -> None:
    """Rules are worked out on one part, and measured on the others."""
    dev, *held = (
        {pair.family for pair in load_pairs(DATASET / part)[1]} for part in ("dev", "test", "twice")
    )
    assert set() == dev & set().union(*held)


def test_there_are_pairs_of_every_kind() -> None:
    """150 pairs and more are held out, and each kind has ten."""
    pairs = load_pairs(DATASET / "test")[1]
    assert len(pairs) >= 150
    assert min(Counter(pair.kind for pair in pairs).values()) >= 10


def test_a_missed_and_a_wrong_pair_are_counted() -> None:
    """A pair said to be one job against its label costs precision, a missed one recall."""
    rows = [row("1"), row("2"), row("3", title="Night Porter", company="Adler", job_ids=["7"])]
    pairs = [
        LabelledPair("1", "2", "other job", "x"),
        LabelledPair("1", "3", "repost", "x"),
    ]
    found = score(rows, pairs)
    assert (0, 1) == (found.precision.right, found.precision.of)
    assert (0, 1) == (found.recall.right, found.recall.of)
    assert 2 == len(found.wrong)


def test_a_label_of_an_unknown_row_is_an_error(tmp_path: Path) -> None:
    """A pair whose row is missing is named by its line."""
    (tmp_path / "rows.jsonl").write_text("", "utf-8")
    line = '{"a": "1", "b": "2", "kind": "mirror", "family": "x"}\n'
    (tmp_path / "pairs.jsonl").write_text(line, "utf-8")
    with pytest.raises(InputError, match=r"pairs.jsonl:1: an unknown kind or id"):
        load_pairs(tmp_path)


def test_made_up_rows_are_the_same_every_time() -> None:
    """Two measurements compare, because they have the same rows."""
    assert list(made_up_rows(40)) == list(made_up_rows(40))
