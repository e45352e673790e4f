"""Write one HTML page for one run, or for two side by side: fields, postings and evidence.

The page is one file that needs no network. Whatever comes from a posting or a model is data: JSON
in a block that is not executed, with every character escaped that could end the block. The page's
own script shows it as text, never as markup. The page's policy allows that one script, by its
hash, and forbids every request.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from importlib.resources import files
from typing import Any

from evals.compare.comparison import Comparison, name_of
from evals.data.dataset import Dataset
from evals.data.rubric import at
from evals.scoring.runlog import CaseResult, RunLog
from extract.asking.schema import IS_POSTING
from extract.errors import InputError

__all__ = ["Shown", "page", "shown"]

_BLOCK = re.compile(r"<(script|style)>(.*?)</\1>", re.DOTALL)
_UNSAFE = {ord(char): f"\\u{ord(char):04x}" for char in "<>&"}
_MOST_RUNS = 2


@dataclass(frozen=True, slots=True)
class Shown:
    """What a run log does not hold: the text and the right values of each case, by its id.

    The offsets of evidence refer to `texts`. `labels` hold, for each field, the label followed by
    the accepted alternatives, as JSON.
    """

    texts: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, Mapping[str, Sequence[Any]]] = field(default_factory=dict)


def shown(dataset: Dataset, run: RunLog) -> Shown:
    """Read the texts and labels of a run's cases; a document that cannot be read has no text.

    Raises InputError if the dataset has changed since the run: quotes would be marked at the wrong
    words.
    """
    if dataset.sha256 != run.plan.dataset_sha256:
        raise InputError(
            f"{dataset.name}: its labels or documents have changed since the run; run the "
            "evaluation again"
        )
    ran = {case.id for case in run.cases}
    cases = [case for case in dataset.cases if case.id in ran]
    texts: dict[str, str] = {}
    for case in cases:
        with suppress(InputError):
            texts[case.id] = case.document().text
    names = run.plan.fields.of_values
    return Shown(texts, {case.id: _labels(case.gold, names) for case in cases})


def _labels(gold: Mapping[str, Sequence[Any]], names: Sequence[str]) -> dict[str, list[Any]]:
    """Return the right values of each scored path with a label."""
    labels = {IS_POSTING: list(gold[IS_POSTING])} if IS_POSTING in gold else {}
    for path in names:
        top = path.partition(".")[0]
        values = [at({top: value}, path) for value in gold.get(top, ())]
        if top in gold and (path == top or any(value is not None for value in values)):
            labels[path] = values
    return labels


def page(
    runs: Sequence[RunLog], shown: Shown | None = None, comparison: Comparison | None = None
) -> str:
    """Return the HTML page of one run, or of an earlier and a later run.

    Its data is ASCII: text in other scripts is escaped.
    """
    if not 1 <= len(runs) <= _MOST_RUNS:
        raise ValueError(f"a page shows one run or two, not {len(runs)}")
    template = files("evals.report").joinpath("report_template.html").read_text("utf-8")
    template = template.replace("@@POLICY@@", _policy(template))
    # Split and not replaced twice, so that the data can hold any mark of the template.
    head, mark, tail = template.partition("@@DATA@@")
    if not mark:
        raise ValueError("the page's template has no place for the data")
    data = json.dumps(_data(runs, shown or Shown(), comparison), separators=(",", ":"))
    return head + data.translate(_UNSAFE) + tail


def _policy(template: str) -> str:
    hashes = {
        tag: base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
        for tag, body in _BLOCK.findall(template)
    }
    return (
        f"default-src 'none'; script-src 'sha256-{hashes['script']}'; "
        f"style-src 'sha256-{hashes['style']}'; base-uri 'none'; form-action 'none'"
    )


def _data(runs: Sequence[RunLog], shown: Shown, comparison: Comparison | None) -> dict[str, Any]:
    results = [{case.id: case for case in run.cases if case.repeat == 1} for run in runs]
    ids = list(dict.fromkeys(case.id for run in runs for case in run.cases))
    names = _scored(runs)
    of_values = {name for run in runs for name in run.plan.fields.of_values}
    values = [name for name in names if name in of_values]
    return {
        "fields": [IS_POSTING, *names],
        "characters": [name for name in names if name not in values],
        "runs": [_run(run) for run in runs],
        "comparison": asdict(comparison) if comparison else None,
        "cases": [
            {
                "id": id,
                "text": shown.texts.get(id),
                "label": {name: list(right) for name, right in shown.labels.get(id, {}).items()},
                "results": [_result(each.get(id), values) for each in results],
            }
            for id in ids  # noqa: A001 - the case's own key
        ],
    }


def _scored(runs: Sequence[RunLog]) -> tuple[str, ...]:
    """Return the core fields of the runs, and the further ones that some case has a label for."""
    labelled = {name for run in runs for case in run.cases for name in case.counts}
    return tuple(
        dict.fromkeys(
            name
            for run in runs
            for name in run.plan.fields.names
            if name in run.plan.fields.core or name in labelled
        )
    )


def _run(run: RunLog) -> dict[str, Any]:
    scores = run.scores.model_dump(mode="json")
    judged = run.scores.is_posting
    scores["fields"][IS_POSTING] = {
        "precision": judged.value,
        "recall": judged.value,
        "f1": judged.value,
        "interval": judged.interval,
        "correct": judged.count,
        "wrong": judged.of - judged.count,
        "omitted": 0,
        "invented": 0,
    }
    return {
        "name": name_of(run),
        "plan": run.plan.model_dump(mode="json"),
        "environment": run.environment.model_dump(mode="json"),
        "started": run.started,
        "status": run.status,
        "cases": len({case.id for case in run.cases}),
        "scores": scores,
    }


def _result(case: CaseResult | None, names: Sequence[str]) -> dict[str, Any] | None:
    if case is None:
        return None
    result = case.model_dump(mode="json", include={"split", "status", "error", "seconds", "usage"})
    counts = {name: asdict(each) for name, each in case.counts.items()}
    if case.is_posting is not None:
        counts[IS_POSTING] = {"correct": int(case.is_posting), "wrong": int(not case.is_posting)}
    kept = case.record is not None or case.status == "failed"
    return {**result, "counts": counts, **_record(case.record or {}, names), "kept": kept}


def _record(record: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """Return the part of a record that the page shows: the scored fields and their evidence."""
    posting = record.get("posting") or {}
    values = {path: at(posting, path) for path in names if path.partition(".")[0] in posting}
    evidence = [
        [path, each["start"], each["end"]]
        for name, spans in (record.get("evidence") or {}).items()
        if (path := _path(name)) in names
        for each in spans
    ]
    return {
        "values": {IS_POSTING: record.get(IS_POSTING), **values},
        "evidence": evidence,
        "states": record.get("states") or {},
        "notes": record.get("notes") or {},
    }


def _path(key: str) -> str:
    """Return the scored path of a key of the evidence: its numbers of list items are left out."""
    return ".".join(part for part in key.split(".") if not part.isdecimal())
