"""One batch at its provider: send it, find it again, watch it until it is over, read its files.

Each step is in the journal before the next is taken, so that another process can go on from it.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass

from openai.types import Batch

from extract.runs.batch_api import OVER, BatchAnswer, BatchApi, answers_of
from extract.runs.batch_lines import BatchLines, Submitted
from extract.terminal import Progress

__all__ = ["Underway"]

_FIRST_POLL, _LONGEST_POLL, _GROWTH = 2.0, 60.0, 1.5
"""Seconds between two looks at a batch, which may take minutes or a day."""

_SETTLING = 20.0
"""Seconds after which a batch that was made is in the provider's list."""


@dataclass(frozen=True, slots=True)
class Underway:
    """The batches of a run that are under way. All methods raise BatchError and JournalError."""

    api: BatchApi
    lines: BatchLines
    progress: Progress

    async def send(self, batch: Submitted, written: Iterable[bytes]) -> str:
        """Upload a batch's lines and have it made; return the provider's id of it."""
        with tempfile.TemporaryFile() as file:
            file.writelines(written)
            uploaded = await self.api.upload(f"postings-{batch.token}.jsonl", file)
        self.lines.uploaded(batch.number, uploaded)
        made = await self.api.create(uploaded, batch.token)
        self.lines.created(batch.number, made.id)
        return made.id

    async def id_of(self, batch: Submitted) -> str | None:
        """Return the provider's id of a batch that another process sent; None if it never did."""
        if batch.id is not None or batch.file is None:
            return batch.id
        while (made := await self.api.find(batch.token)) is None:
            if time.time() >= batch.at + _SETTLING:
                return None
            await asyncio.sleep(_FIRST_POLL)
        self.lines.created(batch.number, made.id)
        return made.id

    async def watch(self, number: int, id_: str) -> Batch:
        """Return a batch when it is over, and say how far it is until then."""
        wait, shown = _FIRST_POLL, ""
        while True:
            batch = await self.api.retrieve(id_)
            state, counted = batch.status.replace("_", " "), _counted(batch)
            self.progress.waiting(f"batch {number}: {state}{counted}")
            if state != shown:
                shown = state
                self.say(number, state + counted)
            if batch.status in OVER:
                return batch
            await asyncio.sleep(wait)
            wait = min(_LONGEST_POLL, wait * _GROWTH)

    async def answers(self, batch: Batch) -> dict[str, BatchAnswer]:
        """Return what both files of a batch that is over say, by custom_id."""
        answers: dict[str, BatchAnswer] = {}
        for file in (batch.output_file_id, batch.error_file_id):
            if file is not None:
                answers.update(answers_of(await self.api.content(file)))
        return answers

    def say(self, number: int, news: str) -> None:
        """Print news of a batch."""
        self.progress.say(f"batch {number}: {news}")


def _counted(batch: Batch) -> str:
    counts = batch.request_counts
    if counts is None or not counts.total:
        return ""
    return f", {counts.completed + counts.failed:,} of {counts.total:,}"
