"""The components that servers are made of, where they are installed: engines, LiteLLM, llama.cpp.

None of them is needed by the package, and all but llama.cpp are too large for the environment of
the tests (xgrammar alone brings 5 GB): CONTRIBUTING.md says how they are run.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import httpx2
import pytest
import yaml
from jsonschema import Draft202012Validator
from platformdirs import user_cache_path

from evals.bench.loopback import Loopback, contracts, posting, serving
from extract import Record, extract_many
from extract.models.client import Model
from extract.models.dialects import dialect_of
from extract.models.local import DEFAULT, LocalServer
from extract.models.tape import FilePersister, JsonBodies
from extract.models.wire import without

CASSETTES = Path(__file__).parent.parent / "cassettes"
FOLDERS = ("postings", "postings-open", "test_recorded")
ASCII = [chr(code) for code in range(32, 127)]
SAMPLE = 12
"""Every twelfth recording, unless POSTINGS_ALL_SCHEMAS asks for all."""

HARD = 'Chef "de partie"\\Saucier\t(m/f) – 厨师 📋'
STARTING = 600.0
"""Seconds that LiteLLM's proxy may take until it answers."""
WEIGHTS = user_cache_path("postings") / DEFAULT.filename
Compiled = Callable[[str], bool]


def recordings() -> list[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Return the name, the answer schema and the answer of some recordings, open and closed."""
    step = 1 if os.environ.get("POSTINGS_ALL_SCHEMAS") else SAMPLE
    found = []
    for folder in FOLDERS:
        for path in sorted((CASSETTES / folder).glob("*.yaml"))[::step]:
            requests, responses, _ = FilePersister.load_cassette(path, JsonBodies)
            for request, response in zip(requests, responses, strict=True):
                schema = json.loads(request.body)["response_format"]["json_schema"]["schema"]
                choice = json.loads(response["body"]["string"])["choices"][0]
                if choice["finish_reason"] == "stop":
                    answer = json.loads(choice["message"]["content"])
                    found.append((f"{folder}/{path.stem}", schema, answer))
    return found


def hardened(value: Any, schema: dict[str, Any]) -> Any:
    """Return an answer with the hard words in place of every text that may be any."""
    if "anyOf" in schema:
        parts = (part for part in schema["anyOf"] if Draft202012Validator(part).is_valid(value))
        return hardened(value, next(parts))
    if isinstance(value, dict):
        return {name: hardened(part, schema["properties"][name]) for name, part in value.items()}
    if isinstance(value, list):
        return [hardened(part, schema["items"]) for part in value]
    free = isinstance(value, str) and not schema.keys() & {"enum", "const", "pattern", "format"}
    return HARD[: schema.get("maxLength")] if free else value


def _is_full(schema: dict[str, Any], answer: dict[str, Any]) -> bool:
    """Return whether a list of lists in an answer has as many items as it may have."""
    return any(
        isinstance(answer[name], list)
        and part.get("items", {}).get("type") == "array"
        and len(answer[name]) >= part.get("maxItems", len(answer[name]) + 1)
        for name, part in schema["properties"].items()
    )


def xgrammar(schema: dict[str, Any]) -> Compiled:
    """Compile a schema as vLLM and SGLang do by default."""
    engine = pytest.importorskip("xgrammar")
    accepts = pytest.importorskip("xgrammar.testing")._is_grammar_accept_string
    grammar = engine.Grammar.from_json_schema(json.dumps(schema), strict_mode=True)
    return lambda text: bool(accepts(grammar, text))


def llguidance(schema: dict[str, Any]) -> Compiled:
    """Compile a schema as llama.cpp can, and as vLLM falls back to."""
    engine = pytest.importorskip("llguidance")
    tokenizer = engine.LLTokenizer("byte")
    grammar = engine.LLMatcher.grammar_from_json_schema(json.dumps(schema))
    assert "" == engine.LLMatcher.validate_grammar(grammar)

    def accepts(text: str) -> bool:
        matcher = engine.LLMatcher(tokenizer, grammar)
        tokens = tokenizer.tokenize_bytes(text.encode())
        return bool(matcher.consume_tokens(tokens)) and bool(matcher.is_accepting())

    return accepts


def outlines(schema: dict[str, Any]) -> Compiled:
    """Compile a schema as TGI does: to a regular expression."""
    engine = pytest.importorskip("outlines_core.json_schema")
    pattern = re.compile(engine.build_regex_from_schema(json.dumps(schema)))
    return lambda text: pattern.fullmatch(text) is not None


def lm_format_enforcer(schema: dict[str, Any]) -> Compiled:
    """Compile a schema for the engine that checks character by character."""
    engine = pytest.importorskip("lmformatenforcer")

    def accepts(text: str) -> bool:
        # A server takes the alphabet from its tokenizer; the default is that of English.
        # A list without a limit may have 20 items, unless LMFE_MAX_JSON_ARRAY_LENGTH says more.
        config = engine.CharacterLevelParserConfig(
            alphabet="".join(sorted({*text, *ASCII})), max_json_array_length=100
        )
        parser = engine.JsonSchemaParser(schema, config=config)
        for char in text:
            if char not in parser.get_allowed_characters():
                return False
            parser = parser.add_character(char)
        return bool(parser.can_end())

    return accepts


ENGINES = {
    "vllm": [xgrammar],
    "sglang": [xgrammar],
    "llamacpp": [llguidance],
    "unlisted": [llguidance, outlines, lm_format_enforcer],
}
CASES = [(row, engine) for row, engines in ENGINES.items() for engine in engines]


@pytest.mark.parametrize(("row", "engine"), CASES, ids=lambda one: getattr(one, "__name__", one))
def test_every_recorded_schema_compiles_and_takes_its_answer(
    row: str, engine: Callable[[dict[str, Any]], Compiled]
) -> None:
    """As that row of the table sends it, with any character in it; a foreign key is refused."""
    keywords = dialect_of("m", "http://10.0.0.5/v1", row).keywords
    compiled: dict[str, Compiled] = {}
    read = hard = 0
    for name, schema, answer in recordings():
        key = json.dumps(schema)
        if key not in compiled:
            compiled[key] = engine(without(schema, keywords))
        accepts = compiled[key]
        if not Draft202012Validator(schema).is_valid(answer):
            continue  # llama.cpp does not hold every limit of a list
        if engine is lm_format_enforcer and _is_full(schema, answer):
            continue  # lm-format-enforcer 0.11 stops a list of lists one item too early
        changed = hardened(answer, schema)
        for given in (answer, changed):
            assert accepts(json.dumps(given, ensure_ascii=False)), name
        assert not accepts(json.dumps({**answer, "foreign": 1}, ensure_ascii=False)), name
        read, hard = read + 1, hard + (changed != answer)
    assert read > len(compiled) / 2
    assert hard > read / 2


async def read(model: Model, size: int = 1500, concurrency: int = 4) -> list[Any]:
    """Read four postings."""
    documents = (posting(number, size) for number in range(4))
    return [row async for row in extract_many(documents, model=model, concurrency=concurrency)]


@contextmanager
def litellm(upstream: str, folder: Path) -> Iterator[str]:
    """Run LiteLLM's proxy in front of a server until the block ends."""
    command = os.environ.get("LITELLM") or shutil.which("litellm")
    if command is None:
        pytest.skip("needs LiteLLM's proxy: pip install 'litellm[proxy]', or LITELLM=its command")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    params = {"model": "openai/any", "api_base": upstream, "api_key": "none"}
    config = folder / "config.yaml"
    config.write_text(yaml.dump({"model_list": [{"model_name": "any", "litellm_params": params}]}))
    arguments = [command, "--config", str(config), "--host", "127.0.0.1", "--port", str(port)]
    environment = {
        **os.environ,
        "LITELLM_TELEMETRY": "False",
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",
        # It runs on loopback for the length of a test.
        "LITELLM_DANGEROUSLY_PERMIT_WEAK_OR_UNSET_MASTER_KEY": "true",
    }
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(arguments, stdout=log, stderr=log, env=environment)  # noqa: S603
        try:
            _wait(f"http://127.0.0.1:{port}/health/liveliness", process)
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            process.terminate()
            process.wait(30)


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    # It imports for ten seconds on an idle machine, and for minutes on a busy one.
    until = time.monotonic() + STARTING
    while time.monotonic() < until:
        assert None is process.poll(), "the proxy ended"
        try:
            if httpx2.get(url, trust_env=False, timeout=30).status_code == 200:
                return
        except httpx2.TransportError:
            pass
        time.sleep(0.2)
    pytest.fail("the proxy does not answer")


@pytest.mark.parametrize(("contract", "learned"), [("plain", 0), ("two-refusals", 2)])
def test_litellms_proxy(contract: str, learned: int, tmp_path: Path) -> None:
    """Four documents through the real proxy; refusals that it wraps teach all the same, once."""
    with serving(server=Loopback(contract=contracts()[contract])) as server:
        directly = asyncio.run(read(Model("any", server.base_url, "none")))
        before = len(server.ledger.entries)
        with litellm(server.base_url, tmp_path) as address:
            rows = asyncio.run(read(Model("any", address, "none", provider="litellm")))
        refused = [entry.status for entry in server.ledger.entries[before:]].count(400)
        asked = len(server.ledger.entries) - before
    assert all(isinstance(row, Record) for row in rows), rows
    assert [row.posting for row in directly] == [row.posting for row in rows]
    assert (learned, 4 + learned) == (refused, asked)
    assert {learned} == {len(row.provenance.learned) for row in rows}


@pytest.mark.skipif(find_spec("xllamacpp") is None, reason="needs the local extra")
@pytest.mark.skipif(not WEIGHTS.exists(), reason="needs the weights: postings model pull")
def test_llamacpps_server_as_a_plain_endpoint() -> None:
    """Four documents, asked as any hosted endpoint is: openly, by a strict schema."""
    with LocalServer() as server:
        model = Model(server.name, server.base_url, server.api_key, provider="llamacpp")
        rows = asyncio.run(read(model, 900, 1))
    assert [] == [row.message for row in rows if not isinstance(row, Record)]
    assert {("llamacpp", "open@1")} == {
        (row.provenance.dialect, row.provenance.prompt) for row in rows
    }
    assert [[]] * 4 == [row.provenance.learned for row in rows]
    assert all(row.provenance.usage.completion > 0 for row in rows)
