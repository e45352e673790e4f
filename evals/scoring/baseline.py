"""Make a baseline of a run: its scores and counts, without the records.

    python -m evals.scoring.baseline RUN.json evals/baselines/postings.json

A baseline is a run log without records: a page that shows it beside a later run says how each
posting was scored, but not which values were read.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from evals.scoring import runlog
from evals.scoring.runlog import RunLog

__all__ = ["without_records"]


def without_records(log: RunLog) -> RunLog:
    """Return the run log without the records of its cases, which a comparison does not need."""
    cases = [case.model_copy(update={"record": None}) for case in log.cases]
    return log.model_copy(update={"cases": cases})


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("run", type=Path, metavar="RUN.json")
    parser.add_argument("baseline", type=Path, metavar="BASELINE.json")
    arguments = parser.parse_args()
    runlog.write(without_records(runlog.read(arguments.run)), arguments.baseline)


if __name__ == "__main__":
    main()
