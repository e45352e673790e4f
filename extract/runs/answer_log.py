"""The answers that a document's reading has had so far, for a reading that begins anew.

A reading begins anew when the worker process that had it is killed, and when its answer comes with
a provider's batch: its questions are made again, and those that were answered are not sent again.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

import httpx2

from extract.models.plain_response import PlainResponse

__all__ = ["AnswerLog", "hash_of"]

_REFUSED = 400


@dataclass(slots=True)
class AnswerLog:
    """The requests of one reading in their order, by the hash of their content, and the answers."""

    _kept: list[tuple[str, PlainResponse]] = field(default_factory=list)
    _next: int = 0

    def rewind(self) -> None:
        """Begin anew: the first request is answered first."""
        self._next = 0

    def again(self, request: httpx2.Request) -> httpx2.Response | None:
        """Return the answer to a request that was sent before; None if it must be sent now.

        An answer that was paid for is used even if the request is worded otherwise by now, as when
        the endpoint has refused a parameter to another document. A refusal is not.
        """
        if self._next >= len(self._kept):
            return None
        key, answer = self._kept[self._next]
        if key != hash_of(request.content) and answer.status >= _REFUSED:
            del self._kept[self._next :]
            return None
        self._next += 1
        return answer.response(request)

    def add(self, key: str, answer: PlainResponse) -> None:
        """Keep the answer to the request whose content has this hash."""
        self._kept.append((key, answer))
        self._next = len(self._kept)


def hash_of(content: bytes) -> str:
    """Return the hash of a request's content.

    >>> hash_of(b"")[:8]
    'e3b0c442'
    """
    return hashlib.sha256(content).hexdigest()
