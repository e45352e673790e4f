"""The setup of a run: the system, its model, prompt and schema, live or from recordings."""

from __future__ import annotations

import json
import shlex
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from pydantic import BaseModel

from evals.data.dataset import Dataset
from evals.data.prompt_examples import Example
from evals.scoring import langextract_system
from evals.scoring.plain_instructor import PlainSystem
from evals.scoring.runlog import RunPlan
from evals.scoring.systems import System, SystemName, ours, plain, plain_hashes
from extract.asking import prompt as prompts
from extract.asking.schema import schema_of
from extract.errors import CassetteError
from extract.models.cassettes import Recordings
from extract.models.client import Model
from extract.models.local import DEFAULT
from extract.models.tape import FilePersister, JsonBodies
from extract.posting import Posting
from extract.runs.opening import LOCAL, opened, resolved
from extract.values import Reading

__all__ = [
    "CASSETTES",
    "SUFFIXES",
    "Mode",
    "RunSetup",
    "folder_of",
    "model_of",
    "reading_of",
    "recorded_model",
]

CASSETTES = Path("cassettes")

SUFFIXES: Mapping[str, tuple[SystemName, Reading | None]] = {
    "-open": ("postings", "open"),
    "-instructor": ("instructor", None),
    "-langextract": ("langextract", None),
}
"""What a folder of recordings has after the dataset's name, by the system and the way of reading
that were recorded; the folder of closed reading has no suffix."""

Mode = Literal["live", "replay", "record", "all"]

_NO_KEY = "none"
_ANY_SERVER = "http://127.0.0.1/v1"
_OWN_LIMIT = "max_tokens"
"""The token limit in requests to self-hosted servers; OpenAI's models have another name for it."""


@dataclass(frozen=True, slots=True)
class RunSetup:
    """The system to evaluate, with its model and prompt, and where its recordings are.

    `mode` replays or records in `folder`. `again` is the command that evaluates the dataset with
    this setup. `way` replaces the model's own way of reading. `examples` are those of langextract.
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

    def planned(self, dataset: Dataset, split: Literal["dev", "test", "all"]) -> RunPlan:
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
            async with opened(
                self.schema,
                model=self.model,
                prompt=self.prompt,
                recordings=recordings,
                way=self.way,
            ) as extractor:
                yield ours(extractor)
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


def reading_of(model: str, reading: Reading | None) -> Reading:
    """Return how a model is asked if `reading` is None: the embedded one closed, others open."""
    return reading or ("closed" if model == LOCAL else "open")


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


def model_of(
    model: str, base_url: str | None, api_key: str | None, reading: Reading, *, mode: Mode
) -> str | Model:
    """Return the model that the options name; it gets no key if none is given and none is needed.

    >>> model_of("gpt-5-mini", None, None, "open", mode="replay").api_key
    'none'
    """
    if model == LOCAL:
        return LOCAL
    made = Model(model, base_url, api_key, reading=reading)
    keyless = not api_key and (mode == "replay" or not made.needs_key)
    return replace(made, api_key=_NO_KEY) if keyless else made


def recorded_model(
    model: str, base_url: str | None, recordings: Recordings
) -> tuple[str, str | None]:
    """Return the model and the server that recordings were made with, unless a server is named.

    A replay must know them, since a part of each request depends on the server. `model` is LOCAL if
    the user named none.
    """
    first = next(iter(recordings.files().values()), None)
    if base_url is not None or first is None:
        return model, base_url
    try:
        (request, *_), _, about = FilePersister.load_cassette(first, JsonBodies)
        body = json.loads(request.body)
    except (CassetteError, ValueError):
        return model, base_url
    name = str(about.get("model")) if model == LOCAL else model
    if name == DEFAULT.name:
        return LOCAL, None
    return name, _ANY_SERVER if _OWN_LIMIT in body else None
