"""What the server saw and gave: one entry for each request, in the order they came."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from evals.bench.loopback.misbehaviour import Fault

__all__ = ["LedgerEntry", "ServerLedger"]

OK = 200
TOO_MANY = 429


@dataclass(slots=True)
class LedgerEntry:
    """One attempt at one request.

    `key` is the hash of its body, `mark` the document's own number in it, `attempt` counts the
    requests of this key from 1. `at` is when it came, in seconds since the server started.
    `prompt` and `completion` are tokens of an answer that was made; `told` says whether the
    response that names them left the server in full. A client can only know of those.
    """

    key: str
    mark: str
    attempt: int
    fault: Fault | None
    at: float
    status: int = 0
    prompt: int = 0
    completion: int = 0
    told: bool = False


@dataclass(slots=True)
class ServerLedger:
    """All entries, and sums over them."""

    entries: list[LedgerEntry] = field(default_factory=list)
    _attempts: Counter[str] = field(default_factory=Counter)

    def open(
        self, key: str, mark: str, at: float, fault: Callable[[str, int], Fault | None]
    ) -> LedgerEntry:
        """Write down a request that has come, and draw how it is answered."""
        self._attempts[key] += 1
        attempt = self._attempts[key]
        entry = LedgerEntry(key, mark, attempt, fault(key, attempt), at)
        self.entries.append(entry)
        return entry

    @property
    def told(self) -> tuple[int, int]:
        """Prompt and completion tokens of the answers that were given in full."""
        return _sums(entry for entry in self.entries if entry.told)

    @property
    def made(self) -> tuple[int, int]:
        """The same for all answers, those that were lost on the way too: what a provider bills."""
        return _sums(self.entries)

    @property
    def refused(self) -> int:
        """Requests that came too fast for the server's rate limit, planned refusals aside."""
        return sum(e.status == TOO_MANY and e.fault is None for e in self.entries)

    def summary(self) -> dict[str, Any]:
        """Return the sums as JSON."""
        return {
            "requests": len(self.entries),
            "answered": sum(e.told and e.status == OK for e in self.entries),
            "refused": self.refused,
            "told": list(self.told),
            "made": list(self.made),
            "faults": dict(sorted(Counter(e.fault for e in self.entries if e.fault).items())),
        }


def _sums(entries: Iterable[LedgerEntry]) -> tuple[int, int]:
    prompt = completion = 0
    for entry in entries:
        prompt += entry.prompt
        completion += entry.completion
    return prompt, completion
