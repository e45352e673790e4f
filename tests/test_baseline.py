"""A baseline compares like the run it was made of, and holds none of its records."""

from __future__ import annotations

from evals.compare.comparison import compare
from evals.scoring.baseline import without_records
from tests.runs import RIGHT, WRONG, case, log


def test_a_baseline_keeps_what_is_compared() -> None:
    """The scores and the counts stay, the records go."""
    run = log([case("a", {"title": RIGHT}, record={"id": "a"}), case("b", {"title": WRONG})])
    kept = without_records(run)
    assert [None, None] == [each.record for each in kept.cases]
    assert run.scores == kept.scores
    assert all(change.difference == 0 for change in compare(kept, run).fields)
