"""The page of commands: every command, option, example and exit code of the command line."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from enum import Enum
from pathlib import PurePath
from typing import Any, Literal, get_args, get_origin

from typer.main import get_command

from docs.generate.languages_page import NOTE
from docs.generate.tables import table
from evals.commands import cassettes_command, eval_command, label_command, prompt_command
from extract import cli

__all__ = ["page"]

_APART = {
    "eval": eval_command.app,
    "label": label_command.app,
    "cassettes": cassettes_command.app,
    "prompt": prompt_command.app,
}
"""The apps of the commands that pass their words on."""

_ABOUT = """# Commands

Every command explains itself with `--help`. This page has the same text.

"""


def page() -> str:
    """Return the page."""
    commands = "\n".join(_app(get_command(cli.app), "postings"))
    return NOTE.format(source="the command line") + _ABOUT + commands


def _app(group: Any, name: str) -> Iterator[str]:
    for word, command in group.commands.items():
        passes_on = command.context_settings.get("allow_extra_args")
        whole = get_command(_APART[word]) if passes_on else command
        if hasattr(whole, "commands"):
            yield from _app(whole, f"{name} {word}")
        elif not whole.hidden:
            # `postings eval DATASET` is `postings eval run DATASET`.
            yield _command(whole, f"{name} {word}".removesuffix(" run"))


def _command(command: Any, name: str) -> str:
    shown = [each for each in command.params if not getattr(each, "hidden", False)]
    options = [each for each in shown if each.param_type_name == "option" and each.name != "help"]
    arguments = [each for each in shown if each.param_type_name == "argument"]
    usage = " ".join([name, *(["[OPTIONS]"] if options else []), *map(_usage, arguments)])
    parts = [f"## {name}\n", f"```text\n{usage}\n```\n", f"{command.help.strip()}\n"]
    if arguments:
        rows = [[f"`{_usage(each)}`", each.help or ""] for each in arguments]
        parts.append(table(["argument", "meaning"], rows))
    panels: dict[str, list[Any]] = {}
    for each in options:
        panels.setdefault(getattr(each, "rich_help_panel", None) or "", []).append(each)
    # A command with panels has another signature than the function that it was made of.
    signature = inspect.signature(command.callback, follow_wrapped=False, eval_str=True)
    hints = {name: each.annotation for name, each in signature.parameters.items()}
    for panel, group in panels.items():
        rows = [_option(each, hints.get(each.name)) for each in group]
        title = f"**{panel}**\n\n" if panel else ""
        parts.append(title + table(["option", "meaning"], rows))
    return "\n".join([*parts, *_epilog(command.epilog or "")])


def _usage(argument: Any) -> str:
    name = argument.metavar or argument.name.upper()
    return f"{name}..." if argument.nargs == -1 and not name.endswith("...") else name


def _option(option: Any, hint: Any) -> list[str]:
    names = ", ".join(f"`{name}`" for name in [*option.opts, *option.secondary_opts])
    choices = _choices(hint)
    if option.metavar:
        names += f" {option.metavar}".replace("|", " or ")
    meaning = [option.help or ""]
    if choices:
        meaning.append(f"One of {', '.join(choices)}.")
    if option.envvar:
        variables = [option.envvar] if isinstance(option.envvar, str) else option.envvar
        meaning.append(f"Read from {', '.join(f'`{name}`' for name in variables)} if not given.")
    if option.multiple and "repeated" not in meaning[0]:
        meaning.append("May be repeated.")
    default = getattr(option.default, "value", option.default)
    worded = isinstance(default, str | int | float | PurePath) and default != ""
    if worded and not isinstance(default, bool):
        meaning.append(f"Default: `{default}`.")
    return [names, " ".join(meaning)]


def _choices(hint: Any) -> list[str]:
    """Return the values that an option takes, where its type says them."""
    for each in (
        hint,
        *get_args(hint),
        *(one for part in get_args(hint) for one in get_args(part)),
    ):
        if isinstance(each, type) and issubclass(each, Enum):
            return [str(one.value) for one in each]
        if get_origin(each) is Literal:
            return [str(one) for one in get_args(each)]
    return []


def _epilog(text: str) -> Iterator[str]:
    """Yield the examples as one block, and the sentences around them."""
    examples: list[str] = []
    for part in text.split("\n\n"):
        if part.startswith("postings ") or " | postings " in part:
            examples.append(part)
        elif part.rstrip(":") not in {"Examples", "Example"}:
            yield from _block(examples)
            examples = []
            yield f"{part}\n"
    yield from _block(examples)


def _block(examples: list[str]) -> Iterator[str]:
    if examples:
        yield "```sh\n" + "\n".join(examples) + "\n```\n"
