"""Which model answers and where, and an HTTP connection to it that asks nothing twice by itself."""

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
"""Seconds until a connection is there, at most."""

_UNSET: dict[str, Any] = {
    "provider": UNLISTED,
    "temperature": 0.0,
    "answer_tokens": None,
    "reasoning_effort": None,
}
"""How a model is asked where nothing is said of it."""

_ANSWER: dict[Reading, int] = {"closed": 1500, "open": 4096}
"""Tokens of an answer, unless the caller says otherwise."""


@renamed("max_tokens", "answer_tokens")
@dataclass(frozen=True, slots=True)
class Model:
    """Which model answers, and where.

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
        """Check the address before anything is sent to it."""
        if self.base_url is None and self.provider is None:
            # The openai client goes there anyway: what is sent must be of that endpoint's dialect.
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
                raise InputError(f"provider {row.name!r} needs a base URL: its hosts differ")
            object.__setattr__(self, "base_url", row.base_url)

    @property
    def where(self) -> str:
        """The name and the address, for messages."""
        return f"{self.name} at {self.base_url or 'OpenAI'}"

    @property
    def row(self) -> Provider | None:
        """Its provider's row in the table, None if it is not listed."""
        return provider_of(self.base_url, self.provider)

    @property
    def dialect(self) -> Dialect:
        """What its endpoint takes, as far as the table knows.

        >>> Model("gpt-5-mini").dialect.limit, Model("q", "http://10.0.0.5:8000/v1").dialect.limit
        ('max_completion_tokens', 'max_tokens')
        """
        dialect = dialect_of(self.name, self.base_url, self.provider)
        if self.reading == "closed":
            # A strict schema is compiled once and kept; closed reading has one for each document.
            weaker = tuple(way for way in dialect.ways if way != "strict")
            dialect = replace(dialect, ways=weaker)
        return dialect

    @property
    def needs_key(self) -> bool:
        """Whether its endpoint is known to ask for a key.

        >>> Model("gpt-5-mini").needs_key, Model("q", "http://localhost:11434/v1").needs_key
        (True, False)
        """
        return self.row is not None and bool(self.row.key)

    @property
    def answer_limit(self) -> int:
        """The most tokens that an answer may have, without hidden reasoning."""
        return self.answer_tokens or _ANSWER[self.reading]

    @property
    def longest(self) -> int:
        """The most tokens that a request may be charged for its answer, with hidden reasoning."""
        return self.dialect.allowed(self.answer_limit, self.reasoning_effort)


def asked_with(model: Model, memory: Memory) -> dict[str, Any]:
    """Return what a recording keeps beside it, so that it can be played by itself.

    Nothing where nothing was set or learned in closed reading, as of the embedded model.

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
    """Return the model that a recording was made with, under the path that it was asked at.

    `kept` is what stands beside the recording. No key is needed to play it.
    """
    settings = {**_UNSET, **kept.get("asked_with", {})}
    path = str(kept["path"]).removesuffix("/chat/completions")
    return Model(
        kept["model"],
        f"http://127.0.0.1{path}",
        "none",
        **{name: settings[name] for name in _UNSET},
    )


def learned(kept: Mapping[str, Any]) -> Memory:
    """Return what an endpoint had taught when a recording began.

    Raises CassetteError for what is not a step.
    """
    try:
        return Memory.of(kept.get("asked_with", {}).get("learned", ()))
    except ValueError as error:
        raise CassetteError(f"{kept.get('case')}: `learned`: {error}: record it again") from error


def connected(
    model: Model,
    transport: httpx2.AsyncBaseTransport | None = None,
    gate: RequestPolicy | None = None,
) -> openai.AsyncOpenAI:
    """Return an openai client for a model, one that asks nothing twice by itself.

    Raises AuthenticationError where it needs a key and has none that can be sent, TransportError
    where the environment names a proxy that needs a library which is not there.
    """
    # The embedded server listens on loopback, where a proxy from the environment has no place.
    local = urlsplit(model.base_url or "").hostname in _LOOPBACK
    try:
        http = Http(gate, model.timeout, transport=transport, trust_env=not local)
    except ImportError as error:  # for a SOCKS proxy
        raise TransportError(f"{model.where}: {error}") from error
    options: dict[str, Any] = {
        # Shorter to connect than in all, or it would never be known that nothing was sent.
        "timeout": httpx2.Timeout(model.timeout, connect=min(model.timeout / 2, _CONNECTING)),
        "max_retries": 0,
        "http_client": http,
        "default_headers": dict(model.headers),
    }
    try:
        client = _client(model, options)
    except openai.OpenAIError as error:
        if not model.needs_key:  # the client wants a key even where nobody asks for one
            return _client(replace(model, api_key="none"), options)
        raise AuthenticationError(
            f"no key for {model.name}: set {_variable(model)}, or pass api_key"
        ) from error
    if not (client.api_key.isascii() and client.api_key.isprintable()):
        raise AuthenticationError(
            f"the key for {model.name} cannot be sent: it holds a character that no key has"
        )
    return client


def _client(model: Model, options: dict[str, Any]) -> openai.AsyncOpenAI:
    deployed = model.api_version is not None and "/openai/v1" not in (model.base_url or "")
    if deployed and model.base_url is not None:
        # The older form of Azure's API: the deployment is part of the path, the version a query.
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
