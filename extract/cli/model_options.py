"""The options that say which model is asked, shared by the commands that ask one."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, Self

import typer

from extract.cli.panels import is_typed, option

if TYPE_CHECKING:
    from extract.models.endpoint import Model

__all__ = ["ASKED_WITH", "LOCAL", "ModelOptions", "model_of"]

LOCAL = "local"
ASKED_WITH = (
    "base_url",
    "provider",
    "temperature",
    "reasoning_effort",
    "answer_tokens",
    "api_version",
    "timeout",
)
"""Options beside the model's name that another command needs to ask the same."""

_NOT_LOCAL = {*ASKED_WITH, "headers"} - {"base_url"}
"""Options that the embedded model does not take: it is asked as it was measured."""

EffortName = Literal["none", "minimal", "low", "medium", "high", "xhigh"]


@dataclass(frozen=True, slots=True)
class ModelOptions:
    """The options as they were given; `typed` names those that stood on the command line."""

    panel: ClassVar = "Model"

    name: Annotated[
        str,
        option(
            'The model to ask; "local" is the embedded one.',
            "--model",
            metavar="NAME",
            envvar=["POSTINGS_MODEL", "OPENAI_MODEL"],
        ),
    ] = LOCAL
    base_url: Annotated[
        str | None,
        option(
            "Where the model is served, ending in /v1; OpenAI's own if not given.",
            metavar="URL",
            envvar="OPENAI_BASE_URL",
        ),
    ] = None
    api_key: Annotated[
        str | None, option("The key for the server.", metavar="KEY", envvar="OPENAI_API_KEY")
    ] = None
    provider: Annotated[
        str | None,
        option(
            "Whose endpoint it is, if its address does not say (docs/providers.md): groq, vllm, …",
            metavar="NAME",
        ),
    ] = None
    temperature: Annotated[
        float | None,
        option("How freely the model chooses; 0 if not given.", metavar="T", min=0, max=2),
    ] = None
    reasoning_effort: Annotated[
        EffortName | None, option("How long a reasoning model thinks.", metavar="LEVEL")
    ] = None
    answer_tokens: Annotated[
        int | None,
        option("Limit one answer to N tokens; hidden reasoning comes on top.", metavar="N", min=1),
    ] = None
    headers: Annotated[
        list[str] | None, option("Send a header with each call.", "--header", metavar="K=V")
    ] = None
    api_version: Annotated[
        str | None,
        option("Azure's api-version, if needed.", metavar="V", envvar="OPENAI_API_VERSION"),
    ] = None
    timeout: Annotated[
        float | None,
        option("How long one answer may take; 600 if not given.", metavar="SECONDS", min=1),
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
        for one in context.command.params if self.name == LOCAL else ():
            if one.name in _NOT_LOCAL & typed:
                raise typer.BadParameter(
                    "the embedded model does not take it; name another with --model",
                    param_hint=one.opts[0],
                )
        return replace(self, typed=typed)

    def given(self) -> dict[str, object]:
        """Return the options that another command needs to ask the same; no key and no headers."""
        if self.name == LOCAL:
            return {}
        options = {name: getattr(self, name) for name in ASKED_WITH}
        return {"model": self.name} | {
            n: value for n, value in options.items() if value is not None
        }


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
        reasoning_effort=chosen.reasoning_effort,
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
    for name in ("temperature", "reasoning_effort"):
        if name in left_out and getattr(chosen, name) is not None:
            raise InputError(
                f"{model.where} takes no --{name.replace('_', '-')}: leave it out, or send it "
                "anyway with --provider unlisted"
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
