"""Short open text is what stands in the posting, not what a model makes of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.kinds import Finding, Phrase, Phrases
from extract.kinds.phrase import likeness, words_of
from extract.text.document import from_text
from extract.values import Document, Span


def whole(text: str) -> tuple[Document, Span]:
    """Return a document of one line, not cleaned, and the span of all of it."""
    span = Span(0, len(text))
    return Document("1", "-", text, ()), span


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Miller's Corner, Inc.", "Miller's Corner, Inc."),
        ("  Miller's\n  Corner\t", "Miller's Corner"),
        ("• “Miller's Corner”;", "Miller's Corner"),
        ("**C++ / C#**", "C++ / C#"),
        ("株式会社　青空", "株式会社 青空"),
        ("x" * 120, "x" * 120),
    ],
)
def test_the_words_that_stand_there(text: str, expected: str) -> None:
    """White space is folded; marks around the words are no part of them."""
    assert expected == words_of(*whole(text))
    assert expected == Phrase().read(*whole(text))
    assert (expected,) == Phrases().read(*whole(text))


@pytest.mark.parametrize("text", ["", " \n ", "•", '"*"', "x" * 121, "bake bread " * 20])
def test_no_words_and_too_many_are_no_phrase(text: str) -> None:
    """Marks alone say nothing, and a sentence is not a name."""
    assert None is Phrase().read(*whole(text))
    assert () == Phrases().read(*whole(text))


@given(st.text(max_size=150))
def test_a_phrase_is_made_of_the_words_of_its_quote(text: str) -> None:
    """Whatever the text, nothing is added, and reading it again changes nothing."""
    read = words_of(*whole(text))
    if read is not None:
        assert read in " ".join(text.split())
        assert 0 < len(read) <= 120
        assert read == words_of(*whole(read))


def test_two_names_conflict_and_the_first_stays() -> None:
    """A name said twice is stated; two names are a conflict that is told."""
    document, _ = whole("Miller, Miller or Baker")
    first = Finding(Span(0, 6), "Miller")
    again, other = Finding(Span(8, 14), "Miller"), Finding(Span(18, 23), "Baker")
    stated = Phrase().settle(document, [first, again])
    assert ("Miller", "stated", None) == (stated.value, stated.state, stated.note)
    assert (("", Span(0, 6)), ("", Span(8, 14))) == stated.evidence
    told = Phrase().settle(document, [first, other])
    assert ("Miller", "conflicting") == (told.value, told.state)
    assert told.note


def test_phrases_are_listed_once_each() -> None:
    """Case does not make another skill; the first wording and its place are kept."""
    document, _ = whole("SQL, Excel, sql")
    spans = [Span(0, 3), Span(5, 10), Span(12, 15)]
    findings = [Finding(span, document.quote(span)) for span in spans]
    listed = Phrases().settle(document, findings)
    assert ["SQL", "Excel"] == listed.value
    assert (("0", Span(0, 3)), ("1", Span(5, 10))) == listed.evidence


def test_only_so_many_phrases_are_kept() -> None:
    """Beyond `most` a list is a list of keywords; evidence keeps pace, also past ten items."""
    document, _ = whole("x" * 30)
    findings = [Finding(Span(n, n + 1), f"skill {n}") for n in range(30)]
    listed = Phrases(most=12).settle(document, findings)
    assert [f"skill {n}" for n in range(12)] == listed.value
    assert tuple((str(n), Span(n, n + 1)) for n in range(12)) == listed.evidence


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Forklift licence needed", True),
        ("Staplerführerschein von Vorteil", True),
        ("You bake bread and clean up", False),
    ],
)
def test_a_cue_decides_whether_phrases_are_asked_for(text: str, *, asked: bool) -> None:
    """Where no word of the cue stands, nothing could be an answer."""
    document = from_text(text, id="1", source="-")
    assert (None if asked else ()) == Phrases(cue="certifications").propose(document)


def test_without_a_cue_phrases_are_always_asked_for() -> None:
    """Code cannot tell a skill from any other word."""
    document = from_text("You bake bread", id="1", source="-")
    assert None is Phrases().propose(document)
    assert None is Phrase().propose(document)


@given(st.text(max_size=40), st.text(max_size=40))
def test_likeness_is_symmetric_and_bounded(one: str, other: str) -> None:
    """It is a score from 0 to 1, the same from both sides."""
    assert likeness(one, other) == likeness(other, one)
    assert 0 <= likeness(one, other) <= 1


def test_likeness_ignores_order_case_and_punctuation() -> None:
    """What a reader takes for the same scores 1."""
    assert 1.0 == likeness("Excel (MS)", "ms excel")


@pytest.mark.parametrize(
    ("one", "other"),
    [("C++", "C#"), ("मिल प्रबंधक", "मेल प्रबंधक"), ("புலி", "பால்"), ("ครู", "ครี")],
)
def test_signs_that_tell_names_apart_count(one: str, other: str) -> None:
    """The signs of a programming language, and vowel signs, which are no letters in Unicode."""
    assert likeness(one, other) < 1
    assert 1.0 == likeness(one, one.upper())
    assert 1.0 == Phrase().similarity("Baker's Oven", "OVEN  BAKER'S")
    assert Phrases().similarity("Excel", "forklift") < 0.5
