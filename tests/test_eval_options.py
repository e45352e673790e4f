"""`postings eval` with any provider: the options of a model, and recordings of what it taught."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from extract.models.tape import FilePersister, JsonBodies
from tests.server import Request, Server, answering, completion, refusal, simplest
from tests.shops import TEXTS, asked_about, postings, written

pytestmark = pytest.mark.usefixtures("here")

FOLDER = Path("cassettes/shops-open")


def named(server: Server) -> list[str]:
    """Return the words that name the model of a server, which is read openly."""
    return ["--model", "simple", "--base-url", server.base_url]


def without_temperature(asked: Request) -> tuple[int, dict[str, Any]]:
    """Refuse what most servers take."""
    if "temperature" in asked:
        return refusal(400, "Unsupported parameter: 'temperature' is not supported.")
    return simplest(asked)


def thinking(asked: Request) -> tuple[int, dict[str, Any]]:
    """Take thousands of tokens for hidden reasoning, as nobody knew of this model."""
    if asked["max_tokens"] > 8000:
        return simplest(asked)
    status, body = completion("")
    body["choices"][0]["finish_reason"] = "length"
    body["usage"]["completion_tokens_details"] = {"reasoning_tokens": asked["max_tokens"]}
    return status, body


@contextmanager
def recorded(respond: Any, *words: str) -> Iterator[Server]:
    """Record the dataset of shops with a model that is read openly."""
    with answering(respond) as server:
        done = postings("eval", written(), "--record", *named(server), *words)
        assert 0 == done.exit_code, done.output
        yield server


def learned(case: str) -> list[str]:
    """Return what the endpoint had taught when the recording of a case began."""
    _, _, kept = FilePersister.load_cassette(FOLDER / f"{case}.yaml", JsonBodies)
    steps: list[str] = kept["asked_with"]["learned"]
    return steps


def test_what_is_asked_for_is_sent(server: Server) -> None:
    """The temperature, the effort and the limit of an answer, in the provider's own words."""
    words = ("--temperature", "0.5", "--reasoning-effort", "low", "--answer-tokens", "100")
    more = ("--provider", "cerebras", "--api-key", "k", "--timeout", "60", "--header", "X-Team=a")
    result = postings("eval", written(), "--live", *named(server), *words, *more)
    assert 0 == result.exit_code, result.output
    sent = server.requests[0]
    assert (0.5, "low", 4196) == (
        sent["temperature"],
        sent["reasoning_effort"],
        sent["max_completion_tokens"],
    )


def test_plain_instructor_is_asked_as_the_documentation_says(server: Server) -> None:
    """A model that takes no temperature would otherwise lose by it."""
    words = ("--system", "instructor", "--provider", "openai", "--api-key", "k")
    where = ("--model", "gpt-5-mini", "--base-url", server.base_url)
    postings("eval", written(), "--live", *where, *words)
    sent = server.requests[0]
    assert {"messages", "model", "max_completion_tokens", "response_format"} == sent.keys()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--temperature", "0.5"], "the embedded model does not take it"),
        (["--base-url", "http://127.0.0.1:9/v1"], "the embedded model runs on this machine"),
        (["--model", "m", "--provider", "open-ai"], "unknown provider 'open-ai'"),
        (["--model", "m", "--header", "X"], "'X' is not K=V"),
        (["--model", "gpt-5-mini", "--temperature", "0.5"], "takes no --temperature"),
        (
            ["--model", "m", "--system", "langextract", "--answer-tokens", "5"],
            "langextract does not support --answer-tokens",
        ),
    ],
)
def test_what_cannot_be_asked_for_is_told(words: list[str], message: str) -> None:
    """Before anything is asked."""
    result = postings("eval", written(), "--live", *words)
    assert 2 == result.exit_code
    told = " ".join(result.stderr.replace("│", " ").split())
    assert message in told


@pytest.mark.parametrize("respond", [simplest, without_temperature, thinking])
@pytest.mark.parametrize("at_once", ["1", "3"])
def test_a_recording_replays_whatever_was_learned(respond: Any, at_once: str) -> None:
    """All of it, one case alone, with the model's name and without; and it is fresh."""
    with recorded(respond, "--concurrency", at_once) as server:
        asked = len(server.requests)
        for words in (
            ["--reading", "open"],
            ["--reading", "open", "--concurrency", "3"],
            ["--reading", "open", "--only", "cook"],
            named(server),
        ):
            result = postings("eval", "shops.jsonl", "--replay", *words)
            assert 0 == result.exit_code, result.output
        result = postings("cassettes", "status", "--json")
        assert 0 == result.exit_code, result.output
        assert 0 == postings("eval", "shops.jsonl", "--record", *named(server)).exit_code
        assert asked == len(server.requests)


def test_what_was_learned_costs_its_requests_once() -> None:
    """Three postings and one refusal are four requests."""
    with recorded(without_temperature) as server:
        assert 4 == len(server.requests)
    assert ["drop temperature"] == learned("baker") == learned("cook")


def test_a_model_that_changes_its_mind_replays_as_it_was() -> None:
    """Of two recordings one may be from before the endpoint refused what the other left out."""
    with recorded(simplest):
        pass
    written(cook="Line cook wanted at Borrel's, Bruges. Pay: 15.50 EUR per hour.\n")
    with answering(without_temperature) as server:
        done = postings("eval", "shops.jsonl", "--record", *named(server))
        assert 0 == done.exit_code, done.output
        assert {"cook"} == set(asked_about(server))
    assert ([], ["drop temperature"]) == (learned("baker"), learned("cook"))
    assert 0 == postings("eval", "shops.jsonl", "--replay", "--reading", "open").exit_code


def test_a_recording_says_how_it_was_asked() -> None:
    """Played without options it is asked the same; with another option it is missed."""
    with recorded(simplest, "--temperature", "0.7", "--answer-tokens", "900") as server:
        assert 0 == postings("eval", "shops.jsonl", "--replay", "--reading", "open").exit_code
        missed = postings("eval", "shops.jsonl", "--replay", *named(server), "--temperature", "0.6")
    assert 1 == missed.exit_code
    assert '"temperature": 0.7' in missed.stderr
    assert "--temperature 0.6 --record --only baker" in missed.stderr


def test_a_closed_recording_keeps_what_was_learned() -> None:
    """Closed reading is not the embedded model's alone."""
    with answering(without_temperature) as server:
        words = [*named(server), "--reading", "closed"]
        assert 0 == postings("eval", written(), "--record", *words).exit_code
    assert 0 == postings("eval", "shops.jsonl", "--replay").exit_code


def test_a_damaged_lesson_is_a_fault_of_its_case() -> None:
    """The other cases replay."""
    with recorded(without_temperature):
        pass
    file = FOLDER / "clerk.yaml"
    file.write_text(file.read_text("utf-8").replace("drop temperature", "sing loudly"), "utf-8")
    result = postings("eval", "shops.jsonl", "--replay", "--reading", "open", "-o", "run.json")
    assert 1 == result.exit_code
    log = json.loads(Path("run.json").read_text("utf-8"))
    failed = {case["id"]: case["error"] for case in log["cases"]}
    assert TEXTS.keys() == failed.keys()
    assert "not a step: 'sing loudly'" in failed["clerk"]["message"]
    assert None is failed["baker"] is failed["cook"]
