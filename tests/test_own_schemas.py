"""Evaluation with a schema of one's own: labels, both systems, recordings, gate and report."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from evals.data.dataset import load
from evals.data.label_check import problems
from evals.data.rubric import rubric_of
from evals.report.page import shown
from evals.scoring import runlog
from extract.errors import InputError
from tests.invoices import ANSWER, TEXT, Invoice, written
from tests.server import Request, answering, completion, simplest
from tests.server import shown as words_shown
from tests.shops import postings

SCHEMA = ("--schema", "tests.invoices:Invoice")
RUBRIC = rubric_of(Invoice)


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("POSTINGS_MODEL", "OPENAI_BASE_URL", "OPENAI_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def answered(asked: Request) -> tuple[int, dict[str, Any] | str]:
    """Answer for the invoice what it states, and for any other page that it is none."""
    if "A-17" in words_shown(asked):
        return completion(json.dumps(ANSWER))
    nothing = {name: [] if name == "items" else None for name in ANSWER}
    return completion(json.dumps({**nothing, "is_posting": False}))


def plainly(asked: Request) -> tuple[int, dict[str, Any] | str]:
    """Answer plain instructor: the values alone, one of them wrong."""
    if "A-17" not in words_shown(asked):
        return completion(json.dumps({"is_posting": False, "number": ""}))
    items = [{"what": "Valve", "amount": 2}, {"what": "Gasket", "amount": "10.50"}]
    vendor = {"name": "Brass & Sons"}
    told = {"number": "A-17", "due": "2026-05-04", "total": 30.5, "items": items, "vendor": vendor}
    return completion(json.dumps({"is_posting": True, **told}))


def test_every_value_is_read_scored_and_grounded() -> None:
    """A reader without a fault has F1 1.0 in every labelled field, and quotes for every value."""
    with answering(answered) as server:
        where = ("--live", "--model", "reader", "--base-url", server.base_url)
        done = postings("eval", written(), *SCHEMA, *where, "-o", "run.json")
    assert 0 == done.exit_code, done.output
    log = runlog.read("run.json")
    assert ("open", RUBRIC.fields) == (log.plan.reading, log.plan.fields)
    labelled = {name: score.f1 for name, score in log.scores.fields.items() if score.f1 is not None}
    names = ("number", "due", "total", "vendor.name", "items.what", "items.amount")
    assert dict.fromkeys(names, 1.0) == labelled
    assert (1.0, 2, 0) == (log.scores.macro_f1.value, log.scores.is_posting.count, 0)
    assert log.scores.grounded is not None
    assert (8, 8) == (log.scores.grounded.count, log.scores.grounded.of)


def test_open_reading_is_recorded_in_a_folder_of_its_own() -> None:
    """It replays without a key or a server, and `cassettes status` finds it fresh."""
    with answering(answered) as server:
        where = ("--model", "reader", "--base-url", server.base_url)
        made = postings("eval", written(), *SCHEMA, *where, "--record")
    assert 0 == made.exit_code, made.output
    assert ["invoice.yaml", "letter.yaml"] == sorted(
        path.name for path in Path("cassettes/invoices-open").iterdir()
    )
    away = ("--model", "reader", "--base-url", "http://127.0.0.1:9/v1")
    for words in (away, ("--model", "reader"), ("--reading", "open")):
        assert 0 == postings("eval", "invoices.jsonl", *SCHEMA, *words, "--replay").exit_code
    state = postings("cassettes", "status", *SCHEMA, "--json")
    (told,) = json.loads(state.stdout)
    assert (0, ["invoice", "letter"]) == (state.exit_code, told["fresh"])


def test_plain_instructor_is_asked_for_the_users_own_model_and_recorded() -> None:
    """Its answers are kept beside ours, replayed, and scored by the same rules."""
    system = ("--system", "instructor")
    with answering(plainly) as server:
        where = ("--model", "reader", "--base-url", server.base_url)
        made = postings("eval", written(), *SCHEMA, *where, *system, "--record")
        assert 0 == made.exit_code, made.output
        asked = json.dumps(server.requests[0], ensure_ascii=False)
    assert "A bill that asks for payment" in asked
    assert "is_posting" in asked
    away = ("--model", "reader", "--base-url", "http://127.0.0.1:9/v1")
    done = postings("eval", "invoices.jsonl", *SCHEMA, *away, *system, "-o", "run.json")
    assert 0 == done.exit_code, done.output
    log = runlog.read("run.json")
    amounts = log.scores.fields["items.amount"]
    assert ("replay", "instructor", None) == (log.plan.mode, log.plan.system, log.plan.reading)
    assert (1, 1, None) == (amounts.correct, amounts.wrong, log.scores.grounded)
    assert ["invoice.yaml", "letter.yaml"] == sorted(
        path.name for path in Path("cassettes/invoices-instructor").iterdir()
    )


def test_a_gate_and_a_comparison_know_the_fields() -> None:
    """A floor for a nested field holds or breaks; the report has it as a column."""
    Path("gate.toml").write_text('[floors]\n"items.amount" = 0.9\n', "utf-8")
    written()
    runs = {"ours": answered, "plain": plainly}
    for name, respond in runs.items():
        system = ("--system", "instructor") if name == "plain" else ()
        with answering(respond) as server:
            where = ("--live", "--model", "reader", "--base-url", server.base_url)
            words = (*SCHEMA, *where, *system, "-o", f"{name}.json", "--html", f"{name}.html")
            assert 0 == postings("eval", "invoices.jsonl", *words).exit_code
    compared = postings("compare", "ours.json", "plain.json", "--gate", "gate.toml")
    assert 1 == compared.exit_code
    assert "gate: items.amount is 0.500, below its floor of 0.9" in compared.stdout
    assert '"items.amount"' in Path("ours.html").read_text("utf-8")
    refused = postings("eval", "invoices.jsonl", *SCHEMA, "--live", "--gate", "no.toml")
    assert 2 == refused.exit_code
    Path("no.toml").write_text("[floors]\nsalary = 0.9\n", "utf-8")
    refused = postings("eval", "invoices.jsonl", *SCHEMA, "--live", "--gate", "no.toml")
    assert "unknown score floors.salary; use one of" in refused.stderr


def test_labels_may_use_the_alias_of_a_field() -> None:
    """They are read under the field's own name, like the records."""
    case = load(written(), RUBRIC).cases[0]
    assert ({"name": "Brass & Sons", "tax_id": None},) == case.gold["vendor"]


def test_another_page_has_none_of_the_fields() -> None:
    """Every field of a document that is not of the schema is labelled as not stated."""
    case = load(written(), RUBRIC).cases[1]
    assert {"is_posting", *RUBRIC.kinds} == set(case.gold)
    assert ((None,), ([],)) == (case.gold["total"], case.gold["items"])


@pytest.mark.parametrize(
    ("gold", "message"),
    [
        ({"sum": 3}, "invoice, gold.sum: Invoice has no such field; its fields are number, due"),
        ({"due": "4 May"}, "invoice, gold.due: Input should be a valid date"),
        ({"paid": "yes"}, "invoice, gold.paid: Input should be a valid boolean"),
        ({"items": {"what": "Valve"}}, "invoice, gold.items: must be a list"),
        ({"items": [{"what": 3}]}, "invoice, gold.items[0].what: Input should be a valid string"),
        ({"vendor": "Brass"}, "invoice, gold.vendor: must be an object"),
        ({"is_posting": None}, "invoice, gold.is_posting: None is not of type 'boolean'"),
    ],
)
def test_a_label_that_is_not_of_the_schema(gold: dict[str, Any], message: str) -> None:
    """The case, the place in the label and what is wrong there are named."""
    with pytest.raises(InputError) as caught:
        load(written(**gold), RUBRIC)
    assert message in str(caught.value)


def test_labels_are_held_against_the_text() -> None:
    """What is labelled and stands nowhere in the document is told, with its path."""
    found = dict(problems(written(number="B-2", vendor={"name": "Tin"}, total=99), RUBRIC))
    assert [
        "number: 'B-2' is not in the text",
        "total: 99 is not among the numbers of the text",
        "vendor.name: 'Tin' is not in the text",
    ] == found["invoice"]
    assert 1 == postings("eval", "check", "invoices.jsonl", *SCHEMA).exit_code


def test_the_report_shows_labels_by_their_paths() -> None:
    """Of a list of models, what each of its items is labelled with."""
    with answering(answered) as server:
        where = ("--live", "--model", "reader", "--base-url", server.base_url)
        postings("eval", written(), *SCHEMA, *where, "-o", "run.json")
    labels = shown(load("invoices.jsonl", RUBRIC), runlog.read("run.json")).labels["invoice"]
    assert [["20.00", "10.50"]] == labels["items.amount"]
    assert ["Brass & Sons"] == labels["vendor.name"]


def test_rows_of_the_command_have_the_schemas_fields() -> None:
    """The format for job postings is refused before anything is asked."""
    Path("bill.txt").write_text(TEXT, "utf-8")
    with answering(answered) as server:
        where = ("--model", "reader", "--base-url", server.base_url)
        done = postings("extract", "bill.txt", *SCHEMA, *where, "-o", "out.jsonl")
        assert 0 == done.exit_code, done.output
        refused = postings("extract", "bill.txt", *SCHEMA, *where, "-o", "out.jsonld")
        assert 1 == len(server.requests)
    (row,) = map(json.loads, Path("out.jsonl").read_text("utf-8").splitlines())
    assert ("A-17", "2026-05-04") == (row["posting"]["number"], row["posting"]["due"])
    assert [{"start": 76, "end": 81, "quote": "10.50"}] == row["evidence"]["items.0.amount"]
    assert 2 == refused.exit_code
    assert ".jsonld is a format for job postings; choose another for Invoice" in refused.stderr


def test_the_command_asks_in_the_way_that_is_named() -> None:
    """Open reading has the schema of the whole; closed shows the template of its own."""
    Path("bill.txt").write_text(TEXT, "utf-8")
    with answering(simplest) as server:
        where = ("--model", "reader", "--base-url", server.base_url, "-o", "out.jsonl")
        for way in ("open", "closed"):
            postings("extract", "bill.txt", *SCHEMA, *where, "--reading", way)
        asked = [each["messages"][0]["content"] for each in server.requests[:2]]
    assert ["as numbered lines" in text for text in asked] == [True, False]
    assert ["line by line" in text for text in asked] == [False, True]
