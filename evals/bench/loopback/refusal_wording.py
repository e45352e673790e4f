"""How each provider words a refusal: bodies as in the documentation, or in public reports."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from evals.bench.loopback.enforced import EndpointRules, RequestProblem

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
        (
            "Unsupported value: '{name}' does not support {value} with this model. Only the "
            "default (1) value is supported."
        ),
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
        (
            "Invalid schema for response_format '{schema}': In context=('properties', 'title'), "
            "'{name}' is not permitted."
        ),
        None,
    ),
    "incomplete": (
        (
            "Invalid schema for response_format '{schema}': In context=(), '{name}' is required to "
            "be supplied and to be false."
        ),
        None,
    ),
    "size": (
        (
            "Invalid schema for response_format '{schema}': Expected at most {most} {what} in "
            "total within a schema when using structured outputs, but received {value}."
        ),
        None,
    ),
}
_PLACE = {"format", "word", "strict", "keyword", "incomplete", "size"}


_KIND = "invalid_request_error"


@dataclass(frozen=True, slots=True)
class _Refusal:
    """A refusal in OpenAI's words, from which those of others are made."""

    contract: EndpointRules
    problem: RequestProblem
    message: str
    error: dict[str, Any]


def refused(contract: EndpointRules, problem: RequestProblem) -> tuple[int, Any]:
    """Return the status and the body of a refusal."""
    first = problem.name.split(", ")[0]
    words, code = _OPENAI[problem.kind]
    message = words.format(
        name=first,
        value=problem.value,
        schema=problem.schema,
        other=_OTHER.get(first, ""),
        most=contract.sizes.get(first),
        what=first.replace("_", " "),
    )
    param = "response_format" if problem.kind in _PLACE else problem.name
    error = {"message": message, "type": _KIND, "param": param, "code": code}
    refusal = _Refusal(contract, problem, message, error)
    status = 200 if contract.errors == "openrouter" else contract.status
    return status, _BODIES[contract.errors](refusal)


def _openai(one: _Refusal) -> Any:
    return {"error": one.error}


def _anthropic(one: _Refusal) -> Any:
    told = f"`{one.problem.name}` is deprecated for this model."
    return {"type": "error", "error": {"type": _KIND, "message": told}}


def _google(one: _Refusal) -> Any:
    told = f'Invalid JSON payload received. Unknown name "{one.problem.name}": Cannot find field.'
    return [{"error": {"code": 400, "message": told, "status": "INVALID_ARGUMENT"}}]


def _mistral(one: _Refusal) -> Any:
    fault = {
        "type": "extra_forbidden",
        "loc": ["body", one.error["param"]],
        "msg": "Extra inputs are not permitted",
        "input": one.problem.value,
    }
    return {"object": "error", "message": {"detail": [fault]}, "type": _KIND}


def _groq_body(one: _Refusal) -> Any:
    return {"error": {"message": _groq(one.problem, one.message), "type": _KIND}}


def _deepseek_body(one: _Refusal) -> Any:
    return {"error": one.error | {"message": _deepseek(one.problem, one.message), "param": None}}


def _xai(one: _Refusal) -> Any:
    name = one.problem.name
    shown = "reasoningEffort" if name == "reasoning_effort" else name
    told = f"Model {one.contract.model} does not support parameter {shown}."
    return {"code": "Client specified an invalid argument", "error": told}


def _cerebras(one: _Refusal) -> Any:
    error = one.error | {"code": "wrong_api_format"}
    if one.problem.kind == "keyword":
        names = ", ".join(f"'{name}'" for name in one.problem.name.split(", "))
        error["message"] = f"Unsupported JSON schema fields: {{{names}}}"
    return error


def _bedrock(one: _Refusal) -> Any:
    name = one.problem.name
    told = f"This model doesn't support the {name} field. Remove {name} and try again."
    return {"message": told}


def _lmstudio(_: _Refusal) -> Any:
    return {"error": "'response_format.type' must be 'json_schema' or 'text'"}


def _vllm(one: _Refusal) -> Any:
    return {"error": {"message": one.message, "type": "BadRequestError", "code": 400}}


def _tgi(_: _Refusal) -> Any:
    told = "response_format: missing field `value` at line 1 column 168"
    words = f"Failed to deserialize the JSON body into the target type: {told}"
    return {"error": words, "error_type": "validation"}


def _litellm(one: _Refusal) -> Any:
    inner = json.dumps({"error": one.error}, indent=1)
    told = f"litellm.BadRequestError: OpenAIException - {inner}. Received Model Group=x"
    return {"error": {"message": told, "type": None, "param": None, "code": "400"}}


def _openrouter(one: _Refusal) -> Any:
    about = {"raw": json.dumps({"error": one.error}, indent=1), "provider_name": "OpenAI"}
    return {"error": {"message": "Provider returned error", "code": 400, "metadata": about}}


def _groq(problem: RequestProblem, message: str) -> str:
    if problem.kind == "format":
        return "This model does not support response format `json_schema`."
    if problem.kind == "keyword":
        first = problem.name.split(", ")[0]
        return (
            f"invalid schema for response format: response_format/json_schema: {first} is not "
            "supported"
        )
    return message


def _deepseek(problem: RequestProblem, message: str) -> str:
    if problem.kind == "format":
        return "This response_format type is unavailable now"
    if problem.kind == "parameter":
        return f"Thinking mode does not support this {problem.name}"
    return message


_BODIES: dict[str, Callable[[_Refusal], Any]] = {
    "openai": _openai,
    "anthropic": _anthropic,
    "google": _google,
    "mistral": _mistral,
    "groq": _groq_body,
    "deepseek": _deepseek_body,
    "xai": _xai,
    "cerebras": _cerebras,
    "bedrock": _bedrock,
    "lmstudio": _lmstudio,
    "vllm": _vllm,
    "llamacpp": _vllm,
    "tgi": _tgi,
    "litellm": _litellm,
    "openrouter": _openrouter,
}
