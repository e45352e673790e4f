"""One call over real HTTP on loopback: each fault becomes its own error, with what it cost."""

from __future__ import annotations

import asyncio
import inspect
import threading
from collections.abc import Iterator
from typing import Any, Literal

import httpx2
import openai
import pytest
from openai.types.chat import ChatCompletion
from pydantic import BaseModel, ConfigDict

from extract.errors import (
    AuthenticationError,
    ContextError,
    InputError,
    ModelError,
    RateLimitError,
    RefusalError,
    ReplyError,
    RequestError,
    TransientError,
    TransportError,
    TruncationError,
    UnknownModelError,
)
from extract.models import retries
from extract.models.call_errors import mapped
from extract.models.client import Client, Model, Reply
from extract.values import Usage
from tests.server import HangUp, Request, Respond, Server, answering, completion, refusal

MESSAGES = [{"role": "user", "content": "Which colour has the door?"}]
RED = '{"colour": "red"}'
ANSWERED = Usage(prompt=1200, completion=80, calls=1)
UNANSWERED = Usage(calls=1)


class Door(BaseModel):
    """What is asked."""

    model_config = ConfigDict(extra="forbid")

    colour: Literal["red", "blue"]


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Collect the waits between attempts instead of waiting."""
    waited: list[float] = []
    chosen = retries._wait

    def noted(*arguments: Any) -> float:
        waited.append(chosen(*arguments))
        return 0

    monkeypatch.setattr(retries, "_wait", noted)
    return waited


def ask(server: Server, **options: Any) -> Reply:
    """Put the question to a server."""
    served = Model("painter", server.base_url, "key", **options)

    async def one() -> Reply:
        client = Client(served)
        try:
            return await client.ask(MESSAGES, Door)
        finally:
            await client.close()

    return asyncio.run(one())


def fault(respond: Respond, **options: Any) -> tuple[ModelError, int]:
    """Return the error of a question, and how many requests it took."""
    with answering(respond) as server, pytest.raises(ModelError) as caught:
        ask(server, **options)
    return caught.value, len(server.requests)


def said(content: str | None, **message: Any) -> tuple[int, dict[str, Any]]:
    """Return a completion with another finish reason, or more in its message."""
    status, body = completion(content or "")
    choice = body["choices"][0]
    choice["finish_reason"] = message.pop("finish_reason", "stop")
    choice["message"] |= {"content": content, **message}
    return status, body


def test_an_answer_of_the_schema_comes_back_with_its_text_and_its_cost() -> None:
    """One request, and the tokens that the server counted, cached ones too."""

    def cached(_: Request) -> tuple[int, dict[str, Any]]:
        status, body = completion(RED)
        body["usage"]["prompt_tokens_details"] = {"cached_tokens": 1000}
        return status, body

    with answering(cached) as server:
        reply = ask(server)
    assert isinstance(reply.answer, Door)
    assert {"colour": "red"} == reply.answer.model_dump()
    assert (RED, Usage(1200, 80, 1000, 1)) == (reply.text, reply.usage)
    assert 1 == len(server.requests)


def test_the_request_holds_the_messages_the_schema_and_the_settings() -> None:
    """Nothing is added to the messages; decoding is constrained to the schema."""
    with answering(lambda _: completion(RED)) as server:
        ask(server, answer_tokens=90)
    (sent,) = server.requests
    assert MESSAGES == sent["messages"]
    assert ("painter", 90, 0.0) == (sent["model"], sent["max_tokens"], sent["temperature"])
    assert "json_schema" == sent["response_format"]["type"]
    asked = sent["response_format"]["json_schema"]["schema"]
    assert ["red", "blue"] == asked["properties"]["colour"]["enum"]


def test_the_address_of_the_environment_has_its_own_dialect(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The openai client goes there, and so it is not asked as OpenAI is."""
    with answering(lambda _: completion(RED)) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        reply = asyncio.run(_asked_of(Model("painter", api_key="key")))
    assert RED == reply.text
    assert "max_tokens" in server.requests[0]


async def _asked_of(model: Model) -> Reply:
    client = Client(model)
    try:
        return await client.ask(MESSAGES, Door)
    finally:
        await client.close()


def test_a_temperature_of_none_is_left_out() -> None:
    """Some reasoning models refuse a request that names one."""
    with answering(lambda _: completion(RED)) as server:
        ask(server, temperature=None)
    assert "temperature" not in server.requests[0]


def test_the_old_name_of_the_token_limit_still_works() -> None:
    """For one release, with a warning that names the new one."""
    with pytest.warns(DeprecationWarning, match="Model.max_tokens is now answer_tokens"):
        old = Model("m", max_tokens=90)  # type: ignore[call-arg]
    assert 90 == old.answer_tokens
    with pytest.warns(DeprecationWarning, match="answer_tokens"):
        assert 90 == old.max_tokens  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("base_url", "asks"),
    [
        (None, True),
        ("https://api.openai.com/v1", True),
        ("https://mine.openai.azure.com/openai/v1", True),
        ("https://api.groq.com/openai/v1", True),
        ("http://localhost:8080/v1", False),
        ("http://localhost:11434/v1", False),
        ("https://notopenai.com/v1", False),
        ("https://openai.com.example.org/v1", False),
    ],
)
def test_who_is_known_to_ask_for_a_key(base_url: str | None, *, asks: bool) -> None:
    """Whole host names decide, not what they begin or end with."""
    assert asks is Model("m", base_url).needs_key


def test_a_key_is_not_shown_where_a_model_is_printed() -> None:
    """A model ends up in logs and tracebacks."""
    assert "sk-secret" not in repr(Model("m", api_key="sk-secret"))


def test_no_key_is_told_before_any_request(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message says how to give one."""
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("OPENAI_ADMIN_KEY", raising=False)
    with pytest.raises(AuthenticationError, match="OPENAI_API_KEY"):
        Client(Model("gpt-5-mini"))


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (400, RequestError),
        (401, AuthenticationError),
        (403, AuthenticationError),
        (404, UnknownModelError),
        (422, RequestError),
        (501, RequestError),
    ],
)
def test_a_lasting_refusal_is_not_asked_again(status: int, expected: type[ModelError]) -> None:
    """The error names the model, the address and what the server said."""
    error, requests = fault(lambda _: refusal(status, "computer says no"))
    assert expected is type(error)
    assert 1 == requests
    assert UNANSWERED == error.usage
    for part in ("painter at http://127.0.0.1:", "computer says no"):
        assert part in str(error)


@pytest.mark.parametrize("attempts", [1, 2, 4])
@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (408, TransportError),
        (409, TransportError),
        (429, RateLimitError),
        (500, TransportError),
        (503, TransportError),
    ],
)
def test_a_passing_fault_is_tried_as_often_as_asked_and_no_more(
    status: int, expected: type[ModelError], attempts: int
) -> None:
    """Nobody below retries as well: retries would multiply."""
    error, requests = fault(lambda _: refusal(status, "later"), attempts=attempts)
    assert expected is type(error)
    assert attempts == requests
    assert Usage(calls=attempts) == error.usage


def test_a_fault_that_passes_costs_what_all_attempts_cost() -> None:
    """The answer after two faults carries three calls."""
    faults = iter([refusal(500, "restarting"), refusal(429, "busy")])
    with answering(lambda _: next(faults, completion(RED))) as server:
        reply = ask(server, attempts=3)
    assert Usage(1200, 80, 0, 3) == reply.usage
    assert 3 == len(server.requests)


@pytest.mark.parametrize(("header", "expected"), [("7", 7.0), ("0.5", 0.5), ("86400", 60.0)])
@pytest.mark.parametrize("status", [408, 429, 500, 503, 529])
def test_the_wait_that_a_provider_asks_for_is_kept(
    status: int, header: str, expected: float, waits: list[float]
) -> None:
    """`Retry-After` decides the wait after every fault that may pass, within a minute."""
    with (
        answering(lambda _: refusal(status, "slow down"), {"Retry-After": header}) as server,
        pytest.raises(TransientError) as caught,
    ):
        ask(server, attempts=3)
    assert {expected} == set(waits)
    assert expected == caught.value.retry_after


def test_a_rate_limit_may_tell_the_wait_in_its_body(waits: list[float]) -> None:
    """As Gemini does, which calls the limit of a minute a quota: no reason to give up the run."""
    fault = {
        "code": 429,
        "message": "You exceeded your current quota, please check your plan.",
        "details": [
            {"violations": [{"quotaId": "GenerateRequestsPerMinutePerProjectPerModel-FreeTier"}]},
            {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "38.5s"},
        ],
    }
    answers = iter([(429, {"error": fault}), completion(RED)])
    with answering(lambda _: next(answers)) as server:
        ask(server, attempts=3)
    assert [38.5] == waits


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Retry-After": "0"},
        {"Retry-After": "-3"},
        {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"},
    ],
)
def test_a_rate_limit_without_seconds_backs_off(
    headers: dict[str, str], waits: list[float]
) -> None:
    """The wait is our own, below its ceiling."""
    with (
        answering(lambda _: refusal(429, "slow down"), headers) as server,
        pytest.raises(RateLimitError) as caught,
    ):
        ask(server, attempts=2)
    assert None is caught.value.retry_after
    assert 0 < max(waits) <= 30


def test_a_server_that_is_down() -> None:
    """No connection is a fault of transport, tried again."""
    with answering(lambda _: completion(RED)) as stopped:
        pass
    with pytest.raises(TransportError, match="cannot connect") as caught:
        ask(stopped, attempts=2)
    assert Usage(calls=2) == caught.value.usage


@pytest.mark.parametrize("address", ["localhost:8080/v1", "", "http://[::1/v1", "ftp://here/v1"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    """Before anything is sent to it, or to whom it stands for."""
    with pytest.raises(InputError, match="invalid base URL"):
        Model("m", address)


def test_an_answer_that_comes_too_late() -> None:
    """The limit is for one attempt, and the message says which setting to raise."""
    release = threading.Event()

    def late(_: Request) -> tuple[int, dict[str, Any]]:
        release.wait(30)
        return completion(RED)

    with answering(late) as server:
        with pytest.raises(TransportError, match="raise the timeout") as caught:
            ask(server, timeout=0.05, attempts=2)
        release.set()
    assert Usage(calls=2) == caught.value.usage


def test_a_connection_that_drops_midway() -> None:
    """Half an answer is none."""

    def dropped(_: Request) -> tuple[int, dict[str, Any]]:
        raise HangUp

    error, requests = fault(dropped, attempts=2)
    assert TransportError is type(error)
    assert 2 == requests


@pytest.mark.parametrize("content", ['{"colour": "r', RED])
def test_an_answer_that_ran_into_the_limit(content: str) -> None:
    """Truncation is told by the server, not guessed from the text, and is not asked again."""
    error, requests = fault(lambda _: said(content, finish_reason="length"), answer_tokens=80)
    assert TruncationError is type(error)
    assert 1 == requests
    assert ANSWERED == error.usage
    assert "raise answer_tokens above 80" in str(error)


@pytest.mark.parametrize("content", [None, "", "<think>The door might be"])
def test_reasoning_that_took_the_whole_limit_is_given_more_once(content: str | None) -> None:
    """What stands before an answer was paid for: it is asked once more, with more tokens."""
    error, requests = fault(lambda _: said(content, finish_reason="length"), answer_tokens=80)
    assert TruncationError is type(error)
    assert 2 == requests
    assert ANSWERED + ANSWERED == error.usage


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"content": None, "refusal": "I would rather not"}, "I would rather not"),
        ({"content": None, "finish_reason": "content_filter"}, "filtered"),
        ({"content": '{"col', "finish_reason": "content_filter"}, "filtered"),
    ],
)
def test_a_model_that_declines(told: dict[str, Any], why: str) -> None:
    """A refusal in words and a filtered answer are the same to whoever asked."""
    error, requests = fault(lambda _: said(**told))
    assert RefusalError is type(error)
    assert 1 == requests
    assert ANSWERED == error.usage
    assert why in str(error)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("The door is red.", "the answer is not JSON"),
        ('{"colour": "red"', "the answer is not JSON"),
        ("", "the answer is not JSON"),
        ('{"colour": "green"}', "colour (literal_error)"),
        ('{"colour": null}', "colour (literal_error)"),
        ("{}", "colour (missing)"),
        ('{"colour": "red", "handle": 1}', "handle (extra_forbidden)"),
        ("[]", "the answer (model_type)"),
    ],
)
def test_an_answer_off_the_schema(content: str, why: str) -> None:
    """It is told in our own words: pydantic's hold an address with its version."""
    error, requests = fault(lambda _: completion(content))
    assert ReplyError is type(error)
    assert 1 == requests
    assert ANSWERED == error.usage
    assert why in str(error)
    assert "pydantic" not in str(error)


@pytest.mark.parametrize(
    "told",
    [
        {"code": 400, "type": "exceed_context_size_error", "n_prompt_tokens": 9000,
         "message": "request (9000 tokens) exceeds the available context size (4096 tokens)"},
        {"code": "context_length_exceeded", "type": "invalid_request_error", "param": "messages",
         "message": "This model's maximum context length is 8192 tokens."},
        {"code": 400, "type": "BadRequestError",
         "message": "'max_tokens' is too large: 1500. The model's maximum context length is 2048"},
    ],
)  # fmt: skip
def test_a_document_beyond_the_context(told: dict[str, Any]) -> None:
    """The wordings of llama.cpp, OpenAI and vLLM."""
    error, requests = fault(lambda _: (400, {"error": told}))
    assert ContextError is type(error)
    assert 1 == requests
    assert UNANSWERED == error.usage


def _altered(**parts: Any) -> dict[str, Any]:
    return completion(RED)[1] | parts


@pytest.mark.parametrize(
    "body",
    [
        "<html><title>Welcome</title></html>",
        {},
        [],
        "",
        _altered(choices=[]),
        _altered(choices=None),
        _altered(choices=[{"index": 0, "finish_reason": "stop"}]),
    ],
)
def test_a_server_that_is_no_chat_endpoint(body: Any) -> None:
    """A page, no choices, or a choice without a message: the message asks what is served there."""
    error, requests = fault(lambda _: (200, body))
    assert ReplyError is type(error)
    assert 1 == requests
    assert 1 == error.usage.calls
    assert "is it an OpenAI-compatible chat endpoint?" in str(error)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"error": {"message": "Insufficient credits", "code": 402}}, AuthenticationError),
        ({"error": {"message": "Provider returned error", "code": 502}}, TransportError),
        ({"error": "the model is overloaded"}, TransportError),
        ({"error": {"message": "no", "code": "odd"}}, RequestError),
        (_altered(choices=[{"index": 0, "error": {"message": "no", "code": 429}}]), RateLimitError),
    ],
)
def test_an_error_with_status_200(
    body: dict[str, Any], expected: type[ModelError], waits: list[float]
) -> None:
    """As OpenRouter sends it, beside the choices or inside the first: told by its own code."""
    error, requests = fault(lambda _: (200, body), attempts=2)
    assert expected is type(error)
    assert requests == error.usage.calls == (2 if waits else 1)


def test_a_page_instead_of_an_error_is_told_by_its_status() -> None:
    """A proxy answers in HTML."""
    error, requests = fault(lambda _: (502, "<html>Bad gateway</html>"), attempts=2)
    assert TransportError is type(error)
    assert 2 == requests


@pytest.mark.parametrize("count", [-5, "many", None, 3.5])
def test_counts_that_are_none_are_not_counted(count: Any) -> None:
    """A negative count would give back tokens that a cap has taken."""
    usage = {"prompt_tokens": count, "completion_tokens": count, "total_tokens": count}
    with answering(lambda _: (200, _altered(usage=usage))) as server:
        assert UNANSWERED == ask(server).usage


def test_an_answer_without_usage_still_counts_as_a_call() -> None:
    """Some servers count no tokens."""
    body = completion(RED)[1]
    del body["usage"]
    with answering(lambda _: (200, body)) as server:
        assert UNANSWERED == ask(server).usage


EXPECTED = {
    "APIConnectionError": TransportError,
    "APITimeoutError": TransportError,
    "AuthenticationError": AuthenticationError,
    "APIStatusError": RequestError,
    "BadRequestError": RequestError,
    "ConflictError": TransportError,
    "InternalServerError": TransportError,
    "NotFoundError": UnknownModelError,
    "OAuthError": AuthenticationError,
    "PermissionDeniedError": AuthenticationError,
    "RateLimitError": RateLimitError,
    "UnprocessableEntityError": RequestError,
}


def _exceptions() -> Iterator[type[openai.OpenAIError]]:
    for name in dir(openai):
        found = getattr(openai, name)
        if inspect.isclass(found) and issubclass(found, openai.OpenAIError):
            yield found


_STATUS = {
    "AuthenticationError": 401,
    "ConflictError": 409,
    "InternalServerError": 500,
    "NotFoundError": 404,
    "PermissionDeniedError": 403,
    "RateLimitError": 429,
}


def _raised(kind: type[openai.OpenAIError]) -> openai.OpenAIError:
    request = httpx2.Request("POST", "http://127.0.0.1/v1/chat/completions")
    parts = {
        "message": "no",
        "request": request,
        "response": httpx2.Response(_STATUS.get(kind.__name__, 418), request=request),
        "body": None,
        "completion": ChatCompletion.model_validate(completion(RED)[1]),
        "unsent_messages": [],
    }
    wanted = inspect.signature(kind.__init__).parameters
    return kind(**{name: value for name, value in parts.items() if name in wanted})


@pytest.mark.parametrize("kind", [*_exceptions()], ids=lambda kind: kind.__name__)
def test_every_exception_of_the_client_library_is_mapped(kind: type[openai.OpenAIError]) -> None:
    """None gets past the seam, wrapped or bare, and each we name becomes what we say."""
    bare = _raised(kind)
    wrapped = RuntimeError("wrapped")
    wrapped.__cause__ = bare
    for error in (bare, wrapped):
        ours = mapped(error, "m at OpenAI", 80)
        assert isinstance(ours, ModelError)
        assert EXPECTED.get(kind.__name__, ReplyError) is type(ours)
        assert UNANSWERED == ours.usage


def test_a_fault_while_another_is_handled_is_its_own() -> None:
    """A repair is asked while the fault of the first answer is handled: that is not its cause."""
    with answering(lambda _: refusal(503, "busy")) as server, pytest.raises(ModelError) as caught:
        asyncio.run(_asked(server))
    assert TransportError is type(caught.value)
    assert Usage(calls=2) == caught.value.usage


async def _asked(server: Server) -> Reply:
    client = Client(Model("painter", server.base_url, "key", attempts=2))
    try:
        raise ReplyError("the answer before", Usage(9, 9, 0, 1), "no JSON")  # noqa: TRY301 - handled
    except ReplyError:
        return await client.ask(MESSAGES, Door)
    finally:
        await client.close()


def test_every_expected_exception_exists() -> None:
    """A renamed exception would otherwise leave the table above without effect."""
    assert EXPECTED.keys() <= {kind.__name__ for kind in _exceptions()}


def test_every_model_error_can_come_of_a_call() -> None:
    """The tree of errors holds none that nothing raises."""
    mine = {AuthenticationError, ContextError, RefusalError, ReplyError, RequestError}
    assert mine | {TransientError, TruncationError, UnknownModelError} == set(
        ModelError.__subclasses__()
    )
    assert {RateLimitError, TransportError} == set(TransientError.__subclasses__())
