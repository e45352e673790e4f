"""The desk: the one process of a cluster that asks the model, counts, and keeps what came.

It has the run's folder, the key, and the one gate that all requests pass, so caps and pace hold for
all readers together. An answer is kept in the step in which it arrives. A request goes on when the
reader that wanted it is killed, and the next reader of that text gets its answer. So a text is
asked again only if the desk itself dies while the answer is on its way.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass, field, replace
from typing import Any

import httpx2
import openai

from extract.asking import prompt as prompts
from extract.asking.prompt import Prompt
from extract.asking.schema import schema_of
from extract.cluster.calls import (
    CallAnswer,
    CallFault,
    DeskCall,
    DeskJob,
    FinishedRow,
    Opening,
    TextRow,
    fault_of,
)
from extract.cluster.kept_responses import KeptResponses
from extract.models.client import Model, connected
from extract.models.dialects import Memory, Step
from extract.models.local import primed
from extract.record import Failure
from extract.runs.gates import gate_of
from extract.runs.journal import Journal
from extract.runs.kept_rows import KeptRows
from extract.runs.opening import resolved
from extract.runs.request_gate import RequestGate

__all__ = ["RunDesk"]

_SHOWN = 100
_FINAL = frozenset({200, 400, 413, 422})
"""The statuses of answers that the same request would get again."""


@dataclass
class _Open:
    """What a desk holds while it is open."""

    model: Model
    prompt: Prompt
    journal: Journal
    responses: KeptResponses
    memory: Memory
    gate: RequestGate
    client: openai.AsyncOpenAI
    resources: AsyncExitStack


@dataclass
class RunDesk:
    """Answers the readers of one run. All methods may be called at the same time.

    It opens with its first call; the methods raise what that raises: JournalError if the folder is
    in use or another run's, AuthenticationError without a key, and what else the model needs.
    """

    job: DeskJob
    _is_open: _Open | None = None
    _opening: asyncio.Lock = field(default_factory=asyncio.Lock)
    _asking: dict[tuple[str, str, int], asyncio.Task[CallAnswer | CallFault]] = field(
        default_factory=dict
    )

    async def opening(self, *, retry_failed: bool = False) -> Opening:
        """Return what a reader begins with; with `retry_failed` what failed is asked again."""
        here = await self._open(retry_failed=retry_failed)
        learned = tuple(str(step) for step in here.memory.steps)
        return Opening(replace(here.model, api_key="none", headers={}), here.prompt, learned)

    async def begin(self, documents: Sequence[tuple[str, str]]) -> list[TextRow | str | None]:
        """Register documents by id and hash of the text; see `DeskLink`."""
        here = await self._open()
        return [self._begun(here, id_, sha256) for id_, sha256 in documents]

    async def ask(self, call: DeskCall) -> CallAnswer | CallFault:
        """Send a call, or return what is kept of it, or what comes of it already."""
        here = await self._open()
        slot = (call.document, call.key, call.number)
        task = self._asking.get(slot)
        if task is None:
            if (kept := here.responses.get(call)) is not None:
                return kept
            task = self._asking[slot] = asyncio.create_task(self._sent(here, call))
            task.add_done_callback(lambda _: self._asking.pop(slot, None))
        # The reader may be killed while it waits; the request goes on.
        return await asyncio.shield(task)

    async def keep(self, rows: Sequence[FinishedRow]) -> list[str]:
        """Keep rows; return for each the id of the document that has what its text cost."""
        here = await self._open()
        for row in rows:
            if here.journal.written(row.text_sha256) is None:
                if row.failed:
                    here.journal.finish(row.text_sha256, Failure.model_validate_json(row.row))
                else:
                    here.journal.carry(row.text_sha256, row.row, None)
        kept = (_kept(here.journal, row.text_sha256) for row in rows)
        return ["" if one is None else one.payer for one in kept]

    async def learn(self, step: str) -> None:
        """Keep a lesson about the endpoint, for the readers that begin after this."""
        here = await self._open()
        if step not in map(str, here.memory.steps):
            here.memory.learn(Step.of(step))

    async def idle(self) -> bool:
        """Return whether no request is under way."""
        return not self._asking

    async def close(self) -> None:
        """Close the folder, and let others use it."""
        here, self._is_open = self._is_open, None
        if here is not None:
            await here.resources.aclose()

    async def _open(self, *, retry_failed: bool = False) -> _Open:
        async with self._opening:
            if self._is_open is None:
                self._is_open = await _opened(self.job, retry_failed=retry_failed)
            return self._is_open

    def _begun(self, here: _Open, id_: str, sha256: str) -> TextRow | str | None:
        if here.responses.text_of(id_, sha256) != sha256:
            return f"the id {id_[:_SHOWN]!r} is that of another text too; ids must differ"
        return _kept(here.journal, sha256)

    async def _sent(self, here: _Open, call: DeskCall) -> CallAnswer | CallFault:
        here.gate.longest = max(here.gate.longest, call.longest)
        with here.gate.account(call.document) as account:
            try:
                response = await _posted(here.client, call)
            except Exception as error:  # noqa: BLE001 - passed on to the reader
                return fault_of(error, account.usage)
        kept = response.status_code in _FINAL
        answer = CallAnswer.of(response, account.usage, kept=kept)
        if kept:
            here.responses.put(call, answer)
        return answer


async def _opened(job: DeskJob, *, retry_failed: bool) -> _Open:
    model = await resolved(job.model)
    prompt = prompts.load(job.prompt, model.reading)
    schema = schema_of(job.schema)
    async with AsyncExitStack() as stack:
        journal = stack.enter_context(closing(Journal(job.folder)))
        responses = stack.enter_context(closing(KeptResponses(job.folder)))
        if retry_failed:
            responses.forget_failures(job.folder / "journal.sqlite")
        memory = KeptRows(journal, job.schema, retry_failed).begin(model, prompt, schema)
        gate = gate_of(model, job.traffic, job.concurrency, ledger=journal, renew=retry_failed)
        client = connected(model, None, gate)
        stack.push_async_callback(client.close)
        await primed(model.base_url, prompt.constant(schema, model.reading))
        return _Open(model, prompt, journal, responses, memory, gate, client, stack.pop_all())


def _kept(journal: Journal, sha256: str) -> TextRow | None:
    kept = journal.written(sha256)
    if kept is None:
        return None
    row = json.loads(kept[0])
    return TextRow(row, kept[1], row["id"])


async def _posted(client: openai.AsyncOpenAI, call: DeskCall) -> httpx2.Response:
    """Post a body as it is, with the key of this client; a refusal is a response too."""
    options: Any = {"headers": {"Content-Type": "application/json"}}
    try:
        return await client.post(
            call.url, cast_to=httpx2.Response, content=call.body, options=options
        )
    except openai.APIStatusError as refusal:
        return refusal.response
