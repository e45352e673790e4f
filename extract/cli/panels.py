"""Options declared once, by panel of the help: a command gets those of a panel as one value.

A panel is a frozen dataclass whose fields are annotated with `typer.Option`. A command that is
decorated with `panels` names it as the type of a parameter:

    @panels
    def check(model: ModelOptions) -> None: …
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import fields, is_dataclass
from functools import wraps
from typing import Annotated, Any, get_args, get_type_hints

import typer
from typer.models import OptionInfo

__all__ = ["command_app", "is_typed", "option", "panels"]


def command_app(help: str = "") -> typer.Typer:  # noqa: A002 - typer's own word
    """Return an app for one command, or for several: without arguments it shows its help."""
    return typer.Typer(
        add_completion=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        help=help or None,
        no_args_is_help=bool(help),
        # Its tracebacks print local variables, and one of them is the key.
        pretty_exceptions_enable=False,
    )


def option(help: str, *names: str, **settings: Any) -> Any:  # noqa: A002 - typer's own word
    """Declare an option of a panel; its names follow from the field's if none are given."""
    return typer.Option(*names, help=help, **settings)


def panels(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of each panel among its parameters, in place of the panel."""
    own = inspect.signature(command, eval_str=True).parameters
    options = {name: _options(one.annotation) for name, one in own.items()}

    @wraps(command)
    def flat(context: typer.Context, **given: Any) -> None:
        for name, listed in options.items():
            if listed:
                values = {one.name: given.pop(one.name) for one in listed}
                given[name] = _made(own[name].annotation, context, values)
        command(**given)

    keyword = inspect.Parameter.KEYWORD_ONLY
    listed = [inspect.Parameter("context", keyword, annotation=typer.Context)]
    for name, one in own.items():
        listed += options[name] or [one.replace(kind=keyword)]
    # What typer looks at: the parameters, and once more what they are.
    flat.__signature__ = inspect.Signature(listed)  # type: ignore[attr-defined]
    flat.__annotations__ = {one.name: one.annotation for one in listed}
    return flat


def is_typed(context: typer.Context, name: str) -> bool:
    """Return whether an option stood on the command line, and did not come from elsewhere."""
    source = context.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"


def _options(panel: Any) -> list[inspect.Parameter]:
    """Return the options of a panel as parameters; none if it is the type of a single option."""
    if not is_dataclass(panel):
        return []
    hints = get_type_hints(panel, include_extras=True)
    listed = []
    for field in fields(panel):
        of, *extras = get_args(hints[field.name])[:2] or (None,)
        if not extras or not isinstance(extras[0], OptionInfo):
            continue
        option = copy(extras[0])
        option.rich_help_panel = getattr(panel, "panel", None)
        listed.append(
            inspect.Parameter(
                field.name,
                inspect.Parameter.KEYWORD_ONLY,
                default=field.default,
                annotation=Annotated[of, option],
            )
        )
    return listed


def _made(panel: Any, context: typer.Context, values: Mapping[str, Any]) -> Any:
    """Make the value of a panel, and let it check itself if it can."""
    made = panel(**values)
    return made.checked(context) if hasattr(made, "checked") else made
