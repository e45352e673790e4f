"""The table of providers: what it says, how it is read, and that each of its facts is needed."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

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
    error_response,
    lessons,
    meaning_of,
    provider_named,
    providers,
)
from extract.models.dialects import meanings as module
from extract.models.dialects.providers import read

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


def broken(table: str) -> list[str]:
    """Return what of a table does not agree with the contracts, or with the addresses."""
    rows = {row.name: row for row in read(table, "mutated")}
    found = []
    for contract in CONTRACTS.values():
        if contract.provider == "unlisted":
            continue
        dialect = rows[contract.provider].speaks(contract.model)
        if dialect.name != contract.name or facts(dialect) != demands(contract):
            found.append(contract.name)
        if dialect.limit not in contract.limits or not _counts(dialect, contract):
            found.append(contract.name)
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


FACTS = ("limit", "left_out", "keywords", "ways", "sizes", "thinks", "cached", "models")


def mutations() -> list[tuple[str, str]]:
    """Return the table once for each of its facts, without it."""
    found = []
    text = FILE.read_text("utf-8")
    lines = text.split("\n")
    name = ""
    for number, line in enumerate(lines):
        key, _, value = line.partition(" = ")
        name = value if key == "name" else name
        if key in FACTS:
            changed = line if key != "models" else 'models = ["nothing"]'
            rest = [*lines[:number], *([changed] if key == "models" else []), *lines[number + 1 :]]
            found.append((f"{name} {key}", "\n".join(rest)))
    return found


@pytest.mark.parametrize(("fact", "table"), mutations(), ids=lambda one: one[:40])
def test_every_fact_of_the_table_is_needed(fact: str, table: str) -> None:
    """Without it the table no longer agrees with the contracts."""
    assert [] != broken(table), fact


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
    with pytest.raises(DialectError, match="the names are openai, azure"):
        Model("m", provider="open-ai")


MEANINGS = [
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
    ("model", 400, {"error": {"code": "model_not_found"}}),
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
    assert meaning == meaning_of(error_response(status, body_of(words)))


def test_every_pattern_of_the_meanings_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without any one of them an example means something else."""
    file = Path(module.__file__).with_name("meanings.toml")
    rows = tomllib.loads(file.read_text("utf-8"))["meaning"]
    idle = []
    for number, row in enumerate(rows):
        for word in row["words"]:
            left = [one for one in row["words"] if one != word] or ["(?!)"]
            changed = [*rows[:number], row | {"words": left}, *rows[number + 1 :]]
            rules = module.rules_of(_toml(changed), "mutated")
            monkeypatch.setattr("extract.models.dialects.refusals.MEANINGS", rules)
            if all(
                means == meaning_of(error_response(status, body_of(words)))
                for means, status, words in MEANINGS
            ):
                idle.append(word)
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
    said = error_response(status, words if words[:1] in {"<", "[", "", "n"} else body_of(words))
    sent = Sent.of(BODY, "strict", 4096)
    assert steps == [str(step) for step in lessons(said, Dialect(), sent)]


def test_refusals_that_contradict_each_other_teach_once() -> None:
    """Renamed once, the limit is not renamed back."""
    said = error_response(
        400, body_of("'max_completion_tokens' is not supported, use 'max_tokens'")
    )
    renamed = Dialect().after(Step("rename", "max_completion_tokens"))
    sent = Sent.of({**BODY, "max_completion_tokens": 4096}, "strict", 4096)
    assert () == lessons(said, renamed, sent)


def test_an_echo_of_the_request_teaches_nothing() -> None:
    """Details of pydantic hold the input, in which a posting may say anything."""
    fault = {"loc": ["body", "messages"], "msg": "bad", "input": "unknown temperature"}
    echo = {"detail": [fault]}
    said = error_response(422, json.dumps(echo))
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
