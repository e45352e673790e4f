"""The options that say which model is asked, shared by the commands that ask one."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, Self

import typer

from extract.cli.panels import is_typed

if TYPE_CHECKING:
    from extract.models.endpoint import Model

__all__ = ["LOCAL", "ModelOptions", "model_of"]

LOCAL = "local"
_NOT_LOCAL = {
    "provider": "--provider",
    "temperature": "--temperature",
    "effort": "--reasoning-effort",
    "answer_tokens": "--answer-tokens",
    "headers": "--header",
    "api_version": "--api-version",
    "timeout": "--timeout",
}
"""Options that the embedded model does not take: it is asked as it was measured."""

EffortName = Literal["none", "minimal", "low", "medium", "high", "xhigh"]


@dataclass(frozen=True, slots=True)
class ModelOptions:
    """The options as they were given; `typed` names those that stood on the command line."""

    panel: ClassVar = "Model"

    name: Annotated[
        str,
        typer.Option(
            "--model",
            metavar="NAME",
            envvar=["POSTINGS_MODEL", "OPENAI_MODEL"],
            help='The model to ask; "local" is the embedded one.',
        ),
    ] = LOCAL
    base_url: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            envvar="OPENAI_BASE_URL",
            help="Where the model is served, ending in /v1; OpenAI's own if not given.",
        ),
    ] = None
    api_key: Annotated[
        str | None,
        typer.Option(metavar="KEY", envvar="OPENAI_API_KEY", help="The key for the server."),
    ] = None
    provider: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Whose endpoint it is, if its address does not say (docs/providers.md): "
            "groq, vllm, …",
        ),
    ] = None
    temperature: Annotated[
        float | None,
        typer.Option(
            metavar="T", min=0, max=2, help="How freely the model chooses; 0 if not given."
        ),
    ] = None
    effort: Annotated[
        EffortName | None,
        typer.Option(
            "--reasoning-effort", metavar="LEVEL", help="How long a reasoning model thinks."
        ),
    ] = None
    answer_tokens: Annotated[
        int | None,
        typer.Option(
            metavar="N", min=1, help="Limit one answer to N tokens; hidden reasoning comes on top."
        ),
    ] = None
    headers: Annotated[
        list[str] | None,
        typer.Option("--header", metavar="K=V", help="Send a header with each call."),
    ] = None
    api_version: Annotated[
        str | None,
        typer.Option(
            metavar="V", envvar="OPENAI_API_VERSION", help="Azure's api-version, if needed."
        ),
    ] = None
    timeout: Annotated[
        float | None,
        typer.Option(
            metavar="SECONDS", min=1, help="How long one answer may take; 600 if not given."
        ),
    ] = None
    typed: frozenset[str] = frozenset()

    def checked(self, context: typer.Context) -> Self:
        """Note which options were typed. Raises BadParameter for one the embedded model lacks."""
        typed = frozenset(name for name in context.params if is_typed(context, name))
        if self.name == LOCAL and "base_url" in typed:
            raise typer.BadParameter(
                "the embedded model runs on this machine; name the model at that address with "
                "--model",
                param_hint="--base-url",
            )
        for name, option in _NOT_LOCAL.items() if self.name == LOCAL else ():
            if name in typed:
                raise typer.BadParameter(
                    "the embedded model does not take it; name another with --model",
                    param_hint=option,
                )
        return replace(self, typed=typed)

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
        headers=_headers(chosen.headers or ()),
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


def _headers(given: Iterable[str]) -> dict[str, str]:
    headers = {}
    for one in given:
        name, equals, value = one.partition("=")
        if not equals or not name.strip():
            raise typer.BadParameter(f"{one!r} is not K=V", param_hint="--header")
        headers[name.strip()] = value
    return headers
