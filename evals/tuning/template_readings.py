"""What a model answers about documents with each template: asked once, kept, and replayed.

A folder holds each template that was tried, under the first characters of its hash, and beside it a
folder of recordings (`extract.models.cassettes`), one file for each document. So a search that was
cut goes on, and the same search is decided anew without a model.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from evals.data.dataset import Case, Dataset
from evals.scoring.run_setup import RunSetup
from evals.scoring.runlog import CaseResult, RunLog
from evals.scoring.runner import Run
from extract.errors import BudgetError, CassetteMissError, InputError, ModelError, PostingsError
from extract.models.cassettes import Mode, Recordings
from extract.terminal import Progress
from extract.whole_file import write_whole

__all__ = ["TemplateReadings", "recordings_in"]

_DIGITS = 12
_ANSWERS = frozenset({"RefusalError", "ReplyError", "TruncationError"})
"""Failures that are the model's answer. Any other would be a gap in what is compared."""

_ENDS: dict[str, type[PostingsError]] = {
    "BudgetError": BudgetError,
    "CassetteMissError": CassetteMissError,
}


@dataclass
class TemplateReadings:
    """The results of one model on the cases of a dataset, by template.

    `setup` says which model is asked, or that answers are replayed; its folder keeps everything.
    """

    setup: RunSetup
    dataset: Dataset
    progress: Progress
    concurrency: int = 1
    _known: dict[str, dict[str, CaseResult]] = field(default_factory=dict)

    def known(self, text: str) -> dict[str, CaseResult]:
        """Return the results with a template so far, by the ids of the cases."""
        return self._known.get(_sha256(text), {})

    async def of(self, text: str, cases: Sequence[Case], what: str) -> list[CaseResult]:
        """Return the results of cases with a template, and ask for those that are not known.

        Raises the error of a document that got no answer at all: a result would be missing from the
        comparison. A refusal, and an answer that is cut off or no JSON, are results.
        """
        known = self._known.setdefault(_sha256(text), {})
        if missing := [case for case in cases if case.id not in known]:
            run = await self._read(text, missing, what)
            for result in run.results.values():
                self._check(result)
            known.update({result.id: result for result in run.results.values()})
        return [known[case.id] for case in cases]

    def log(
        self, name: str, text: str, results: Sequence[CaseResult], cases: Sequence[Case]
    ) -> RunLog:
        """Return the results with one template as a run log; `name` is what a report calls it."""
        called = {"prompt": name, "prompt_sha256": _sha256(text)}
        plan = self.setup.planned(self.dataset, "all").model_copy(update=called)
        run = Run(plan, cases)
        run.results = {(one.id, one.repeat): one for one in results}
        return run.log("complete")

    async def _read(self, text: str, cases: Sequence[Case], what: str) -> Run:
        file = self._file(text)
        folder = file.with_suffix("")
        setup = replace(self.setup, prompt=str(file), folder=folder)
        run = Run(setup.planned(self.dataset, "all"), cases)
        recordings = recordings_in(folder, self.setup)
        async with setup.opened(recordings) as reads:
            self.progress.start(what, len(cases))
            try:
                await run.all(reads, self.progress, self.concurrency)
            except ModelError as error:
                raise ModelError(f"{error}; {self._kept}") from error
        return run

    def _file(self, text: str) -> Path:
        """Return the file of a template, which is written if it is new."""
        file = self.setup.folder / f"{_sha256(text)[:_DIGITS]}.toml"
        if file.exists():
            return file
        if self.setup.mode == "replay":
            raise CassetteMissError(
                f"{self.setup.folder}: a template is tried that is not recorded there; give the "
                "dataset and the options of the recorded search, or leave out --replay"
            )
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            write_whole(file, text.encode("utf-8"))
        except OSError as error:
            raise InputError(f"{file}: cannot be written: {error.strerror or error}") from error
        return file

    def _check(self, result: CaseResult) -> None:
        if result.error is None or result.error.type in _ANSWERS:
            return
        error = _ENDS.get(result.error.type, ModelError)
        raise error(f"{result.id}: {result.error.message}; {self._kept}")

    @property
    def _kept(self) -> str:
        where = self.setup.folder
        return f"what was answered is kept in {where}, and the same command goes on from there"


def recordings_in(folder: Path, setup: RunSetup) -> Recordings:
    """Return the recordings of a folder, to be replayed, or made where they are missing."""
    mode: Mode = "replay" if setup.mode == "replay" else "record"
    return Recordings(folder, mode, "leave out --replay to ask for it")


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
