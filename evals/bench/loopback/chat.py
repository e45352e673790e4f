"""Chat completions: what is answered, and what goes wrong on the way."""

from __future__ import annotations

import asyncio
import contextlib
import json
from dataclasses import dataclass, replace
from typing import Any

from aiohttp import web

from evals.bench.loopback.enforced import EndpointRules, schema_of
from evals.bench.loopback.ledger import OK, TOO_MANY, LedgerEntry
from evals.bench.loopback.made_up import FOREIGN, MARK
from evals.bench.loopback.misbehaviour import Fault, FaultPlan
from evals.bench.loopback.sample_answers import Reader, tokens
from evals.bench.loopback.writing import counted, written

__all__ = ["ChatAnswer", "ChatRequest", "answer_of", "refusal", "send"]

_PAGE = b"<html><body><h1>Welcome</h1><p>Please sign in to continue.</p></body></html>"
_STATUS: dict[Fault, tuple[int, str, str]] = {
    "limited": (TOO_MANY, "rate_limit_exceeded", "Rate limit reached for requests"),
    "limited_until": (TOO_MANY, "rate_limit_exceeded", "Rate limit reached for requests"),
    "broken": (500, "server_error", "The server had an error while processing your request"),
    "overloaded": (503, "server_error", "The engine is currently overloaded"),
}
_LONGEST = 1 << 30


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """A request as the server understands it: which document, which schema, how long an answer."""

    model: str
    mark: str
    document: str
    prompt: int
    schema: dict[str, Any]
    max_tokens: int
    called: bool = False

    @classmethod
    def of(cls, body: dict[str, Any]) -> ChatRequest:
        """Read the body of a chat completion request.

        The document is the last message of the user that bears a mark, else the last of all.

        Raises KeyError, TypeError or ValueError where it is not such a body.
        """
        said = [(one["role"], str(one.get("content") or "")) for one in body["messages"]]
        asking = [text for role, text in said if role == "user"] or [""]
        marked = ((MARK.search(text), text) for text in reversed(asking))
        mark, document = next(((m[0], text) for m, text in marked if m), ("", asking[-1]))
        limit = body.get("max_completion_tokens") or body.get("max_tokens") or _LONGEST
        return cls(
            model=str(body["model"]),
            mark=mark,
            document=document,
            prompt=sum(tokens(text) for _, text in said),
            schema=schema_of(body) or {},
            max_tokens=int(limit),
            called=bool(body.get("tools")),
        )


@dataclass(frozen=True, slots=True)
class ChatAnswer:
    """A response: its status, its body, its headers, and the tokens it names."""

    status: int
    body: bytes
    headers: dict[str, str]
    prompt: int = 0
    completion: int = 0

    @property
    def json(self) -> Any:
        """The body, parsed."""
        return json.loads(self.body)


def answer_of(
    asked: ChatRequest, entry: LedgerEntry, plan: FaultPlan, contract: EndpointRules | None = None
) -> ChatAnswer:
    """Make the response to a request, faulty where its entry says so.

    With a contract the answer depends on the document alone, and is written as the contract says.
    """
    fault = entry.fault
    if fault in _STATUS:
        status, code, words = _STATUS[fault]
        headers = {"retry-after": f"{plan.retry_after:g}"} if fault == "limited_until" else {}
        return refusal(status, code, words, headers)
    seed = entry.key if contract is None else asked.mark
    text = FOREIGN if fault == "foreign" else asked.document
    reader = Reader.of(text, seed, free=contract is not None)
    content = json.dumps(reader.instance(asked.schema), ensure_ascii=False)
    message: dict[str, Any] = {"role": "assistant", "content": content, "refusal": None}
    finish = "stop"
    match fault:
        case "truncated":
            message["content"], finish = content[: len(content) // 2], "length"
        case "malformed":
            message["content"] = f"Sure! Here it is: {content[:-1]},"
        case "off_schema":
            message["content"] = json.dumps({"verdict": content[:40], "is_posting": "perhaps"})
        case "refused":
            message["content"], message["refusal"] = None, "I cannot help with that."
    text = message["content"] or message["refusal"]
    if contract is not None:
        return _contracted(asked, entry, contract, content)
    if tokens(text) > asked.max_tokens:
        kept = text.encode()[: asked.max_tokens * 4].decode(errors="ignore")
        message["content"], finish = kept, "length"
        text = kept
    return _completion(asked, entry, message, finish, tokens(text))


def _contracted(
    asked: ChatRequest, entry: LedgerEntry, contract: EndpointRules, content: str
) -> ChatAnswer:
    """Write an answer as an endpoint does; hidden reasoning comes out of its token limit first."""
    message = written(contract, content, called=asked.called)
    completion = contract.thought + tokens(content)
    finish = "tool_calls" if message.get("tool_calls") else "stop"
    if completion > asked.max_tokens:
        message, finish, completion = (
            {"role": "assistant", "content": ""},
            "length",
            asked.max_tokens,
        )
    answer = _completion(asked, entry, message, finish, completion)
    body = answer.json
    body["usage"] = counted(contract, asked.prompt, completion)
    if body["usage"] is None:
        del body["usage"]
    return replace(answer, body=json.dumps(body, ensure_ascii=False).encode())


def _completion(
    asked: ChatRequest, entry: LedgerEntry, message: dict[str, Any], finish: str, completion: int
) -> ChatAnswer:
    usage = {
        "prompt_tokens": asked.prompt,
        "completion_tokens": completion,
        "total_tokens": asked.prompt + completion,
    }
    body = {
        "id": f"chatcmpl-{entry.key[:24]}-{entry.attempt}",
        "object": "chat.completion",
        "created": 1_700_000_000,
        "model": asked.model,
        "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": finish}],
        "usage": usage,
    }
    sent = json.dumps(body, ensure_ascii=False).encode()
    return ChatAnswer(OK, sent, {}, asked.prompt, completion)


def refusal(
    status: int, code: str, message: str, headers: dict[str, str] | None = None
) -> ChatAnswer:
    """Make the response that refuses a request, in OpenAI's form."""
    error = {"message": message, "type": code, "param": None, "code": code}
    return ChatAnswer(status, json.dumps({"error": error}).encode(), headers or {})


async def send(
    request: web.Request, answer: ChatAnswer, entry: LedgerEntry, plan: FaultPlan
) -> web.StreamResponse:
    """Send a response, or what its entry's fault lets through, and note what was told."""
    fault = entry.fault
    entry.prompt, entry.completion = answer.prompt, answer.completion
    if fault == "late":
        await asyncio.sleep(plan.late)
    if fault == "never":
        await asyncio.sleep(plan.hold)
    if fault in {"never", "dropped_before"}:
        return _cut(request)
    if fault == "garbled":
        answer = replace(answer, body=_PAGE)
    response = web.StreamResponse(status=answer.status, headers=answer.headers)
    response.content_type = "text/html" if fault == "garbled" else "application/json"
    response.content_length = len(answer.body)
    entry.status = answer.status
    try:
        await response.prepare(request)
        if fault in {"dropped_during", "endless"}:
            await response.write(answer.body[: len(answer.body) // 2])
            if fault == "endless":
                await _drip(response, answer.body[len(answer.body) // 2 : -1], plan.hold)
            return _cut(request)
        if fault == "slow":
            await _drip(response, answer.body[:-1], plan.slow)
        # Before the last byte leaves: the client may have it, and look here, at once.
        entry.told = fault != "garbled"
        await response.write(answer.body[-1:] if fault == "slow" else answer.body)
        await response.write_eof()
    except ConnectionError:  # the client has gone
        entry.told = False
        return _cut(request)
    if fault == "dropped_after" and request.transport is not None:
        request.transport.close()
    return response


async def _drip(response: web.StreamResponse, body: bytes, seconds: float) -> None:
    pause = seconds / max(1, len(body))
    for at in range(len(body)):
        await response.write(body[at : at + 1])
        await asyncio.sleep(pause)


def _cut(request: web.Request) -> web.StreamResponse:
    if request.transport is not None:
        with contextlib.suppress(OSError):
            request.transport.abort()
    return web.Response()
