"""The commands of docs/providers.md work against the contract of the provider that they name."""

from __future__ import annotations

import itertools
import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from evals.bench.loopback import Loopback, contracts, serving
from extract.cli import app
from extract.models.endpoint import Model

ROOT = Path(__file__).parent.parent
MARKS = ("run against the real server", "run against its contract", "by its documentation")
SAMPLE = ROOT / "docs" / "samples" / "data-engineer.html"
PAGE = ROOT / "docs" / "providers.md"


def commands() -> list[tuple[str, str]]:
    """Return the commands of the page, each with how it was tested."""
    listed = []
    for line in PAGE.read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        command = re.search(r"`([^`]*--(?:model|base-url) [^`]*)`", line)
        if line.startswith("| ") and command and any(mark in cells[-1] for mark in MARKS):
            listed.append((command[1], cells[-1]))
    return listed


def test_there_are_commands() -> None:
    """The page shows how to reach each sort of provider."""
    assert len(commands()) >= 9


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(("command", "mark"), commands())
def test_a_command_works_against_its_contract(command: str, mark: str) -> None:
    """With the address of the contract's server in place of its own, and nothing is refused."""
    words = shlex.split(command)
    options = dict(itertools.pairwise(words))
    given = {name: value for name, value in options.items() if name.startswith("--")}
    address, version = given.pop("--base-url", None), given.get("--api-version")
    model = Model(given["--model"], address, provider=given.get("--provider"), api_version=version)
    assert model.row is not None, command
    given["--provider"] = model.row.name
    doing = ["model", "check"] if "check" in words else ["extract", str(SAMPLE)]
    with serving(server=Loopback(contract=contracts()[model.dialect.name])) as server:
        at = server.base_url.removesuffix("/v1") if version else server.base_url
        asked = [*doing, "--base-url", at, "--api-key", "k"]
        done = CliRunner().invoke(app, [*asked, *(word for pair in given.items() for word in pair)])
    assert 0 == done.exit_code, done.output
    assert {200} == {entry.status for entry in server.ledger.entries}
    assert any(mark.startswith(one) for one in MARKS)
