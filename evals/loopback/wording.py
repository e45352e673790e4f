"""How each provider words a refusal: bodies as in the documentation, or in public reports."""

from __future__ import annotations

import json
from typing import Any

from evals.loopback.contract import Contract, Problem

__all__ = ["refused"]

_OTHER = {"max_tokens": "max_completion_tokens", "max_completion_tokens": "max_tokens"}
_OPENAI = {
    "unknown": ("Unrecognized request argument supplied: {name}", None),
    "limit": (
        "Unsupported parameter: '{name}' is not supported with this model. Use '{other}' instead.",
        "unsupported_parameter",
    ),
    "most": (
        "{name} is too large. This model supports at most {value} completion tokens.",
        "invalid_value",
    ),
    "parameter": (
        "Unsupported value: '{name}' does not support {value} with this model. Only the default "
        "(1) value is supported.",
        "unsupported_value",
    ),
    "missing": ("Missing required parameter: '{name}'.", "missing_required_parameter"),
    "format": (
        "Invalid parameter: 'response_format' of type '{name}' is not supported with this model.",
        None,
    ),
    "word": ("'messages' must contain the word 'json' in some form.", None),
    "strict": ("Unsupported parameter: 'response_format.json_schema.strict' is not allowed.", None),
    "keyword": (
        "Invalid schema for response_format '{schema}': In context=('properties', 'title'), "
        "'{name}' is not permitted.",
        None,
    ),
    "incomplete": (
        "Invalid schema for response_format '{schema}': In context=(), '{name}' is required to be "
        "supplied and to be false.",
        None,
    ),
    "size": (
        "Invalid schema for response_format '{schema}': Expected at most 1000 enum values in total "
        "within a schema when using structured outputs, but received {value}.",
        None,
    ),
}
_PLACE = {"format", "word", "strict", "keyword", "incomplete", "size"}


def refused(contract: Contract, problem: Problem) -> tuple[int, Any]:
    """Return the status and the body of a refusal."""
    one = next(iter(problem.name.split(", ")))
    given = {"name": one, "value": problem.value, "schema": problem.schema}
    words, code = _OPENAI[problem.kind]
    message = words.format(other=_OTHER.get(problem.name, ""), **given)
    param = "response_format" if problem.kind in _PLACE else problem.name
    kind = "invalid_request_error"
    full = {"message": message, "type": kind, "param": param, "code": code}
    match contract.errors:
        case "anthropic":
            told = f"`{problem.name}` is deprecated for this model."
            return 400, {"type": "error", "error": {"type": kind, "message": told}}
        case "google":
            told = (
                f'Invalid JSON payload received. Unknown name "{problem.name}": Cannot find field.'
            )
            return 400, [{"error": {"code": 400, "message": told, "status": "INVALID_ARGUMENT"}}]
        case "mistral":
            fault = {
                "type": "extra_forbidden",
                "loc": ["body", param],
                "msg": "Extra inputs are not permitted",
                "input": problem.value,
            }
            return contract.status, {
                "object": "error",
                "message": {"detail": [fault]},
                "type": kind,
            }
        case "groq":
            return 400, {"error": {"message": _groq(problem, message), "type": kind}}
        case "deepseek":
            return 400, {"error": full | {"message": _deepseek(problem, message), "param": None}}
        case "xai":
            name = "reasoningEffort" if problem.name == "reasoning_effort" else problem.name
            told = f"Model {contract.model} does not support parameter {name}."
            return 400, {"code": "Client specified an invalid argument", "error": told}
        case "cerebras":
            if problem.kind == "keyword":
                names = ", ".join(f"'{name}'" for name in problem.name.split(", "))
                full["message"] = f"Unsupported JSON schema fields: {{{names}}}"
            return 400, full | {"code": "wrong_api_format"}
        case "bedrock":
            told = f"This model doesn't support the {problem.name} field. Remove {problem.name} and"
            return 400, {"message": f"{told} try again."}
        case "lmstudio":
            return 400, {"error": "'response_format.type' must be 'json_schema' or 'text'"}
        case "vllm" | "llamacpp":
            return 400, {"error": {"message": message, "type": "BadRequestError", "code": 400}}
        case "tgi":
            told = "response_format: missing field `value` at line 1 column 168"
            words = f"Failed to deserialize the JSON body into the target type: {told}"
            return contract.status, {"error": words, "error_type": "validation"}
        case "litellm":
            inner = json.dumps({"error": full}, indent=1)
            told = f"litellm.BadRequestError: OpenAIException - {inner}. Received Model Group=x"
            return 400, {"error": {"message": told, "type": None, "param": None, "code": "400"}}
        case "openrouter":
            raw = json.dumps({"error": full}, indent=1)
            about = {"raw": raw, "provider_name": "OpenAI"}
            return 200, {"error": {"message": "Provider returned error", "code": 400,
                                   "metadata": about}}  # fmt: skip
    return contract.status, {"error": full}


def _groq(problem: Problem, message: str) -> str:
    if problem.kind == "format":
        return "This model does not support response format `json_schema`."
    if problem.kind == "keyword":
        first = problem.name.split(", ")[0]
        return (
            f"invalid schema for response format: response_format/json_schema: {first} is not "
            "supported"
        )
    return message


def _deepseek(problem: Problem, message: str) -> str:
    if problem.kind == "format":
        return "This response_format type is unavailable now"
    if problem.kind == "parameter":
        return f"Thinking mode does not support this {problem.name}"
    return message
