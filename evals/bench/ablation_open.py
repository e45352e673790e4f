"""What each check of open reading is worth: recorded answers once more without it.

    python -m evals.bench.ablation_open evals/datasets/postings [--only IDS] [--schema NAME]

The answers are the same in every row, and so are the tokens but for answers that are asked again;
what differs is what code makes of them. "marked" counts the values that are said to be conflicting
or unsupported, which is all that the second opinion does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any
from unittest.mock import patch

import anyio
import typer
from rich.console import Console
from rich.table import Table

from evals.commands.options import asked
from evals.data.dataset import Case, Dataset, load
from evals.data.rubric import rubric_of
from evals.scoring.run_setup import RunSetup, folder_of, with_way
from evals.scoring.runlog import RunLog
from evals.scoring.runner import Run
from extract.asking import assembly
from extract.asking import open_question as open_reading
from extract.asking.assembly import Assembly, Draft
from extract.asking.grounder import Grounded, Grounder
from extract.asking.schema import Schema
from extract.asking.schema_source import schema_named
from extract.cli.model_options import LOCAL, ModelOptions
from extract.cli.question_options import SchemaName
from extract.errors import InputError
from extract.kinds import Kind
from extract.kinds import plain_values as plain
from extract.kinds.contract import contract_kind as contract
from extract.kinds.hours import hours_kind as hours
from extract.kinds.pay import pay_kind as pay
from extract.kinds.years import years_kind as years
from extract.models.cassettes import Recordings
from extract.values import Span

__all__ = ["CHECKS", "main", "without"]

Off = Callable[[], AbstractContextManager[Any]]

_quoted = Grounder._quoted  # noqa: SLF001 - what is measured is the inside of it


def _anywhere(self: Grounder, kind: Kind, answer: Any, beside: int | None) -> Grounded:
    """Take words that stand nowhere as if they stood at the end of the document."""
    grounded = _quoted(self, kind, answer, beside)
    if not grounded.missed:
        return grounded
    text = f"{self.document.text}\n{grounded.missed[0]}"
    longer = replace(self.document, text=text)
    return _quoted(replace(self, document=longer), kind, answer, beside)


@contextmanager
def _any_value() -> Iterator[None]:
    with ExitStack() as stack:
        for module in (contract, hours, pay, plain, years):
            stack.enter_context(patch.object(module, "states_number", lambda *_: True))
        stack.enter_context(patch.object(plain, "states_day", lambda *_: True))
        stack.enter_context(patch.object(plain, "_stated_time", lambda _quote, moment: moment))
        yield


def _unweighed(_self: Grounder, kind: Kind, span: Span, value: Any) -> Grounded:
    return Grounded(value, (("", span),), "read" if kind.parts else "stated")


@contextmanager
def _no_opinion() -> Iterator[None]:
    with ExitStack() as stack:
        stack.enter_context(patch.object(Grounder, "_weighed", _unweighed))
        stack.enter_context(patch.object(open_reading, "_weighed", lambda _d, _f, given: given))
        yield


def _unvalidated(self: Draft, schema: Schema[Any]) -> Assembly:
    posting = assembly._constructed(schema, self.values)  # noqa: SLF001 - as where it is refused
    return Assembly(posting, self.evidence, self.states, self.notes, self.basis, tuple(self.misses))


CHECKS: Mapping[str, Off] = {
    "the quote stands in the text": lambda: patch.object(Grounder, "_quoted", _anywhere),
    "numbers and dates stand in the quote": _any_value,
    "second opinion": _no_opinion,
    "validation by the schema": lambda: patch.object(Draft, "finished", _unvalidated),
}
"""How to take each check away."""


def main(
    dataset: Annotated[Path, typer.Argument(help="A directory of labels, or a .jsonl file.")],
    only: Annotated[str, typer.Option(help="Ids, with commas.")] = "",
    schema: SchemaName = None,
    cassettes: Annotated[Path | None, typer.Option(help="The recordings.")] = None,
) -> None:
    """Replay recorded open answers with all checks, and without each of them."""
    folder = cassettes or folder_of(dataset, "open")
    if not Recordings(folder).files():
        raise typer.BadParameter(f"{folder}: no recordings")
    try:
        rubric = rubric_of(schema_named(schema))
        loaded = load(dataset, rubric)
        recorded = Recordings(folder).files()
        wanted = [name for name in only.split(",") if name]
        cases = [case for case in loaded.selected(None, wanted) if case.id in recorded]
    except InputError as error:
        raise typer.BadParameter(str(error)) from error
    model = with_way(asked(ModelOptions(LOCAL), "replay", Recordings(folder)), "open")
    setup = RunSetup(model, folder, "replay", schema=rubric.schema.model, way="open")
    Console().print(table(without(loaded, cases, setup)))


def without(dataset: Dataset, cases: list[Case], setup: RunSetup) -> dict[str, RunLog]:
    """Return the run with all checks, and that without each."""
    logs = {"all checks": anyio.run(_run, dataset, cases, setup)}
    for name, off in CHECKS.items():
        with off():
            logs[f"without: {name}"] = anyio.run(_run, dataset, cases, setup)
    return logs


def table(logs: Mapping[str, RunLog]) -> Table:
    """Return the rows of the runs."""
    found = Table(box=None)
    for heading in ("", "macro F1", "invented", "grounded", "marked", "failed", "tokens"):
        found.add_column(heading, justify="right" if heading else "left")
    for name, log in logs.items():
        scores = log.scores
        grounded = scores.grounded.value if scores.grounded else None
        found.add_row(
            name,
            f"{scores.macro_f1.value or 0:.3f}",
            f"{scores.invention.count} of {scores.invention.of}",
            "-" if grounded is None else f"{grounded:.3f}",
            str(_marked(log)),
            str(scores.failed),
            f"{scores.tokens.prompt:,} + {scores.tokens.completion:,}",
        )
    return found


def _marked(log: RunLog) -> int:
    states = ((case.record or {}).get("states") or {} for case in log.cases)
    return sum(s in {"conflicting", "unsupported"} for each in states for s in each.values())


async def _run(dataset: Dataset, cases: list[Case], setup: RunSetup) -> RunLog:
    run = Run(setup.planned(dataset, "all"), cases)
    async with setup.opened(setup.recordings()) as system:
        await run.all(system)
    return run.log("complete")


if __name__ == "__main__":
    typer.run(main)
