"""Measure on pages that nobody has looked at: each round once, and what came of it for good.

    python -m evals.bench.first_look evals/first_look/round1.jsonl --texts pages.jsonl
    python -m evals.bench.first_look

A round is a file of labels. Its pages belong to others and are not part of the project: a row has
the SHA-256 of its text instead (of the UTF-8 bytes), and where it was published. The first command
reads the pages with the model and writes the figures beside the round. A round that has figures is
not measured again, because only the first look shows what the next page will give. The second
command prints the curve of all rounds, and the mean over all their pages.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import BaseModel
from rich.console import Console
from rich.table import Table

from evals.commands import eval_command
from evals.data.label_files import objects
from evals.data.rubric import BUILT_IN
from evals.scoring import runlog
from evals.scoring.runlog import CaseResult, RunLog
from evals.scoring.score_models import Scores
from evals.scoring.scores import scored
from extract.errors import InputError

__all__ = ["FirstLook", "curve", "main", "with_texts"]

ROUNDS = Path(__file__).parents[1] / "first_look"


class FirstLook(BaseModel):
    """What a round gave: counts and scores, and no word of the pages."""

    round: str
    measured: str
    revision: str
    model: str
    scores: Scores
    cases: tuple[CaseResult, ...]


def main(
    labels: Annotated[Path | None, typer.Argument(help="The labels of a round.")] = None,
    texts: Annotated[
        Path | None, typer.Option(help="Its pages: a .jsonl file with an id and a text each.")
    ] = None,
    model: Annotated[str, typer.Option(help="The model; default: the embedded one.")] = "local",
    cassettes: Annotated[
        Path | None, typer.Option(help="Keep the answers here, or take those that are kept.")
    ] = None,
) -> None:
    """Measure a round, or print the curve of those that were measured."""
    if labels is not None:
        if texts is None:
            raise typer.BadParameter("the pages of the round are needed: --texts FILE.jsonl")
        try:
            _measure(labels, texts, model, cassettes)
        except InputError as error:
            raise typer.BadParameter(str(error)) from error
    _print(curve(ROUNDS))


def with_texts(labels: Path, texts: Path) -> list[dict[str, Any]]:
    """Return the rows of a round with their texts. Raises InputError for one that is not the same.

    Labels are as docs/labels.md has them, with `sha256` in place of `text`.
    """
    pages = {row.get("id"): row.get("text") for row in objects(texts)}
    rows = []
    for row in objects(labels):
        name = row.get("id")
        text = pages.get(name)
        if not isinstance(text, str):
            raise InputError(f"{texts}: there is no page {name!r} with a text")
        if hashlib.sha256(text.encode()).hexdigest() != row.get("sha256"):
            raise InputError(f"{texts}: {name!r} is not the text that was labelled")
        rows.append({**{k: v for k, v in row.items() if k != "sha256"}, "text": text})
    return rows


def curve(folder: Path) -> list[FirstLook]:
    """Return the rounds that were measured, in their order."""
    found = sorted(folder.glob("*.result.json"), key=lambda path: (len(path.name), path.name))
    return [FirstLook.model_validate_json(path.read_bytes()) for path in found]


def _measure(labels: Path, texts: Path, model: str, cassettes: Path | None) -> None:
    result = labels.with_suffix(".result.json")
    if result.exists():
        had = FirstLook.model_validate_json(result.read_bytes())
        raise InputError(f"{labels} was measured on {had.measured}: a second look is not the first")
    rows = with_texts(labels, texts)
    with tempfile.TemporaryDirectory() as place:
        dataset, log = Path(place, labels.name), Path(place, "run.json")
        dataset.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
        try:
            answers = ["--live"] if cassettes is None else ["--record", f"--cassettes={cassettes}"]
            eval_command.main([str(dataset), *answers, "--model", model, "-o", str(log)])
        except SystemExit as ended:
            if not log.exists():
                raise InputError("the round could not be run: nothing was measured") from ended
        run = runlog.read(log)
    if run.status != "complete":
        raise InputError("the round was cut: nothing was kept of it")
    result.write_text(_look(labels.stem, run).model_dump_json(indent=1) + "\n", encoding="utf-8")


def _look(name: str, run: RunLog) -> FirstLook:
    return FirstLook(
        round=name,
        measured=run.started,
        revision=run.environment.revision,
        model=run.plan.model,
        scores=run.scores,
        cases=tuple(case.model_copy(update={"record": None, "error": None}) for case in run.cases),
    )


def _print(rounds: Sequence[FirstLook]) -> None:
    table = Table(title="First looks")
    for heading in ("round", "pages", "macro F1", "is_posting", "invented", "skills", "measured"):
        table.add_column(heading, justify="left" if heading in {"round", "measured"} else "right")
    for look in rounds:
        table.add_row(look.round, *_figures(look.scores, len(look.cases)), look.measured[:10])
    if rounds:
        every = [
            case.model_copy(update={"id": f"{look.round}/{case.id}"})
            for look in rounds
            for case in look.cases
        ]
        table.add_row("all", *_figures(scored(every, BUILT_IN.fields), len(every)), "")
    Console().print(table)


def _figures(scores: Scores, pages: int) -> tuple[str, ...]:
    judged, fields = scores.is_posting, scores.fields
    return (
        str(pages),
        _with_interval(scores.macro_f1.value, scores.macro_f1.interval),
        f"{judged.count} of {judged.of}",
        f"{scores.invention.count} of {scores.invention.of}",
        _with_interval(fields["skills"].f1 if "skills" in fields else None, None),
    )


def _with_interval(value: float | None, within: tuple[float, float] | None) -> str:
    if value is None:
        return "-"
    return f"{value:.3f}" + (f" ({within[0]:.2f}-{within[1]:.2f})" if within else "")


if __name__ == "__main__":
    typer.run(main)
