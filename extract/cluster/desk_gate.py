"""The gate of a reader: every request goes to the desk, which sends it or knows its answer."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

import httpx2

from extract.cluster.calls import CallFault, DeskCall, DeskLink
from extract.models.request_key import request_key
from extract.models.transport import Send
from extract.runs.budget import Budget
from extract.runs.engine import Given, Row
from extract.runs.pace import Pace
from extract.runs.request_gate import RequestGate
from extract.runs.request_ledger import Account
from extract.runs.window import Window

__all__ = ["DeskGate", "ReadingTurns", "desk_gate"]

_SEEN: ContextVar[Counter[str]] = ContextVar("seen")
"""How many kept answers a reading has had, by the key of the request."""


@dataclass
class DeskGate(RequestGate):
    """Passes requests to a desk, which has the slots, the caps, the pace and the ledger."""

    desk: DeskLink | None = None

    async def __call__(self, request: httpx2.Request, send: Send) -> httpx2.Response:
        """Return the desk's answer, or raise what kept the desk from having one."""
        assert self.desk is not None  # noqa: S101 - see `desk_gate`
        account, seen = self._account.get(Account()), _SEEN.get(Counter())
        url = str(request.url)
        key = request_key(request.method, url, request.content)
        call = DeskCall(account.document, url, request.content, self.longest, key, seen[key])
        answer = await self.desk.ask(call)
        account.usage += answer.cost
        self.reported += answer.cost
        if isinstance(answer, CallFault):
            raise answer.raised(request)
        seen[key] += answer.kept
        return answer.response(request)


def desk_gate(desk: DeskLink, longest: int) -> DeskGate:
    """Return the gate that passes requests to a desk."""
    return DeskGate(longest, Window(1), Budget(), Pace(), desk=desk)


@dataclass
class ReadingTurns:
    """An engine's store of rows that only lets so many documents be read at once.

    Each reading counts its own answers.
    """

    most: int
    _slots: asyncio.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        self._slots = asyncio.Semaphore(self.most)

    @asynccontextmanager
    async def turn(self, document: Given) -> AsyncIterator[Row | None]:
        """Wait until a document may be read."""
        async with self._slots:
            _SEEN.set(Counter())
            yield None

    def keep(self, document: Given, row: Row) -> None:
        """Keep nothing: rows are kept a batch at a time."""
