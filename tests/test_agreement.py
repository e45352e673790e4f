"""Two people's labels compared: F1, Krippendorff's alpha, and what they dispute."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import krippendorff
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from evals.commands.eval_command import app
from evals.data.rubric import BUILT_IN
from evals.scoring.agreement import Agreement, agreement, disputes


def labels(name: str, values: list[Any]) -> dict[str, dict[str, Any]]:
    """Return the labels of one field, a document for each value."""
    return {str(n): {"is_posting": True, name: value} for n, value in enumerate(values)}


def of(name: str, one: list[Any], other: list[Any]) -> Agreement:
    """Return how far two people agree on one field."""
    found = agreement(labels(name, one), labels(name, other), BUILT_IN)
    return next(each for each in found if each.field == name)


@given(st.lists(st.tuples(*[st.sampled_from(["entry", "mid", "senior"])] * 2), min_size=2))
def test_alpha_of_single_values_is_the_nominal_one(pairs: list[tuple[str, str]]) -> None:
    """The distance of two values of a closed vocabulary is 0 or 1."""
    one, other = [a for a, _ in pairs], [b for _, b in pairs]
    found = of("seniority", one, other).alpha
    if len({*one, *other}) == 1:
        assert found is None
    else:
        numbers = {"entry": 0, "mid": 1, "senior": 2}
        data = [[numbers[value] for value in values] for values in (one, other)]
        expected = krippendorff.alpha(data, level_of_measurement="nominal")
        assert expected == pytest.approx(found)


def test_lists_that_share_items_are_close() -> None:
    """One item of two that differs disputes less than two that do."""
    base = [["Python", "SQL"], ["Excel", "SAP"], ["Go", "Rust"]]
    near = of("skills", base, [["Python", "Java"], ["Excel", "SAP"], ["Go", "Rust"]])
    far = of("skills", base, [["Scala", "Java"], ["Excel", "SAP"], ["Go", "Rust"]])
    assert near.alpha is not None
    assert far.alpha is not None
    assert 1 > near.alpha > far.alpha
    assert (10 / 12, 8 / 12) == pytest.approx((near.f1, far.f1))


def test_nothing_stated_by_both_is_agreement() -> None:
    """Null and null agree; null and a value dispute."""
    found = of("closes_on", [None, None, "2027-01-01"], [None, "2027-01-01", "2027-01-01"])
    assert (3, 1, 1) == (found.documents, found.counts.correct, found.counts.errors)
    (dispute,) = disputes(
        labels("closes_on", [None, None]), labels("closes_on", [None, "2027-01-01"]), BUILT_IN
    )
    assert ("1", "closes_on", None, "2027-01-01") == (
        dispute.id, dispute.field, dispute.one, dispute.other
    )  # fmt: skip


def test_only_what_both_labelled_is_compared() -> None:
    """A field without a label, and a document of one person alone, are left out."""
    one, other = labels("title", ["Cook", "Baker"]), labels("title", ["Cook"])
    assert [1, 1] == [each.documents for each in agreement(one, other, BUILT_IN)]


def test_the_command_lists_what_is_disputed(tmp_path: Path) -> None:
    """Each difference with both values, a table, and what to do next; exit 2 for nothing shared."""
    files = []
    for name, title in (("a", "Cook"), ("b", "Head chef")):
        file = tmp_path / f"{name}.jsonl"
        gold = {"is_posting": True, "title": title, "company": "Ovenside"}
        file.write_text(json.dumps({"id": "x", "text": "…", "gold": gold}) + "\n", "utf-8")
        files.append(str(file))
    result = CliRunner().invoke(app, ["agree", *files])
    assert 0 == result.exit_code
    assert 'x  title: "Cook" ≠ "Head chef"' in result.stdout
    assert "1 documents in both; 1 differences" in " ".join(result.stdout.split())
    assert f"postings label {files[0]} --against {files[1]}" in result.stdout.replace("\n", "")
