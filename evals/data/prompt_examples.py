"""Choose the labelled cases that teach most as examples of a prompt.

A case can be an example if the document has words for all its labels, and the answer made of those
words gives exactly the labelled values when it is read like a model's. Each choice is the case that
shows most that is new (a field with a value, an answer to `is_posting`); of equals, the shortest
document. Choosing stops after `most` cases, or when no case shows anything new.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from evals.data.dataset import Case
from evals.data.quoting import Quoter, UnquotableError
from evals.scoring.compare_values import outcome
from extract.asking.closed_assembly import assemble
from extract.asking.closed_question import Question, question
from extract.asking.line_choice import shown
from extract.asking.open_question import OpenQuestion, assemble_open, open_question
from extract.asking.prompt import shown_lines
from extract.asking.schema import IS_POSTING, Schema
from extract.errors import InputError
from extract.values import Document, Reading

__all__ = ["Example", "example_of", "picked"]

LONGEST = 6000
"""Characters of an example at most: it is sent with every question."""


@dataclass(frozen=True, slots=True)
class Example:
    """A case as an example: its lines, the answer, what the answer shows, and the whole text."""

    id: str
    sha256: str
    lines: str
    answer: str
    shows: frozenset[str]
    text: str = ""


def picked(examples: Iterable[Example], most: int) -> list[Example]:
    """Return the examples that teach most, the best first.

    >>> picked([Example("a", "", "long", "", frozenset("xy")), Example("b", "", "s", "",
    ...     frozenset("x")), Example("c", "", "s", "", frozenset("z"))], 3)[1].id
    'c'
    """
    left = sorted(examples, key=lambda each: (len(each.lines), each.id))
    chosen: list[Example] = []
    seen: set[str] = set()
    while len(chosen) < most and left:
        best = max(left, key=lambda each: len(each.shows - seen))
        if not best.shows - seen:
            break
        chosen.append(best)
        seen |= best.shows
        left.remove(best)
    return chosen


def example_of(case: Case, reading: Reading) -> Example | None:
    """Return a case as an example; None if it is too long or cannot be quoted."""
    try:
        document = case.document()
        if len(document.text) > LONGEST:
            return None
        answer, asked = _answer(case, document, reading)
    except (InputError, UnquotableError):
        return None
    if not _gives_the_labels(case, asked, answer):
        return None
    shows = {name for name, right in case.gold.items() if right[0] not in (None, [], "", {})}
    truth = f"{IS_POSTING} is {str(answer[IS_POSTING]).lower()}"
    return Example(
        case.id,
        document.sha256,
        shown_lines(asked),
        json.dumps(answer, ensure_ascii=False),
        frozenset((shows - {IS_POSTING}) | {truth}),
        document.text,
    )


def _answer(
    case: Case, document: Document, reading: Reading
) -> tuple[dict[str, Any], Question | OpenQuestion]:
    schema: Schema[Any] = case.rubric.schema
    quoter = Quoter(document)
    gold = {name: right[0] for name, right in case.gold.items()}
    answer: dict[str, Any] = {IS_POSTING: gold[IS_POSTING]}
    if reading == "open":
        for field in schema.fields:
            if field.name in gold:
                answer[field.name] = quoter.open(field, gold[field.name])
        return answer, open_question(schema, document)
    asked = question(schema, document)
    for field in asked.fields:
        if field.name in gold:
            answer[field.name] = quoter.closed(field, gold[field.name], asked)
    return answer, asked.showing(shown(document, asked.candidates, asked.settled))


def _gives_the_labels(case: Case, asked: Question | OpenQuestion, answer: dict[str, Any]) -> bool:
    """Tell whether an answer, read like a model's, gives exactly the labelled values."""
    if not answer[IS_POSTING]:
        return True
    if isinstance(asked, OpenQuestion):
        posting = assemble_open(asked, answer).posting
    else:
        lacking = {f.name: [] if _is_many(asked, f.name) else "" for f in asked.fields}
        posting = assemble(asked, {**lacking, **answer}).posting
    found = posting.model_dump(mode="json")
    counts: Sequence[Any] = list(outcome(case.gold, found, case.rubric).values())
    return all(each.errors == 0 for each in counts)


def _is_many(asked: Question, name: str) -> bool:
    field = next(field for field in asked.fields if field.name == name)
    return field.is_list or field.kind.shape != "one"
