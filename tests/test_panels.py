"""Options declared by panel: a command gets them as one value, and its help shows them together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Self

import pytest
import typer
from typer.main import get_command
from typer.testing import CliRunner

from extract.cli import app
from extract.cli.panels import is_typed, panels


@dataclass(frozen=True, slots=True)
class Oven:
    """How bread is baked."""

    panel: ClassVar = "Oven"

    heat: Annotated[int, typer.Option(help="Degrees.", envvar="HEAT")] = 200
    minutes: Annotated[int | None, typer.Option("--time", help="Minutes.")] = None
    seen: bool = False

    def checked(self, context: typer.Context) -> Self:
        """Take note of a typed heat; refuse a cold oven."""
        if self.heat == 0:
            raise typer.BadParameter("the oven is cold", param_hint="--heat")
        return type(self)(self.heat, self.minutes, is_typed(context, "heat"))


def bakery() -> tuple[typer.Typer, list[Any]]:
    """Return a program with one command, and what that was called with."""
    program, calls = typer.Typer(), list[Any]()

    @program.command()
    @panels
    def bake(bread: Annotated[str, typer.Argument()], oven: Oven, *, loud: bool = False) -> None:
        """Bake bread."""
        calls.append((bread, oven, loud))

    return program, calls


@pytest.mark.parametrize(
    ("words", "oven"),
    [
        ([], Oven()),
        (["--heat", "220", "--time", "40"], Oven(220, 40, seen=True)),
    ],
)
def test_a_panel_is_one_value(words: list[str], oven: Oven) -> None:
    """Fields that are no options keep their defaults unless the panel sets them."""
    program, calls = bakery()
    result = CliRunner().invoke(program, ["rye", *words, "--loud"])
    assert 0 == result.exit_code, result.output
    assert [("rye", oven, True)] == calls


def test_a_panel_checks_itself() -> None:
    """What it refuses is a usage error that names the option."""
    program, calls = bakery()
    result = CliRunner().invoke(program, ["rye", "--heat", "0"])
    assert (2, []) == (result.exit_code, calls)
    assert "--heat" in result.output
    assert "the oven is cold" in result.output


def test_every_option_of_extract_is_in_a_panel() -> None:
    """Thirty options in one list are found by nobody."""
    command: Any = get_command(app)
    extract = command.commands["extract"]
    shown = {
        one.opts[0]: one.rich_help_panel
        for one in extract.params
        if one.param_type_name == "option" and not one.hidden
    }
    assert {"Input", "Model", "Question", "Pace and caps", "Long runs", "Output"} == set(
        shown.values()
    )
    assert ("Model", "Pace and caps") == (shown["--provider"], shown["--max-cost"])
    assert "--help" not in shown
