"""Count how often values are right, by field and basis, for `extract/asking/confidence.toml`.

    python -m evals.scoring.calibrate RUN.json [-o extract/asking/confidence.toml]

Only cases of the development split are counted: the test split must stay unseen to judge the
confidence by.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from evals.data.rubric import BUILT_IN
from evals.scoring import runlog
from evals.scoring.compare_values import Counts, counts_of
from evals.scoring.runlog import CaseResult
from extract.posting import Posting

__all__ = ["counted", "rendered"]

Table = dict[str, dict[str, tuple[int, int]]]


def counted(cases: Iterable[CaseResult]) -> Table:
    """Count the right and all values of each field by basis; "every" is over all fields."""
    table: defaultdict[str, defaultdict[str, list[int]]] = defaultdict(
        lambda: defaultdict(lambda: [0, 0])
    )
    for case in cases:
        if case.split != "dev":
            continue
        for name, basis in ((case.record or {}).get("basis") or {}).items():
            counts = counts_of(case.counts, name)
            if counts is None:
                continue
            right, total = _values(counts)
            for row in (f"{Posting.__name__}.{name}", "every"):
                table[row][basis][0] += right
                table[row][basis][1] += total
    return {
        row: {basis: (right, total) for basis, (right, total) in sorted(counts.items())}
        for row, counts in sorted(table.items())
    }


def rendered(table: Table) -> str:
    """Return the table as the TOML file that `extract.asking.confidence` reads."""
    lines = [
        "# Right values and all values, by field and basis.",
        "# Made by `python -m evals.scoring.calibrate`.",
    ]
    for row, counts in table.items():
        lines += ["", f'["{row}"]']
        lines += [f"{basis} = [{right}, {total}]" for basis, (right, total) in counts.items()]
    return "\n".join(lines) + "\n"


def _values(counts: Counts) -> tuple[int, int]:
    return counts.correct, counts.correct + counts.wrong + counts.invented


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("runs", nargs="+", type=Path, metavar="RUN.json")
    parser.add_argument("-o", "--output", type=Path, default=Path("extract/asking/confidence.toml"))
    arguments = parser.parse_args()
    logs = [runlog.read(path) for path in arguments.runs]
    if any(log.plan.fields.core != BUILT_IN.fields.core for log in logs):
        parser.error("only runs over job postings can be counted")
    cases = [case for log in logs for case in log.cases]
    arguments.output.write_text(rendered(counted(cases)), "utf-8")


if __name__ == "__main__":
    main()
