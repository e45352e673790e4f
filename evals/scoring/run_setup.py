"""The setup of a run: the system, its model, prompt and schema, live or from recordings."""

from __future__ import annotations

import shlex
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from evals.data.dataset import Dataset, Part
from evals.data.prompt_examples import Example
from evals.scoring import langextract_system
from evals.scoring.plain_instructor import PlainSystem
from evals.scoring.runlog import Mode, RunPlan, SystemName
from evals.scoring.systems import System, ours, plain, plain_hashes
from extract.asking import prompt as prompts
from extract.asking.extractor import Extractor
from extract.asking.schema import schema_of
from extract.models.cassettes import Recordings
from extract.models.dialects import Memory, Step
from extract.models.endpoint import Model, as_recorded, learned
from extract.models.local import DEFAULT
from extract.posting import Posting
from extract.runs.opening import LOCAL, opened, resolved
from extract.runs.request_gate import RequestGate
from extract.runs.traffic import Price
from extract.values import Document, Reading

__all__ = [
    "CASSETTES",
    "SUFFIXES",
    "RunSetup",
    "folder_of",
    "reading_of",
    "with_way",
]

CASSETTES = Path("cassettes")

SUFFIXES: Mapping[str, tuple[SystemName, Reading | None]] = {
    "-open": ("postings", "open"),
    "-instructor": ("instructor", None),
    "-langextract": ("langextract", None),
}
"""What a folder of recordings has after the dataset's name, by the system and the way of reading
that were recorded; the folder of closed reading has no suffix."""

_NO_KEY = "none"
_ANY_SERVER = "http://127.0.0.1/v1"


@dataclass(frozen=True, slots=True)
class RunSetup:
    """The system to evaluate, with its model and prompt, and where its recordings are.

    `mode` replays or records in `folder`. `again` is the command that evaluates the dataset with
    this setup. `way` replaces the model's own way of reading. `examples` are those of langextract.
    Every request of ours passes the `gate`, if there is one. `price` is the model's, if known.
    """

    model: str | Model
    folder: Path
    mode: Mode = "replay"
    prompt: str | None = None
    system: SystemName = "postings"
    again: tuple[str, ...] = ()
    schema: type[BaseModel] = Posting
    way: Reading | None = None
    examples: tuple[Example, ...] = ()
    gate: RequestGate | None = None
    price: Price | None = None

    def planned(self, dataset: Dataset, split: Part) -> RunPlan:
        """Return the plan of a run over a dataset. Raises PromptError for an unknown template."""
        reading: Reading | None = None
        if self.system == "postings":
            template = prompts.load(self.prompt, self.reading)
            name, prompt_sha256 = template.name, template.sha256
            schema_sha256 = schema_of(self.schema).sha256
            reading = self.reading
        elif self.system == "instructor":
            name = "plain instructor"
            prompt_sha256, schema_sha256 = plain_hashes(self.schema)
        else:
            name = "langextract"
            prompt_sha256 = langextract_system.sha256(self.schema, self.examples)
            schema_sha256 = schema_of(self.schema).sha256
        return RunPlan(
            dataset=dataset.name,
            dataset_sha256=dataset.sha256,
            split=split,
            system=self.system,
            mode=self.mode,
            model=DEFAULT.name if isinstance(self.model, str) else self.model.name,
            prompt=name,
            prompt_sha256=prompt_sha256,
            schema_sha256=schema_sha256,
            reading=reading,
            fields=dataset.rubric.fields,
        )

    @property
    def reading(self) -> Reading:
        """How the model is asked."""
        own = "closed" if isinstance(self.model, str) else self.model.reading
        return self.way or own

    def recordings(self) -> Recordings | None:
        """Return the recordings to replay or make; None for a live run."""
        if self.mode == "live":
            return None
        command = shlex.join((*self.again, "--record"))
        return Recordings(self.folder, self.mode, f"record it: {command} --only {{case}}")

    @asynccontextmanager
    async def opened(self, recordings: Recordings | None = None) -> AsyncIterator[System]:
        """Connect to the model, or to the recordings, and yield the system."""
        if self.system == "postings":
            async with AsyncExitStack() as stack:
                known = _TaughtSystem(self, recordings, stack)
                await known.extractor(None)
                yield known.read
            return
        model = self.model
        if recordings is not None and recordings.mode == "replay" and model == LOCAL:
            model = Model(DEFAULT.name, _ANY_SERVER, _NO_KEY)
        model = await resolved(model)
        if self.system == "langextract":
            yield langextract_system.system(model, self.schema, self.examples)
            return
        transport = recordings.transport() if recordings is not None else None
        system = PlainSystem(model, self.schema, transport)
        try:
            yield plain(system, recordings)
        finally:
            await system.close()


@dataclass(slots=True)
class _TaughtSystem:
    """Ours, which knows of an endpoint what it had taught when a case was recorded.

    A case that is asked again is asked with the steps that the run has learned.
    """

    setup: RunSetup
    recordings: Recordings | None
    stack: AsyncExitStack
    by_lessons: dict[tuple[Step, ...] | None, Extractor[Any]] = field(default_factory=dict)

    async def read(self, document: Document) -> dict[str, Any]:
        """Read one document. Raises a PostingsError, CassetteError for a damaged recording too."""
        return await ours(await self.extractor(self._taught(document.id)))(document)

    async def extractor(self, taught: tuple[Step, ...] | None) -> Extractor[Any]:
        """Return an extractor with these steps; for None the one that learns for the run."""
        known = self.by_lessons.get(taught)
        if known is None or taught not in {None, tuple(known.client.memory.steps)}:
            opening = opened(
                self.setup.schema,
                model=self.setup.model,
                prompt=self.setup.prompt,
                recordings=self.recordings,
                gate=self.setup.gate,
                way=self.setup.way,
                memory=Memory(list(taught or ())),
            )
            known = self.by_lessons[taught] = await self.stack.enter_async_context(opening)
        return known

    def _taught(self, case: str) -> tuple[Step, ...] | None:
        recordings, model = self.recordings, self.setup.model
        if recordings is None or recordings.mode == "all" or isinstance(model, str):
            return None
        kept = recordings.about(case)
        if recordings.mode == "record" and not (kept and _is_of(model, kept)):
            return None
        return tuple(learned(kept).steps)


def _is_of(model: Model, kept: Mapping[str, Any]) -> bool:
    """Tell whether a recording was made with a model, at the same provider."""
    was = as_recorded(kept)
    return (was.name, was.row) == (model.name, model.row)


def reading_of(model: str, way: Reading | None) -> Reading:
    """Return how a model is asked if `way` is None: the embedded one closed, others open."""
    return way or ("closed" if model == LOCAL else "open")


def folder_of(
    dataset: Path, reading: Reading, system: SystemName = "postings", home: Path = CASSETTES
) -> Path:
    """Return the folder of a dataset's recordings.

    >>> folder_of(Path("evals/datasets/postings"), "open").name
    'postings-open'
    """
    way = reading if system == "postings" and reading == "open" else None
    wanted = (system, way)
    suffix = next((end for end, meant in SUFFIXES.items() if meant == wanted), "")
    return home / f"{dataset.stem}{suffix}"


def with_way(model: str | Model, way: Reading) -> str | Model:
    """Return a model that is asked in a way; the embedded one is none until it is started."""
    return model if isinstance(model, str) else replace(model, reading=way)
