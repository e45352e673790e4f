"""`postings prompt examples`: labelled documents as examples, left out when it is scored."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from evals.data.dataset import load
from evals.data.prompt_examples import Example, example_of, picked
from evals.data.rubric import BUILT_IN, rubric_of
from evals.data.template_change import EXAMPLES, TemplateChange, changed_template, text_of
from evals.scoring import runlog
from extract.asking import prompt as prompts
from tests.invoices import GOLD, TEXT, Invoice, written
from tests.server import answering, simplest
from tests.shops import postings

RUBRIC = rubric_of(Invoice)
SCHEMA = ("--schema", "tests.invoices:Invoice")
JOB = (
    "Baker wanted at Oven & Sons, Leeds\nPay: £14.50 per hour\nApply by 4 May 2026\nDuties:\n"
    "- Bake bread\n- Clean the oven\n"
)
LABELS: dict[str, Any] = {
    "is_posting": True,
    "title": "Baker",
    "company": "Oven & Sons",
    "salary": {"min": 14.5, "max": 14.5, "currency": "GBP", "period": "hour"},
    "closes_on": "2026-05-04",
    "responsibilities": ["Bake bread", "Clean the oven"],
}


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("POSTINGS_MODEL", "OPENAI_BASE_URL", "OPENAI_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def jobs(**gold: Any) -> str:
    """Write a dataset of one job posting."""
    row = {"id": "baker", "text": JOB, "gold": {**LABELS, **gold}, "split": "dev"}
    Path("jobs.jsonl").write_text(json.dumps(row), "utf-8")
    return "jobs.jsonl"


def test_an_answer_has_the_words_for_each_label() -> None:
    """Numbers and dates have the shortest that state them; nested models are answered by field."""
    example = example_of(load(written(), RUBRIC).cases[0], "open")
    assert example is not None
    assert {
        "is_posting": True,
        "number": "A-17",
        "due": {"words": "4 May 2026", "value": "2026-05-04"},
        "total": {"words": "30.50", "value": 30.5},
        "paid": None,
        "vendor": {"name": "Brass & Sons", "tax_id": None},
        "items": [
            {"what": "Valve", "amount": {"words": "20.00", "value": 20.0}, "tags": []},
            {"what": "Gasket", "amount": {"words": "10.50", "value": 10.5}, "tags": []},
        ],
    } == json.loads(example.answer)
    assert example.lines.startswith("1 Invoice A-17 of Brass & Sons\n2 Due")
    names = {"number", "due", "total", "vendor", "items", "is_posting is true"}
    assert names == example.shows


def test_the_built_in_posting_in_both_forms() -> None:
    """Words beside values and line numbers in open reading, candidates in closed."""
    case = load(jobs(), BUILT_IN).cases[0]
    open_, closed = (example_of(case, "open"), example_of(case, "closed"))
    assert open_ is not None
    assert closed is not None
    answer = json.loads(open_.answer)
    assert ("£14.50 per hour", 14.5) == (answer["salary"]["words"], answer["salary"]["min"])
    assert ("5-6", "2026-05-04") == (answer["responsibilities"], answer["closes_on"]["value"])
    chosen = json.loads(closed.answer)
    assert (["Baker"], "Oven & Sons") == (chosen["title"], chosen["company"])


def test_a_label_without_words_is_no_example() -> None:
    """An example that cannot be quoted would teach to invent or to leave out."""
    assert example_of(load(written(number="B-2"), RUBRIC).cases[0], "open") is None
    assert example_of(load(written(paid=True), RUBRIC).cases[0], "open") is None


def test_those_that_teach_most_are_picked() -> None:
    """What is new counts, then brevity; a second one of the same sort is not taken."""
    examples = [
        Example("long", "", "x" * 9, "", frozenset({"a", "b"})),
        Example("short", "", "x", "", frozenset({"a", "b"})),
        Example("none", "", "x", "", frozenset({"no"})),
        Example("one", "", "x", "", frozenset({"c"})),
    ]
    assert ["short", "none", "one"] == [each.id for each in picked(examples, 5)]
    assert ["short"] == [each.id for each in picked(examples, 1)]


def test_the_template_is_left_out_of_its_own_evaluation() -> None:
    """The documents are known by their hashes; the log says which were held out."""
    dataset = written()
    made = postings("prompt", "examples", dataset, *SCHEMA, "-o", "mine.toml")
    assert 0 == made.exit_code, made.output
    assert "invoice: due, is_posting is true, items, number, total, vendor" in made.stdout
    with answering(simplest) as server:
        where = ("--live", "--model", "reader", "--base-url", server.base_url)
        words = (*SCHEMA, "--prompt", "mine.toml", *where, "-o", "run.json")
        done = postings("eval", dataset, *words)
        assert 1 == len(server.requests)
        shown = json.dumps(server.requests[0], ensure_ascii=False)
    assert 0 == done.exit_code, done.output
    assert "left out, as examples of the prompt: invoice" in done.stderr
    assert ("invoice",) == runlog.read("run.json").plan.held_out
    assert "1 Invoice A-17 of Brass & Sons" in shown


@pytest.mark.parametrize(
    "text", ['a """quote"""" and \\ a slash', "tab\tand \x7f and \x00", "é 中 🙂"]
)
def test_any_text_survives_the_template(text: str) -> None:
    """Quotes, control characters and every script stand in the example as they were."""
    example = Example("x", "0" * 64, f"1 {text}", json.dumps({"number": text}), frozenset())
    change = TemplateChange(EXAMPLES, "labels", examples=(example,))
    Path("mine.toml").write_text(changed_template(text_of("open-1"), "mine", [change]), "utf-8")
    loaded = prompts.load("mine.toml", "open")
    (kept,) = loaded.template.examples
    assert (f"1 {text}", {"number": text}) == (kept.document.strip("\n"), json.loads(kept.answer))
    assert ("mine@1", frozenset({"0" * 64})) == (loaded.name, loaded.shown)


def test_what_cannot_be_made_is_told() -> None:
    """Another suffix, and a dataset of which nothing can be quoted."""
    for words, message in (
        (["-o", "mine.txt"], "must end in .toml"),
        (["-o", "mine.toml"], "none of the 1 labelled documents of the dev split can be an"),
    ):
        result = postings("prompt", "examples", written(number="B-2"), *SCHEMA, *words)
        assert 2 == result.exit_code
        assert message in result.stderr
    assert TEXT.startswith(f"Invoice {GOLD['number']}")
