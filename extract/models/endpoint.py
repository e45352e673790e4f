"""Which model answers, where it is served, and a client that does not retry by itself."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

import httpx2
import openai

from extract.errors import AuthenticationError, CassetteError, InputError, TransportError
from extract.models.dialects import (
    UNLISTED,
    Dialect,
    Effort,
    Memory,
    Provider,
    dialect_of,
    provider_of,
)
from extract.models.transport import Http, RequestPolicy
from extract.renamed import renamed
from extract.values import Reading

__all__ = ["Key", "Model", "as_recorded", "asked_with", "connected", "learned"]

Key = str | Callable[[], Awaitable[str]]
"""A key, or a function that returns a fresh token for each request, as Microsoft Entra needs."""

_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_CONNECTING = 30.0
"""Seconds to connect at most."""

_UNSET: dict[str, Any] = {
    "provider": UNLISTED,
    "temperature": 0.0,
    "answer_tokens": None,
    "reasoning_effort": None,
}
"""The settings of a model whose recording does not name them."""

_ANSWER: dict[Reading, int] = {"closed": 1500, "open": 4096}
"""Default limit on the tokens of an answer."""


@renamed("max_tokens", "answer_tokens")
@dataclass(frozen=True, slots=True)
class Model:
    """A model and the endpoint that serves it.

    - `base_url` is an OpenAI-compatible endpoint ending in `/v1`; None is that of the `provider`,
      else OPENAI_BASE_URL, which the openai client reads, else OpenAI's own.
    - `provider` is a name from the table in docs/providers.md, for hosts that do not tell whose
      they are.
    - `api_key`: if None, the openai client looks where it always does.
    - `temperature`: if None, it is not sent.
    - `answer_tokens` limits one answer; None is 1,500 in closed and 4,096 in open reading. Hidden
      reasoning comes on top.
    - `reading` is "closed" for a small model.
    - `timeout` is in seconds for one attempt, and `attempts` counts the first one too.
    - `headers` are sent with each request; `api_version` is Azure's.

    Raises InputError for an invalid `base_url` or a retired provider, DialectError for a
    `provider` that is not in the table.
    """

    name: str
    base_url: str | None = None
    api_key: Key | None = field(default=None, repr=False)
    temperature: float | None = 0.0
    answer_tokens: int | None = None
    timeout: float = 600.0
    attempts: int = 3
    reading: Reading = "open"
    reasoning_effort: Effort | None = None
    headers: Mapping[str, str] = field(default_factory=dict, repr=False, hash=False)
    provider: str | None = None
    api_version: str | None = None

    def __post_init__(self) -> None:
        """Check the address before anything is sent."""
        if self.base_url is None and self.provider is None:
            # The openai client sends there anyway, so the dialect must be that endpoint's.
            object.__setattr__(self, "base_url", os.environ.get("OPENAI_BASE_URL") or None)
        if self.base_url is not None and not _is_address(self.base_url):
            raise InputError(
                f"invalid base URL {self.base_url!r}: it must start with http:// or https://"
            )
        row = self.row
        if row is None:
            return
        if row.retired:
            raise InputError(f"{self.name} at {row.name}: {row.retired}")
        if self.base_url is None and row.name != "openai":
            if row.base_url is None:
                raise InputError(
                    f"provider {row.name!r} needs a base URL, since each customer has its own host"
                )
            object.__setattr__(self, "base_url", row.base_url)

    @property
    def where(self) -> str:
        """The name and the address, for error messages."""
        return f"{self.name} at {self.base_url or 'OpenAI'}"

    @property
    def row(self) -> Provider | None:
        """The row of its provider in the table, None if there is none."""
        return provider_of(self.base_url, self.provider)

    @property
    def dialect(self) -> Dialect:
        """What its endpoint accepts, according to the table.

        >>> Model("gpt-5-mini").dialect.limit, Model("q", "http://10.0.0.5:8000/v1").dialect.limit
        ('max_completion_tokens', 'max_tokens')
        """
        dialect = dialect_of(self.name, self.base_url, self.provider)
        if self.reading == "closed":
            # A strict schema is compiled and cached; closed reading has one for each document.
            weaker = tuple(way for way in dialect.ways if way != "strict")
            dialect = replace(dialect, ways=weaker)
        return dialect

    @property
    def needs_key(self) -> bool:
        """Whether its endpoint is known to require a key.

        >>> Model("gpt-5-mini").needs_key, Model("q", "http://localhost:11434/v1").needs_key
        (True, False)
        """
        return self.row is not None and bool(self.row.key)

    @property
    def answer_limit(self) -> int:
        """The limit on the tokens of an answer, without hidden reasoning."""
        return self.answer_tokens or _ANSWER[self.reading]

    @property
    def longest(self) -> int:
        """The limit on the tokens of an answer, with hidden reasoning."""
        return self.dialect.allowed(self.answer_limit, self.reasoning_effort)


def asked_with(model: Model, memory: Memory) -> dict[str, Any]:
    """Return the settings that a recording needs to be replayed without options.

    Nothing for closed reading with default settings, as of the embedded model.

    >>> asked_with(Model("q", "http://10.0.0.5/v1", reading="closed"), Memory())
    {}
    """
    settings: dict[str, Any] = {
        "provider": model.row.name if model.row is not None else UNLISTED,
        "temperature": model.temperature,
        "answer_tokens": model.answer_tokens,
        "reasoning_effort": model.reasoning_effort,
        "learned": [str(step) for step in memory.steps],
    }
    unset = settings == {**_UNSET, "learned": []}
    return {} if unset and model.reading == "closed" else {"asked_with": settings}


def as_recorded(kept: Mapping[str, Any]) -> Model:
    """Return the model that a recording was made with; `kept` is what is written beside it."""
    settings = {**_UNSET, **kept.get("asked_with", {})}
    path = str(kept["path"]).removesuffix("/chat/completions")
    return Model(
        kept["model"],
        f"http://127.0.0.1{path}",
        "none",
        **{name: settings[name] for name in _UNSET},
    )


def learned(kept: Mapping[str, Any]) -> Memory:
    """Return the steps that were learned when a recording began. Raises CassetteError."""
    try:
        return Memory.of(kept.get("asked_with", {}).get("learned", ()))
    except ValueError as error:
        raise CassetteError(f"{kept.get('case')}: `learned`: {error}; record it again") from error


def connected(
    model: Model,
    transport: httpx2.AsyncBaseTransport | None = None,
    gate: RequestPolicy | None = None,
) -> openai.AsyncOpenAI:
    """Return an openai client for a model, one that does not retry by itself.

    Raises AuthenticationError if the key is missing or cannot be sent, TransportError if the proxy
    of the environment needs a library that is not installed.
    """
    # A server on loopback, such as the embedded one, is not reached through a proxy.
    local = urlsplit(model.base_url or "").hostname in _LOOPBACK
    try:
        http = Http(gate, model.timeout, transport=transport, trust_env=not local)
    except ImportError as error:  # for a SOCKS proxy
        raise TransportError(f"{model.where}: {error}") from error
    options: dict[str, Any] = {
        # Connecting times out first: only then is it certain that nothing was sent.
        "timeout": httpx2.Timeout(model.timeout, connect=min(model.timeout / 2, _CONNECTING)),
        "max_retries": 0,
        "http_client": http,
        "default_headers": dict(model.headers),
    }
    try:
        client = _client(model, options)
    except openai.OpenAIError as error:
        if not model.needs_key:  # the client wants a key even if the server does not
            return _client(replace(model, api_key="none"), options)
        raise AuthenticationError(
            f"no key for {model.name}: set {_variable(model)}, or pass api_key"
        ) from error
    if not (client.api_key.isascii() and client.api_key.isprintable()):
        raise AuthenticationError(
            f"the key for {model.name} cannot be sent: it must be printable ASCII"
        )
    return client


def _client(model: Model, options: dict[str, Any]) -> openai.AsyncOpenAI:
    deployed = model.api_version is not None and "/openai/v1" not in (model.base_url or "")
    if deployed and model.base_url is not None:
        # The older form of Azure's API has the deployment in the path and the version in the query.
        endpoint = model.base_url.rstrip("/").removesuffix("/openai")
        given: dict[str, Any] = {"azure_endpoint": endpoint, "api_version": model.api_version}
        key = model.api_key
        given["azure_ad_token_provider" if callable(key) else "api_key"] = key
        return openai.AsyncAzureOpenAI(**given, **options)
    if model.api_version is not None:
        options["default_query"] = {"api-version": model.api_version}
    return openai.AsyncOpenAI(base_url=model.base_url, api_key=model.api_key, **options)


def _variable(model: Model) -> str:
    own = model.row.key if model.row is not None else ""
    return "OPENAI_API_KEY" if own in {"", "OPENAI_API_KEY"} else f"OPENAI_API_KEY or {own}"


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
