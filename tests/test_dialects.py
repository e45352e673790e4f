"""The table of providers: what it says, how it is read, and that each of its facts is needed."""

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from openai.types.chat import ChatCompletion

from evals.bench.loopback import EndpointRules, contracts
from evals.bench.loopback.writing import counted
from extract.errors import DialectError, InputError
from extract.models.call_errors import usage_of
from extract.models.client import Model
from extract.models.dialects import (
    Dialect,
    Memory,
    Sent,
    Sizes,
    Step,
    dialect_of,
    lessons,
    meaning_of,
    provider_named,
    providers,
    said_of,
)
from extract.models.dialects import meanings as module
from extract.models.dialects.providers import provider_at, read

TABLE = sys.modules[provider_at.__module__]
"""The module; the package has a function of its name."""
FILE = Path(module.__file__).with_name("providers.toml")
CONTRACTS = contracts()
ADDRESSES = {
    "openai": ("https://api.openai.com/v1", "OPENAI_API_KEY"),
    "azure": ("https://mine.openai.azure.com/openai/v1", "AZURE_OPENAI_API_KEY"),
    "anthropic": ("https://api.anthropic.com/v1", "ANTHROPIC_API_KEY"),
    "gemini": ("https://generativelanguage.googleapis.com/v1beta/openai", "GEMINI_API_KEY"),
    "mistral": ("https://api.mistral.ai/v1", "MISTRAL_API_KEY"),
    "groq": ("https://api.groq.com/openai/v1", "GROQ_API_KEY"),
    "deepseek": ("https://api.deepseek.com/v1", "DEEPSEEK_API_KEY"),
    "xai": ("https://api.x.ai/v1", "XAI_API_KEY"),
    "cohere": ("https://api.cohere.ai/compatibility/v1", "COHERE_API_KEY"),
    "openrouter": ("https://openrouter.ai/api/v1", "OPENROUTER_API_KEY"),
    "together": ("https://api.together.xyz/v1", "TOGETHER_API_KEY"),
    "fireworks": ("https://api.fireworks.ai/inference/v1", "FIREWORKS_API_KEY"),
    "cerebras": ("https://api.cerebras.ai/v1", "CEREBRAS_API_KEY"),
    "bedrock": (
        "https://bedrock-runtime.us-west-2.amazonaws.com/openai/v1",
        "AWS_BEARER_TOKEN_BEDROCK",
    ),
    "github": ("https://models.github.ai/inference", "GITHUB_TOKEN"),
    "ollama": ("http://localhost:11434/v1", ""),
    "lmstudio": ("http://localhost:1234/v1", ""),
}
MORE = {
    "https://eu.api.openai.com/v1": "openai",
    "https://mine.services.ai.azure.com/openai/v1": "azure",
    "https://mine.cognitiveservices.azure.com/openai/v1": "azure",
    "https://api.cohere.com/compatibility/v1": "cohere",
    "https://api.together.ai/v1": "together",
    "https://bedrock-mantle.eu-west-1.api.aws/v1": "bedrock",
    "https://models.inference.ai.azure.com": "github",
    "http://127.0.0.1:11434/v1": "ollama",
    "http://127.0.0.1:1234/v1": "lmstudio",
}
KEYS = {name: key for name, (_, key) in ADDRESSES.items()}
NOWHERE = {"azure", "bedrock"}
"""Providers whose addresses name the region or the resource."""
RETIRED = {
    "github": "GitHub Models was shut down on 2026-07-30; use the models' own providers",
}
FAMILIES = {
    "openai": ["gpt-4.1-mini", "gpt-4o"],
    "openai-fine-tuned": ["ft:gpt-4.1-mini:mine"],
    "openai-reasoning": ["gpt-5-mini", "o1", "o3-mini", "o4-mini"],
    "openai-before-schemas": ["gpt-4", "gpt-4-turbo", "gpt-3.5-turbo"],
    "azure": ["our-deployment", "gpt-4o"],
    "azure-reasoning": ["our-gpt-5-mini", "o1", "o3-mini", "o4-mini"],
    "azure-before-schemas": ["gpt-4", "gpt-4-32k", "gpt-35-turbo"],
    "anthropic": ["claude-sonnet-4-6"],
    "anthropic-without-sampling": ["claude-opus-4-7", "claude-opus-4-8", "claude-fable-1"],
    "gemini-reasoning": [
        "gemini-2.5-flash", "gemini-3-pro", "models/gemini-2.5-pro", "models/gemini-3-flash",
    ],
    "mistral-reasoning": ["magistral-small"],
    "groq-strict": ["openai/gpt-oss-20b"],
    "groq-schema": ["moonshotai/kimi-k2-instruct", "meta-llama/llama-4-scout"],
    "xai": ["grok-4-fast"],
    "xai-effort": ["grok-3-mini-fast", "grok-4.3", "grok-4.5", "grok-4.6"],
    "openrouter-reasoning": [
        "openai/gpt-5-mini", "openai/o1", "openai/o3", "openai/o4-mini", "google/gemini-2.5-pro",
        "google/gemini-3-pro", "deepseek/deepseek-r1",
    ],
    "openrouter-anthropic": ["anthropic/claude-opus-4.7", "anthropic/claude-opus-4.8"],
    "bedrock-without-temperature": ["global.openai.gpt-5.6-luna"],
    "ollama": ["qwen2.5:7b", "llama3.2"],
    "ollama-reasoning": ["qwen3:4b", "deepseek-r1:8b", "gpt-oss:20b", "magistral"],
}  # fmt: skip
"""Names of models, one for each pattern of each family at least."""
BY_NAME = {"vllm", "sglang", "llamacpp", "tgi", "litellm"}
ASKED = ("temperature", "reasoning_effort")


def facts(dialect: Dialect) -> dict[str, Any]:
    """Return what a row says."""
    sizes = dialect.sizes
    return {
        "ways": dialect.ways,
        "left_out": set(dialect.left_out),
        "keywords": set(dialect.keywords),
        "sizes": (sizes.properties, sizes.depth, sizes.enum_values, sizes.enum_characters),
        "thinks": dialect.thinks,
    }


def demands(contract: EndpointRules) -> dict[str, Any]:
    """Return the same of a contract."""
    names = ("properties", "depth", "enum_values", "enum_characters")
    return {
        "ways": contract.ways,
        "left_out": {name for name in ASKED if name in contract.refuses | contract.ignores},
        "keywords": set(contract.keywords | contract.escapes),
        "sizes": tuple(contract.sizes.get(name) for name in names),
        "thinks": bool(contract.thought),
    }


def broken(text: str) -> list[str]:
    """Return what of a table does not agree with the contracts, the addresses or the models."""
    table = read(text, "mutated")
    rows = {row.name: row for row in table}
    found = []
    for contract in CONTRACTS.values():
        if contract.provider == "unlisted":
            continue
        dialect = rows[contract.provider].speaks(contract.model)
        if dialect.name != contract.name or facts(dialect) != demands(contract):
            found.append(contract.name)
        if dialect.limit not in contract.limits or not _counts(dialect, contract):
            found.append(contract.name)
    with patch.object(TABLE, "providers", lambda: table):
        for url, name in {**{url: name for name, (url, _) in ADDRESSES.items()}, **MORE}.items():
            row = provider_at(url)
            if row is None or row.name != name or row.retired != RETIRED.get(name, ""):
                found.append(url)
    found += [name for name, row in rows.items() if KEYS.get(name, "") != row.key]
    found += [
        name
        for name, row in rows.items()
        if row.base_url != (None if name in NOWHERE else ADDRESSES.get(name, (None,))[0])
    ]
    found += [
        model
        for family, models in FAMILIES.items()
        for model in models
        if family != rows[CONTRACTS[family].provider].speaks(model).name
    ]
    return found


def _counts(dialect: Dialect, contract: EndpointRules) -> bool:
    usage = counted(contract, 10, 5)
    body = {"id": "a", "choices": [], "created": 0, "model": "m", "object": "chat.completion"}
    completion = ChatCompletion.construct(**body, usage=usage)
    expected = 5 if usage is not None and contract.usage != "plain" else 0
    return expected == usage_of(completion, dialect.cached).cached


def test_the_table_agrees_with_the_contracts() -> None:
    """The two were written apart, from the same documentation."""
    assert [] == broken(FILE.read_text("utf-8"))


RULES = (
    "limit", "most", "left_out", "keywords", "ways", "sizes", "thinks", "cached", "models", "hosts",
    "base_url", "key", "retired",
)  # fmt: skip
"""The keys of the table that change what is sent, and where to; the others are for readers."""


def mutations() -> Iterator[tuple[str, str]]:
    """Yield what is changed and the table with it, for each rule and each part of a rule."""
    text = FILE.read_text("utf-8")
    lines = text.split("\n")
    name = ""
    for number, line in enumerate(lines):
        key, _, value = line.partition(" = ")
        name = value.strip('"') if key == "name" else name
        if key in RULES:
            for changed in _changed(key, value):
                rest = [*lines[:number], changed, *lines[number + 1 :]]
                yield f"{name}: {line} -> {changed or 'nothing'}", "\n".join(rest)


def _changed(key: str, value: str) -> Iterator[str]:
    """Yield a rule otherwise: left out, without one of its parts, in another order, or larger."""
    held = tomllib.loads(f"it = {value}")["it"]
    if key not in {"hosts", "models"}:
        yield ""
    if isinstance(held, list):
        for one in held:
            left = [other for other in held if other != one]
            yield f"{key} = {json.dumps(left)}"
        if key == "ways":
            for at in range(len(held) - 1):
                swapped = [*held[:at], held[at + 1], held[at], *held[at + 2 :]]
                yield f"{key} = {json.dumps(swapped)}"
    if isinstance(held, dict):
        for one, size in held.items():
            for other in (size - 1, size + 1):
                parts = ", ".join(f"{n} = {v}" for n, v in {**held, one: other}.items())
                yield f"{key} = {{ {parts} }}"


def test_every_rule_of_the_table_is_needed() -> None:
    """Without any part of it the table disagrees with the contracts, the addresses or the names."""
    tables = dict(mutations())
    assert len(tables) > 250
    assert [] == [what for what, table in tables.items() if not broken(table)]


@pytest.mark.parametrize("name", [*ADDRESSES, *sorted(BY_NAME)])
def test_every_provider_is_found_by_its_address_or_its_name(name: str) -> None:
    """With the variable that holds its key, and the address that `--provider` stands for."""
    row = provider_named(name)
    url, key = ADDRESSES.get(name, (None, ""))
    if url is not None and not row.retired:
        assert name == Model("m", url).row.name  # type: ignore[union-attr]
        assert row.base_url in {url, None}
    assert key == row.key
    assert ADDRESSES.keys() | BY_NAME == {one.name for one in providers()}


@pytest.mark.parametrize(("url", "name"), MORE.items())
def test_other_hosts_of_a_provider(url: str, name: str) -> None:
    """Each host name of the table belongs to its row."""
    assert name == dialect_of("m", url).name


def test_a_retired_provider_is_refused_with_what_to_do() -> None:
    """Before anything is sent to it."""
    with pytest.raises(InputError, match="shut down on 2026-07-30"):
        Model("openai/gpt-4o", "https://models.github.ai/inference")


@pytest.mark.parametrize("row", providers(), ids=lambda row: row.name)
def test_every_row_says_where_its_facts_are_from(row: Any) -> None:
    """A source, the date it was read, and whether it was confirmed."""
    assert row.source
    assert "2026-11-29" == row.read.isoformat()
    assert all(family.source for family in row.families)


ROW = 'name = "a"\nhosts = ["b"]\nsource = ["s"]\nread = 2026-01-01\nconfirmed = true\n'


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("[[provider", "is not TOML"),
        ("[[providers]]\n", "unknown key 'providers'"),
        (f"[[provider]]\n{ROW}host = 1\n", "unknown key 'host'"),
        ('[[provider]]\nname = "a"\n', "hosts is missing"),
        (f"[[provider]]\n{ROW}[[provider]]\n{ROW}", "two providers are called 'a'"),
        (f'[[provider]]\n{ROW}limit = "tokens"\n', "limit has 'tokens'"),
        (f'[[provider]]\n{ROW}ways = ["json"]\n', "ways has 'json'"),
        (f"[[provider]]\n{ROW}ways = []\n", "ways is empty"),
        (f'[[provider]]\n{ROW}left_out = ["heat"]\n', "left_out has 'heat'"),
        (f'[[provider]]\n{ROW}keywords = ["maxlength"]\n', "keywords has 'maxlength'"),
        (f"[[provider]]\n{ROW}sizes = {{ width = 3 }}\n", "sizes has 'width'"),
        (f'[[provider]]\n{ROW}[[provider.family]]\nname = "f"\n', "family 'f': models is missing"),
        (
            f"[[provider]]\n{ROW.replace('2026-01-01', '3')}",
            "read must be a date",
        ),
    ],
)
def test_slips_in_a_table_are_named(table: str, words: str) -> None:
    """With the file, the row and the key."""
    with pytest.raises(DialectError, match=words):
        read(table, "mine.toml")


def test_an_unknown_provider_lists_those_there_are() -> None:
    """A slip in `--provider` is told before anything is sent."""
    with pytest.raises(DialectError, match="there are: openai, azure"):
        Model("m", provider="open-ai")


GEMINI = "You exceeded your current quota, please check your plan and billing details."
A_MINUTE = {"quotaId": "GenerateRequestsPerMinutePerProjectPerModel-FreeTier"}
A_DAY = {"quotaId": "GenerateRequestsPerDayPerProjectPerModel-FreeTier"}


def gemini(*violations: dict[str, str]) -> dict[str, Any]:
    """Return what Gemini says of a limit."""
    details = [{"violations": list(violations)}, {"retryDelay": "38.5s"}]
    status = "RESOURCE_EXHAUSTED"
    return {"error": {"code": 429, "message": GEMINI, "status": status, "details": details}}


MEANINGS = [
    ("rate", 429, gemini(A_MINUTE)),
    ("quota", 429, gemini(A_MINUTE, A_DAY)),
    ("quota", 429, gemini(A_DAY)),
    ("quota", 429, {"error": {"code": "insufficient_quota", "message": "no"}}),
    ("quota", 429, "You exceeded your current quota, please check your plan"),
    ("quota", 400, "Your credit balance is too low to access the Anthropic API."),
    ("quota", 400, "Insufficient Balance"),
    ("quota", 400, "Insufficient credits. Add more"),
    ("quota", 400, "This request requires more credits, or fewer max_tokens."),
    ("quota", 400, {"error": {"code": "billing_hard_limit_reached"}}),
    ("quota", 403, "Your team has used all available credits"),
    ("quota", 403, "or reached its monthly spending limit."),
    ("quota", 402, "Payment Required"),
    ("filter", 400, {"error": {"code": "content_filter", "message": "no"}}),
    ("filter", 400, "triggering Azure OpenAI's content management policy"),
    ("filter", 400, {"error": {"innererror": {"code": "ResponsibleAIPolicyViolation"}}}),
    ("filter", 400, {"error": {"code": "content_policy_violation"}}),
    ("filter", 403, "Your input was flagged"),
    ("filter", 400, {"error": {"code": "data_inspection_failed"}}),
    ("filter", 403, "Your chosen model requires moderation"),
    (None, 500, "The moderation service failed"),
    ("context", 400, {"error": {"code": "context_length_exceeded", "message": "no"}}),
    ("context", 400, {"error": {"type": "exceed_context_size_error", "message": "too long"}}),
    ("context", 400, "This model's maximum context length is 8192 tokens."),
    ("context", 400, "prompt (length 9000) exceeds max_model_len of 4096"),
    ("context", 400, "the request exceeds the available context size. try increasing it"),
    ("context", 400, "input length and max_tokens exceed context window"),
    ("context", 400, "greater than the context size"),
    ("context", 400, "prompt is too long: 210000 tokens > 200000 maximum"),
    ("context", 400, "66385 tokens, too large for model with 32768 maximum context"),
    ("context", 400, "The input token count (1200000) exceeds the maximum number of tokens"),
    ("context", 400, "Input is too long for requested model."),
    ("context", 422, "`inputs` tokens + `max_new_tokens` must be <= 4096. Given: 5000"),
    ("context", 413, {"error": {"code": "tokens_limit_reached"}}),
    ("context", 413, "Request too large for model `x` in organization"),
    ("context", 400, "The input (9000 tokens) is longer than the model's context length"),
    ("context", 400, "Please reduce the length of the messages or completion."),
    ("rate", 429, "Request too large for model `x` on tokens per min (TPM): Limit 30000"),
    ("model", 400, {"error": {"code": "model_not_found"}}),
    ("model", 403, "Project `x` does not have access to model `m`, or model not found"),
    ("model", 404, {"error": {"code": "model_not_found"}}),
    ("model", 410, "The model `m` has been retired"),
    ("model", 422, "unknown model: x"),
    ("busy", 503, "Unknown model on this replica: the model is loading, temporarily unavailable"),
    ("model", 400, {"error": {"code": "model_not_supported"}}),
    ("model", 400, {"error": {"code": "DeploymentNotFound"}}),
    ("model", 400, {"error": {"code": "model_deprecated"}}),
    ("model", 400, {"error": {"code": "model_decommissioned"}}),
    ("model", 400, "The model `mixtral-8x7b` has been decommissioned"),
    ("model", 400, "The model gpt-x is no longer available"),
    ("model", 400, "no such model: qwen9"),
    ("model", 400, "qwen/qwen9 is not a valid model ID"),
    ("model", 400, "Invalid model name passed in model=x"),
    ("model", 400, "The model `gpt-9` does not exist or you do not have access to it."),
    ("model", 400, "unknown model: x"),
    ("model", 400, {"error": {"code": "unknown_model"}}),
    ("model", 400, "No endpoints found for x/y."),
    ("key", 400, {"error": {"code": "invalid_api_key"}}),
    ("key", 400, "Incorrect API key provided: x"),
    ("key", 400, "Invalid API key"),
    ("key", 400, "API key not valid. Please pass a valid one."),
    ("key", 400, {"error": {"details": [{"reason": "API_KEY_INVALID"}]}}),
    ("key", 400, "No API key provided"),
    ("key", 400, "Missing API key"),
    ("key", 400, "No auth credentials found"),
    ("rate", 400, {"error": {"code": "rate_limit_exceeded"}}),
    ("rate", 400, "Rate limit reached for requests"),
    ("rate", 400, {"error": {"status": "RESOURCE_EXHAUSTED"}}),
    ("rate", 400, "Too many requests"),
    ("rate", 400, "Limit: 10000 tokens per min"),
    ("rate", 400, "Limit: 3 requests per min"),
    ("rate", 400, {"code": "queue_exceeded"}),
    ("busy", 529, {"error": {"type": "overloaded_error", "message": "Overloaded"}}),
    ("busy", 400, "Service tier capacity exceeded for this model."),
    ("busy", 400, "The service is temporarily unavailable"),
    ("busy", 400, "Model is currently loading"),
    ("busy", 400, {"error": {"code": "service_unavailable"}}),
    (None, 400, "Unsupported parameter: 'temperature' is not supported with this model."),
    (None, 400, "`temperature` is deprecated for this model."),
    (None, 400, "computer says no"),
]


def body_of(words: Any) -> str:
    """Return the body of a response that says this."""
    return json.dumps(words if isinstance(words, dict) else {"error": {"message": words}})


@pytest.mark.parametrize(("meaning", "status", "words"), MEANINGS)
def test_what_an_error_means(meaning: str | None, status: int, words: Any) -> None:
    """As providers word it."""
    assert meaning == meaning_of(said_of(status, body_of(words)))


def changed_meanings() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Yield what is changed and the rules with it: each pattern and each status."""
    file = Path(module.__file__).with_name("meanings.toml")
    rows = tomllib.loads(file.read_text("utf-8"))["meaning"]

    def otherwise(at: int, **rule: Any) -> list[dict[str, Any]]:
        return [*rows[:at], rows[at] | rule, *rows[at + 1 :]]

    for at, row in enumerate(rows):
        for word in row["words"]:
            left = [one for one in row["words"] if one != word] or ["(?!)"]
            yield f"{row['means']} without {word}", otherwise(at, words=left)
        statuses = row.get("statuses", [])
        for status in statuses:
            left = [one for one in statuses if one != status] or [0]
            yield f"{row['means']} not for {status}", otherwise(at, statuses=left)
        if statuses:
            yield f"{row['means']} for any status", otherwise(at, statuses=[])


def test_every_rule_of_the_meanings_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    """With any one of them changed an example means something else."""
    idle = []
    for what, rows in changed_meanings():
        rules = module.rules_of(_toml(rows), "mutated")
        monkeypatch.setattr("extract.models.dialects.refusals.MEANINGS", rules)
        if all(
            means == meaning_of(said_of(status, body_of(words)))
            for means, status, words in MEANINGS
        ):
            idle.append(what)
    assert [] == idle


def _toml(rows: list[dict[str, Any]]) -> str:
    return "\n".join(
        "[[meaning]]\n" + "\n".join(f"{key} = {json.dumps(value)}" for key, value in row.items())
        for row in rows
    )


SCHEMA = {
    "type": "object",
    "properties": {"title": {"type": "string", "maxLength": 60}, "runs": {"maxItems": 2}},
    "required": ["title", "runs"],
}
BODY = {
    "messages": [],
    "model": "m",
    "max_tokens": 4096,
    "temperature": 0.0,
    "response_format": {"type": "json_schema", "json_schema": {"schema": SCHEMA, "strict": True}},
}


@pytest.mark.parametrize(
    ("status", "words", "steps"),
    [
        (400, "Unsupported value: 'temperature' does not support 0 with this model.",
         ["drop temperature"]),
        (400, "This model doesn't support the temperature field. Remove temperature and try again.",
         ["drop temperature"]),
        (400, "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.",
         ["rename max_completion_tokens"]),
        (400, "max_tokens is too large: 4096. This model supports at most 2048 completion tokens",
         ["cap 2048"]),
        (400, "Invalid max_tokens value, the valid range of max_tokens is [1, 2048]", ["cap 2048"]),
        (400, "`max_tokens` must be less than or equal to `2048`", ["cap 2048"]),
        (400, "In context=('properties', 'title'), 'maxLength' is not permitted. Invalid schema",
         ["keyword maxLength"]),
        (400, "Unsupported JSON schema fields: {'maxItems', 'maxLength'}",
         ["keyword maxItems", "keyword maxLength"]),
        (400, "The provided JSON schema contains features not supported by xgrammar.",
         ["way schema"]),
        (400, "This response_format type is unavailable now", ["way tool"]),
        (400, "This model does not support response format `json_schema`.", ["way tool"]),
        (422, "response_format: missing field `value` at line 1", ["way tool"]),
        (400, "schema produces a constraint that has too many states", ["way schema"]),
        (500, "Unsupported value: 'temperature' does not support 0", []),
        (400, "This model's maximum context length is 2048; you set max_tokens to 4096", []),
        (400, "The model `m` has been deprecated", []),
        (400, "computer says no", []),
        (400, "<html><title>Bad request</title></html>", []),
        (400, "", []),
        (400, "[]", []),
        (400, "null", []),
    ],
)  # fmt: skip
def test_what_a_refusal_teaches(status: int, words: str, steps: list[str]) -> None:
    """Only what the refusal names, and only if it is about the request itself."""
    said = said_of(status, words if words[:1] in {"<", "[", "", "n"} else body_of(words))
    sent = Sent.of(BODY, "strict", 4096)
    assert steps == [str(step) for step in lessons(said, Dialect(), sent)]


def test_refusals_that_contradict_each_other_teach_once() -> None:
    """Renamed once, the limit is not renamed back."""
    said = said_of(400, body_of("'max_completion_tokens' is not supported, use 'max_tokens'"))
    renamed = Dialect().after(Step("rename", "max_completion_tokens"))
    sent = Sent.of({**BODY, "max_completion_tokens": 4096}, "strict", 4096)
    assert () == lessons(said, renamed, sent)


def test_an_echo_of_the_request_teaches_nothing() -> None:
    """Details of pydantic hold the input, in which a posting may say anything."""
    fault = {"loc": ["body", "messages"], "msg": "bad", "input": "unknown temperature"}
    echo = {"detail": [fault]}
    said = said_of(422, json.dumps(echo))
    assert () == lessons(said, Dialect(), Sent.of(BODY, "strict", 4096))


@pytest.mark.parametrize(
    "text",
    ["rename tokens", "allow all", "way json", "cap many", "sing loudly", "drop", "", "drop "],
)
def test_what_is_no_step_is_not_read_as_one(text: str) -> None:
    """A journal may have been written by another version."""
    with pytest.raises(ValueError, match="not a step"):
        Memory.of([text])


@pytest.mark.parametrize(
    ("sizes", "held"),
    [
        (Sizes(), True),
        (Sizes(properties=3, depth=2, enum_values=3, enum_characters=3), True),
        (Sizes(properties=2), False),
        (Sizes(depth=1), False),
        (Sizes(enum_values=2), False),
        (Sizes(enum_characters=2), False),
    ],
)
def test_how_large_a_schema_may_be(sizes: Sizes, *, held: bool) -> None:
    """Properties, nesting and enums are counted through references and lists."""
    schema = {
        "type": "object",
        "properties": {"a": {"enum": ["x", "y", "z"]}, "b": {"items": {"$ref": "#/$defs/C"}}},
        "$defs": {"C": {"type": "object", "properties": {"c": {"$ref": "#/$defs/C"}}}},
    }
    assert held is sizes.hold(schema)
