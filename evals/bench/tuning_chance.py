"""How often tuning says "better": where no change is better, and where one is.

    python -m evals.bench.tuning_chance --searches 500

Searches over readings that are drawn, not asked: 30 documents with four fields, and a pool of
changes. Documents differ in how hard they are. A share of a document's answers is drawn anew with
each template; without that, templates would not differ at all. In the first line every template is
equally good, so each "better" is false. In the others one change makes a share of the wrong values
right.
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import anyio
import numpy as np

from evals.compare.comparison import pair_of
from evals.compare.paired import LEVEL, Swaps
from evals.data.dataset import Case
from evals.data.template_change import TemplateChange
from evals.scoring.counts import Counts
from evals.scoring.runlog import CaseResult
from evals.tuning.template_search import TemplateSearch, dealt, parted

FIELDS = ("a", "b", "c", "d")
_BASE = 'id = "x"\n'
_FOLDS = 3
_HELD_OUT = 0.4
_RIGHT = 0.6
_HARD = 4.0
"""The weight of the beta distribution from which the ease of a document is drawn."""


@dataclass
class DrawnReadings:
    """Stands for the readings of a model: equal templates are answered alike."""

    seed: int
    anew: float
    mends: float
    best: str
    results: dict[str, dict[str, CaseResult]] = field(default_factory=dict)

    async def of(self, text: str, cases: Sequence[Case], what: str) -> list[CaseResult]:
        """Return the results of cases with a template."""
        known = self.results.setdefault(text, {})
        for case in cases:
            if case.id not in known:
                known[case.id] = self._drawn(text, case)
        return [known[case.id] for case in cases]

    def known(self, text: str) -> dict[str, CaseResult]:
        """Return the results with a template so far."""
        return self.results.get(text, {})

    def _drawn(self, text: str, case: Case) -> CaseResult:
        own, mine = self._dice(case.id), self._dice(case.id, text)
        ease = own.beta(_HARD * _RIGHT, _HARD * (1 - _RIGHT))
        counts: dict[str, Counts] = {}
        for name in FIELDS:
            right = own.random() < ease
            if mine.random() < self.anew:
                right = mine.random() < ease
            if not right and self.best in text and mine.random() < self.mends:
                right = True
            counts[name] = Counts(correct=1) if right else Counts(wrong=1)
        return CaseResult(id=case.id, split="dev", status="ok", counts=counts)

    def _dice(self, *parts: str) -> np.random.Generator:
        key = hashlib.sha256("\0".join((str(self.seed), *parts)).encode()).digest()
        return np.random.default_rng(int.from_bytes(key[:8], "big"))


async def searched(readings: DrawnReadings, documents: int, tried: int) -> tuple[bool, float]:
    """Run one search; return whether the test says better, and the gain in training."""
    gold: dict[str, Any] = {"is_posting": (True,)}
    cases = [Case(f"d{n}", "", "dev", gold, {}) for n in range(documents)]
    pool = [TemplateChange(f"fields.f{n}", "drawn", f"wording {n}.") for n in range(tried)]
    training, held_out = parted(cases, _HELD_OUT)
    kept: Any = readings  # answers what TemplateReadings does
    search = TemplateSearch(kept, _BASE, "x", dealt(training, _FOLDS), FIELDS)
    chosen = await search.search(pool)
    gain = sum(trial.gain.value for trial in search.trials if trial.kept)
    if not chosen:
        return False, gain
    pair = pair_of(
        await search.read((), held_out, ""), await search.read(chosen, held_out, ""), FIELDS
    )
    return Swaps(permutations=2_000).p_value(pair) <= LEVEL and pair.difference > 0, gain


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="How often tuning says better.")
    parser.add_argument("--searches", type=int, default=500)
    parser.add_argument("--documents", type=int, default=30)
    parser.add_argument("--changes", type=int, default=10)
    given = parser.parse_args()
    print("| mends | answers drawn anew | says better | gain claimed in training |")
    print("| --: | --: | --: | --: |")
    for mends, anew in ((0.0, 0.1), (0.0, 0.25), (0.0, 0.5), (0.3, 0.1), (0.5, 0.1), (0.8, 0.1)):
        found = [
            anyio.run(
                searched,
                DrawnReadings(seed, anew, mends, "wording 0."),
                given.documents,
                given.changes,
            )
            for seed in range(given.searches)
        ]
        said = np.mean([better for better, _ in found])
        gain = np.mean([gained for _, gained in found])
        print(f"| {mends:.0%} | {anew:.0%} | {said:.1%} | {gain:+.3f} |", flush=True)


if __name__ == "__main__":
    main()
