"""The page and the README say what the table of providers says, and their commands work."""

from __future__ import annotations

import itertools
import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from evals.bench.loopback import Loopback, contracts, serving
from extract.cli import app
from extract.models.dialects import Dialect, providers
from extract.models.endpoint import Model

ROOT = Path(__file__).parent.parent
MARKS = ("run against the real server", "run against its contract", "by its documentation")
SAMPLE = ROOT / "docs" / "samples" / "data-engineer.html"
PAGE = Path(__file__).parent.parent / "docs" / "providers.md"


def _line(name: str, models: str, dialect: Dialect, *, sure: bool) -> str:
    cells = (
        name,
        models,
        ", ".join(dialect.ways),
        f"`{dialect.limit}`" + (" + reasoning" if dialect.thinks else ""),
        ", ".join(sorted(dialect.left_out | dialect.keywords)) or "nothing",
        "yes" if sure else "no",
    )
    return "| " + " | ".join(cells) + " |\n"


def table() -> str:
    """Return the table of the page."""
    lines = [
        "| `--provider` | models | ways, best first | limit | left out | confirmed |\n",
        "| --- | --- | --- | --- | --- | --- |\n",
    ]
    for row in providers():
        if row.retired:
            lines.append(f"| {row.name} | | {row.retired} | | | yes |\n")
            continue
        lines.append(_line(row.name, "", row.dialect, sure=row.confirmed))
        for family in row.families:
            models = ", ".join(f"`{pattern}`" for pattern in family.models)
            lines.append(_line("", models, family.dialect, sure=family.confirmed))
    return "".join(lines)


def test_the_page_holds_the_table() -> None:
    """A row that is changed is changed in both."""
    assert table() in PAGE.read_text("utf-8")


def commands() -> list[tuple[str, str]]:
    """Return the commands of both pages that name a model elsewhere, with what is said of them."""
    found = []
    for page in (PAGE, ROOT / "README.md"):
        for line in page.read_text("utf-8").splitlines():
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            named = re.search(r"`([^`]*--(?:model|base-url) [^`]*)`", line)
            if line.startswith("| ") and named and any(mark in cells[-1] for mark in MARKS):
                found.append((named[1], cells[-1]))
    return found


def test_there_are_commands() -> None:
    """Of the page and of the README, each with a mark."""
    assert len(commands()) >= 12


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
