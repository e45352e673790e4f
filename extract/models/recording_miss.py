"""What a request that no recording answers has otherwise than the nearest recorded one."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from vcr.request import Request

__all__ = ["miss", "nearest"]

_DIFF_LINES = 12
_LONGEST_LINE = 160


def miss(case: str, path: Path, differences: Mapping[str, list[str]], again: str) -> str:
    """Return what is said of a case without an answer; `again` is how it is recorded."""
    missing = f"no recording answers case {case!r}"
    if not differences:
        return f"{missing}: {path} does not exist; {again}"
    lines = [line for part, changed in differences.items() for line in (f"{part}:", *changed)]
    shown = "\n".join(f"  {line[:_LONGEST_LINE]}" for line in lines[:_DIFF_LINES])
    more = len(lines) - _DIFF_LINES
    rest = f"\n  … and {more} more lines" if more > 0 else ""
    return f"{missing}; the nearest, in {path}, differs:\n{shown}{rest}\n{again}"


def nearest(recorded: Iterable[Request], asked: bytes) -> dict[str, list[str]]:
    """Return the differences from the recorded request that has the fewest; {} without one."""
    candidates = (_differences(one.body, asked) for one in recorded)
    return min(candidates, key=lambda parts: sum(map(len, parts.values())), default={})


def _differences(recorded: bytes, asked: bytes) -> dict[str, list[str]]:
    """Return part by part what differs between two request bodies, as lines of a diff."""
    parts = [_parts(json.loads(body)) for body in (recorded, asked)]
    found: dict[str, list[str]] = {}
    for name in sorted({*parts[0], *parts[1]}, key=_ORDER.get):  # type: ignore[arg-type]
        before, after = (part.get(name, "").splitlines() for part in parts)
        if before != after:
            _, _, *changed = difflib.unified_diff(before, after, lineterm="", n=0)
            found[name] = [line for line in changed if not line.startswith("@@")]
    return found or {"form": ["the same words, in other white space or another order of keys"]}


_ORDER = {"model": 0, "sampling": 1, "prompt": 2, "schema": 3, "text": 4}


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
