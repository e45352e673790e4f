"""How a request differs from the recorded one that is most like it, part by part."""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping
from typing import Any

from vcr.cassette import Cassette
from vcr.request import Request

__all__ = ["listed", "nearest"]

_MOST_LINES = 12
_LONGEST_LINE = 160
_ORDER = {"model": 0, "sampling": 1, "prompt": 2, "schema": 3, "text": 4}
"""The parts of a request, in the order in which their differences are shown."""


def nearest(cassette: Cassette, asked: Request) -> dict[str, list[str]]:
    """Return the differences from the nearest recorded request; {} if there is none."""
    found = (_differences(recorded.body, asked.body) for recorded in cassette.requests)
    return min(found, key=lambda parts: sum(map(len, parts.values())), default={})


def listed(differences: Mapping[str, list[str]]) -> str:
    """Return differences as indented lines, no more than a few."""
    lines = [line for part, changed in differences.items() for line in (f"{part}:", *changed)]
    shown = [line[:_LONGEST_LINE] for line in lines[:_MOST_LINES]]
    if more := len(lines) - len(shown):
        shown.append(f"… and {more} more lines")
    return "\n".join(f"  {line}" for line in shown)


def _differences(recorded: bytes, asked: bytes) -> dict[str, list[str]]:
    """Return the differences of two request bodies by part, as lines of a diff."""
    parts = [_parts(json.loads(body)) for body in (recorded, asked)]
    found: dict[str, list[str]] = {}
    for name in sorted({*parts[0], *parts[1]}, key=_ORDER.get):  # type: ignore[arg-type]
        before, after = (part.get(name, "").splitlines() for part in parts)
        if before != after:
            _, _, *changed = difflib.unified_diff(before, after, lineterm="", n=0)
            found[name] = [line for line in changed if not line.startswith("@@")]
    return found or {"form": ["the same words, but other white space or another order of keys"]}


def _parts(body: dict[str, Any]) -> dict[str, str]:
    messages = body.get("messages", [])
    format_ = body.get("response_format", {})
    schema = format_.get("json_schema", {}).get("schema", format_)
    rest = {k: v for k, v in body.items() if k not in ("model", "messages", "response_format")}
    last = max((at for at, m in enumerate(messages) if m["role"] == "user"), default=0)
    return {
        "model": str(body.get("model")),
        "sampling": json.dumps(rest, ensure_ascii=False),
        "prompt": "\n".join(m["content"] for m in messages[:last]),
        "schema": json.dumps(schema, ensure_ascii=False, indent=1),
        "text": "\n".join(m["content"] for m in messages[last:]),
    }
