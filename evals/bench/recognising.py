"""How much CPU recognising takes: from bytes to text, text to question, and answer to record.

    python -m evals.bench.recognising PATH… --against PATH_OF_ANOTHER_CHECKOUT

No model is needed: the answers are made from what each question offers. With another checkout both
are run in turn, each in a process of its own, and the ratios of their least times are printed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from extract.errors import InputError
from extract.terminal import clean

__all__ = ["main"]

_HERE = Path(__file__).resolve().parents[2]
_WORKER = Path(__file__).with_name("recognising_worker.py")
_STEPS = {
    "first": "first record of a new process, with imports (s)",
    "text": "bytes to text (ms a document)",
    "question": "text to question (ms a document)",
    "record": "answer to record (ms a document)",
}


def main(
    paths: Annotated[list[Path], typer.Argument(help="Postings, or folders of postings.")],
    against: Annotated[
        Path | None, typer.Option(help="Another checkout of this repository to compare with.")
    ] = None,
    runs: Annotated[int, typer.Option(min=1, help="Processes for each checkout.")] = 3,
    rounds: Annotated[int, typer.Option(min=1, help="Rounds in each process.")] = 3,
    smallest: Annotated[int, typer.Option(min=0, help="Bytes of the smallest file.")] = 1_000,
    largest: Annotated[int, typer.Option(min=1, help="Bytes of the largest file.")] = 9_000,
) -> None:
    """Time recognising, alone or against another checkout."""
    every = [
        file
        for path in paths
        for file in (sorted(path.rglob("*")) if path.is_dir() else [path])
        if file.is_file() and smallest <= file.stat().st_size <= largest
    ]
    if not every:
        raise typer.BadParameter(f"no file of {smallest} to {largest} bytes")
    trees = [_HERE] if against is None else [_HERE, against.resolve()]
    least: list[dict[str, float]] = [{} for _ in trees]
    try:
        for _ in range(runs):
            for tree, kept in zip(trees, least, strict=True):
                for step, seconds in _timed(tree, every, rounds).items():
                    kept[step] = min(kept.get(step, seconds), seconds)
    except InputError as error:
        typer.echo(clean(str(error)), err=True)
        raise typer.Exit(2) from error
    print(f"{len(every)} documents, the least of {runs} runs of {rounds} rounds")
    for step, name in _STEPS.items():
        factor = 1 if step == "first" else 1_000
        figures = [kept[step] * factor for kept in least]
        ratio = f"   ratio {figures[0] / figures[1]:.2f}" if len(figures) > 1 else ""
        print(f"{name:50s} {'   '.join(f'{figure:8.2f}' for figure in figures)}{ratio}")
    if against is not None:
        sums = [kept["question"] + kept["record"] for kept in least]
        print(f"text to question and answer to record: ratio {sums[0] / sums[1]:.2f}")


def _timed(tree: Path, paths: list[Path], rounds: int) -> dict[str, float]:
    """Run the worker in a checkout, and return the seconds that it prints."""
    listed = json.dumps([str(path.resolve()) for path in paths])
    command = [sys.executable, "-P", str(_WORKER), listed, str(rounds)]
    environment = {**os.environ, "PYTHONPATH": str(tree)}
    done = subprocess.run(  # noqa: S603 - our own interpreter and file
        command, env=environment, cwd=tree, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise InputError(f"{tree}: the benchmark fails there: {done.stderr.strip()[-600:]}")
    found: dict[str, float] = json.loads(done.stdout)
    return found


if __name__ == "__main__":
    typer.run(main)
