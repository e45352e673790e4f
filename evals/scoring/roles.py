"""Score pages of several postings: how many of their postings were found.

A row is matched with a posting if their titles agree as those of single postings do, one to one and
by optimal assignment. Unmatched rows are extra.

python -m evals.scoring.roles DATASET measures the splitting alone, without a model: a posting is
found if its title stands in exactly one part.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from scipy.optimize import linear_sum_assignment

from evals.data.dataset import Case, load
from evals.scoring.compare_values import compared
from evals.scoring.intervals import Resamples, interval, shares
from evals.scoring.runlog import CaseResult
from evals.scoring.score_models import Rate, Roles

__all__ = ["answered", "parted", "roles"]


def roles(cases: Sequence[CaseResult]) -> Roles | None:
    """Score the pages of several postings among the cases; None if there are none.

    Intervals are by page. A part that failed, or that was read as something else, is not a row.
    """
    pages: dict[tuple[str, int], list[CaseResult]] = defaultdict(list)
    for case in cases:
        if case.page is not None:
            pages[case.page, case.repeat].append(case)
    if not pages:
        return None
    found: list[tuple[str, tuple[int, int]]] = []
    extra: list[tuple[str, tuple[int, int]]] = []
    for (page, _), parts in pages.items():
        records = [part.record for part in parts if part.record and part.record["is_posting"]]
        titles = [record["posting"].get("title") for record in records]
        right = answered(parts[0].roles, titles)
        found.append((page, (right, len(parts[0].roles))))
        extra.append((page, (len(titles) - right, len(titles))))
    return Roles(found=_rate(found), extra=_rate(extra))


def answered(expected: Sequence[str], titles: Sequence[str | None]) -> int:
    """Count the expected titles that are found, each matched with one of `titles`.

    >>> answered(["Night Baker", "Driver"], ["Driver", "Driver", None])
    1
    """
    agree = np.array(
        [[compared("title", title, [role]).correct for title in titles] for role in expected]
    )
    if not agree.size:
        return 0
    return int(agree[linear_sum_assignment(agree, maximize=True)].sum())


def parted(case: Sequence[Case]) -> tuple[int, int]:
    """Count the postings of a page whose title stands in exactly one part, and all its postings."""
    texts = [part.document().text.casefold() for part in case] if len(case) > 1 else []
    expected = case[0].roles
    return sum(sum(role.casefold() in text for text in texts) == 1 for role in expected), len(
        expected
    )


def _rate(pages: Sequence[tuple[str, tuple[int, int]]]) -> Rate:
    count, of = (sum(counts[place] for _, counts in pages) for place in (0, 1))
    resamples = Resamples(page for page, _ in pages)
    within = interval(shares(*resamples.sums(pages).T)) if resamples.enough else None
    return Rate(value=count / of if of else None, interval=within, count=count, of=of)


def main(
    path: Annotated[Path, typer.Argument(metavar="DATASET", help="A labelled dataset.")],
) -> None:
    """Split the pages of several postings of a dataset, and count the postings found."""
    dataset = load(path)
    single = [case for case in dataset.cases if case.gold]
    pages: dict[str, list[Case]] = defaultdict(list)
    for case in dataset.cases:
        if case.page is not None:
            pages[case.page].append(case)
    count = of = 0
    for page, parts in pages.items():
        right, expected = parted(parts)
        count, of = count + right, of + expected
        print(f"{page}: {right} of {expected} roles found, {len(parts)} parts")
    print(f"{count} of {of} roles found; {len(single)} single documents are one case each")


if __name__ == "__main__":
    typer.run(main)
