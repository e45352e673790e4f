"""The tokens that a response reports, and whether it is an error despite its status."""

from __future__ import annotations

import json
from typing import Any

import httpx2

from extract.values import Usage

__all__ = ["CACHED", "is_fault", "usage_of"]

CACHED = "prompt_tokens_details.cached_tokens"
"""Where OpenAI reports the tokens that were read from a cache."""


def is_fault(response: httpx2.Response) -> bool:
    """Return whether a response holds an error and no answer, though its status is 200."""
    try:
        body: Any = json.loads(response.content)
    except ValueError:
        return False
    return isinstance(body, dict) and bool(body.get("error")) and not body.get("choices")


def usage_of(response: httpx2.Response, cached: str = CACHED) -> Usage | None:
    """Return the tokens that a response reports, or None.

    `cached` is where the endpoint reports the tokens read from a cache.
    """
    try:
        usage: Any = json.loads(response.content)["usage"]
        from_cache = usage
        for name in cached.split("."):
            from_cache = (from_cache or {}).get(name)
        counts = (usage["prompt_tokens"], usage["completion_tokens"], from_cache)
        prompt, completion, read = (max(0, int(count or 0)) for count in counts)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return Usage(prompt, completion, min(read, prompt), 1)
