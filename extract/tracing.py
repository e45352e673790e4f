"""Spans of OpenTelemetry, for whoever has its API (the extra `otel`) and has set up its SDK.

One span for each document (`invoke_workflow postings.extract`), and one beneath it for each attempt
at a call of the model (`chat MODEL`, kind CLIENT). Names are those of the GenAI semantic
conventions v0.1.0 (in development): https://github.com/open-telemetry/semantic-conventions-genai.
What has no name there begins with `postings.`. The conventions let one span cover what a client
retries by itself; here the client retries nothing, and each attempt is paced, capped and counted
as a request of its own, so each is a span.

`error.type` is the name of an error of `extract.errors`, as in the rows, or of another exception.
What a posting says, a prompt, an answer, or a message of an error, which can quote them, is never
put in a span. Without the API nothing is imported and nothing happens.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, Protocol

from extract.errors import ModelError
from extract.values import Usage

try:
    from opentelemetry import trace
except ModuleNotFoundError:
    _TRACER = None
else:
    _TRACER = trace.get_tracer("postings", version("postings"))

__all__ = ["TraceSpan", "call", "call_span", "document_span", "muted", "request"]

_WORKFLOW = "postings.extract"

Attributes = Mapping[str, str | bool | int | float | Sequence[str]]


class TracedDocument(Protocol):
    """A document, as far as a span tells of it."""

    @property
    def id(self) -> str:
        """Its name in the output."""

    @property
    def sha256(self) -> str:
        """The hash of its text."""


@dataclass(frozen=True, slots=True)
class TraceSpan:
    """A span to which attributes can be added; `_of` is None if nobody listens."""

    _of: Any = None

    @property
    def is_recording(self) -> bool:
        """Whether anybody listens."""
        return self._of is not None and self._of.is_recording()

    def tell(self, attributes: Attributes) -> None:
        """Add attributes."""
        if self._of is not None:
            self._of.set_attributes(_clean(attributes))

    def read(self, usage: Usage, fields: int, *, is_posting: bool) -> None:
        """Add the result of a document; `fields` is the number of fields with a value."""
        if self.is_recording:
            found = {"postings.fields": fields, "postings.is_posting": is_posting}
            self.tell({**found, **_spent(usage)})

    def answered(self, completion: Any, usage: Usage = Usage()) -> None:  # noqa: B008 - frozen
        """Add what is known of an answer, which is as a server sent it: of any shape, or None."""
        if not self.is_recording:
            return
        attributes: dict[str, str | int | list[str]] = dict(_spent(usage))
        for name in ("id", "model"):
            if isinstance(value := getattr(completion, name, None), str):
                attributes[f"gen_ai.response.{name}"] = value
        choices = getattr(completion, "choices", None)
        reasons = [
            getattr(one, "finish_reason", None)
            for one in (choices if isinstance(choices, list) else ())
        ]
        if reasons:
            attributes["gen_ai.response.finish_reasons"] = [
                reason if isinstance(reason, str) else "error" for reason in reasons
            ]
        self.tell(attributes)


_UNSEEN = TraceSpan()
_CALL: ContextVar[TraceSpan] = ContextVar("call", default=_UNSEEN)
_MUTED: ContextVar[bool] = ContextVar("muted", default=False)


def request(
    model: str, address: tuple[str, int], max_tokens: int, temperature: float | None
) -> dict[str, str | int | float]:
    """Return the attributes of a call that are known before it is made.

    The provider is whose conventions the server follows, not who runs it: its address says that.

    >>> request("qwen", ("127.0.0.1", 8080), 1500, 0.0)["gen_ai.provider.name"]
    'openai'
    >>> request("gpt-5", ("ours.openai.azure.com", 443), 1500, None)["gen_ai.provider.name"]
    'azure.ai.openai'
    """
    host, port = address
    attributes: dict[str, str | int | float] = {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "azure.ai.openai" if host.endswith(".azure.com") else "openai",
        "gen_ai.request.model": model,
        "gen_ai.request.max_tokens": max_tokens,
        "gen_ai.output.type": "json",
        "server.address": host,
        "server.port": port,
    }
    if temperature is not None:
        attributes["gen_ai.request.temperature"] = temperature
    return attributes


def call() -> TraceSpan:
    """Return the span of the call that is being made."""
    return _CALL.get()


@contextmanager
def muted() -> Iterator[None]:
    """Make no spans in the block: another process makes them."""
    token = _MUTED.set(True)
    try:
        yield
    finally:
        _MUTED.reset(token)


@contextmanager
def call_span(attributes: Mapping[str, str | int | float]) -> Iterator[TraceSpan]:
    """Make a span of the block, which is one attempt at a call described by `request`."""
    with _span(f"chat {attributes['gen_ai.request.model']}", "CLIENT", attributes) as span:
        token = _CALL.set(span)
        try:
            yield span
        finally:
            _CALL.reset(token)


@contextmanager
def document_span(document: TracedDocument, prompt: str, prompt_sha256: str) -> Iterator[TraceSpan]:
    """Make a span of the block, which reads a document."""
    attributes = {
        "gen_ai.operation.name": "invoke_workflow",
        "gen_ai.agent.name": _WORKFLOW,
        "gen_ai.prompt.name": prompt,
        "gen_ai.prompt.version": prompt_sha256,
        "postings.document.id": document.id,
        "postings.document.sha256": document.sha256,
    }
    with _span(f"invoke_workflow {_WORKFLOW}", "INTERNAL", attributes) as span:
        yield span


@contextmanager
def _span(name: str, kind: str, attributes: Attributes) -> Iterator[TraceSpan]:
    if _TRACER is None or _MUTED.get():
        yield _UNSEEN
        return
    with _TRACER.start_as_current_span(
        name,
        kind=trace.SpanKind[kind],
        attributes=_clean(attributes),
        record_exception=False,
        set_status_on_exception=False,
    ) as span:
        try:
            yield TraceSpan(span)
        except BaseException as error:
            spent = _spent(error.usage) if isinstance(error, ModelError) else {}
            span.set_attributes({"error.type": type(error).__name__, **spent})
            span.set_status(trace.StatusCode.ERROR)
            raise


def _spent(usage: Usage) -> dict[str, int]:
    """Return the tokens; none where a server did not say, which is not the same as 0."""
    if not usage.tokens:
        return {}
    return {
        "gen_ai.usage.input_tokens": usage.prompt,
        "gen_ai.usage.output_tokens": usage.completion,
        "gen_ai.usage.cache_read.input_tokens": usage.cached,
    }


def _clean(attributes: Attributes) -> dict[str, Any]:
    return {name: _encodable(value) for name, value in attributes.items()}


def _encodable(value: Any) -> Any:
    # A lone surrogate, of a file's name or a server's answer, would fail all that is exported.
    if isinstance(value, str):
        return value.encode(errors="replace").decode()
    return [_encodable(one) for one in value] if isinstance(value, list) else value
