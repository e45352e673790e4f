"""The options that say which model is asked, shared by the commands that ask one."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from extract.models.endpoint import Key, Model

__all__ = [
    "LOCAL",
    "AnswerTokens",
    "ApiKey",
    "ApiVersion",
    "BaseUrl",
    "Effort",
    "Headers",
    "ModelOptions",
    "Name",
    "ProviderName",
    "Temperature",
    "Timeout",
    "is_typed",
    "model_of",
]

LOCAL = "local"
_NO_KEY = "none"
"""Sent to a server of one's own when no key is given: most want none, the client demands one."""

_ENTRA_TOKEN = "AZURE_OPENAI_AD_TOKEN"  # noqa: S105 - the name of a variable

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


def model_of(chosen: ModelOptions, attempts: int) -> Model | str:
    """Return the model that the options say.

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
    return replace(model, api_key=_key(model, chosen, os.environ))


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
