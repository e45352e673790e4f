"""Long text is measured by characters of the document, however values and labels cut it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from evals.data.rubric import BUILT_IN
from evals.scoring.compare_values import outcome
from evals.scoring.counts import Counts
from evals.scoring.overlap import overlap, overlaps, places
from extract.text.document import from_text
from extract.values import Document, Span

TEXT = "Baker\nYou bake bread. You clean up.\nCall us to apply.\nYou clean up.\n"
DOCUMENT = from_text(TEXT)


def record(*quotes: str, **posting: Any) -> dict[str, Any]:
    """Make a record whose responsibilities are quotes of the text."""
    evidence = {
        f"responsibilities.{number}": [
            {"start": at.start, "end": at.end, "quote": quote}
            for at in places(DOCUMENT.text, quote)[:1]
        ]
        for number, quote in enumerate(quotes)
    }
    return {"posting": {"responsibilities": list(quotes), **posting}, "evidence": evidence}


def measured(labels: Sequence[str], found: dict[str, Any] | None) -> Counts:
    """Measure the responsibilities of a record."""
    document: Document | None = DOCUMENT if found is not None else None
    gold = {"responsibilities": (list(labels),)}
    return overlaps(gold, document, found, BUILT_IN)["responsibilities.characters"]


def test_where_a_line_is_cut_does_not_matter() -> None:
    """One line that holds two labelled sentences is wholly right, and so are its halves."""
    labels = ["You bake bread.", "You clean up."]
    whole = measured(labels, record("You bake bread. You clean up."))
    assert Counts(correct=24) == whole
    assert whole == measured(labels, record("You bake bread.", "You clean up."))
    assert whole == measured([" ".join(labels)], record("You bake", "bread. You clean up."))


def test_too_much_and_too_little() -> None:
    """What is not labelled counts as invented and what is left out as omitted, by characters."""
    found = record("You bake bread.", "Call us to apply.")
    counts = measured(["You bake bread. You clean up."], found)
    assert Counts(correct=13, omitted=11, invented=14) == counts
    assert Counts(correct_null=1) == measured([], record())
    assert Counts(invented=13) == measured([], record("You bake bread."))


def test_a_failed_case_omits_all_that_is_labelled() -> None:
    """Without a document every labelled character is omitted."""
    assert Counts(omitted=13) == measured(["You bake bread."], None)


def test_either_place_of_words_said_twice_is_right() -> None:
    """Words that stand twice are right wherever they were read, and no error if read twice."""
    first, second = places(DOCUMENT.text, "You clean up.")
    for found in ([first], [second], [first, second]):
        assert Counts(correct=11) == overlap(DOCUMENT.text, found, ["You clean up."])


def test_values_without_evidence_are_looked_for() -> None:
    """A system without evidence is measured by where its words stand, if they do."""
    found = {"posting": {"responsibilities": ["You bake bread.", "You dance."]}}
    assert Counts(correct=13, invented=9) == measured(["You bake bread."], found)


def test_the_alternative_that_fits_best_is_taken() -> None:
    """An accepted alternative is right too."""
    gold = {"benefits": (["You bake bread."], ["Call us to apply."])}
    found = {"posting": {"benefits": ["Call us to apply."]}}
    assert {"benefits.characters": Counts(correct=14)} == overlaps(gold, DOCUMENT, found, BUILT_IN)


def test_only_long_text_is_measured() -> None:
    """Lists of short words have items only."""
    assert {} == overlaps({"skills": (["bread"],)}, DOCUMENT, {"posting": {}}, BUILT_IN)


def test_white_space_between_words_does_not_matter() -> None:
    """A label on one line is found in a text that breaks it."""
    assert [Span(4, 14)] == places("now\nbake\n   it", "bake it")
    assert [] == places("anything", " ")


def test_how_much_a_requirement_matters_is_scored_where_the_requirement_is_right() -> None:
    """`required` is compared for paired requirements alone, and only if the label says it."""
    label = [{"text": "2 years in sales", "required": True}, {"text": "Spanish", "required": None}]
    found = [
        {"text": "2 years in sales", "required": False},
        {"text": "Spanish", "required": None},
        {"text": "Call us to apply", "required": True},
    ]
    counts = outcome({"requirements": (label,)}, {"requirements": found})
    assert Counts(correct=2, invented=1) == counts["requirements"]
    assert Counts(wrong=1, correct_null=1) == counts["requirements.required"]
    plain = outcome({"requirements": (["Spanish"],)}, {"requirements": found})
    assert {"requirements"} == plain.keys()


SPANS = st.lists(
    st.tuples(st.integers(0, len(TEXT)), st.integers(0, len(TEXT))).map(
        lambda ends: Span(min(ends), max(ends))
    ),
    max_size=6,
)


@given(found=SPANS, wanted=SPANS)
def test_counts_are_of_characters_that_show(found: list[Span], wanted: list[Span]) -> None:
    """What is right and what is invented is at most what is covered, however it is cut."""
    labels = [TEXT[span.start : span.end] for span in wanted]
    counts = overlap(TEXT, found, labels)
    shown = {i for span in found for i in range(span.start, span.end) if not TEXT[i].isspace()}
    assert counts.correct + counts.invented <= len(shown)
    assert counts.correct_null == int(not labels and not any(s.start < s.end for s in found))
    cut = [half for s in found for half in (Span(s.start, s.start + 1), s) if s.start < s.end]
    assert counts == overlap(TEXT, cut, labels)
