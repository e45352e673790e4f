"""Learn how likely values are right, for `extract/asking/confidence.toml`.

    python -m evals.scoring.calibrate RUN.json… [-o extract/asking/confidence.toml]

RUN.json are logs of runs over labelled job postings, in any way of reading. Only cases of the
development split are learned from: the test split must stay unseen to judge the confidence by.

The weights are those of a logistic regression with an L2 penalty (Hastie, Tibshirani and Friedman
2009, "The Elements of Statistical Learning", 4.4) on standardised signals. A value of a list counts
like any other. The weights of a field are what it differs by from all fields, so the penalty draws
a field with few values towards the others. Figures that are printed are out of fold: each posting
is judged by weights that were learned without it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from scipy.optimize import minimize
from scipy.special import expit, log_expit

from evals.data.rubric import BUILT_IN
from evals.scoring import runlog
from evals.scoring.compare_values import counts_of
from evals.scoring.coverage import curve, kept_at
from evals.scoring.runlog import CaseResult
from extract.asking.confidence import FARTHEST, SIGNALS, ConfidenceWeights, signals
from extract.asking.schema import IS_POSTING
from extract.errors import InputError
from extract.posting import Posting
from extract.record import Evidence

__all__ = ["LabelledField", "fields_seen", "fold_of", "learned", "out_of_fold", "rendered"]

_PENALTY = 5.0
_FOLDS = 10
_PLACES = 4
_SHOWN = 12
_RIGHT = (0.95, 0.99)


@dataclass(frozen=True, slots=True)
class LabelledField:
    """What is seen of one field of one record, and how many of its values are right."""

    field: str
    basis: str
    seen: dict[str, float]
    right: int
    total: int


def fields_seen(case: CaseResult) -> list[LabelledField]:
    """Return the fields of a case's record that have values and a label."""
    record = case.record or {}
    basis = record.get("basis") or {}
    if not basis:
        return []
    evidence = {
        path: [Evidence(**quote) for quote in quotes] for path, quotes in record["evidence"].items()
    }
    posting = Posting.model_validate(record["posting"])
    opening = record.get("confidence", {}).get(IS_POSTING)
    found = []
    for name, seen in signals(posting, evidence, basis, opening).items():
        counts = counts_of(case.counts, name)
        if counts is not None and (total := counts.correct + counts.false_positives):
            found.append(LabelledField(name, basis[name], seen, counts.correct, total))
    return found


def learned(fields: Sequence[LabelledField], names: Sequence[str] = SIGNALS) -> ConfidenceWeights:
    """Return the weights of the signals with these names that fit the fields."""
    raw = np.array([[one.seen[name] for name in names] for one in fields])
    mean, spread = raw.mean(axis=0), raw.std(axis=0)
    spread[spread == 0] = 1.0
    scaled = np.clip((raw - mean) / spread, -FARTHEST, FARTHEST)
    known, bases = (sorted({getattr(one, key) for one in fields}) for key in ("field", "basis"))
    of_field = np.array([[one.field == name for name in known] for one in fields], dtype=float)
    of_basis = np.array([[one.basis == name for name in bases] for one in fields], dtype=float)
    own = (of_field[:, :, None] * scaled[:, None, :]).reshape(len(fields), -1)
    bias, weights = _minimum(np.hstack([of_basis, scaled, of_field, own]), fields)
    ends = np.cumsum([len(bases), len(names), len(known)])
    basis, shared, biases, slopes = np.split(weights, ends)
    return ConfidenceWeights(
        bias=bias,
        scale={name: (float(mean[at]), float(spread[at])) for at, name in enumerate(names)},
        basis=dict(zip(bases, map(float, basis), strict=True)),
        signals=dict(zip(names, map(float, shared), strict=True)),
        fields={
            name: {"bias": float(own_bias), **dict(zip(names, map(float, row), strict=True))}
            for name, own_bias, row in zip(
                known, biases, slopes.reshape(len(known), -1), strict=True
            )
        },
    )


def out_of_fold(cases: Sequence[CaseResult], folds: int = _FOLDS) -> list[CaseResult]:
    """Return the cases with confidences by weights that were learned without the case's fold.

    Twins, and all runs over one posting, are in one fold.
    """
    seen = [fields_seen(case) for case in cases]
    fold_at = [fold_of(case.origin, folds) for case in cases]
    judged = []
    weights = {
        fold: learned(
            [one for at, row in zip(fold_at, seen, strict=True) if at != fold for one in row]
        )
        for fold in sorted(set(fold_at))
    }
    for case, row, fold in zip(cases, seen, fold_at, strict=True):
        known = {
            one.field: round(weights[fold].likelihood(one.field, one.basis, one.seen), 3)
            for one in row
        }
        record = case.record and {
            **case.record,
            "confidence": {**case.record["confidence"], **known},
        }
        judged.append(case.model_copy(update={"record": record}))
    return judged


def rendered(weights: ConfidenceWeights, documents: Iterable[str] = ()) -> str:
    """Return the weights as the TOML file that `extract.asking.confidence` reads.

    `documents` are the SHA-256 of the texts that they were learned from.
    """
    lines = [
        "# What speaks for a value being right (above 0) or against it, and from which documents",
        "# that was learned: how their SHA-256 begin.",
        "# Made by `python -m evals.scoring.calibrate`.",
        f"bias = {weights.bias:.{_PLACES}f}",
        "learned_from = [",
        *(f'    "{start}",' for start in sorted({one[:_SHOWN] for one in documents})),
        "]",
        "",
        "[scale]",
        *(
            f"{name} = [{mean:.{_PLACES}f}, {spread:.{_PLACES}f}]"
            for name, (mean, spread) in weights.scale.items()
        ),
    ]
    tables = {"basis": weights.basis, "signals": weights.signals}
    tables |= {f"fields.{name}": own for name, own in weights.fields.items()}
    for name, table in tables.items():
        lines += ["", f"[{name}]"]
        lines += [f"{key} = {value:.{_PLACES}f}" for key, value in table.items()]
    return "\n".join(lines) + "\n"


def fold_of(origin: str, folds: int) -> int:
    """Return the number of the fold that a document and its twins are in."""
    return int.from_bytes(sha256(origin.encode()).digest()[:8]) % folds


def _minimum(matrix: Any, fields: Sequence[LabelledField]) -> tuple[float, Any]:
    """Return the bias and the weights of least loss; the bias is not penalised."""
    right = np.array([one.right for one in fields], dtype=float)
    total = np.array([one.total for one in fields], dtype=float)

    def loss(at: Any) -> tuple[float, Any]:
        sums = matrix @ at[1:] + at[0]
        slope = total * expit(sums) - right
        value = right @ log_expit(sums) + (total - right) @ log_expit(-sums)
        penalty = 0.5 * _PENALTY * at[1:] @ at[1:]
        gradient = np.concatenate([[slope.sum()], matrix.T @ slope + _PENALTY * at[1:]])
        return float(penalty - value), gradient

    found = minimize(loss, np.zeros(matrix.shape[1] + 1), jac=True, method="L-BFGS-B")
    return float(found.x[0]), found.x[1:]


def main(
    runs: Annotated[list[Path], typer.Argument(metavar="RUN.json", help="Logs of runs.")],
    output: Annotated[Path, typer.Option("--output", "-o")] = Path(
        "extract/asking/confidence.toml"
    ),
) -> None:
    """Learn the weights from the dev split, print how they do out of fold, and write them."""
    logs = [runlog.read(path) for path in runs]
    if any(log.plan.fields.core != BUILT_IN.fields.core for log in logs):
        raise InputError("only runs over job postings can be learned from")
    dev = [[case for case in log.cases if case.split == "dev"] for log in logs]
    cases = [case for own in dev for case in own]
    weights = learned([one for case in cases for one in fields_seen(case)])
    judged = iter(out_of_fold(cases))
    for own, path in zip(dev, runs, strict=True):
        points = curve(list(islice(judged, len(own))))
        for right in _RIGHT:
            point = kept_at(points, right)
            print(f"{path}: {right:.0%} right: {0 if point is None else point.coverage:.3f} kept")
    texts = [case.record["provenance"]["document_sha256"] for case in cases if case.record]
    output.write_text(rendered(weights, texts), "utf-8")


if __name__ == "__main__":
    typer.run(main)
