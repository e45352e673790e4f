"""A response as plain values, to be kept, or to be given to another process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import httpx2

__all__ = ["PlainResponse"]

_OF_TRANSFER = frozenset({"content-encoding", "content-length", "transfer-encoding"})
"""Headers that say how the content was sent: here it is as it was read."""


@dataclass(frozen=True, slots=True)
class PlainResponse:
    """The status, the headers and the decoded content of a response."""

    status: int
    headers: tuple[tuple[str, str], ...]
    content: bytes

    @classmethod
    def of(cls, response: httpx2.Response) -> Self:
        """Take the values of a response whose content is read."""
        headers = (pair for pair in response.headers.multi_items() if pair[0] not in _OF_TRANSFER)
        return cls(response.status_code, tuple(headers), response.content)

    def response(self, request: httpx2.Request) -> httpx2.Response:
        """Return the response to a request."""
        return httpx2.Response(
            self.status, headers=list(self.headers), content=self.content, request=request
        )
