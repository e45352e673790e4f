"""What each measure is worth: the same postings once more without it.

    python -m evals.bench.ablation evals/datasets/postings [--only IDS] [--measures NAMES] [--live]

Replayed, it takes the measures away that the requests do not depend on; `--live` takes each one
away and asks the embedded model again, which takes as long as that many runs. A row says what is
lost without the measure; in a replay, measures that the requests depend on have none.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

from rich.console import Console
from rich.table import Table

from evals.data.dataset import load
from evals.scoring.run_setup import RunSetup
from evals.scoring.runner import Run
from evals.scoring.score_models import Scores
from evals.scoring.scored_run import EvalJob
from extract.asking import closed_question as reading
from extract.asking import line_choice as select
from extract.asking.closed_question import Question
from extract.asking.schema import Schema
from extract.kinds import Choice, Company, Kind, Pay, Phrase, Skills, Title
from extract.reading import advert
from extract.runs.opening import LOCAL

__all__ = ["MEASURES", "main"]

Off = Callable[[], AbstractContextManager[Any]]


def _given(*kinds: type[Kind]) -> Off:
    @contextmanager
    def off() -> Iterator[None]:
        with ExitStack() as stack:
            for kind in kinds:
                stack.enter_context(patch.object(kind, "given", lambda _self, _document: ()))
            yield

    return off


@contextmanager
def _asked_for_skills() -> Iterator[None]:
    """Ask the model for skills, whatever the text gives by itself."""
    with _given(Skills)(), patch.object(Skills, "enough", lambda _self, _document: False):
        yield


@contextmanager
def _both(*patches: AbstractContextManager[Any]) -> Iterator[None]:
    with ExitStack() as stack:
        for each in patches:
            stack.enter_context(each)
        yield


MEASURES: dict[str, tuple[Off, bool]] = {
    "a posting offers an opening": (
        lambda: patch.object(Schema, "fits", lambda *_: True),
        False,
    ),
    "a headline names another kind of page": (
        lambda: patch.object(advert, "_is_about", lambda _document: False),
        False,
    ),
    "a company is a name": (lambda: patch.object(Company, "read", Phrase.read), False),
    "a company has its legal form": (
        lambda: patch.object(Company, "expand", lambda _self, _document, span: (span,)),
        False,
    ),
    "mentions are cut into skills": (
        lambda: patch.object(Skills, "expand", lambda _self, _document, span: (span,)),
        False,
    ),
    "labelled title employer pay and contract are given": (
        _given(Title, Company, Pay, Choice),
        True,
    ),
    "skills are found by a tagger": (_asked_for_skills, True),
    "answered lines are not read": (
        lambda: patch.object(Question, "settled", property(lambda _self: frozenset())),
        True,
    ),
    "boilerplate is not read": (
        lambda: _both(
            patch.object(select, "boilerplate", lambda _document: {}),
            patch.object(reading, "boilerplate", lambda _document: {}),
        ),
        True,
    ),
}
"""How to take each measure away, and whether the requests depend on it."""


async def _scores(job: EvalJob, setup: RunSetup) -> Scores:
    run = Run(setup.planned(job.dataset, job.split), job.cases)
    async with setup.opened(setup.recordings()) as system:
        await run.all(system)
    return run.log("complete").scores


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("dataset", type=Path)
    parser.add_argument("--only", default="", metavar="IDS")
    parser.add_argument("--split", choices=["dev", "test"])
    parser.add_argument("--measures", default="", metavar="NAMES", help="only these, with commas")
    parser.add_argument("--live", action="store_true", help="ask the embedded model")
    parser.add_argument("--cassettes", type=Path)
    arguments = parser.parse_args()
    dataset = load(arguments.dataset)
    cases = dataset.selected(arguments.split, [i for i in arguments.only.split(",") if i])
    job = EvalJob(dataset, cases, arguments.split or "all")
    folder = arguments.cassettes or Path("cassettes") / arguments.dataset.stem
    setup = RunSetup(LOCAL, folder, "live" if arguments.live else "replay")
    wanted = [name for name in arguments.measures.split(",") if name] or list(MEASURES)
    if unknown := set(wanted) - MEASURES.keys():
        parser.error(f"no measure {min(unknown)!r}; there are: {', '.join(MEASURES)}")

    def run() -> Scores:
        return asyncio.run(_scores(job, setup))

    if arguments.live:  # The constant prompt is read once: in no row.
        asyncio.run(_scores(replace(job, cases=cases[-1:]), setup))
    rows = [("all measures", run())]
    _say(rows)
    for name in wanted:
        off, asks = MEASURES[name]
        if asks and not arguments.live:
            continue
        with off():
            rows.append((f"without: {name}", run()))
        _say(rows)
    Console().print(_table(rows))


def _say(rows: Sequence[tuple[str, Scores]]) -> None:
    """Say the last row as soon as it is there: a live one takes minutes, and may be the last."""
    cells = _cells(*rows[-1], rows[0][1])
    said = (f"{heading} {cell}" for heading, cell in zip(_HEADINGS, cells, strict=True) if cell)
    print(*(each.strip() for each in said), sep=" · ", file=sys.stderr, flush=True)


_HEADINGS = ("", "macro F1", "is_posting", "invented", "most changed field", "s", "tokens")


def _table(rows: Sequence[tuple[str, Scores]]) -> Table:
    table = Table(box=None)
    for heading in _HEADINGS:
        table.add_column(heading)
    for name, scores in rows:
        table.add_row(*_cells(name, scores, rows[0][1]))
    return table


def _cells(name: str, scores: Scores, whole: Scores) -> tuple[str, ...]:
    return (
        name,
        f"{scores.macro_f1.value or 0:.3f}",
        f"{scores.is_posting.value or 0:.3f}",
        f"{scores.invention.value or 0:.3f}",
        _most_changed(whole, scores),
        f"{scores.seconds.mean or 0:.1f}",
        f"{scores.tokens.prompt - scores.tokens.cached:,} + {scores.tokens.completion:,}",
    )


def _most_changed(whole: Scores, scores: Scores) -> str:
    changes = {
        name: (score.f1 or 0) - (whole.fields[name].f1 or 0)
        for name, score in scores.fields.items()
    }
    name = max(changes, key=lambda each: abs(changes[each]))
    return f"{name} {changes[name]:+.3f}" if changes[name] else ""


if __name__ == "__main__":
    main()
