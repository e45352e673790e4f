"""Measure long text by the characters of the document that values and labels share.

A line that is cut in two, or two lines that are given as one, are no error here, and half a line
is half right. The characters of a field are the union of what its values' evidence covers; white
space does not count. Words that stand in the document several times are labelled once: the place
that the values cover best counts, and its other places count neither for nor against.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evals.data.rubric import CHARACTERS, Rubric
from evals.scoring.counts import Counts
from extract.kinds import AskedField
from extract.values import Document, Span

__all__ = ["overlap", "overlaps", "places"]

_Mask = NDArray[np.bool_]


def overlaps(
    gold: Mapping[str, Sequence[Any]],
    document: Document | None,
    record: Mapping[str, Any] | None,
    rubric: Rubric,
) -> dict[str, Counts]:
    """Count the characters of each labelled field of long text, by its scored path.

    Without a document, because the case failed, everything labelled is omitted.
    """
    counts: dict[str, Counts] = {}
    for name, right in gold.items():
        field = rubric.kinds.get(name)
        if field is None or field.kind.shape != "lines":
            continue
        alternatives = [_texts(value) for value in right]
        if document is None or record is None:
            best = Counts(omitted=sum(map(_length, alternatives[0])))
        else:
            text, found, lost = document.text, *_found(field, document, record)
            judged = (overlap(text, found, texts, lost) for texts in alternatives)
            best = min(judged, key=lambda each: (each.errors, -each.correct))
        counts[f"{name}.{CHARACTERS}"] = best
    return counts


def overlap(text: str, found: Iterable[Span], labels: Sequence[str], lost: int = 0) -> Counts:
    """Compare spans of a text with the labelled words, character by character.

    `lost` characters of values stand nowhere in the text.

    >>> overlap("Bake bread. Call us.", [Span(0, 20)], ["Bake bread."])
    Counts(correct=10, wrong=0, omitted=0, invented=7, correct_null=0)
    """
    covered, wanted, elsewhere = (np.zeros(len(text), np.bool_) for _ in range(3))
    for span in found:
        covered[span.start : span.end] = True
    missing = 0
    for label in labels:
        at = places(text, label)
        if not at:
            missing += _length(label)
            continue
        best = max(at, key=lambda span: int(covered[span.start : span.end].sum()))
        wanted[best.start : best.end] = True
        for span in at:
            elsewhere[span.start : span.end] = True
    shown: _Mask = np.fromiter((not char.isspace() for char in text), np.bool_, len(text))
    invented = _count(covered & ~wanted & ~elsewhere & shown) + lost
    nothing = not (labels or covered.any() or lost)
    return Counts(
        correct=_count(covered & wanted & shown),
        omitted=_count(wanted & ~covered & shown) + missing,
        invented=invented,
        correct_null=int(nothing),
    )


def places(text: str, words: str) -> list[Span]:
    """Return where words stand in a text, whatever the white space between them.

    >>> places("Bake  bread, bake bread", "bake bread")
    [Span(start=13, end=23)]
    """
    pattern = r"\s+".join(map(re.escape, words.split()))
    return [Span(*found.span()) for found in re.finditer(pattern, text)] if pattern else []


def _found(
    field: AskedField, document: Document, record: Mapping[str, Any]
) -> tuple[list[Span], int]:
    """Return the spans of a field's values, and how many characters of them stand nowhere.

    A value without evidence is looked for in the text; its first place is taken.
    """
    spans: list[Span] = []
    lost = 0
    evidence = record.get("evidence") or {}
    for number, value in enumerate(_texts(record["posting"].get(field.name))):
        quotes = [Span(q["start"], q["end"]) for q in evidence.get(f"{field.name}.{number}", ())]
        at = quotes or places(document.text, value)[:1]
        spans += at
        lost += 0 if at else _length(value)
    return spans, lost


def _texts(value: Any) -> list[str]:
    """Return the texts of a list of lines, or of requirements."""
    items = value if isinstance(value, list) else []
    return [str(item.get("text", "")) if isinstance(item, dict) else str(item) for item in items]


def _length(words: str) -> int:
    return len("".join(words.split()))


def _count(mask: _Mask) -> int:
    return int(mask.sum())
