"""What a worker process needs to read documents as its parent would."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

import httpx2

from extract.asking import prompt as prompts
from extract.asking.extractor import Extractor
from extract.asking.schema import schema_of
from extract.asking.schema_source import schema_named
from extract.errors import WorkerError
from extract.models.client import Client, Model
from extract.models.dialects import Memory, Step

__all__ = ["WorkerSpec"]

_ENDLESS = 1e9
"""Seconds: the parent times each attempt, from the moment at which it is sent."""


@dataclass(frozen=True, slots=True)
class WorkerSpec:
    """How to make an extractor in another process.

    `schema` is a class to import; None if it is loaded by `schema_name`. `steps` are what is
    known of the endpoint. The hashes are those of the parent's prompt and schema.
    """

    model: Model
    prompt: str | Path | None
    schema: type[Any] | None
    schema_name: str | None
    steps: tuple[str, ...]
    prompt_sha256: str
    schema_sha256: str
    log_level: int
    keeping: bool

    @classmethod
    def of(cls, extractor: Extractor[Any], prompt: str | Path | None, schema: str | None) -> Self:
        """Return what a worker needs to do the same as an extractor."""
        client = extractor.client
        return cls(
            replace(client.model, timeout=_ENDLESS, api_key=_shown_key(client)),
            prompt,
            None if schema is not None else extractor.schema.model,
            schema,
            (),
            extractor.prompt.sha256,
            extractor.schema.sha256,
            logging.getLogger("postings").getEffectiveLevel(),
            extractor.keeping,
        )

    def extractor(
        self, transport: httpx2.AsyncBaseTransport, learned: Callable[[Step], None]
    ) -> Extractor[Any]:
        """Return an extractor whose requests go through a transport.

        `learned` is called with what a refusal teaches. Raises WorkerError if the prompt or the
        schema is not the parent's, and what loading them raises.
        """
        schema = schema_of(self.schema or schema_named(self.schema_name))
        prompt = prompts.load(self.prompt, self.model.reading)
        if (prompt.sha256, schema.sha256) != (self.prompt_sha256, self.schema_sha256):
            raise WorkerError("the prompt or the schema has changed since the run began")
        client = Client(self.model, transport, memory=Memory.of(self.steps, learned))
        client.settle()
        return Extractor(client, schema, prompt, keeping=self.keeping)


def _shown_key(client: Client) -> str | Callable[[], Awaitable[str]]:
    """Return what a worker's client takes for a key; a token is put in when a request is sent."""
    return _no_token if callable(client.model.api_key) else client.key


async def _no_token() -> str:
    return "none"
