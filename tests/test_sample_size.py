"""How far labels carry: the approximations, held against simulated runs."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.commands import eval_command
from evals.compare.paired import f1 as pooled
from evals.compare.power import PowerModel, tally
from evals.compare.sample_size import (
    FieldLabels,
    detectable,
    half_width,
    labelled_fields,
    needed,
)
from evals.data.rubric import BUILT_IN, rubric_of
from evals.scoring.counts import Counts
from evals.scoring.intervals import Resamples, f1, interval
from extract.errors import InputError
from tests.own_schemas import Invoice
from tests.runs import of

MODEL = PowerModel(fields=3, weak=1.0, labelled=0.6)
ONE_VALUE, SEVERAL = 0, 2
"""Fields of the model: with one value in a posting, and with one to four."""


def simulated(postings: int, field: int, accuracy: float) -> tuple[float, float]:
    """Return half the width of the bootstrap interval, and the expected one; means of 40 runs."""
    random = np.random.default_rng(7)
    model = replace(MODEL, postings=postings, accuracy=accuracy)
    names = [f"{n:04}" for n in range(postings)]
    resamples = Resamples(names)
    pairs = []
    for _ in range(40):
        counts = model.draw(random).before[:, field]
        correct, wrong, omitted, invented = counts.T
        rows = list(zip(correct, wrong + invented, wrong + omitted, strict=True))
        within = interval(f1(*resamples.sums(list(zip(names, rows, strict=True))).T))
        assert within is not None
        stated = tuple(int(each) for each in correct + wrong + omitted)
        labels = FieldLabels("x", stated, 0.05, float(pooled(counts.sum(axis=0))))
        pairs.append(((within[1] - within[0]) / 2, labels.half_width() or 0.0))
    drawn, expected = np.mean(pairs, axis=0)
    return float(drawn), float(expected)


@pytest.mark.parametrize("field", [ONE_VALUE, SEVERAL])
@pytest.mark.parametrize(
    ("accuracy", "postings", "widest"),
    [
        (0.6, 20, 1.1),
        (0.6, 300, 1.1),
        (0.75, 20, 1.1),
        (0.75, 80, 1.1),
        (0.75, 300, 1.1),
        (0.9, 20, 1.6),  # the bootstrap is too narrow where it saw no error
        (0.9, 80, 1.25),
        (0.9, 300, 1.2),
    ],
)
def test_the_expected_interval_is_that_of_the_bootstrap(
    accuracy: float, postings: int, widest: float, field: int
) -> None:
    """Within about a tenth where F1 is 0.6 to 0.8, and somewhat wider where it is near 1."""
    drawn, expected = simulated(postings, field, accuracy)
    assert 0.88 * drawn <= expected <= widest * drawn


@pytest.mark.parametrize(("difference", "accuracy"), [(0.25, 0.6), (0.15, 0.75)])
def test_the_needed_labels_show_the_difference(difference: float, accuracy: float) -> None:
    """At least 4 times in 5, and half as many do not: Holm's correction for 5 fields."""
    model = PowerModel(fields=5, accuracy=accuracy, weak=1.0)
    random = np.random.default_rng(3)
    runs = replace(model, postings=4000).draw(random)
    f1_ = float(pooled(runs.before.sum(axis=0))[0])
    values = needed(difference, f1_, 0.05 / model.fields)

    def shown(share: float) -> float:
        sized = replace(model, postings=round(share * values / model.labelled))
        gain = difference / (1 - f1_) / 0.94  # an omission that is mended moves F1 by less
        return tally(sized, 60, gain=gain, seed=11).first

    assert shown(1.0) >= 0.78
    assert shown(0.5) < shown(1.0)


@given(st.floats(5, 5000), st.floats(0.05, 0.95))
def test_more_labels_never_widen_the_interval(values: float, f1_: float) -> None:
    """And four times as many about halve it, once there are many."""
    assert half_width(2 * values, f1_) < half_width(values, f1_)
    assert half_width(4e6, f1_) == pytest.approx(half_width(1e6, f1_) / 2, rel=1e-3)


@given(st.floats(0.01, 0.9), st.floats(0.05, 0.95), st.floats(0.001, 0.05))
def test_what_is_needed_is_what_can_be_detected(change: float, f1_: float, level: float) -> None:
    """The two functions are each other's inverse."""
    values = needed(change, f1_, level)
    shown = detectable(values * 1.0001, f1_, level)
    assert shown is not None
    assert shown <= change * 1.01


def test_few_values_show_nothing() -> None:
    """As the paired test says: too few postings reach no level."""
    assert detectable(3, 0.75, 0.05) is None
    nothing = FieldLabels("x", (0, 0), 0.05)
    assert (None, None, None) == (nothing.half_width(), nothing.detectable, nothing.more(0.05))


def test_values_of_one_document_count_for_less() -> None:
    """Six in one document are not six in six."""
    alone, together = FieldLabels("x", (1,) * 6, 0.05), FieldLabels("x", (6,), 0.05)
    assert (6.0, 6) == (alone.effective, together.values)
    assert 1 < together.effective < 3


def test_more_documents_are_counted_at_the_rate_so_far() -> None:
    """A field that every second document states takes twice the documents."""
    every, second = FieldLabels("x", (1,) * 20, 0.05), FieldLabels("x", (1, 0) * 20, 0.05)
    one, other = every.more(0.1), second.more(0.1)
    assert one is not None
    assert other is not None
    assert abs(2 * one - other) <= 1


def test_labels_are_counted_as_they_are_scored() -> None:
    """By path for nested models; a document that is no posting is labelled with nothing."""
    golds = [{"is_posting": True, "title": "Cook", "skills": ["a", "b"]}, {"is_posting": False}]
    fields = {each.field: each.counts for each in labelled_fields(golds, BUILT_IN)}
    assert ((1, 0), (2, 0)) == (fields["title"], fields["skills"])
    assert (0,) == fields["company"]
    own = labelled_fields([{"is_posting": True, "number": "A-1"}], rubric_of(Invoice))
    assert {"number": (1,)} == {each.field: each.counts for each in own if each.field == "number"}


def test_the_command_names_each_field(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With a dash where no label says anything; twins are not counted."""
    file = tmp_path / "set.jsonl"
    rows = [
        {"id": "a", "text": "Cook", "gold": {"is_posting": True, "title": "Cook", "salary": None}},
        {"id": "b", "text": "Cook", "gold": {"is_posting": True, "title": "Cook"}, "twin_of": "a"},
    ]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    with pytest.raises(SystemExit) as ended:
        eval_command.main(["labels", str(file)])
    printed = capsys.readouterr().out
    assert ended.value.code == 0
    assert "labelled documents: 1" in printed
    (title,) = (line for line in printed.splitlines() if "title" in line)
    assert ["title", "1", "1", "0.43"] == title.replace("│", " ").split()[:4]
    (salary,) = (line for line in printed.splitlines() if "salary" in line)
    assert "–" in salary


def test_a_run_over_other_labels_is_refused(tmp_path: Path) -> None:
    """Its scores say nothing of these."""
    file, run = tmp_path / "set.jsonl", tmp_path / "run.json"
    file.write_text('{"id": "a", "text": "Cook", "gold": {"is_posting": false}}\n', "utf-8")
    run.write_text(of("title", [Counts(correct=1)], dataset="other").model_dump_json(), "utf-8")
    with pytest.raises(InputError, match=r"a run over other, not over set\.jsonl"):
        eval_command.main(["labels", str(file), "--run", str(run)])
