"""Two runs over the same postings: which fields really changed, and what this set could have shown.

Every field is tested on the postings that both runs read (`evals.paired`); the p-values of the
fields are corrected together (Holm), so that among fields that did not change hardly one set in
twenty shows any. The smallest detectable change is stated for the strictest step of that
correction. The macro average is one test of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from evals.paired import COUNTS, LEVEL, Paired, Swaps, holm
from extract.errors import InputError

__all__ = ["MACRO", "Change", "Comparison", "Verdict", "changes", "compare", "name_of"]

MACRO = "macro"

Verdict = Literal["improved", "worse", "no difference this set can show"]


@dataclass(frozen=True, slots=True)
class Change:
    """One field of two runs. `p` is corrected; `detectable` None: the set can show no change."""

    field: str
    before: float
    after: float
    interval: tuple[float, float]
    p: float
    verdict: Verdict
    detectable: float | None
    differing: int

    @property
    def difference(self) -> float:
        """F1 after, less F1 before."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Comparison:
    """What two runs over the same postings differ in; `fields` in the order of the run log."""

    before: str
    after: str
    postings: int
    fields: tuple[Change, ...]
    macro: Change

    @property
    def worse(self) -> tuple[Change, ...]:
        """The fields that got significantly worse, and the macro average if it did."""
        return tuple(each for each in (*self.fields, self.macro) if each.verdict == "worse")


def compare(
    before: Mapping[str, Any], after: Mapping[str, Any], swaps: Swaps | None = None
) -> Comparison:
    """Test every field of two run logs, paired on the postings.

    Raises InputError for runs over different data: another data set, split or set of cases.

    >>> full, none = ({"correct": 1}, {"omitted": 1})
    >>> def run(counts):
    ...     cases = [{"id": str(i), "status": "ok", "counts": {"title": counts}} for i in range(20)]
    ...     return {"plan": {"dataset_sha256": "0"}, "cases": cases}
    >>> compare(run(none), run(full)).fields[0].verdict
    'improved'
    """
    ids = _paired_ids(before, after)
    names = _fields(before, after)
    if not names:
        raise InputError("neither run has counted a field; score them first")
    pair = Paired(_counts(before, ids, names), _counts(after, ids, names))
    *fields, macro = changes(names, pair, swaps or Swaps())
    return Comparison(name_of(before), name_of(after), len(ids), tuple(fields), macro)


def changes(names: Sequence[str], pair: Paired, swaps: Swaps) -> tuple[Change, ...]:
    """Test each field of a pair and, last, their macro average.

    A field that neither the labels nor a run gives any value is left out.
    """
    said = [index for index in range(len(names)) if _says(pair, index)]
    alone = [_one(pair, index) for index in said]
    corrected = holm([swaps.p_value(each) for each in alone])
    strictest = LEVEL / max(len(said), 1)
    fields = [
        _change(names[index], each, p, strictest, swaps)
        for index, each, p in zip(said, alone, corrected, strict=True)
    ]
    together = Paired(pair.before[:, said], pair.after[:, said])
    return (*fields, _change(MACRO, together, swaps.p_value(together), LEVEL, swaps))


def name_of(run: Mapping[str, Any]) -> str:
    """Say in a few words what a run was made with.

    >>> name_of({"plan": {"system": "postings", "model": "qwen", "prompt": "v3"}})
    'postings, qwen, v3'
    """
    plan = run.get("plan", {})
    return ", ".join(str(plan[key]) for key in ("system", "model", "prompt") if plan.get(key))


def _change(name: str, pair: Paired, p: float, level: float, swaps: Swaps) -> Change:
    before, after = pair.scores
    verdict: Verdict = "no difference this set can show"
    if p <= LEVEL:
        verdict = "improved" if after > before else "worse"
    return Change(
        field=name,
        before=before,
        after=after,
        interval=swaps.interval(pair),
        p=p,
        verdict=verdict,
        detectable=pair.detectable(level),
        differing=int(pair.differing.sum()),
    )


def _paired_ids(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    for key, what in (("dataset_sha256", "data set"), ("split", "split")):
        pair = before["plan"].get(key), after["plan"].get(key)
        if pair[0] != pair[1]:
            raise InputError(
                f"the runs are over another {what} each: {key} {pair[0]!r} and {pair[1]!r}; "
                "run the older one again"
            )
    sides = _ids(before, "first"), _ids(after, "second")
    for mine, other, which in ((*sides, "second"), (*reversed(sides), "first")):
        missing = [name for name in mine if name not in other]
        if missing:
            more = f" and {len(missing) - 1} more" if missing[1:] else ""
            raise InputError(f"the {which} run lacks case {missing[0]!r}{more}; finish it first")
    if not sides[0]:
        raise InputError("the runs hold no cases")
    return list(sides[0])


def _ids(run: Mapping[str, Any], which: str) -> dict[str, None]:
    ids: dict[str, None] = {}
    for case in run["cases"]:
        if case["id"] in ids:
            raise InputError(f"the {which} run holds case {case['id']!r} twice")
        ids[case["id"]] = None
    return ids


def _fields(*runs: Mapping[str, Any]) -> list[str]:
    """Return the names of all fields counted, in the order in which they first appear."""
    return list(
        dict.fromkeys(name for run in runs for case in run["cases"] for name in case["counts"])
    )


def _counts(
    run: Mapping[str, Any], ids: Sequence[str], names: Sequence[str]
) -> NDArray[np.float64]:
    cases = {case["id"]: case["counts"] for case in run["cases"]}
    rows = [
        [[float(cases[id].get(name, {}).get(count, 0)) for count in COUNTS] for name in names]
        for id in ids  # noqa: A001 - the case's own key
    ]
    return np.array(rows, dtype=np.float64)


def _one(pair: Paired, index: int) -> Paired:
    return Paired(pair.before[:, [index]], pair.after[:, [index]])


def _says(pair: Paired, index: int) -> bool:
    """Tell whether a run or the labels give the field any value at all."""
    return bool(pair.before[:, index].any() or pair.after[:, index].any())
