"""The rate limits in the headers of a provider's response.

The names are those of OpenAI, which most compatible servers and proxies send:
https://platform.openai.com/docs/guides/rate-limits
"""

from __future__ import annotations

import re
from collections.abc import Mapping

__all__ = ["limit", "until_room"]

_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


def limit(headers: Mapping[str, str], what: str) -> float | None:
    """Return how many `what` ("requests" or "tokens") a minute the headers allow, if they say.

    >>> limit({"x-ratelimit-limit-requests": "600"}, "requests")
    600.0
    """
    return _number(headers.get(f"x-ratelimit-limit-{what}")) or None


def until_room(headers: Mapping[str, str], what: str) -> float | None:
    """Return the seconds until one more fits, where none is left.

    The reset is that of the whole limit: the first of it is back after its share of that time.

    >>> until_room({"x-ratelimit-remaining-requests": "0", "x-ratelimit-limit-requests": "60",
    ...             "x-ratelimit-reset-requests": "1m0s"}, "requests")
    1.0
    """
    if _number(headers.get(f"x-ratelimit-remaining-{what}")) != 0:
        return None
    reset = _seconds(headers.get(f"x-ratelimit-reset-{what}", ""))
    return None if reset is None else reset / (limit(headers, what) or 1.0)


def _number(header: str | None) -> float | None:
    try:
        number = float(header or "")
    except ValueError:
        return None
    return number if 0 <= number < float("inf") else None


def _seconds(header: str) -> float | None:
    parts = _PART.findall(header)
    if parts and "".join(number + unit for number, unit in parts) == header:
        return sum(float(number) * _SECONDS[unit] for number, unit in parts)
    return _number(header)
