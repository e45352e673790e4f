"""Which key an endpoint is shown, and tokens of Microsoft Entra instead of one.

Those are from the package azure-identity (the extra `azure`).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from extract.errors import AuthenticationError
from extract.models.endpoint import Key, Model

__all__ = ["NO_KEY", "entra", "key_for"]

NO_KEY = "none"
"""Sent to a server of one's own when no key is given: most want none, the client demands one."""

_TOKEN = "AZURE_OPENAI_AD_TOKEN"  # noqa: S105 - the name of a variable
_SCOPE = "https://cognitiveservices.azure.com/.default"


def key_for(model: Model, environ: Mapping[str, str], *, named: bool) -> Key | None:
    """Choose the key of the environment: the provider's own variable, else OPENAI_API_KEY, or none.

    `named` says that the provider was named: OpenAI's key is not shown to another one. Raises
    AuthenticationError where a named provider needs a key, and its variable holds none.
    """
    row = model.row
    own = row.key if row is not None else ""
    if own and environ.get(own):
        return environ[own]
    if row is None or own in {"", "OPENAI_API_KEY"} or not named:
        if of_openai := environ.get("OPENAI_API_KEY"):
            return of_openai
    elif row.name != "azure":
        raise AuthenticationError(f"no key for {model.where}: set {own}, or pass --api-key")
    if row is not None and row.name == "azure":
        return environ.get(_TOKEN) or entra()
    return None if model.needs_key else NO_KEY


def entra() -> Callable[[], Awaitable[str]]:
    """Return a function that gives a fresh Microsoft Entra token of the user signed in here.

    Pass it as `Model(api_key=entra())`. Raises AuthenticationError without azure-identity.
    """
    try:
        from azure.identity.aio import (  # noqa: PLC0415 - an extra
            DefaultAzureCredential,
            get_bearer_token_provider,
        )
    except ImportError as error:
        raise AuthenticationError(
            "no key for Azure: set AZURE_OPENAI_API_KEY, or AZURE_OPENAI_AD_TOKEN to a token of "
            "Microsoft Entra, or pip install 'postings[azure]' to sign in as azure-identity does"
        ) from error
    provider: Callable[[], Awaitable[str]] = get_bearer_token_provider(
        DefaultAzureCredential(), _SCOPE
    )
    return provider
