"""The options that say which model is asked: what they send, and whose key they take."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from extract.cli import app
from extract.cli.model_options import ModelOptions, model_of
from extract.errors import AuthenticationError, InputError
from extract.models.client import Model
from extract.models.endpoint import connected
from extract.models.entra import entra
from extract.runs.journal import Journal
from extract.runs.traffic import Traffic
from tests.server import Request, Server, answering, completion, refusal, simplest

pytestmark = pytest.mark.usefixtures("here")


def run(server: Server, *words: str) -> Result:
    """Read one posting from a server."""
    Path("page.txt").write_text("Baker wanted, Leeds. Apply by 14 March 2025.", "utf-8")
    where = ("--model", "m", "--base-url", server.base_url, "-o", "rows.jsonl")
    return CliRunner().invoke(app, ["extract", "page.txt", *where, *words])


def test_what_is_asked_for_is_sent(server: Server) -> None:
    """The temperature, the effort and the limit of an answer, with reasoning on top of it."""
    done = run(
        server, "--temperature", "0.5", "--reasoning-effort", "low", "--answer-tokens", "100"
    )
    assert 0 == done.exit_code, done.output
    (sent,) = server.requests
    assert (0.5, "low", 4196) == (
        sent["temperature"],
        sent["reasoning_effort"],
        sent["max_tokens"],
    )


def test_the_first_request_to_an_unlisted_endpoint(server: Server) -> None:
    """Recordings depend on its keys and their order."""
    assert 0 == run(server).exit_code
    (sent,) = server.requests
    assert ["messages", "model", "max_tokens", "response_format", "temperature"] == list(sent)
    assert (4096, 0.0) == (sent["max_tokens"], sent["temperature"])
    assert ["json_schema", "type"] == sorted(sent["response_format"])
    assert ["name", "schema", "strict"] == sorted(sent["response_format"]["json_schema"])
    assert True is sent["response_format"]["json_schema"]["strict"]


def test_a_header_is_sent() -> None:
    """K=V, and V may hold an equals sign."""
    client = connected(Model("m", "http://127.0.0.1:1/v1", "k", headers={"X-Team": "a=b"}))
    assert "a=b" == client.default_headers["X-Team"]
    made = model_of(ModelOptions("m", "http://127.0.0.1:1/v1", headers=("X-Team=a=b",)), 1)
    assert isinstance(made, Model)
    assert {"X-Team": "a=b"} == dict(made.headers)


def test_the_old_name_of_the_cap_works_with_a_warning(server: Server) -> None:
    """On the command line and in Python, for one release."""
    done = run(server, "--max-tokens", "1")
    assert 3 == done.exit_code
    assert "--max-tokens is now --max-total-tokens" in done.stderr
    with pytest.warns(DeprecationWarning, match="max_total_tokens"):
        assert 5 == Traffic(max_tokens=5).max_total_tokens  # type: ignore[call-arg]


def test_the_key_of_one_provider_is_not_shown_to_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """The provider's own variable is taken, and OPENAI_API_KEY is not."""
    chosen = ModelOptions("llama", api_key="of-openai", provider="groq")
    with pytest.raises(AuthenticationError, match="set GROQ_API_KEY"):
        model_of(chosen, 1)
    monkeypatch.setenv("GROQ_API_KEY", "of-groq")
    made = model_of(chosen, 1)
    assert isinstance(made, Model)
    assert ("of-groq", "https://api.groq.com/openai/v1") == (made.api_key, made.base_url)


def test_an_option_that_the_model_refuses_is_told() -> None:
    """Before anything is sent, with the way to send it anyway."""
    with pytest.raises(InputError, match=r"takes no --temperature.*--provider unlisted"):
        model_of(ModelOptions("gpt-5-mini", api_key="k", temperature=0.5), 1)


def test_azure_signs_in_with_entra(monkeypatch: pytest.MonkeyPatch) -> None:
    """A token given, or one that azure-identity gives, or the advice what to set."""
    monkeypatch.delenv("AZURE_OPENAI_API_KEY", raising=False)
    azure = ModelOptions("ours", "https://mine.openai.azure.com/openai/v1")
    monkeypatch.setitem(sys.modules, "azure.identity.aio", None)
    with pytest.raises(AuthenticationError, match="AZURE_OPENAI_AD_TOKEN"):
        model_of(azure, 1)
    monkeypatch.setenv("AZURE_OPENAI_AD_TOKEN", "a-token")
    made = model_of(azure, 1)
    assert isinstance(made, Model)
    assert "a-token" == made.api_key
    module: Any = ModuleType("azure.identity.aio")

    async def fresh() -> str:
        return "fresh"

    module.DefaultAzureCredential = object
    module.get_bearer_token_provider = lambda credential, scope: fresh
    monkeypatch.setitem(sys.modules, "azure.identity.aio", module)
    assert "fresh" == asyncio.run(entra()())


def test_azures_older_address_holds_the_deployment_and_the_version() -> None:
    """The newer one takes a version as a query, if one is given."""
    older = connected(Model("ours", "https://mine.openai.azure.com", "k", api_version="2024-10-21"))
    assert "https://mine.openai.azure.com/openai/" == str(older.base_url)
    newer = "https://mine.openai.azure.com/openai/v1"
    client = connected(Model("ours", newer, "k", api_version="preview"))
    assert {"api-version": "preview"} == client.default_query


@pytest.mark.parametrize("typed", [True, False])
def test_azures_version_is_for_azure(
    server: Server, monkeypatch: pytest.MonkeyPatch, *, typed: bool
) -> None:
    """A variable that is set for other programs changes nothing; the option is refused."""
    if not typed:
        monkeypatch.setenv("OPENAI_API_VERSION", "2024-10-21")
    done = run(server, *(["--api-version", "2024-10-21"] if typed else []))
    assert (2 if typed else 0) == done.exit_code, done.output
    assert typed == ("add --provider azure" in done.stderr)


def test_model_check_says_what_an_endpoint_takes() -> None:
    """The row, the way, what was learned, the answer and what it cost."""

    def respond(asked: Request) -> tuple[int, Any]:
        if "temperature" in asked:
            return refusal(400, "Unsupported parameter: 'temperature'")
        return completion('{"colour": "red"}')

    with answering(respond) as server:
        arguments = ["model", "check", "--model", "m", "--base-url", server.base_url]
        done = CliRunner().invoke(app, arguments)
    assert 0 == done.exit_code, done.output
    for words in (
        "unlisted (not in the table of providers)",
        "strict JSON schema",
        "max_tokens, 4,096",
        "drop temperature",
        '{"colour": "red"} in ',
        "2 requests, 1,200 + 80 tokens; the model's price is not known",
    ):
        assert words in done.output


@pytest.mark.parametrize(("cap", "code"), [("15000", 0), ("3000", 3)])
def test_a_refused_request_takes_nothing_of_a_cap(cap: str, code: int) -> None:
    """There is room for one answer, and for none where the cap is too small for it."""

    def respond(asked: Request) -> tuple[int, Any]:
        if "temperature" in asked or "max_tokens" in asked:
            name = "temperature" if "temperature" in asked else "max_tokens"
            return refusal(400, f"Unsupported parameter: '{name}'")
        return simplest(asked)

    with answering(respond) as server:
        done = run(server, "--max-total-tokens", cap)
    assert code == done.exit_code, done.output
    assert (3 if code == 0 else 0) == len(server.requests)


def test_what_a_run_has_learned_is_kept_for_its_next_start() -> None:
    """The second start asks nothing that is refused."""

    def respond(asked: Request) -> tuple[int, Any]:
        if "temperature" in asked:
            return refusal(400, "Unsupported parameter: 'temperature'")
        return simplest(asked)

    with answering(respond) as server:
        first = run(server, "--run", "night")
        Path("page.txt").write_text("Cook wanted, York.", "utf-8")
        where = ("--model", "m", "--base-url", server.base_url)
        again = CliRunner().invoke(app, ["extract", "page.txt", "--run", "night", *where])
    assert (0, 0) == (first.exit_code, again.exit_code), again.output
    assert [True, False, False] == ["temperature" in asked for asked in server.requests]
    row = json.loads(Path("night/rows.jsonl").read_text("utf-8"))
    assert ["drop temperature"] == row["provenance"]["learned"]
    journal = Journal(Path("night"))
    assert ["drop temperature"] == journal.learned(f"m at {server.base_url}")
    journal.close()
