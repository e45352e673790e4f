"""Send questions in one dialect: turn a question into a request, and a response into an answer.

`instructor` makes the request of each way and parses the answer. This module does what it does not:
send a strict JSON schema to any endpoint, leave out schema keywords, and find the answer's JSON
among other text. (Its Markdown mode takes the *last* JSON, which in a cut-off answer is an inner
object; `answer_text` does not.)
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

import httpx2
import instructor
import openai
from openai.types.chat import ChatCompletion
from pydantic import BaseModel

from extract import tracing
from extract.errors import ReplyError
from extract.models.call_errors import mapped, usage_of
from extract.models.dialects import Dialect, Way, answer_text
from extract.models.endpoint import Model
from extract.values import Usage

__all__ = ["Reply", "Wire", "counted", "without"]

_MODES: dict[Way, instructor.Mode] = {
    "strict": instructor.Mode.JSON_SCHEMA,
    "schema": instructor.Mode.JSON_SCHEMA,
    "tool": instructor.Mode.TOOLS,
    "object": instructor.Mode.JSON,
    # Not the Markdown mode: see above.
    "prompt": instructor.Mode.JSON,
}
_ABOUT = ("title", "description")
"""Keys that name a schema as a tool, and say nothing of the answer's form."""
_FIRST = ("messages", "model")
_LOWEST_STATUS = 400


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer of the asked schema, its text as the model wrote it, and what it cost."""

    answer: BaseModel
    text: str
    usage: Usage


class Wire:
    """A connection that speaks one dialect."""

    def __init__(self, client: openai.AsyncOpenAI, model: Model, dialect: Dialect) -> None:
        self.model = model
        self.dialect = dialect
        self.limit = dialect.allowed(model.answer_limit, model.reasoning_effort)
        self._openai = client
        self._sampling: dict[str, Any] = {dialect.limit: self.limit}
        if model.temperature is not None and "temperature" not in dialect.left_out:
            self._sampling["temperature"] = model.temperature
        if model.reasoning_effort is not None and "reasoning_effort" not in dialect.left_out:
            self._sampling["reasoning_effort"] = model.reasoning_effort
        self._fits: WeakKeyDictionary[type[BaseModel], bool] = WeakKeyDictionary()
        self._by_way = {way: self._instructor(way) for way in dialect.ways}
        url = client.base_url
        port = url.port or (443 if url.scheme == "https" else 80)
        self.span = tracing.request(
            model.name, (url.host, port), self.limit, self._sampling.get("temperature")
        )

    async def ask(self, messages: Sequence[dict[str, str]], schema: type[BaseModel]) -> Reply:
        """Send a question once. Raises a ModelError."""
        handled = sys.exception()
        answer: BaseModel
        completion: Any
        with tracing.call_span(self.span) as span:
            try:
                answer, completion = await self._by_way[self.way(schema)].create_with_completion(
                    model=self.model.name,
                    messages=list(messages),
                    response_model=schema,
                    max_retries=0,
                    **self._sampling,
                )
                text = _text(completion)
            except Exception as error:  # noqa: BLE001 - mapped, or parsed again
                completion = getattr(error, "last_completion", None)
                span.answered(completion)
                answer, text = self._parsed_again(error, schema, handled)
            usage = usage_of(completion, self.dialect.cached)
            span.answered(completion, usage)
        return Reply(answer, text, usage)

    def way(self, schema: type[BaseModel]) -> Way:
        """Return how to enforce a schema; one too large to be strict takes the next way."""
        if self.dialect.way != "strict" or len(self.dialect.ways) == 1:
            return self.dialect.way
        if schema not in self._fits:
            self._fits[schema] = self.dialect.sizes.hold(schema.model_json_schema())
        return "strict" if self._fits[schema] else self.dialect.ways[1]

    def _parsed_again(
        self, error: Exception, schema: type[BaseModel], handled: BaseException | None
    ) -> tuple[BaseModel, str]:
        """Parse an answer that instructor could not parse. Raises our error if that fails too."""
        where, limit = self.model.where, self.model.answer_limit
        fault = mapped(error, where, limit, handled)
        completion = getattr(error, "last_completion", None)
        choices = getattr(completion, "choices", None)
        message = getattr(choices[0], "message", None) if choices else None
        if not isinstance(fault, ReplyError) or fault.fault is None or message is None:
            raise fault from error  # no answer came
        keys = frozenset(schema.model_json_schema().get("required", ()))
        if (text := answer_text(message, keys)) is None:
            raise fault from error
        try:
            return schema.model_validate_json(text), text
        except ValueError as wrong:
            raise mapped(wrong, where, limit, handled, completion) from wrong

    def _instructor(self, way: Way) -> Any:
        create = instructor.patch(create=partial(self._posted, way), mode=_MODES[way])
        client = instructor.AsyncInstructor(self._openai, create=create, mode=_MODES[way])
        return client.chat.completions

    async def _posted(self, way: Way, **body: Any) -> ChatCompletion:
        """Post a request unchanged, its keys in the order of the client's own method.

        That method checks each message against every type it could have, which takes two fifths of
        a call's CPU time and changes nothing.
        """
        match way:
            case "strict":
                asked = body["response_format"]["json_schema"]
                asked["strict"] = True
                for name in _ABOUT:
                    asked["schema"].pop(name, None)
            case "prompt":
                del body["response_format"]
        for name in self.dialect.left_out & body.keys():
            del body[name]
        if self.dialect.keywords:
            for name in ("response_format", "tools"):
                if name in body:
                    body[name] = without(body[name], self.dialect.keywords)
        ordered = {name: body[name] for name in (*_FIRST, *sorted(body.keys() - set(_FIRST)))}
        completion = await self._openai.post(
            "/chat/completions", body=ordered, cast_to=ChatCompletion
        )
        if (fault := _fault_in(completion)) is not None:
            raise self._fault(fault, ordered)
        return completion

    def _fault(self, fault: dict[str, Any], body: dict[str, Any]) -> openai.APIStatusError:
        """Return the error that a server sent with status 200, as OpenRouter does."""
        code = fault.get("code")
        status = code if isinstance(code, int) and _LOWEST_STATUS <= code < 600 else 400  # noqa: PLR2004
        url = f"{self._openai.base_url}chat/completions"
        request = httpx2.Request("POST", url, json=body)
        response = httpx2.Response(status, json={"error": fault}, request=request)
        return self._openai._make_status_error(  # noqa: SLF001 - as the client itself makes it
            str(fault.get("message")), body=fault, response=response
        )


def _text(completion: ChatCompletion) -> str:
    """Return the text of an answer that instructor parsed."""
    message = completion.choices[0].message
    for call in message.tool_calls or ():
        arguments = getattr(getattr(call, "function", None), "arguments", None)
        if isinstance(arguments, str):
            return arguments
    return message.content or ""


def _fault_in(completion: Any) -> dict[str, Any] | None:
    """Return the error in a response of status 200: beside the choices, or in the first."""
    choices = getattr(completion, "choices", None)
    first = choices[0] if isinstance(choices, list) and choices else None
    for place in (completion if not choices else None, first):
        fault = getattr(place, "error", None)
        if isinstance(fault, dict):
            return fault
        if isinstance(fault, str) and fault:
            return {"message": fault}
    return None


def counted(response: httpx2.Response, cached: str) -> tuple[ChatCompletion | None, Usage]:
    """Return the answer in a response and what it cost; None where it is no answer."""
    try:
        completion = ChatCompletion.construct(**response.json())
        return completion, usage_of(completion, cached)
    except (ValueError, TypeError):
        return None, Usage()


def without(value: Any, keywords: frozenset[str]) -> Any:
    """Return a copy of a schema without some keywords; fields of the same names stay."""
    if isinstance(value, list):
        return [without(part, keywords) for part in value]
    if not isinstance(value, dict):
        return value
    kept = {}
    for key, part in value.items():
        if key in {"properties", "$defs"} and isinstance(part, dict):
            kept[key] = {name: without(one, keywords) for name, one in part.items()}
        elif key == "enum":
            kept[key] = part
        elif key not in keywords:
            kept[key] = without(part, keywords)
    return kept
