"""What a run asks: which system, with which model and prompt, live or of recordings."""

from __future__ import annotations

import shlex
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import anyio

from evals.dataset import Dataset
from evals.plain import PlainSystem
from evals.runlog import Plan
from evals.systems import System, SystemName, ours, plain, plain_hashes
from extract import prompt as prompts
from extract.api import LOCAL, opened
from extract.cassettes import Recordings
from extract.local import DEFAULT, running
from extract.model import Model
from extract.posting import Posting
from extract.schema import schema_of

__all__ = ["CASSETTES", "Asking", "Mode", "asked"]

CASSETTES = Path("cassettes")

Mode = Literal["live", "replay", "record", "all"]

_NO_KEY = "none"


@dataclass(frozen=True, slots=True)
class Asking:
    """A system with its model and prompt. `again` are the words that ask the same of a dataset.

    `folder` is where the recordings are that `mode` plays or makes.
    """

    model: str | Model
    folder: Path
    mode: Mode = "replay"
    prompt: str = prompts.DEFAULT
    system: SystemName = "postings"
    again: tuple[str, ...] = ()

    def planned(self, dataset: Dataset, split: Literal["dev", "test", "all"]) -> Plan:
        """Return the plan of a run over a dataset. Raises PromptError for no such template."""
        if self.system == "postings":
            template = prompts.load(self.prompt)
            name, prompt_sha256 = template.name, template.sha256
            schema_sha256 = schema_of(Posting).sha256
        else:
            name = "plain instructor"
            prompt_sha256, schema_sha256 = plain_hashes()
        return Plan(
            dataset=dataset.name,
            dataset_sha256=dataset.sha256,
            split=split,
            system=self.system,
            mode=self.mode,
            model=DEFAULT.name if isinstance(self.model, str) else self.model.name,
            prompt=name,
            prompt_sha256=prompt_sha256,
            schema_sha256=schema_sha256,
        )

    def recordings(self) -> Recordings | None:
        """Return the recordings that are played or made; None where the model is asked."""
        if self.mode == "live":
            return None
        command = shlex.join((*self.again, "--record"))
        return Recordings(self.folder, self.mode, f"record it: {command} --only {{case}}")

    @asynccontextmanager
    async def opened(self, recordings: Recordings | None = None) -> AsyncIterator[System]:
        """Connect to the model, or to the recordings, and yield the system."""
        if self.system == "postings":
            async with opened(
                Posting, model=self.model, prompt=self.prompt, recordings=recordings
            ) as extractor:
                yield ours(extractor)
            return
        model = self.model
        if isinstance(model, str):
            server = await anyio.to_thread.run_sync(running)
            model = Model(server.name, server.base_url, server.api_key, reading="closed")
        yield plain(PlainSystem(model))


def asked(model: str, base_url: str | None, api_key: str | None, *, mode: Mode) -> str | Model:
    """Return the model of the options. Without a key: none, where nobody asks for one.

    >>> asked("gpt-5-mini", None, None, mode="replay").api_key
    'none'
    """
    if model == LOCAL:
        return LOCAL
    made = Model(model, base_url, api_key)
    keyless = mode == "replay" or not made.needs_key
    return Model(model, base_url, _NO_KEY) if keyless and not api_key else made
