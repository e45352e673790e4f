"""The options that say which model is asked, shared by the commands that ask one."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import wraps
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

if TYPE_CHECKING:
    from extract.models.endpoint import Key, Model

__all__ = ["LOCAL", "ModelOptions", "chooses_model", "is_typed", "model_of"]

LOCAL = "local"
_NO_KEY = "none"
"""Sent to a server of one's own when no key is given: most want none, the client demands one."""

_ENTRA_TOKEN = "AZURE_OPENAI_AD_TOKEN"  # noqa: S105 - the name of a variable

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
    """The options as they were given; `typed_key` says that the key stood on the command line."""

    name: str
    base_url: str | None = None
    api_key: str | None = None
    provider: str | None = None
    temperature: float | None = None
    effort: EffortName | None = None
    answer_tokens: int | None = None
    headers: tuple[str, ...] = ()
    api_version: str | None = None
    typed_key: bool = False
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
    if model == LOCAL and is_typed(context, "base_url"):
        raise typer.BadParameter(
            "the embedded model runs on this machine; name the model at that address with --model",
            param_hint="--base-url",
        )
    for name in _OF_ANOTHER if model == LOCAL else ():
        if is_typed(context, name):
            option = f"--{name.replace('_', '-')}"
            raise typer.BadParameter(
                "the embedded model does not take it; name another with --model", param_hint=option
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
        is_typed(context, "api_key"),
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
    return replace(model, api_key=_NO_KEY if keyless else _key(model, chosen, os.environ))


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


def _key(model: Model, chosen: ModelOptions, environ: Mapping[str, str]) -> Key | None:
    """Choose the key: what was typed, the provider's own variable, OPENAI_API_KEY, or none."""
    from extract.errors import AuthenticationError  # noqa: PLC0415
    from extract.models.entra import entra  # noqa: PLC0415 - see extract.cli

    if chosen.typed_key and chosen.api_key:
        return chosen.api_key
    row = model.row
    own = row.key if row is not None else ""
    if own and environ.get(own):
        return environ[own]
    if chosen.provider is not None and own not in {"", "OPENAI_API_KEY"} and row is not None:
        if row.name != "azure":
            # The key of OpenAI is not shown to another provider.
            raise AuthenticationError(f"no key for {model.where}: set {own}, or pass --api-key")
    elif chosen.api_key:
        return chosen.api_key
    if row is not None and row.name == "azure":
        return environ.get(_ENTRA_TOKEN) or entra()
    return None if model.needs_key else _NO_KEY
