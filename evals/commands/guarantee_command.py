"""What `postings eval guarantee` does: thresholds above which enough values are right."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from evals.scoring import runlog
from evals.scoring.guarantee import FieldThreshold, chosen, scored_values
from evals.scoring.runlog import CaseResult, RunLog, RunPlan
from extract.asking.confidence import learned_from
from extract.errors import InputError
from extract.terminal import clean
from extract.thresholds import FORMAT, VERSION
from extract.whole_file import write_text

__all__ = ["guarantee", "shown"]

NONE_REACHED = 1
_SAME = ("schema_sha256", "model", "prompt_sha256", "reading")
_BOUND = (
    "exact binomial tests of nested sets, all together (Clopper-Pearson; Learn then Test, "
    "Angelopoulos et al. 2021)"
)


def guarantee(
    runs: Annotated[
        list[Path],
        typer.Argument(metavar="RUN.json…", help="Logs of runs over labelled documents."),
    ],
    right: Annotated[
        float,
        typer.Option(metavar="SHARE", min=0.5, max=0.999, help="How many must be right."),
    ] = 0.95,
    certainty: Annotated[
        float,
        typer.Option(metavar="SHARE", min=0.5, max=0.999, help="How certain that must be."),
    ] = 0.95,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE.toml", help="Keep the thresholds."),
    ] = None,
) -> None:
    """Choose the confidence of each field from which on enough of the values are right.

    The logs must be of one model, prompt and schema. Documents from which the shipped confidence
    was learned are left out. `postings extract --thresholds FILE.toml` obeys the file.
    """
    logs = [runlog.read(path) for path in runs]
    plan = _plan(logs, runs)
    cases = [(Path(log.plan.dataset).stem, case) for log in logs for case in log.cases]
    fresh = [(dataset, case) for dataset, case in cases if not _is_learned(case)]
    if left_out := len(cases) - len(fresh):
        print(
            f"left out {left_out} documents that the confidence was learned from", file=sys.stderr
        )
    values = [one for dataset, case in fresh for one in scored_values([case], dataset)]
    if not values:
        raise InputError(
            f"{', '.join(map(str, runs))}: no labelled value with a confidence is left to measure"
        )
    names = list(
        dict.fromkeys(name for _, case in cases for name in (case.record or {}).get("states", ()))
    )
    found = chosen(names, values, right, certainty)
    documents = len({one.document for one in values})
    Console().print(shown(found, right, certainty, documents))
    if output is not None:
        write_text(output, _rendered(plan, found, runs, (right, certainty), documents))
        print(f"use it: postings extract … --thresholds {output}", file=sys.stderr)
    if all(one.threshold is None for one in found):
        raise typer.Exit(NONE_REACHED)


def shown(found: Sequence[FieldThreshold], right: float, certainty: float, documents: int) -> Table:
    """Return the thresholds as a table."""
    total = sum(one.values for one in found)
    kept = sum(one.values * one.kept for one in found)
    reached = sum(one.threshold is not None for one in found)
    table = Table(
        box=None,
        pad_edge=False,
        caption=f"{right:g} right, certainty {certainty:g}: {reached} of {len(found)} fields; "
        f"{kept / max(1, total):.3f} of {total:,} values kept; {documents:,} documents",
    )
    for name in ("field", "from", "kept", "right of drawn", "at least", "why not"):
        table.add_column(name, justify="left" if name in {"field", "why not"} else "right")
    for one in found:
        table.add_row(
            clean(one.field),
            "–" if one.threshold is None else f"{one.threshold:.3f}",
            f"{one.kept:.3f}",
            f"{one.right} of {one.drawn}",
            f"{one.bound:.3f}",
            one.why,
        )
    return table


def _plan(logs: Sequence[RunLog], runs: Sequence[Path]) -> RunPlan:
    first = logs[0].plan
    for log, path in zip(logs, runs, strict=True):
        if log.plan.system != "postings":
            raise InputError(f"{path}: a run of {log.plan.system}, whose values have no confidence")
        for key in _SAME:
            one, other = getattr(first, key), getattr(log.plan, key)
            if one != other:
                raise InputError(
                    f"{path}: its {key} is {other!r}, and that of {runs[0]} is {one!r}: thresholds "
                    "hold for one way of asking; choose them for each apart"
                )
    return first


def _is_learned(case: CaseResult) -> bool:
    made = (case.record or {}).get("provenance") or {}
    return learned_from(made["document_sha256"]) if "document_sha256" in made else False


def _rendered(
    plan: RunPlan,
    found: Sequence[FieldThreshold],
    runs: Sequence[Path],
    asked: tuple[float, float],
    documents: int,
) -> str:
    """Return the file of thresholds, which `extract.thresholds` reads."""
    right, certainty = asked
    head = {
        "format": FORMAT,
        "version": VERSION,
        "right": right,
        "certainty": certainty,
        "test": _BOUND,
        "model": plan.model,
        "reading": plan.reading or "",
        "prompt": plan.prompt,
        "prompt_sha256": plan.prompt_sha256,
        "schema_sha256": plan.schema_sha256,
        "runs": [str(path) for path in runs],
        "documents": documents,
        "made_by": f"postings {version('postings')}",
    }
    lines = [
        f"# From these confidences on at least {right:g} of the values of a field are right.",
        "# A field without a threshold could not be guaranteed, and none of its values is kept:",
        "# give it `threshold = 0` to keep them all the same.",
        *(f"{key} = {_toml(value)}" for key, value in head.items()),
    ]
    for one in found:
        row = {"threshold": one.threshold, "why": one.why or None}
        row |= {"values": one.values, "kept": round(one.kept, 4)}
        row |= {"n": one.drawn, "right": one.right, "bound": round(one.bound, 4)}
        lines += ["", f"[fields.{_toml(one.field)}]"]
        lines += [f"{key} = {_toml(value)}" for key, value in row.items() if value is not None]
    return "\n".join(lines) + "\n"


def _toml(value: object) -> str:
    """Return a text, a number or a list of texts as TOML, whose forms of these JSON shares."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
