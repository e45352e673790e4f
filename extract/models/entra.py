"""Microsoft Entra tokens instead of a key, from the package azure-identity (the extra `azure`)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from extract.errors import AuthenticationError

__all__ = ["entra"]

_SCOPE = "https://cognitiveservices.azure.com/.default"


def entra() -> Callable[[], Awaitable[str]]:
    """Return a function that returns a fresh token of the account signed in on this machine.

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
