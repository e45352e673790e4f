"""What passes between a reader and the desk: plain values, which another process can hold."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

import httpx2
from pydantic import BaseModel

from extract import errors
from extract.asking.prompt import Prompt
from extract.errors import PostingsError, toolkit_fault
from extract.models.client import Model
from extract.models.plain_response import PlainResponse
from extract.runs.opening import LOCAL
from extract.runs.traffic import Traffic
from extract.values import Usage

__all__ = [
    "CallAnswer",
    "CallFault",
    "DeskCall",
    "DeskJob",
    "DeskLink",
    "FinishedRow",
    "Opening",
    "TextRow",
    "fault_of",
]


@dataclass(frozen=True, slots=True)
class DeskJob:
    """What a desk is for: the folder of the run, and how its documents are asked."""

    folder: Path
    schema: type[BaseModel]
    model: str | Model = LOCAL
    prompt: str | Path | None = None
    concurrency: int = 1
    traffic: Traffic = field(default_factory=Traffic)


@dataclass(frozen=True, slots=True)
class Opening:
    """What a reader needs to make requests: the model without its key, and the prompt."""

    model: Model
    prompt: Prompt
    learned: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DeskCall:
    """A request about a text, as it is to be sent.

    `key` is that of recordings. `number` counts the kept answers with this key that its reading has
    had before. `longest` is the most tokens that the answer may have.
    """

    document: str
    url: str
    body: bytes
    longest: int
    key: str
    number: int


@dataclass(frozen=True, slots=True)
class CallAnswer:
    """The response to a call, what it cost, and whether it is kept."""

    plain: PlainResponse
    cost: Usage
    kept: bool = False

    @classmethod
    def of(cls, response: httpx2.Response, cost: Usage, *, kept: bool) -> CallAnswer:
        """Take a response whose content is read, without its cookies."""
        plain = PlainResponse.of(response)
        headers = tuple(pair for pair in plain.headers if pair[0] != "set-cookie")
        return cls(replace(plain, headers=headers), cost, kept)

    def response(self, request: httpx2.Request) -> httpx2.Response:
        """Return the response to a request."""
        return self.plain.response(request)


@dataclass(frozen=True, slots=True)
class CallFault:
    """Why a call has no response: the name of the error, its words, and what it cost."""

    error: str
    message: str
    cost: Usage

    def raised(self, request: httpx2.Request) -> Exception:
        """Return the error to raise in the place of a response."""
        ours = getattr(errors, self.error, None)
        if ours is not None:
            made: Exception = ours(self.message)
            return made
        kind = getattr(httpx2, self.error, None)
        if kind is None:
            return PostingsError(self.message)
        fault: Exception = kind(self.message, request=request)
        return fault


def fault_of(error: Exception, cost: Usage) -> CallFault:
    """Return what came of a call that raised: our error or httpx's, wherever it is in the chain."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, PostingsError | httpx2.TransportError):
            return CallFault(type(cause).__name__, str(cause), cost)
        cause = cause.__cause__
    if isinstance(error, asyncio.CancelledError):
        raise error
    return CallFault("", toolkit_fault(error), cost)


@dataclass(frozen=True, slots=True)
class TextRow:
    """The row that a text has, as JSON. `payer` is the id of the document that has its cost."""

    row: dict[str, Any]
    failed: bool
    payer: str


@dataclass(frozen=True, slots=True)
class FinishedRow:
    """A row to keep: the hash of its text, and the row as JSON."""

    text_sha256: str
    row: str
    failed: bool


class DeskLink(Protocol):
    """A desk, wherever it is."""

    async def opening(self) -> Opening:
        """Return what a reader begins with."""

    async def begin(self, documents: Sequence[tuple[str, str]]) -> list[TextRow | str | None]:
        """Register documents by id and hash of the text.

        Return for each its row if it has one, None if it must be read, or why it cannot be.
        """

    async def ask(self, call: DeskCall) -> CallAnswer | CallFault:
        """Send a call, or return what is kept of it."""

    async def keep(self, rows: Sequence[FinishedRow]) -> list[str]:
        """Keep rows; return for each the id of the document that has what its text cost."""

    async def learn(self, step: str) -> None:
        """Keep a lesson about the endpoint."""
