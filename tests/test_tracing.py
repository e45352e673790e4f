"""Spans: one a document, one a call beneath it, in the names of the conventions, without a text."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from evals.bench.loopback import FaultPlan, Loopback, Notice, postings
from extract import Failure, Model, Record, Traffic, extract, extract_many, from_text
from extract.errors import ModelError
from tests.conftest import POSTING
from tests.server import Request, Server, answering, completion, refusal, shown, simplest

INPUT, OUTPUT = "gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens"


@pytest.fixture
def exported(monkeypatch: pytest.MonkeyPatch) -> InMemorySpanExporter:
    """Collect the spans of a test in memory."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr("extract.tracing._TRACER", provider.get_tracer("postings"))
    monkeypatch.setattr("extract.models.retries._wait", lambda *_: 0)
    return exporter


def told(span: ReadableSpan) -> dict[str, Any]:
    """Return the attributes of a span."""
    return dict(span.attributes or {})


def parted(exporter: InMemorySpanExporter) -> tuple[list[ReadableSpan], list[ReadableSpan]]:
    """Return the spans of documents and those of calls, each in the order they ended."""
    spans = exporter.get_finished_spans()
    calls = [span for span in spans if span.kind is SpanKind.CLIENT]
    return [span for span in spans if span.kind is SpanKind.INTERNAL], calls


def model(server: Server, **options: Any) -> Model:
    """Return the model of a server."""
    return Model("simple", server.base_url, "sk-secret", reading="closed", **options)


def test_a_retry_and_a_repair_are_spans_beneath_the_document(
    exported: InMemorySpanExporter,
) -> None:
    """One document, three calls: refused, not JSON, answered; the tokens are those of the row."""
    first = [refusal(503, "busy"), completion("Senior Baker, I think")]

    def respond(request: Request) -> tuple[int, Any]:
        return first.pop(0) if first else simplest(request)

    with answering(respond) as server:
        record = extract(POSTING, model=model(server))
    (document,), calls = parted(exported)
    assert ["chat simple"] * 3 == [span.name for span in calls]
    assert ["TransportError", "ReplyError", None] == [told(c).get("error.type") for c in calls]
    assert [StatusCode.ERROR, StatusCode.ERROR, StatusCode.UNSET] == [
        span.status.status_code for span in calls
    ]
    assert [None, 1200, 1200] == [told(span).get(INPUT) for span in calls]
    assert [document.context] * 3 == [span.parent for span in calls]
    host, port = server.base_url.removeprefix("http://").removesuffix("/v1").split(":")
    assert {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": "simple",
        "gen_ai.request.max_tokens": 1500,
        "gen_ai.request.temperature": 0.0,
        "gen_ai.output.type": "json",
        "server.address": host,
        "server.port": int(port),
        "gen_ai.response.id": "chatcmpl-1",
        "gen_ai.response.model": "simple",
        "gen_ai.response.finish_reasons": ("stop",),
        INPUT: 1200,
        OUTPUT: 80,
        "gen_ai.usage.cache_read.input_tokens": 0,
    } == told(calls[2])
    assert "invoke_workflow postings.extract" == document.name
    assert {
        "gen_ai.operation.name": "invoke_workflow",
        "gen_ai.agent.name": "postings.extract",
        "gen_ai.prompt.name": record.provenance.prompt,
        "gen_ai.prompt.version": record.provenance.prompt_sha256,
        "postings.document.id": record.id,
        "postings.document.sha256": record.provenance.document_sha256,
        "postings.fields": record.found,
        "postings.is_posting": True,
        INPUT: record.provenance.usage.prompt,
        OUTPUT: record.provenance.usage.completion,
        "gen_ai.usage.cache_read.input_tokens": 0,
    } == told(document)
    assert record.found > 3
    assert StatusCode.UNSET is document.status.status_code


def test_nothing_that_anybody_wrote_is_in_a_span(exported: InMemorySpanExporter) -> None:
    """A server that quotes the posting, a model that declines in its words, and the key."""

    def quoting(request: Request) -> tuple[int, Any]:
        if len(server.requests) == 1:
            return refusal(503, shown(request))
        status, body = completion("no")
        body["choices"][0]["message"] = {
            "role": "assistant",
            "content": None,
            "refusal": "I will not read the sourdough of Miller's Corner",
        }
        return status, body

    with answering(quoting) as server, pytest.raises(ModelError, match="sourdough"):
        extract(POSTING, model=model(server))
    (document,), calls = parted(exported)
    errors = [told(span)["error.type"] for span in (*calls, document)]
    assert ["TransportError", "RefusalError", "RefusalError"] == errors
    for span in exported.get_finished_spans():
        written = span.to_json()
        assert not [word for word in ("sourdough", "Miller", "sk-secret") if word in written]
        assert ((), None) == (span.events, span.status.description)


def test_each_call_is_beneath_its_own_document_at_any_concurrency(
    exported: InMemorySpanExporter,
) -> None:
    """Sixteen at once, each refused once: the server's answers name the document."""
    seen: Counter[str] = Counter()
    lock = threading.Lock()

    def respond(request: Request) -> tuple[int, Any]:
        number = shown(request).rpartition("Job ")[2].partition(".")[0]
        with lock:
            seen[number] += 1
            first = seen[number] == 1
        if first:
            return refusal(500, "broken")
        status, body = simplest(request)
        return status, body | {"id": number}

    documents = [from_text(f"Cook {n} wanted\nJob {n}.", id=str(n)) for n in range(48)]

    async def rows() -> list[Record[Any] | Failure]:
        batch = extract_many(documents, Notice, model=model(server, attempts=9), concurrency=16)
        return [row async for row in batch]

    with answering(respond) as server:
        assert all(isinstance(row, Record) for row in asyncio.run(rows()))
    spans, calls = parted(exported)
    ids = {span.context.span_id: told(span)["postings.document.id"] for span in spans}
    parents = {span.context.span_id: ids[span.parent.span_id] for span in calls if span.parent}
    named = [
        (parents[span.context.span_id], told(span)["gen_ai.response.id"])
        for span in calls
        if "error.type" not in told(span)
    ]
    assert sorted((str(n), str(n)) for n in range(48)) == sorted(named)
    assert Counter({str(n): 2 for n in range(48)}) == Counter(parents.values())
    assert all(told(span)["postings.wait"] >= 0 for span in calls)


def test_the_tokens_of_the_calls_are_those_the_server_told(
    exported: InMemorySpanExporter,
) -> None:
    """Half of the answers faulty, whether they can be read or not."""
    faults = ("broken", "truncated", "malformed", "refused", "off_schema")
    server = Loopback(FaultPlan(3, faulty=0.5, faults=faults))

    async def done() -> None:
        async with server.running():
            asked = Model("m", server.base_url, "k", attempts=2)
            batch = extract_many(postings(40, 400), Notice, model=asked, concurrency=16)
            assert 40 == len([row async for row in batch])

    asyncio.run(done())
    documents, calls = parted(exported)
    assert 40 == len(documents)
    assert len(server.ledger.entries) == len(calls)
    assert server.ledger.told == tuple(
        sum(told(span).get(what, 0) for span in calls) for what in (INPUT, OUTPUT)
    )
    assert set(faults) <= {entry.fault for entry in server.ledger.entries}


def test_what_comes_from_the_cache_is_marked(
    exported: InMemorySpanExporter, tmp_path: Path
) -> None:
    """It was no request, and cost nothing."""
    document = from_text("Cook wanted\nJob 1.", id="1")

    async def once() -> None:
        traffic = Traffic(cache=tmp_path)
        batch = extract_many([document], Notice, model=model(server), traffic=traffic)
        assert [True] == [isinstance(row, Record) async for row in batch]

    with answering(simplest) as server:
        asyncio.run(once())
        asyncio.run(once())
    _, (asked, played) = parted(exported)
    assert ([None, True], [1200, None]) == (
        [told(span).get("postings.cached") for span in (asked, played)],
        [told(span).get(INPUT) for span in (asked, played)],
    )


def test_a_document_that_is_given_up_says_so(exported: InMemorySpanExporter) -> None:
    """A deadline cancels the call and the reading, and both spans end."""
    released = threading.Event()

    def held(request: Request) -> tuple[int, Any]:
        released.wait(60)
        return simplest(request)

    async def rows() -> list[Any]:
        traffic = Traffic(seconds_per_document=1)
        document = from_text("Cook wanted\nJob 1.", id="1")
        batch = extract_many([document], Notice, model=model(server), traffic=traffic)
        return [row async for row in batch]

    with answering(held) as server:
        (row,) = asyncio.run(rows())
        released.set()
    assert "DeadlineError" == row.error
    spans = exported.get_finished_spans()
    assert ["CancelledError"] * 2 == [told(span)["error.type"] for span in spans]


def test_what_cannot_be_encoded_does_not_spoil_an_export(exported: InMemorySpanExporter) -> None:
    """The name of a file, and an answer, can hold a lone surrogate."""

    def odd(request: Request) -> tuple[int, Any]:
        status, body = simplest(request)
        body["choices"][0]["finish_reason"] = "st\ud800op"
        return status, body | {"model": "m\ud800", "id": 7}

    async def rows() -> list[Any]:
        document = from_text("Cook wanted\nJob 1.", id="a\udcff")
        return [row async for row in extract_many([document], Notice, model=model(server))]

    with answering(odd) as server:
        asyncio.run(rows())
    (document,), (call,) = parted(exported)
    assert "a?" == told(document)["postings.document.id"]
    assert ("m?", ("st?op",)) == (
        told(call)["gen_ai.response.model"],
        told(call)["gen_ai.response.finish_reasons"],
    )
    assert "gen_ai.response.id" not in told(call)


WITHOUT = """
import sys
if {blocked}:
    sys.modules["opentelemetry"] = None
from extract import Model, extract
record = extract("Cook wanted at Hotel Ox.\\nJob 1.", model=Model("simple", {url!r}, "k"))
loaded = [name for name in sys.modules if name.startswith("opentelemetry.")]
print(record.is_posting, any("sdk" in name for name in loaded), bool(loaded))
"""


@pytest.mark.parametrize("blocked", [True, False])
def test_without_the_api_or_an_sdk_all_goes_on_as_ever(blocked: bool) -> None:  # noqa: FBT001
    """Nothing is imported that is not installed, and the SDK never."""
    with answering(simplest) as server:
        code = WITHOUT.format(blocked=blocked, url=server.base_url)
        ran = subprocess.run(  # noqa: S603 - our own interpreter
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        )
    assert f"True False {not blocked}" == ran.stdout.strip()


WITH_AN_SDK = """
from opentelemetry import trace
from extract import Model, extract
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
exporter = InMemorySpanExporter()
trace.set_tracer_provider(TracerProvider())
trace.get_tracer_provider().add_span_processor(SimpleSpanProcessor(exporter))
with trace.get_tracer("mine").start_as_current_span("mine"):
    extract("Cook wanted at Hotel Ox.\\nJob 1.", model=Model("simple", {url!r}, "k"))
spans = exporter.get_finished_spans()
print(len({{span.context.trace_id for span in spans}}), *(span.name for span in spans), sep=";")
"""


def test_a_program_that_sets_up_the_sdk_gets_the_spans_beneath_its_own() -> None:
    """Also after the import, and although `extract` works in a thread of its own."""
    with answering(simplest) as server:
        ran = subprocess.run(  # noqa: S603 - our own interpreter
            [sys.executable, "-c", WITH_AN_SDK.format(url=server.base_url)],
            capture_output=True,
            text=True,
            check=True,
        )
    assert "1;chat simple;invoke_workflow postings.extract;mine" == ran.stdout.strip()
