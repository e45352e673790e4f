"""What `postings prompt tune DATASET` does: search a better template, test it, write it."""

from __future__ import annotations

import logging
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, ClassVar

import anyio
import typer
from rich.console import Console

from evals.commands.options import DatasetPath, asked
from evals.data.dataset import Part, load
from evals.data.rubric import rubric_of
from evals.data.template_change import changed_template
from evals.scoring.run_setup import RunSetup, reading_of, with_way
from evals.scoring.runlog import Mode
from evals.tuning.change_pool import TuningJob
from evals.tuning.tuning_report import evidence, report_markdown, report_table
from evals.tuning.tuning_run import Tuned, tune
from extract.asking import prompt as prompts
from extract.asking.schema_source import schema_named
from extract.cli.model_options import ModelOptions
from extract.cli.panels import option, panels
from extract.cli.price_options import MaxCost, MaxTotalTokens, PriceIn, PriceOut, price_of_both
from extract.cli.question_options import QuestionOptions
from extract.errors import InputError
from extract.models.cassettes import Recordings
from extract.runs.traffic import Traffic
from extract.terminal import progress_on
from extract.whole_file import check_place, write_text

__all__ = ["TUNE_EXAMPLES", "tune_template"]

WRITTEN, NOT_BETTER, CUT = 0, 1, 130

TUNE_EXAMPLES = (
    "Examples:\n\n"
    "postings prompt tune invoices.jsonl --schema invoice.py:Invoice --model gpt-5-mini "
    "--max-cost 0.50 -o mine.toml\n\n"
    "postings prompt tune invoices.jsonl --schema invoice.py:Invoice --wordings ideas.toml "
    "--proposals 0 -o mine.toml --markdown tuning.md\n\n"
    "postings prompt tune invoices.jsonl --schema invoice.py:Invoice -o mine.toml --replay\n\n"
    "Exit codes: 0 the new template is better and was written; 1 nothing better was found, and "
    "nothing was written; 2 it could not be tried; 130 interrupted (the same command goes on)."
)


@dataclass(frozen=True, slots=True)
class SearchOptions:
    """What is tried, on which documents."""

    panel: ClassVar = "Search"

    split: Annotated[Part, option("The part of DATASET to tune on.")] = "dev"
    held_out: Annotated[
        float,
        option("The share of documents to test on.", metavar="SHARE", min=0.1, max=0.8),
    ] = 0.4
    folds: Annotated[
        int, option("Parts of the rest, each a source of examples.", metavar="K", min=2)
    ] = 3
    most: Annotated[int, option("Examples at most; 0 tries none.", metavar="N", min=0)] = 3
    proposals: Annotated[
        int,
        option("Wordings that the model proposes from each fold; 0: none.", metavar="N", min=0),
    ] = 2
    wordings: Annotated[
        Path | None,
        option("Wordings of yours to try: lists in tables fields and rules.", metavar="FILE.toml"),
    ] = None


@dataclass(frozen=True, slots=True)
class CapOptions:
    """How much may be asked, and how many documents at once."""

    panel: ClassVar = "Pace and caps"

    concurrency: Annotated[int, option("Documents at once.", metavar="N", min=1)] = 1
    max_total_tokens: MaxTotalTokens = None
    max_cost: MaxCost = None
    price_in: PriceIn = None
    price_out: PriceOut = None

    def traffic(self) -> Traffic:
        """Return the caps. Raises BadParameter for one price alone."""
        price = price_of_both(self.price_in, self.price_out)
        return Traffic(max_total_tokens=self.max_total_tokens, max_cost=self.max_cost, price=price)


@dataclass(frozen=True, slots=True)
class TuningFiles:
    """What is written, and what is kept."""

    panel: ClassVar = "Output"

    output: Annotated[
        Path, option("The template to write.", "--output", "-o", metavar="FILE.toml")
    ] = Path("tuned.toml")
    markdown: Annotated[Path | None, option("Write the report, better or not.", metavar="FILE")] = (
        None
    )
    answers: Annotated[
        Path | None,
        option("Where answers are kept; default: FILE.tuning beside the template.", metavar="DIR"),
    ] = None
    replay: Annotated[bool, option("Decide from kept answers alone.", "--replay")] = False

    @property
    def folder(self) -> Path:
        """The folder of answers."""
        return self.answers or self.output.with_suffix(".tuning")

    def check(self, base: str | None) -> None:
        """Raise InputError for files that could not be written, or would overwrite the base."""
        if self.output.suffix != ".toml":
            raise InputError(f"{self.output}: the name of a template must end in .toml")
        if base is not None and Path(base).resolve() == self.output.resolve():
            raise InputError(f"{self.output}: the template that is tuned; write another file")
        for path in (self.output, self.markdown):
            check_place(path)
        if self.replay and not self.folder.is_dir():
            raise InputError(f"{self.folder}: no answers there; leave out --replay to ask")


@panels
def tune_template(
    dataset: DatasetPath,
    *,
    search: SearchOptions,
    model: ModelOptions,
    question: QuestionOptions,
    caps: CapOptions,
    files: TuningFiles,
) -> None:
    """Try examples and wordings on the labelled documents of DATASET, and write what is better.

    Changes are chosen on training documents, and accepted only if a paired test on held-out ones
    says that they are better. The new template holds the evidence.
    """
    logging.getLogger().addHandler(logging.NullHandler())
    files.check(question.prompt)
    way = reading_of(model.name, question.reading)
    prompts.load(question.prompt, way)
    rubric = rubric_of(schema_named(question.schema))
    loaded = load(dataset, rubric)
    recorded = next(iter(sorted(files.folder.glob("*/"))), files.folder)
    mode: Mode = "replay" if files.replay else "record"
    setup = RunSetup(
        with_way(asked(model, mode, Recordings(recorded)), way),
        files.folder,
        mode,
        question.prompt,
        schema=rubric.schema.model,
        way=way,
    )
    job = TuningJob(
        loaded,
        loaded.selected(None if search.split == "all" else search.split),
        setup,
        id=files.output.stem,
        folds=search.folds,
        held_out=search.held_out,
        examples=search.most,
        proposals=search.proposals,
        wordings=search.wordings,
        traffic=caps.traffic(),
        concurrency=caps.concurrency,
    )
    raise typer.Exit(_tuned(job, files))


def _tuned(job: TuningJob, files: TuningFiles) -> int:
    progress = progress_on(sys.stderr)
    try:
        found = anyio.run(tune, job, progress)
    except KeyboardInterrupt:
        print(
            f"cut; what was answered is kept in {files.folder}, and the same command goes on",
            file=sys.stderr,
        )
        return CUT
    finally:
        progress.close()
    Console().print(report_table(found))
    if files.markdown is not None:
        write_text(files.markdown, report_markdown(found))
    if not found.is_better:
        print(f"{files.output} was not written", file=sys.stderr)
        return NOT_BETTER
    write_text(files.output, _template(found, job))
    print(f"wrote {files.output}", file=sys.stderr)
    return WRITTEN


def _template(found: Tuned, job: TuningJob) -> str:
    return changed_template(found.search.base, job.id, found.chosen, evidence(found, job))
