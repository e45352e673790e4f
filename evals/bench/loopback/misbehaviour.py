"""All the ways to misbehave, and the plan that says which answer misbehaves how.

Which one is a function of the seed, the request and the attempt alone: a run can be repeated.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal, get_args

__all__ = ["FAULTS", "Fault", "FaultPlan"]

Fault = Literal[
    "late",  # `FaultPlan.late` seconds more than usual
    "limited",  # 429, without a word on when to come back
    "limited_until",  # 429 with Retry-After
    "broken",  # 500
    "overloaded",  # 503
    "dropped_before",  # the connection is reset before the first byte
    "dropped_during",  # … in the middle of the body
    "dropped_after",  # closed after a whole answer that promised to keep it open
    "truncated",  # the model's answer ends in the middle, finish_reason "length"
    "malformed",  # the model's answer is not JSON
    "garbled",  # the response is not JSON: a proxy's page, with status 200
    "refused",  # the model declines
    "off_schema",  # JSON, but not of the schema
    "foreign",  # the words of another document
    "slow",  # a whole answer, byte by byte
    "endless",  # byte by byte, and the end never comes
    "never",  # no byte ever
]

FAULTS: tuple[Fault, ...] = get_args(Fault)

_PARTS = 1 << 32


@dataclass(frozen=True, slots=True)
class FaultPlan:
    """How the server behaves.

    `faulty` is the share of answers that are faulty, in one of `faults`. Every answer waits
    `delay`; a late one `late` more; a slow one is spread over `slow`; what never ends is cut after
    `hold`, so that nothing runs for ever; `retry_after` is what a 429 asks for. All in seconds.
    """

    seed: int = 0
    faulty: float = 0.0
    faults: tuple[Fault, ...] = FAULTS
    delay: float = 0.0
    late: float = 0.5
    slow: float = 0.5
    hold: float = 60.0
    retry_after: float = 1.0

    def fault(self, key: str, attempt: int) -> Fault | None:
        """Return how an attempt at a request is answered; None is as it should be.

        >>> FaultPlan(faulty=1.0, faults=("broken",)).fault("a", 1)
        'broken'
        """
        told = f"{self.seed} {key} {attempt}".encode()
        drawn = hashlib.blake2b(told, digest_size=8).digest()
        share, which = int.from_bytes(drawn[:4]), int.from_bytes(drawn[4:])
        if not self.faults or share >= self.faulty * _PARTS:
            return None
        return self.faults[which % len(self.faults)]
