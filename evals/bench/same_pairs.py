"""How well `postings same` tells one job from two, on labelled pairs of rows.

    python -m evals.bench.same_pairs evals/datasets/same/test
    python -m evals.bench.same_pairs my-pairs --wrong

A folder has `rows.jsonl`, as `postings extract` writes it, and `pairs.jsonl`, a line for each
labelled pair: {"a": id, "b": id, "kind": …, "family": …, "hard": …}. All rows are grouped at once,
so that a pair that is never compared counts as missed. A family is rows that were made from one
posting; rows of two families are not one job.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, get_args

import numpy as np
import typer
from rich.console import Console
from rich.table import Table
from scipy.stats import binomtest

from evals.scoring.intervals import Resamples, interval, shares
from extract.errors import InputError
from extract.same import Card, Kindred, card_of, group_rows, judge
from extract.same.key_pairs import KeyPairs
from extract.same.rules import ONE_JOB

__all__ = ["LabelledPair", "PairScores", "Share", "load_pairs", "score"]

UNCOMPARED = "not compared"


@dataclass(frozen=True, slots=True)
class LabelledPair:
    """Two rows by their ids, and what they are to each other by the label."""

    a: str
    b: str
    kind: Kindred
    family: str
    hard: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many, with two 95 % intervals.

    `wilson` takes the pairs as independent. `drawn` draws families, since pairs of one family err
    together; where nothing is wrong it says nothing.
    """

    right: int
    of: int
    wilson: tuple[float, float]
    drawn: tuple[float, float] | None

    @property
    def value(self) -> float:
        """The share."""
        return self.right / self.of if self.of else 1.0


@dataclass(frozen=True, slots=True)
class PairScores:
    """The figures of a set of pairs.

    `foreign` counts pairs of rows of two families that came into one group; `wrong` has each pair
    whose kind is not the label's, with that kind and the reason.
    """

    precision: Share
    recall: Share
    kinds: Share
    confusion: Mapping[tuple[str, str], int]
    foreign: int
    wrong: Sequence[tuple[LabelledPair, str, str]]


def load_pairs(folder: Path) -> tuple[list[dict[str, Any]], list[LabelledPair]]:
    """Return the rows and the labelled pairs of a folder. Raises InputError if one is malformed."""
    rows = list(_lines(folder / "rows.jsonl"))
    ids = {row["id"] for row in rows}
    pairs = []
    for number, line in enumerate(_lines(folder / "pairs.jsonl"), 1):
        pair = LabelledPair(**line)
        if pair.kind not in get_args(Kindred) or not {pair.a, pair.b} <= ids:
            raise InputError(f"{folder}/pairs.jsonl:{number}: an unknown kind or id: {line}")
        pairs.append(pair)
    return rows, pairs


def score(rows: Sequence[Mapping[str, Any]], pairs: Sequence[LabelledPair]) -> PairScores:
    """Group the rows, and compare what is said of each pair with its label."""
    cards = {row["id"]: card_of(row, row["id"]) for row in rows}
    places = {row["id"]: number for number, row in enumerate(rows)}
    compared = _compared(rows, cards)
    judged: list[tuple[LabelledPair, str, str]] = []
    for pair in pairs:
        met = tuple(sorted((places[pair.a], places[pair.b])))
        judgement = judge(cards[pair.a], cards[pair.b])
        kind = judgement.kind if met in compared else UNCOMPARED
        judged.append((pair, kind, judgement.why))
    one = [(pair, kind in ONE_JOB, pair.kind in ONE_JOB) for pair, kind, _ in judged]
    alike = [
        (pair, kind == pair.kind or (kind == UNCOMPARED and pair.kind == "other job"))
        for pair, kind, _ in judged
    ]
    return PairScores(
        precision=_share((pair, label) for pair, found, label in one if found),
        recall=_share((pair, found) for pair, found, label in one if label),
        kinds=_share(alike),
        confusion=Counter((pair.kind, kind) for pair, kind, _ in judged),
        foreign=_foreign(rows, pairs),
        wrong=[line for line, (_, right) in zip(judged, alike, strict=True) if not right],
    )


def main(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="rows.jsonl and pairs.jsonl.")],
    wrong: Annotated[bool, typer.Option(help="List the pairs of another kind.")] = False,
) -> None:
    """Print precision and recall of "one job", and how often the kind is right."""
    rows, pairs = load_pairs(folder)
    scores = score(rows, pairs)
    one = sum(pair.kind in ONE_JOB for pair in pairs)
    print(f"{len(rows)} rows, {len(pairs)} pairs, {one} of them one job")
    for name, share in (
        ("precision", scores.precision), ("recall", scores.recall), ("kind", scores.kinds)
    ):  # fmt: skip
        low, high = share.wilson
        line = f"{name:10}{share.value:.3f} ({low:.3f} to {high:.3f}), {share.right} of {share.of}"
        if share.drawn:
            line += f"; by family {share.drawn[0]:.3f} to {share.drawn[1]:.3f}"
        print(line)
    print(f"pairs of two families in one group: {scores.foreign}")
    _print_confusion(scores.confusion)
    for pair, kind, why in scores.wrong if wrong else ():
        print(f"{pair.a} {pair.b} [{pair.hard}]: {pair.kind}, said {kind}: {why}")


def _lines(path: Path) -> Iterable[dict[str, Any]]:
    if not path.is_file():
        raise InputError(f"{path}: no such file")
    with path.open(encoding="utf-8") as stream:
        yield from (json.loads(line) for line in stream if line.strip())


def _compared(
    rows: Sequence[Mapping[str, Any]], cards: Mapping[str, Card]
) -> frozenset[tuple[int, int]]:
    keys = KeyPairs()
    for row in rows:
        keys.add(cards[row["id"]], row)
    return frozenset(keys.pairs())


def _foreign(rows: Sequence[Mapping[str, Any]], pairs: Sequence[LabelledPair]) -> int:
    family = {name: pair.family for pair in pairs for name in (pair.a, pair.b)}
    names = [family.get(row["id"], row["id"]) for row in rows]
    groups = [group for group in group_rows(rows, apart=False) if group.number]
    return sum(
        names[one] != names[other]
        for group in groups
        for at, one in enumerate(group.rows)
        for other in group.rows[at + 1 :]
    )


def _share(counted: Iterable[tuple[LabelledPair, bool]]) -> Share:
    listed = list(counted)
    right, whole = sum(good for _, good in listed), len(listed)
    test = binomtest(right, whole).proportion_ci(method="wilson") if whole else None
    resamples = Resamples(pair.family for pair, _ in listed)
    drawn = None
    if resamples.enough and 0 < right < whole:
        sums = resamples.sums([(pair.family, (float(good), 1.0)) for pair, good in listed])
        drawn = interval(shares(sums[:, 0], sums[:, 1]))
    ends = (float(test.low), float(test.high)) if test else (float(np.nan), float(np.nan))
    return Share(right, whole, ends, drawn)


def _print_confusion(confusion: Mapping[tuple[str, str], int]) -> None:
    kinds = [*get_args(Kindred), UNCOMPARED]
    table = Table(title="rows: the label; columns: what was said")
    for name in ("", *kinds):
        table.add_column(name, justify="right")
    for label in kinds[:-1]:
        counts = (confusion.get((label, kind), 0) for kind in kinds)
        table.add_row(label, *(str(count or "") for count in counts))
    Console(width=120).print(table)


if __name__ == "__main__":
    typer.run(main)
