"""The options that say which model is asked, shared by the commands that ask one."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

if TYPE_CHECKING:
    from extract.models.endpoint import Model

__all__ = ["LOCAL", "ModelOptions", "chooses_model", "is_typed", "model_of"]

LOCAL = "local"
_OF_ANOTHER = (
    "provider",
    "temperature",
    "reasoning_effort",
    "answer_tokens",
    "header",
    "api_version",
    "timeout",
)
"""Options that the embedded model does not take: it is asked as it was measured."""

EffortName = Literal["none", "minimal", "low", "medium", "high", "xhigh"]

Name = Annotated[
    str,
    typer.Option(
        metavar="NAME",
        envvar=["POSTINGS_MODEL", "OPENAI_MODEL"],
        help='The model to ask; "local" is the embedded one.',
    ),
]
BaseUrl = Annotated[
    str | None,
    typer.Option(
        metavar="URL",
        envvar="OPENAI_BASE_URL",
        help="Where the model is served, ending in /v1; OpenAI's own if not given.",
    ),
]
ApiKey = Annotated[
    str | None,
    typer.Option(metavar="KEY", envvar="OPENAI_API_KEY", help="The key for the server."),
]
ProviderName = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="Whose endpoint it is, if its address does not say (docs/providers.md): groq, vllm, …",
    ),
]
Temperature = Annotated[
    float | None,
    typer.Option(metavar="T", min=0, max=2, help="How freely the model chooses; 0 if not given."),
]
Effort = Annotated[
    EffortName | None, typer.Option(help="How long a reasoning model thinks.", metavar="LEVEL")
]
AnswerTokens = Annotated[
    int | None,
    typer.Option(
        metavar="N", min=1, help="Limit one answer to N tokens; hidden reasoning comes on top."
    ),
]
Headers = Annotated[
    list[str] | None, typer.Option("--header", metavar="K=V", help="Send a header with each call.")
]
Timeout = Annotated[
    float | None,
    typer.Option(metavar="SECONDS", min=1, help="How long one answer may take; 600 if not given."),
]
ApiVersion = Annotated[
    str | None,
    typer.Option(metavar="V", envvar="OPENAI_API_VERSION", help="Azure's api-version, if needed."),
]


@dataclass(frozen=True, slots=True)
class ModelOptions:
    """The options as they were given; `typed` names those that stood on the command line."""

    name: str
    base_url: str | None = None
    api_key: str | None = None
    provider: str | None = None
    temperature: float | None = None
    effort: EffortName | None = None
    answer_tokens: int | None = None
    headers: tuple[str, ...] = ()
    api_version: str | None = None
    typed: frozenset[str] = frozenset()
    timeout: float | None = None

    def given(self) -> dict[str, object]:
        """Return the options that another command needs to ask the same; no key and no headers."""
        if self.name == LOCAL:
            return {}
        options = {
            "model": self.name,
            "base_url": self.base_url,
            "provider": self.provider,
            "temperature": self.temperature,
            "reasoning_effort": self.effort,
            "answer_tokens": self.answer_tokens,
            "api_version": self.api_version,
            "timeout": self.timeout,
        }
        return {name: value for name, value in options.items() if value is not None}


def _chosen(  # noqa: PLR0913, PLR0917 - one parameter for each option
    context: typer.Context,
    model: Name = LOCAL,
    base_url: BaseUrl = None,
    api_key: ApiKey = None,
    provider: ProviderName = None,
    temperature: Temperature = None,
    reasoning_effort: Effort = None,
    answer_tokens: AnswerTokens = None,
    header: Headers = None,
    api_version: ApiVersion = None,
    timeout: Timeout = None,
) -> ModelOptions:
    typed = frozenset(name for name in context.params if is_typed(context, name))
    if model == LOCAL and "base_url" in typed:
        raise typer.BadParameter(
            "the embedded model runs on this machine; name the model at that address with --model",
            param_hint="--base-url",
        )
    if model == LOCAL and (others := typed.intersection(_OF_ANOTHER)):
        raise typer.BadParameter(
            "the embedded model does not take it; name another with --model",
            param_hint=f"--{min(others).replace('_', '-')}",
        )
    return ModelOptions(
        model,
        base_url,
        api_key,
        provider,
        temperature,
        reasoning_effort,
        answer_tokens,
        tuple(header or ()),
        api_version,
        typed,
        timeout,
    )


def chooses_model(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that say which model is asked, in place of its own `chosen`."""
    own = inspect.signature(command, eval_str=True).parameters
    first, *shared = inspect.signature(_chosen, eval_str=True).parameters.values()

    @wraps(command)
    def asking(context: typer.Context, **given: Any) -> None:
        of_model = {one.name: given.pop(one.name) for one in shared}
        if first.name in own:
            given[first.name] = context
        command(chosen=_chosen(context, **of_model), **given)

    listed = [] if first.name in own else [first]
    for one in own.values():
        listed += shared if one.name == "chosen" else [one]
    listed = [one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in listed]
    # What typer looks at: the parameters, and once more what they are.
    asking.__signature__ = inspect.Signature(listed)  # type: ignore[attr-defined]
    asking.__annotations__ = {one.name: one.annotation for one in listed}
    return asking


def model_of(chosen: ModelOptions, attempts: int, *, keyless: bool = False) -> Model | str:
    """Return the model that the options say; `keyless` for recordings, which need no key.

    Raises InputError or DialectError for options that do not fit together, AuthenticationError if
    a key is needed and there is none.
    """
    from extract.errors import InputError  # noqa: PLC0415
    from extract.models.endpoint import Model  # noqa: PLC0415 - see extract.cli
    from extract.models.entra import NO_KEY, key_for  # noqa: PLC0415

    if chosen.name == LOCAL:
        return LOCAL
    model = Model(
        chosen.name,
        chosen.base_url,
        temperature=0.0 if chosen.temperature is None else chosen.temperature,
        answer_tokens=chosen.answer_tokens,
        attempts=attempts,
        reasoning_effort=chosen.effort,
        headers=_headers(chosen.headers),
        provider=chosen.provider,
        api_version=chosen.api_version,
    )
    if model.api_version is not None and (model.row is None or model.row.name != "azure"):
        if "api_version" in chosen.typed:
            raise InputError(f"--api-version is Azure's; if {model.where} is, add --provider azure")
        model = replace(model, api_version=None)  # the environment's, for other programs
    if chosen.timeout is not None:
        model = replace(model, timeout=chosen.timeout)
    left_out = model.dialect.left_out
    for option, given, parameter in (
        ("--temperature", chosen.temperature, "temperature"),
        ("--reasoning-effort", chosen.effort, "reasoning_effort"),
    ):
        if given is not None and parameter in left_out:
            raise InputError(
                f"{model.where} takes no {option}: leave it out, or send it anyway with "
                "--provider unlisted"
            )
    if keyless:
        return replace(model, api_key=NO_KEY)
    if "api_key" in chosen.typed and chosen.api_key:
        return replace(model, api_key=chosen.api_key)
    named = chosen.provider is not None
    return replace(model, api_key=key_for(model, os.environ, named=named))


def is_typed(context: typer.Context, name: str) -> bool:
    """Return whether an option stood on the command line, and did not come from elsewhere."""
    source = context.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"


def _headers(given: tuple[str, ...]) -> dict[str, str]:
    headers = {}
    for one in given:
        name, equals, value = one.partition("=")
        if not equals or not name.strip():
            raise typer.BadParameter(f"{one!r} is not K=V", param_hint="--header")
        headers[name.strip()] = value
    return headers
