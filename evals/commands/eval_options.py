"""The options of `postings eval`, panel by panel."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, ClassVar

import typer

from evals.commands.compare_command import Outputs
from evals.commands.options import Cassettes
from evals.data.dataset import Case, Dataset, Part, Split
from evals.scoring.runlog import Mode, SystemName
from extract.cli.panels import option
from extract.errors import InputError

__all__ = ["AnswerOptions", "CaseOptions", "ScoreOptions"]


@dataclass(frozen=True, slots=True)
class CaseOptions:
    """Which cases of the dataset are read."""

    panel: ClassVar = "Cases"

    split: Annotated[Split | None, option("Only this part of the dataset.")] = None
    only: Annotated[str, option("Only these, with commas.", metavar="IDS")] = ""
    limit: Annotated[int | None, option("At most so many.", metavar="N", min=1)] = None

    @property
    def part(self) -> Part:
        """The split that is read, or all."""
        return self.split or "all"

    def of(self, dataset: Dataset) -> tuple[Case, ...]:
        """Return the cases that are chosen. Raises InputError for an id that is not there."""
        names = [name.strip() for name in self.only.split(",") if name.strip()]
        return dataset.selected(self.split, names, self.limit)


@dataclass(frozen=True, slots=True)
class AnswerOptions:
    """Where answers come from: the model, or recordings."""

    panel: ClassVar = "Answers"

    live: Annotated[bool, option("Ask the model.", "--live")] = False
    replay: Annotated[bool, option("Play recorded answers.", "--replay")] = False
    record: Annotated[bool, option("Ask what is not recorded.", "--record")] = False
    everything: Annotated[bool, option("With --record: ask everything anew.", "--all")] = False
    sampled: Annotated[
        int | None,
        option(
            "With --live: ask for N recorded cases, and say what is answered otherwise.",
            "--sample",
            metavar="N",
            min=1,
        ),
    ] = None
    rows: Annotated[
        Path | None,
        option("Score these rows of `postings extract`, and ask nothing.", metavar="FILE.jsonl"),
    ] = None
    repeats: Annotated[
        int,
        option(
            "With --live: read every case N times, and say how far the runs differ.",
            "--repeat",
            metavar="N",
            min=1,
        ),
    ] = 1
    cassettes: Cassettes = None
    concurrency: Annotated[int, option("Cases at once.", metavar="N", min=1)] = 1

    def mode(self, system: SystemName, folder: Path) -> Mode:
        """Return the mode of a run of a system, whose recordings are in a folder."""
        if system == "langextract":
            if self.replay or self.record:
                raise typer.BadParameter("langextract cannot be recorded; run it with --live")
            return "live"
        if self.record:
            return "record"
        if self.replay and not folder.is_dir():
            raise InputError(f"{folder}: no recordings there; make them with --record")
        return "replay" if self.replay or (folder.is_dir() and not self.live) else "live"


@dataclass(frozen=True, slots=True)
class ScoreOptions:
    """What becomes of the scores."""

    panel: ClassVar = "Scores"

    output: Annotated[
        Path | None,
        option(
            "Keep the run log; of several systems, a folder of them.",
            "--output",
            "-o",
            metavar="RUN.json|DIR",
        ),
    ] = None
    baseline: Annotated[
        Path | None, option("Compare with an earlier run; 1 if worse.", metavar="RUN.json")
    ] = None
    gate: Annotated[
        Path | None, option("Floors and ceilings, as TOML; 1 if one is broken.", metavar="FILE")
    ] = None
    html: Annotated[
        Path | None,
        option("Write a page of postings and scores, or of several systems.", metavar="FILE"),
    ] = None
    markdown: Annotated[
        Path | None, option("Write the comparison for a pull request's comment.", metavar="FILE")
    ] = None

    @property
    def held(self) -> Outputs:
        """The gate that a run is held to, and the reports that are written."""
        return Outputs(self.gate, self.markdown, self.html)
