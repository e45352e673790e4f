"""`postings prompt tune`: what is tried, tested, written, kept and refused, over real HTTP."""

from __future__ import annotations

import json
import re
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from evals.bench.loopback import FaultPlan, serving
from evals.tuning import template_readings
from extract.asking import prompt as prompts
from tests.server import Request, Server, answering, completion, refusal, shown
from tests.shops import postings

pytestmark = pytest.mark.usefixtures("here")

SCHEMA = """\
from pydantic import BaseModel, Field


class Ticket(BaseModel):
    \"\"\"A ticket for a journey.\"\"\"

    number: str | None = None
    seat: str | None = Field(None, description="place")
"""
WORDING = "the seat that the passenger has, after the word Seat"


def written(count: int = 18) -> str:
    """Write a schema, wordings and a dataset of tickets; return the name of the dataset."""
    Path("ticket.py").write_text(SCHEMA, "utf-8")
    Path("ideas.toml").write_text(f'[fields]\nseat = ["{WORDING}", "a chair"]\n', "utf-8")
    rows = [
        {
            "id": f"t{n}",
            "text": f"Ticket T-{n}\nCoach {n % 7}\nSeat {n}B\n",
            "gold": {"is_posting": True, "number": f"T-{n}", "seat": f"{n}B"},
            "split": "dev",
        }
        for n in range(count)
    ]
    Path("tickets.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    return "tickets.jsonl"


def reader(asked: Request, needs: str = WORDING) -> tuple[int, dict[str, Any] | str]:
    """Answer as a model that finds the seat only if the prompt holds certain words."""
    schema = asked["response_format"]["json_schema"]["schema"]
    if "wording" in schema["properties"]:
        return completion(json.dumps({"wording": "a place in a coach"}))
    text = shown(asked).rpartition("Ticket")[2]
    number = re.search(r"T-\d+", text)
    seat = re.search(r"Seat (\d+B)", text)
    coach = re.search(r"Coach (\d+)", text)
    assert number is not None
    assert seat is not None
    assert coach is not None
    knows = needs in json.dumps(asked["messages"], ensure_ascii=False)
    return completion(
        json.dumps(
            {"is_posting": True, "number": number[0], "seat": seat[1] if knows else coach[0]}
        )
    )


def tuned(base_url: str, *words: str) -> Result:
    """Run the command on the tickets, with the wordings of the user alone if none are named."""
    where = ("--model", "simple", "--base-url", base_url, "--schema", "ticket.py:Ticket")
    return postings("prompt", "tune", "tickets.jsonl", "-o", "mine.toml", *where, *words)


def documents_in(server: Server) -> set[str]:
    """Return the numbers of the tickets that were asked about."""
    texts = (shown(request) for request in server.requests)
    return {match[1] for text in texts if (match := re.search(r"Ticket T-(\d+)", text))}


IDEAS = ("--wordings", "ideas.toml", "--proposals", "0", "--most", "0")
NOWHERE = "http://127.0.0.1:9/v1"


def test_a_better_wording_is_written_with_its_evidence() -> None:
    """The template has the wording that gained on every fold; a report says what was tried."""
    written()
    with answering(reader) as server:
        done = tuned(server.base_url, "--wordings", "ideas.toml", "--markdown", "report.md")
    assert 0 == done.exit_code, done.output
    made = prompts.load("mine.toml", "open").template
    assert {"seat": WORDING} == made.fields
    assert (0.5, 1.0) == (made.evidence["macro_f1_before"], made.evidence["macro_f1_after"])
    assert round(2 / 2**7, 5) == made.evidence["p_value"]
    assert (11, 7) == (made.evidence["training"], len(made.evidence["held_out"]))
    tried = {each["change"]: each for each in made.evidence["tried"]}
    assert [0.5, 0.5, 0.5] == tried[f"fields.seat: {WORDING}"]["gain_by_fold"]
    assert [0.0, 0.0, 0.0] == tried["fields.seat: a chair"]["gain_by_fold"]
    chosen = [change for change, each in tried.items() if each["chosen"]]
    assert [f"fields.seat: {WORDING}"] == chosen
    assert "# The constant part" in Path("mine.toml").read_text("utf-8")
    report = Path("report.md").read_text("utf-8")
    assert report.startswith("# Tuning: better: macro F1 0.500 → 1.000")
    assert (
        f"| fields.seat: {WORDING} | ideas.toml | \\+0.500 | \\+0.500 | \\+0.500 | yes |" in report
    )


def test_a_wording_that_the_model_proposes_is_tried() -> None:
    """A proposal is asked for each misread field, from the errors of one fold at a time."""
    written()
    with answering(partial(reader, needs="a place in a coach")) as server:
        done = tuned(server.base_url, "--most", "0")
        asked = [r for r in server.requests if "wording" in json.dumps(r["response_format"])]
    assert 0 == done.exit_code, done.output
    assert 3 == len(asked)
    assert "Present description: place" in shown(asked[0])
    assert {"seat": "a place in a coach"} == prompts.load("mine.toml", "open").template.fields


def test_examples_from_the_labels_are_tried_and_left_out_of_an_evaluation() -> None:
    """They are never scored on the documents that they show, here or in `postings eval`."""
    written()
    with answering(partial(reader, needs="assistant")) as server:
        done = tuned(server.base_url, "--proposals", "0")
        assert 0 == done.exit_code, done.output
        (example,) = prompts.load("mine.toml", "open").template.examples
        shows = re.search(r"T-(\d+)", example.document)
        assert shows is not None
        words = ("--schema", "ticket.py:Ticket", "--prompt", "mine.toml", "--live")
        where = ("--model", "simple", "--base-url", server.base_url)
        assert f"t{shows[1]}" in postings("eval", "tickets.jsonl", *words, *where).stderr
    for request in server.requests[:-17]:
        documents = [m["content"] for m in request["messages"] if m["role"] == "user"]
        assert len(documents) == len(set(documents))


def test_where_nothing_is_better_nothing_is_written() -> None:
    """It says so, with status 1, and an older file of that name stays."""
    written()
    Path("mine.toml").write_text("older", "utf-8")
    with answering(partial(reader, needs="no wording has these words")) as server:
        done = tuned(server.base_url, *IDEAS)
    assert 1 == done.exit_code, done.output
    assert "no change gained on the training documents;" in " ".join(done.stdout.split())
    assert 11 == len(documents_in(server))
    assert "mine.toml was not written" in done.stderr
    assert "older" == Path("mine.toml").read_text("utf-8")


def test_a_template_without_errors_is_left_alone() -> None:
    """Nothing is tried, and the report has no empty table."""
    written()
    with answering(partial(reader, needs="")) as server:
        done = tuned(server.base_url, *IDEAS, "--markdown", "report.md")
    assert 1 == done.exit_code, done.output
    assert "the template makes no error on the 11 training documents" in done.stdout
    assert 11 == len(server.requests)
    assert "What was tried" not in Path("report.md").read_text("utf-8")


def test_without_a_change_to_try_it_says_so() -> None:
    """Neither examples nor wordings nor proposals were asked for."""
    written()
    with answering(partial(reader, needs="no wording has these words")) as server:
        done = tuned(server.base_url, "--most", "0", "--proposals", "0")
    assert 1 == done.exit_code, done.output
    assert "there is no change to try" in done.stdout


def test_a_gain_that_held_out_documents_do_not_show_is_not_accepted() -> None:
    """A wording that helps with every sixth document gains in training, and the test says no."""
    written()

    def lucky(asked: Request) -> tuple[int, dict[str, Any] | str]:
        number = re.search(r"Ticket T-(\d+)", shown(asked))
        assert number is not None
        return reader(asked, WORDING if int(number[1]) % 6 == 0 else "never")

    with answering(lucky) as server:
        done = tuned(server.base_url, *IDEAS)
    assert 1 == done.exit_code, done.output
    assert "not better: no difference these documents can show" in " ".join(done.stdout.split())
    assert not Path("mine.toml").exists()


def test_an_interrupted_search_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """After Ctrl-C the same command asks for the rest alone, and a replay asks for nothing."""
    written()
    with answering(reader) as whole:
        first = tuned(whole.base_url, *IDEAS, "--answers", "whole")
        one = Path("mine.toml").read_text("utf-8")
    count = 0

    def interrupting(asked: Request) -> tuple[int, dict[str, Any] | str]:
        return reader(asked)

    known = template_readings.TemplateReadings._read

    async def cut(self: Any, *given: Any) -> Any:
        nonlocal count
        count += 1
        if count == 3:
            raise KeyboardInterrupt
        return await known(self, *given)

    with answering(interrupting) as server:
        with monkeypatch.context() as patched:
            patched.setattr(template_readings.TemplateReadings, "_read", cut)
            done = tuned(server.base_url, *IDEAS)
        assert 130 == done.exit_code
        assert "the same command goes on" in done.stderr
        before = len(server.requests)
        assert 0 < before < len(whole.requests)
        assert 0 == tuned(server.base_url, *IDEAS).exit_code
        assert len(whole.requests) == len(server.requests)
    again = tuned(NOWHERE, *IDEAS, "--replay")
    assert 0 == again.exit_code, again.output
    assert first.stdout == again.stdout
    assert one == Path("mine.toml").read_text("utf-8")


def test_a_replay_of_what_was_not_asked_says_so() -> None:
    """Other options ask something else: that is a miss, and no request."""
    written()
    with answering(reader) as server:
        assert 0 == tuned(server.base_url, *IDEAS).exit_code
    Path("ideas.toml").write_text('[fields]\nseat = ["another idea"]\n', "utf-8")
    done = tuned(NOWHERE, *IDEAS, "--replay")
    assert 2 == done.exit_code
    assert "a template is tried that is not recorded there" in done.stderr


def test_caps_hold_and_are_named() -> None:
    """Too small for one round: an error. Too small for all changes: the rest is named."""
    written()
    with answering(reader) as server:
        done = tuned(server.base_url, *IDEAS, "--max-total-tokens", "40000")
        assert 2 == done.exit_code
        assert "the caps are too small for one round: 14,080 tokens are spent" in done.stderr
        so_far = len(server.requests)
        assert 11 == so_far
        done = tuned(server.base_url, *IDEAS, "--max-total-tokens", "65000")
        assert 0 == done.exit_code, done.output
        assert "not tried, the caps leave no room: fields.seat: a chair" in done.stdout
        assert 1280 * len(server.requests) <= 65_000


def test_a_hard_cap_stops_in_the_middle() -> None:
    """A request that could pass the cap is not sent; what was answered is kept."""
    written()
    with answering(reader) as server:
        done = tuned(server.base_url, *IDEAS, "--max-total-tokens", "12000")
    assert 2 == done.exit_code
    assert "raise the cap to go on" in done.stderr
    assert "the same command goes on from there" in done.stderr
    kept = list(Path("mine.tuning").rglob("*.yaml"))
    assert 0 < len(server.requests) == len(kept) < 11


def test_a_price_caps_the_cost() -> None:
    """Dollars are counted from the price that is given."""
    written()
    price = ("--price-in", "1", "--price-out", "1")
    with answering(reader) as server:
        done = tuned(server.base_url, *IDEAS, "--max-cost", "0.04", *price)
        assert 2 == done.exit_code
        assert "the caps are too small for one round" in done.stderr
        done = tuned(server.base_url, *IDEAS, *price)
    assert 0 == done.exit_code, done.output
    cost = 1280 * len(server.requests) / 1_000_000
    assert f"${cost:.4f}" in done.stdout


def test_a_model_that_refuses_is_named() -> None:
    """Refusals of all documents end it; a refused proposal is a note, and the search goes on."""
    written()
    with serving(FaultPlan(faulty=1.0, faults=("refused",))) as loopback:
        done = tuned(loopback.base_url)
    assert 2 == done.exit_code
    assert "no document was answered: RefusalError" in done.stderr
    assert not Path("mine.toml").exists()

    def shy(asked: Request) -> tuple[int, dict[str, Any] | str]:
        if "wording" in json.dumps(asked["response_format"]):
            _, told = completion("")
            told["choices"][0]["message"] |= {"content": None, "refusal": "I will not say."}
            return 200, told
        return reader(asked)

    with answering(shy) as server:
        done = tuned(server.base_url, "--wordings", "ideas.toml", "--answers", "other")
    assert 0 == done.exit_code, done.output
    assert "no proposal for seat from fold 1" in done.stdout


def test_a_server_that_fails_leaves_no_gap(at_once: None) -> None:
    """A document without an answer would count as a loss of the change: the search stops."""
    written()
    failing = True

    def sometimes(asked: Request) -> tuple[int, dict[str, Any] | str]:
        if failing and "a chair" in json.dumps(asked["messages"]):
            return refusal(503, "overloaded")
        return reader(asked)

    with answering(sometimes) as server:
        done = tuned(server.base_url, *IDEAS)
        assert 2 == done.exit_code
        assert "what was answered is kept in mine.tuning" in done.stderr
        failing = False
        assert 0 == tuned(server.base_url, *IDEAS).exit_code


def test_closed_reading_is_tuned_too() -> None:
    """A wording stands in the guide of closed reading as well."""
    written()
    with answering(reader) as server:
        done = tuned(server.base_url, *IDEAS, "--reading", "closed")
        assert done.exit_code in {0, 1}, done.output
        assert any(f"seat (words): {WORDING}" in json.dumps(r["messages"]) for r in server.requests)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("-o", "mine.txt"), "must end in .toml"),
        (("-o", "none/mine.toml"), "there is no directory none"),
        (("--prompt", "mine.toml"), "the template that is tuned; write another file"),
        (("--prompt", "bare.toml"), "'system' must use exactly $guide, $subject; it uses $subject"),
        (("--replay",), "mine.tuning: no answers there"),
        (("--split", "test"), "no labelled case matches; check --split"),
        (("--folds", "5"), "18 labelled documents, but tuning needs 25 (6 held out, and 3"),
        (("--held-out", "0.1"), "18 labelled documents, but tuning needs 60"),
        (("--split", "none"), "'none' is not one of 'dev', 'test', 'all'"),
        (("--wordings", "lost.toml"), "lost.toml: cannot be read: No such file"),
        (("--wordings", "field.toml"), "[fields] has no 'sit'; there are number, seat"),
        (("--wordings", "table.toml"), "'words' is not known"),
        (("--wordings", "long.toml"), "a wording must have 1 to 300 characters"),
        (("--wordings", "list.toml"), "fields.seat must be a list of sentences"),
        (("--wordings", "rule.toml", "--reading", "closed"), "[rules] are for open reading"),
        (("--price-in", "1"), "both prices are needed"),
    ],
)
def test_what_cannot_be_tuned_is_named(words: tuple[str, ...], message: str) -> None:
    """Status 2, one reason, nothing asked and nothing written, before a model is needed."""
    written()
    whole = prompts.read_template("open-1")[0]
    bare = whole.system.replace("$guide", "")
    Path("bare.toml").write_text(
        "\n".join(
            f"{name} = {json.dumps(value)}"
            for name, value in {
                **whole.model_dump(exclude={"rules", "fields", "examples", "evidence"}),
                "system": bare,
            }.items()
        ),
        "utf-8",
    )
    for name, text in {
        "field": '[fields]\nsit = ["x"]',
        "table": '[words]\nseat = ["x"]',
        "long": f'[fields]\nseat = ["{"x" * 301}"]',
        "list": "[fields]\nseat = [1]",
        "rule": '[rules]\nnumber = ["x"]',
    }.items():
        Path(f"{name}.toml").write_text(text, "utf-8")
    with answering(reader) as server:
        done = tuned(server.base_url, "--proposals", "0", "--most", "0", *words)
    assert 2 == done.exit_code, done.output
    assert message in " ".join(done.stderr.replace("│", " ").split())
    assert not Path("mine.toml").exists()
    assert [] == server.requests
