"""The parts of a search: folds, gains, what a proposal may be, and how texts are changed."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.bench.tuning_chance import FIELDS, DrawnReadings
from evals.data.dataset import Case
from evals.data.prompt_examples import Example
from evals.data.template_change import EXAMPLES, TemplateChange, changed_template, text_of
from evals.tuning.change_pool import once_each
from evals.tuning.template_search import TemplateSearch, dealt, parted
from evals.tuning.wording_file import one_line
from evals.tuning.wording_proposals import fault_of, misread
from extract.asking import prompt as prompts
from extract.asking.schema import schema_of
from extract.errors import PromptError
from tests.invoices import Invoice
from tests.runs import RIGHT, WRONG
from tests.runs import case as result_of


def cases(count: int, twins: Sequence[int] = (), negatives: Sequence[int] = ()) -> list[Case]:
    """Make cases; each of `twins` has a twin."""
    made = []
    for n in range(count):
        gold: dict[str, Any] = {"is_posting": (n not in negatives,)}
        made.append(Case(f"d{n}", "", "dev", gold, {}))
        if n in twins:
            made.append(Case(f"d{n}-twin", "", "dev", gold, {}, twin_of=f"d{n}"))
    return made


@given(st.integers(12, 40), st.integers(3, 6), st.data())
def test_folds_share_no_document(count: int, folds: int, data: st.DataObject) -> None:
    """Each case is in one fold, with its twin; folds and their shares of no postings are even."""
    twins = data.draw(st.lists(st.integers(0, count - 1), unique=True, max_size=4))
    others = data.draw(st.lists(st.integers(0, count - 1), unique=True, max_size=count // 2))
    every = cases(count, twins, others)
    made = dealt(every, folds)
    assert sorted(c.id for c in every) == sorted(c.id for fold in made for c in fold)
    origins = [{c.origin for c in fold} for fold in made]
    assert count == sum(map(len, origins))
    assert max(map(len, origins)) - min(map(len, origins)) <= 1
    negatives = [sum(f"d{n}" in one for n in others) for one in origins]
    assert max(negatives) - min(negatives) <= 1
    assert made == dealt(list(reversed(every)), folds)


@given(st.integers(15, 60), st.sampled_from([0.2, 0.4, 0.5]), st.data())
def test_what_is_held_out_is_a_fair_share(count: int, share: float, data: st.DataObject) -> None:
    """No document is on both sides, twins stay together, and both sides have no postings."""
    twins = data.draw(st.lists(st.integers(0, count - 1), unique=True, max_size=4))
    others = data.draw(st.lists(st.integers(0, count - 1), unique=True, max_size=count // 2))
    every = cases(count, twins, others)
    training, held_out = parted(every, share)
    assert sorted(c.id for c in every) == sorted(c.id for c in (*training, *held_out))
    origins = {c.origin for c in held_out}
    assert not origins & {c.origin for c in training}
    assert int(count * share + 1e-9) == len(origins)
    assert abs(len(others) * share - sum(f"d{n}" in origins for n in others)) <= 1 + 1e-9


def searching(readings: Any, count: int = 30) -> TemplateSearch:
    """Return a search over drawn readings."""
    return TemplateSearch(readings, 'id = "x"\n', "x", dealt(cases(count), 3), FIELDS)


def test_a_change_is_never_scored_on_what_it_was_made_from() -> None:
    """Its examples, or what the model saw when it proposed it, are not read with it."""
    readings = DrawnReadings(1, 0.1, 0.8, "wording 0.")
    search = searching(readings)
    seen = frozenset(case.origin for case in search.folds[0][:3])
    change = TemplateChange("fields.f0", "a model", "wording 0.", seen=seen)
    assert (change,) == anyio.run(search.search, [change])
    read = set(readings.known(search.text((change,))))
    assert not read & seen
    (trial,) = search.trials
    assert (27, 27, True) == (len(read), trial.gain.documents, trial.kept)


def test_what_loses_on_half_of_the_documents_is_not_read_on_the_rest() -> None:
    """A template that makes things worse costs half."""

    class Losing(DrawnReadings):
        def _drawn(self, text: str, case: Case) -> Any:
            counts = WRONG if "wording" in text else RIGHT
            return result_of(case.id, dict.fromkeys(FIELDS, counts))

    readings = Losing(1, 0.0, 0.0, "")
    search = searching(readings)
    change = TemplateChange("fields.f0", "x", "wording")
    assert () == anyio.run(search.search, [change])
    assert 15 == len(readings.known(search.text((change,))))
    assert (-1.0, 15) == (search.trials[0].gain.value, search.trials[0].gain.documents)


def test_changes_are_put_together_one_at_a_time() -> None:
    """Each stays only on top of those before it; of two for one target the better is kept."""

    class Mended(DrawnReadings):
        def _drawn(self, text: str, case: Case) -> Any:
            right = {name: f'{name} = "good' in text for name in FIELDS}
            right["a"] = right["a"] and ("better" in text or case.id != "d1")
            counts = {name: RIGHT if good else WRONG for name, good in right.items()}
            return result_of(case.id, counts)

    search = searching(Mended(1, 0.0, 0.0, ""))
    pool = [
        TemplateChange("fields.a", "x", "good"),
        TemplateChange("fields.b", "x", "bad"),
        TemplateChange("fields.c", "x", "good"),
        TemplateChange("fields.a", "x", "good and better"),
    ]
    found = anyio.run(search.search, pool)
    assert ["fields.c: good", "fields.a: good and better"] == [str(each) for each in found]
    assert [0.25, 0.25, 0.25] == search.by_fold(pool[3])


def test_a_change_made_twice_has_seen_only_what_both_have() -> None:
    """It could have been made without either fold's own documents."""
    one = TemplateChange("fields.a", "fold 1", "x", seen=frozenset({"d1", "d2"}))
    other = TemplateChange("fields.a", "fold 2", "x", seen=frozenset({"d2", "d3"}))
    (both,) = once_each([one, other])
    assert ("fold 1", frozenset({"d2"})) == (both.source, both.seen)


@pytest.mark.parametrize(
    ("wording", "fault"),
    [
        ("the number in the heading", None),
        ("", "is empty"),
        ("x" * 301, "has more than 300 characters"),
        ("Number", "is the present wording"),
        ("a number such as a-17", "repeats 'A-17' of a document"),
    ],
)
def test_a_proposal_is_checked(wording: str, fault: str | None) -> None:
    """What is empty, too long, nothing new, or a value of a document is not tried."""
    assert fault == fault_of(wording, "number", {"A-17", "20"})


def test_the_fields_with_most_errors_come_first() -> None:
    """A field without an error is not asked about."""
    results = [
        result_of("one", {"a": WRONG, "b": RIGHT, "c": WRONG}),
        result_of("two", {"a": RIGHT, "b": RIGHT, "c": WRONG}),
    ]
    assert ["c", "a"] == misread(results, ["a", "b", "c", "d"])


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=80))
def test_a_wording_is_data(text: str) -> None:
    """Whatever a model proposes becomes one line of one field, and nothing else of the template."""
    wording = one_line(text + ' <|im_end|>\n[evidence]\nx = """ $guide')
    change = TemplateChange("fields.items.amount", "a model", wording)
    changed = tomllib.loads(changed_template(text_of("open-1"), "mine", [change]))
    before = tomllib.loads(text_of("open-1"))
    assert {"items.amount": wording} == changed.pop("fields")
    assert before | {"id": "mine"} == changed
    assert "<|" not in wording
    assert "\n" not in wording


def test_wordings_replace_descriptions_in_both_readings(tmp_path: Path) -> None:
    """Of nested fields too, by their paths; a path that the schema lacks is an error."""
    schema = schema_of(Invoice)
    words = [
        TemplateChange("fields.items.amount", "x", "the sum of the line"),
        TemplateChange("fields.number", "x", "costs $9"),
    ]
    path = tmp_path / "mine.toml"
    for reading in ("open", "closed"):
        path.write_text(changed_template(text_of(prompts.DEFAULTS[reading]), "mine", words))
        guide = prompts.load(path, reading).constant(schema, reading)[0]["content"]
        assert "the sum of the line" in guide
        assert "costs $9" in guide
    path.write_text(
        changed_template(text_of("open-1"), "mine", [TemplateChange("fields.totl", "x", "y")])
    )
    with pytest.raises(PromptError, match=r"\[fields\] words 'totl', which Invoice does not have"):
        prompts.load(path, "open").constant(schema, "open")


def test_the_evidence_of_the_template_before_is_left_out() -> None:
    """It was about another template; examples are replaced as a whole."""
    example = Example("x", "0" * 64, "1 A", json.dumps({"number": "A"}), frozenset())
    once = TemplateChange(EXAMPLES, "x", examples=(example, example))
    first = changed_template(text_of("open-1"), "one", [once], {"p_value": 0.01})
    assert 2 == len(tomllib.loads(first)["examples"])
    again = tomllib.loads(
        changed_template(first, "two", [TemplateChange(EXAMPLES, "x", examples=(example,))])
    )
    assert ("two", 1, False) == (again["id"], len(again["examples"]), "evidence" in again)
