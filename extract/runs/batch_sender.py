"""What answers requests by batches, as the gate sees it, and a request that waits for its batch."""

from __future__ import annotations

import traceback
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Protocol

import httpx2

from extract.errors import PostingsError
from extract.runs.batch_api import BatchAnswer
from extract.runs.request_ledger import Account
from extract.runs.shelf import Shelved
from extract.values import Usage

__all__ = ["AnswerPending", "BatchSender", "PendingRequest"]


@dataclass(frozen=True, slots=True)
class PendingRequest:
    """A request that waits for its batch: its key, the hash of its content, and its line on disk.

    `size` is that of the line in bytes, `bound` the most that the request can cost.
    """

    key: str
    hash: str
    line: Shelved
    size: int
    bound: Usage


class AnswerPending(PostingsError):  # noqa: N818 - nothing is wrong
    """The answer comes with a batch: until then nobody holds what was made for the request."""

    def __init__(self, request: PendingRequest) -> None:
        super().__init__("the answer comes with a provider's batch")
        self.request = request

    def released(self) -> PendingRequest:
        """Return the request, and drop the objects of the calls that led to it."""
        left: list[BaseException | None] = [self]
        while left:
            error = left.pop()
            if error is not None and error.__traceback__ is not None:
                traceback.clear_frames(error.__traceback__)
                # Without one it has been here: each of two may be the other's cause.
                error.__traceback__ = None
                left += (error.__cause__, error.__context__)
        return self.request


class BatchSender(AbstractAsyncContextManager[Any], Protocol):
    """Answers requests many at a time, once no more come. Enter it before the first comes."""

    async def __call__(
        self, request: httpx2.Request, bound: Usage, account: Account
    ) -> httpx2.Response:
        """Return the response to a request that costs `bound` at most.

        Raises AnswerPending if it is not there yet.
        """

    async def answer(self, pending: PendingRequest, account: Account) -> BatchAnswer:
        """Wait for the answer to a request."""

    def changed(self, documents: int, *, resting: bool) -> None:
        """Note how many documents are being read, and whether no further one is begun for now."""
