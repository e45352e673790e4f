"""Check what `postings eval guarantee` promises on random splits of runs, and on made-up values.

    python -m evals.bench.guarantee_splits RUN.json… [--right 0.95] [--times 200] [--out-of-fold]

RUN.json are logs of runs over labelled sets, each checked by itself in three ways:

drawn: as many documents as there are, drawn with replacement. What they are drawn from is then
known whole, and so is the share of right values above a threshold.
split: thresholds come from three quarters of the documents. The other quarter is only a sample of
what will be read: a threshold is broken if so few right values would be seen there in less than one
of twenty cases if the promise held.
simulated: 400 labels drawn from a known chance of being right, which rises with the confidence.

For each field a threshold may be broken in at most 5 % of the times; finding none breaks nothing.
`--out-of-fold` judges each job posting by weights that were learned without it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from numpy.random import Generator
from rich.console import Console
from scipy.special import expit, logit
from scipy.stats import binom

from evals.commands.guarantee_command import shown
from evals.scoring import runlog
from evals.scoring.calibrate import out_of_fold
from evals.scoring.guarantee import ScoredValue, chosen, drawn_values, scored_values, threshold

__all__ = ["broken_when_drawn", "broken_when_simulated", "broken_when_split"]

_CERTAINTY = 0.95
_CHANCE = 0.05
_KNOWN = 0.75
_SIMULATED = 400
_SLOPE = 4.0
_EPSILON = 1e-9
_SURELY = 0.99

Fields = Mapping[str, Sequence[ScoredValue]]
Check = Callable[[Generator], Iterator[tuple[str, bool]]]


def broken_when_drawn(
    fields: Fields, right: float, random: Generator
) -> Iterator[tuple[str, bool]]:
    """Yield for each field whether its threshold from drawn documents breaks the promise."""
    for name, values in fields.items():
        documents = list(_by_document(values).values())
        sample = [
            replace(value, document=f"{number}")
            for number, at in enumerate(random.integers(len(documents), size=len(documents)))
            for value in documents[at]
        ]
        least = threshold(name, sample, right, _CERTAINTY).threshold
        yield name, least is not None and _true_share(documents, least) < right - _EPSILON


def broken_when_split(
    fields: Fields, right: float, random: Generator
) -> Iterator[tuple[str, bool]]:
    """Yield for each field whether the documents left out refute its threshold."""
    everything = sorted({value.document for values in fields.values() for value in values})
    known = set(random.permutation(everything)[: int(len(everything) * _KNOWN)].tolist())
    for name, values in fields.items():
        least = threshold(
            name, [one for one in values if one.document in known], right, _CERTAINTY
        ).threshold
        others = drawn_values(one for one in values if one.document not in known).values()
        kept = [good for sure, good in others if least is not None and sure >= least]
        yield name, bool(binom.cdf(sum(kept), len(kept), right) <= _CHANCE)


def broken_when_simulated(
    right: float, random: Generator, slope: float = _SLOPE, documents: int = _SIMULATED
) -> Iterator[tuple[str, bool]]:
    """Yield whether the threshold of a made-up field breaks the promise.

    Confidences are uniform. The log-odds of being right rise by `slope` from no confidence to full,
    and are those of `right` at a confidence of a half.
    """
    sure = random.random(documents)
    good = random.random(documents) < expit(logit(right) + slope * (sure - 0.5))
    values = [
        ScoredValue(str(at), "", "made_up", one, int(is_right), 1)
        for at, (one, is_right) in enumerate(zip(sure.tolist(), good.tolist(), strict=True))
    ]
    least = threshold("made_up", values, right, _CERTAINTY).threshold
    above = np.linspace(0.0 if least is None else least, 1, 2001)
    share = float(expit(logit(right) + slope * (above - 0.5)).mean())
    yield "made_up", least is not None and share < right - _EPSILON


def _by_document(values: Sequence[ScoredValue]) -> dict[str, list[ScoredValue]]:
    documents: dict[str, list[ScoredValue]] = {}
    for value in values:
        documents.setdefault(value.document, []).append(value)
    return documents


def _true_share(documents: Sequence[Sequence[ScoredValue]], least: float) -> float:
    """Return the share of right values above a threshold, where documents count alike."""
    kept = [
        (1 / len(rows), row.right / row.total)
        for rows in documents
        for row in rows
        if row.confidence >= least
    ]
    return sum(weight * share for weight, share in kept) / sum(weight for weight, _ in kept)


def main(
    runs: Annotated[list[Path], typer.Argument(metavar="RUN.json", help="Logs of runs.")],
    right: Annotated[float, typer.Option(help="How many must be right.")] = 0.95,
    times: Annotated[int, typer.Option(help="How often each check is made.")] = 200,
    *,
    outside: Annotated[bool, typer.Option("--out-of-fold", help="Judge out of fold.")] = False,
) -> None:
    """Print the thresholds of each run, and how often each check breaks one."""
    logs = [runlog.read(path) for path in runs]
    cases = [case for log in logs for case in log.cases]
    if outside:
        cases = out_of_fold(cases)
    for path, log in zip(runs, logs, strict=True):
        own, cases = cases[: len(log.cases)], cases[len(log.cases) :]
        print(path)
        _check(scored_values(own), right, times)


def _check(values: Sequence[ScoredValue], right: float, times: int) -> None:
    fields: dict[str, list[ScoredValue]] = {}
    for value in values:
        fields.setdefault(value.field, []).append(value)
    documents = len({value.document for value in values})
    found = chosen(list(fields), values, right, _CERTAINTY)
    Console().print(shown(found, right, _CERTAINTY, documents))
    checks: dict[str, Check] = {
        "drawn": partial(broken_when_drawn, fields, right),
        "split": partial(broken_when_split, fields, right),
        "simulated": partial(broken_when_simulated, right),
    }
    for name, check in checks.items():
        random = np.random.default_rng(1)
        broken = Counter(field for _ in range(times) for field, is_so in check(random) if is_so)
        worst = broken.most_common(1)
        most = int(binom.ppf(_SURELY, times, 1 - _CERTAINTY))
        print(
            f"{name}: broken in at most {worst[0][1] if worst else 0} of {times} times"
            f"{f' ({worst[0][0]})' if worst else ''}; 5 % and chance: {most}"
        )


if __name__ == "__main__":
    typer.run(main)
