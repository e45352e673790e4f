"""How endpoints write an answer and count its tokens."""

from __future__ import annotations

import json
from typing import Any

from evals.bench.loopback.enforced import EndpointRules

__all__ = ["counted", "written"]

_DRAFT = json.dumps({"is_posting": False, "draft": {"title": "not this"}})
_THOUGHT = f"The page could be {_DRAFT}, but {{it}} is not."


def written(contract: EndpointRules, content: str, *, called: bool) -> dict[str, Any]:
    """Return the message that holds an answer."""
    message: dict[str, Any] = {"role": "assistant", "content": content}
    if called and not contract.unforced:
        function = {"name": "Reading", "arguments": content}
        call = {"id": "call-1", "type": "function", "function": function}
        return message | {"content": None, "tool_calls": [call]}
    match contract.answers:
        case "fence":
            message["content"] = f"```json\n{content}\n```"
        case "think":
            message["content"] = f"<think>\n{_THOUGHT}\n</think>\n\n{content}"
        case "tagged":
            message["content"] = f"<reasoning>{_THOUGHT}</reasoning>{content}"
        case "reasoning":
            message["reasoning_content"] = _THOUGHT
        case "parts":
            thought = {"type": "thinking", "thinking": [{"type": "text", "text": _THOUGHT}]}
            message["content"] = [thought, {"type": "text", "text": content}]
        case "prose":
            message["content"] = f"Here is what I found:\n\n{content}\n\nLet me know!"
        case "second":
            message["content"] = f'{content}\n{{"note": "this is a second object"}}'
    return message


def counted(contract: EndpointRules, prompt: int, completion: int) -> dict[str, Any] | None:
    """Return the usage that is reported, with half of the prompt read from the cache."""
    usage: dict[str, Any] = {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
    }
    cached = prompt // 2
    match contract.usage:
        case "none":
            return None
        case "plain":
            return usage
        case "deepseek":
            usage |= {
                "prompt_cache_hit_tokens": cached,
                "prompt_cache_miss_tokens": prompt - cached,
            }
        case _:
            usage["prompt_tokens_details"] = {"cached_tokens": cached}
    usage["completion_tokens_details"] = {"reasoning_tokens": contract.thought}
    return usage
