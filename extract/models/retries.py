"""Which failed requests are sent again, after how long, and which make a whole run slow down.

A request is sent again after a TransientError: what a status means is in `BY_STATUS`, what a
message means in `dialects/meanings.toml`. tenacity does the waiting. A provider may say how long to
wait, in the headers or in the body; else the wait is random and grows with each attempt. How long
a run holds back all its requests is in `extract/runs/pace.py`.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Any

from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_exception_type,
    stop_after_attempt,
    wait_random_exponential,
)
from tenacity.wait import wait_base

from extract.errors import TransientError
from extract.models.dialects import ErrorResponse, Meaning

__all__ = [
    "BY_STATUS",
    "OVERLOADED",
    "TIMED_OUT",
    "is_server_fault",
    "retry_after",
    "retrying",
    "wait_wanted",
]

BY_STATUS: Mapping[int, Meaning] = {
    401: "key",
    403: "key",
    404: "model",
    408: "busy",
    409: "busy",
    425: "busy",
    429: "rate",
    498: "busy",
}
"""What a status means if the message does not say; "busy" and "rate" are asked again."""

OVERLOADED = frozenset({429, 503, 529})
"""Statuses that hold back all requests of a run, and halve how many are under way at once."""

TIMED_OUT = frozenset({408, 504})
"""Statuses that only halve how many requests are under way at once."""

_SERVER_FAULT, _NOT_IMPLEMENTED = 500, 501
_LONGEST_WAIT = 60.0
"""Seconds to wait at most before a request is sent again."""

_BACKOFF = wait_random_exponential(multiplier=0.5, max=30)
"""Seconds between attempts: random, up to 0.5, 1, 2 … and at most 30."""

_DELAY = re.compile(r"^retryDelay: (\d+(?:\.\d+)?)s$", re.MULTILINE)


def is_server_fault(status: int) -> bool:
    """Return whether a status without a meaning of its own is a fault that may pass.

    >>> is_server_fault(502), is_server_fault(501), is_server_fault(400)
    (True, False, False)
    """
    return status >= _SERVER_FAULT and status != _NOT_IMPLEMENTED


def retrying(attempts: int, backoff: wait_base = _BACKOFF, **options: Any) -> AsyncRetrying:
    """Return the loop that makes at most so many attempts; it raises the last one's error.

    It waits as long as the provider asks, else as `backoff` says. `options` are tenacity's.
    """
    return AsyncRetrying(
        retry=retry_if_exception_type(TransientError),
        stop=stop_after_attempt(attempts),
        wait=partial(_wait, backoff),
        reraise=True,
        **options,
    )


def wait_wanted(headers: Mapping[str, str], refusal: ErrorResponse) -> float | None:
    """Return the seconds that a refusal asks to wait, at most a minute; None if it does not say.

    Gemini gives them in the body.
    """
    wait = retry_after(headers)
    if wait is None and (delay := _DELAY.search(refusal.text)) is not None:
        wait = float(delay[1])
    return None if wait is None else min(_LONGEST_WAIT, wait)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that a response asks to wait, given in seconds or as a date.

    None if it asks for no wait: then the caller backs off as after any fault.

    >>> retry_after({"retry-after": "7"}), retry_after({"retry-after-ms": "250"})
    (7.0, 0.25)
    """
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            wait = float(headers[name]) * unit
        except (KeyError, ValueError):
            continue
        return wait if wait > 0 else None
    try:
        wait = parsedate_to_datetime(headers["retry-after"]).timestamp() - time.time()
    except (KeyError, ValueError):
        return None
    return wait if wait > 0 else None


def _wait(backoff: wait_base, state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    wanted = error.retry_after if isinstance(error, TransientError) else None
    return backoff(state) if wanted is None else wanted
