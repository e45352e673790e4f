"""What determines an answer: the key of recordings, of the cache and of lines in batches."""

from __future__ import annotations

import hashlib
import json
from typing import Any
from urllib.parse import urlsplit

__all__ = ["compact", "parsed", "request_key"]


def request_key(method: str, url: str, body: bytes | str | None) -> str:
    """Return the hash of a request's method, path and JSON body.

    >>> one = request_key("POST", "http://127.0.0.1:4000/v1/chat", b'{"a": 1}')
    >>> one == request_key("POST", "https://example.com/v1/chat", b'{"a":1}')
    True
    """
    words = f"{method} {urlsplit(url).path}\n{compact(parsed(body))}"
    return hashlib.sha256(words.encode()).hexdigest()


def parsed(body: bytes | str | None) -> Any:
    """Return the JSON value of a body; its text where it is no JSON."""
    text = body.decode("utf-8") if isinstance(body, bytes) else body or "null"
    try:
        return json.loads(text)
    except ValueError:
        return text


def compact(value: Any) -> str:
    """Return a value as JSON without white space; the order of keys stays."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
