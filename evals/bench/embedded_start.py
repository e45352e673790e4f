"""The embedded model from start to row: alone, in a batch, beside a busy core, and two at once.

    python -m evals.bench.embedded_start --against CHECKOUT docs/samples evals/datasets/postings
    python -m evals.bench.embedded_start --only one,busy --rounds 1 docs/samples

Each run is a process of its own, `postings extract` of this checkout and of the other in turn. Each
checkout has a cache of its own with the same model in it, and has read one document before, so
that what it keeps on disk is there. Only ratios mean anything, and only on a machine that does
nothing else; `busy` adds one process that never rests.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from platformdirs import user_cache_path

from extract.models.local import DEFAULT
from extract.sources.paths import documents
from extract.values import Document

__all__ = ["main"]

_BARS = {"one": 0.6, "batch": 0.85, "busy": 0.5, "two": 1.15}
_EXTRACT = "from extract.cli import main; main()"


@dataclass(frozen=True, slots=True)
class _Tree:
    """A checkout, and the cache that its runs have."""

    name: str
    checkout: Path
    cache: Path

    def start(self, inputs: Sequence[Path], output: Path) -> subprocess.Popen[bytes]:
        """Start a run over these documents."""
        output.unlink(missing_ok=True)
        files = [str(path) for path in inputs]
        environment = {**os.environ, "XDG_CACHE_HOME": str(self.cache), "PYTHONPATH": "."}
        return subprocess.Popen(  # noqa: S603 - our own command line
            [sys.executable, "-c", _EXTRACT, "extract", *files, "--model", "local", "-o", output],
            cwd=self.checkout,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )


@dataclass(frozen=True, slots=True)
class _Runs:
    """Where the documents and the outputs of this benchmark are."""

    inputs: Sequence[Path]
    folder: Path

    def took(self, tree: _Tree, *shares: Sequence[Path], at_once: bool = False) -> float:
        """Return the seconds of the clock that runs over these shares of the documents take."""
        begun = time.perf_counter()
        started = []
        for number, share in enumerate(shares):
            started.append(tree.start(share, self.output(tree, number)))
            if not at_once:
                started[-1].wait()
        for process in started:
            if process.wait():
                raise typer.BadParameter(f"{tree.name}: a run ended with {process.returncode}")
        return time.perf_counter() - begun

    def output(self, tree: _Tree, number: int = 0) -> Path:
        """Return where a run writes."""
        return self.folder / f"{tree.name}-{number}.jsonl"

    def postings(self, tree: _Tree) -> list[Any]:
        """Return what the last run of a checkout made."""
        lines = self.output(tree).read_text(encoding="utf-8").splitlines()
        return [json.loads(line).get("posting") for line in lines]


def main(
    paths: Annotated[list[Path], typer.Argument(help="Documents; the first ones are read.")],
    against: Annotated[Path | None, typer.Option(help="Another checkout.")] = None,
    only: Annotated[str, typer.Option(help="Of one, batch, busy, two.")] = "one,batch,busy,two",
    rounds: Annotated[int, typer.Option(help="How often each is run.")] = 3,
    count: Annotated[int, typer.Option(help="Documents of a batch.")] = 10,
) -> None:
    """Run each case on both checkouts in turn, and print the ratios."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        runs = _Runs(_written(paths, count, folder), folder)
        ours = _tree("ours", Path(__file__).parents[2], folder)
        trees = [ours] if against is None else [ours, _tree("other", against.resolve(), folder)]
        for tree in trees:
            print(f"{tree.name}: first run {runs.took(tree, runs.inputs[:1]):.1f} s", flush=True)
        for case in only.split(","):
            if case == "two":
                _two(runs, ours, rounds)
            else:
                _compare(case, runs, trees, rounds)


def _written(paths: Sequence[Path], count: int, folder: Path) -> list[Path]:
    """Write the first readable documents to files, as each checkout reads paths its own way."""
    found = [
        each for each in documents([str(path) for path in paths]) if isinstance(each, Document)
    ]
    if not found:
        raise typer.BadParameter("no readable document there")
    files = [folder / f"{number:02}.txt" for number in range(min(count, len(found)))]
    for file, document in zip(files, found, strict=False):
        file.write_text(document.text, encoding="utf-8")
    return files


def _tree(name: str, checkout: Path, folder: Path) -> _Tree:
    cache = folder / f"cache-{name}"
    (cache / "postings").mkdir(parents=True)
    for file in user_cache_path("postings").glob(f"{DEFAULT.filename}*"):
        (cache / "postings" / file.name).symlink_to(file)
    return _Tree(name, checkout, cache)


def _compare(case: str, runs: _Runs, trees: Sequence[_Tree], rounds: int) -> None:
    shares = runs.inputs if case == "batch" else runs.inputs[:1]
    seconds: dict[str, list[float]] = {tree.name: [] for tree in trees}
    for turn in range(rounds):
        for tree in trees[:: 1 if turn % 2 else -1]:
            with _busy(case == "busy"):
                seconds[tree.name].append(runs.took(tree, shares))
            print(f"{case} {tree.name}: {seconds[tree.name][-1]:.1f} s", flush=True)
    if len(trees) > 1:
        made = [runs.postings(tree) for tree in trees]
        same = sum(one == other for one, other in zip(*made, strict=True))
        _say(case, seconds["ours"], seconds["other"], f"; {same} of {len(made[0])} rows are equal")


def _two(runs: _Runs, tree: _Tree, rounds: int) -> None:
    """Two runs at once, against the same two one after the other."""
    half = len(runs.inputs) // 2
    shares = runs.inputs[:half], runs.inputs[half:]
    together: list[float] = []
    in_turn: list[float] = []
    measure: list[tuple[list[float], Callable[[], float]]] = [
        (together, lambda: runs.took(tree, *shares, at_once=True)),
        (in_turn, lambda: runs.took(tree, *shares)),
    ]
    for turn in range(rounds):
        for seconds, run in measure[:: 1 if turn % 2 else -1]:
            seconds.append(run())
        print(f"two: {together[-1]:.1f} s at once, {in_turn[-1]:.1f} s in turn", flush=True)
    _say("two", together, in_turn, "")


def _say(case: str, ours: Sequence[float], other: Sequence[float], more: str) -> None:
    ratios = [one / another for one, another in zip(ours, other, strict=True)]
    print(
        f"{case}: ratio {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f}), "
        f"bar {_BARS[case]}{more}",
        flush=True,
    )


@contextmanager
def _busy(really: bool) -> Iterator[None]:
    if not really:
        yield
        return
    with subprocess.Popen([sys.executable, "-c", "while True: pass"]) as process:
        try:
            yield
        finally:
            process.kill()


if __name__ == "__main__":
    typer.run(main)
