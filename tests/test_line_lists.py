"""Long text is pointed at: a heading stands for its lines, and a line for itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.kinds import Finding, Lines, Requirements
from extract.text.document import from_text
from extract.values import Document, Requirement, Span

DUTIES = Lines(section="responsibilities")
ASKED = Requirements(section="requirements")


def document_of(text: str) -> Document:
    """Read a text."""
    return from_text(text, id="1", source="-")


def quotes(document: Document, spans: tuple[Span, ...] | None) -> list[str] | None:
    """Return the words of spans."""
    return None if spans is None else [document.quote(span) for span in spans]


def span_of(document: Document, words: str) -> Span:
    """Return where the words first stand."""
    start = document.text.index(words)
    return Span(start, start + len(words))


def test_known_headings_are_given_to_their_own_field(posting: Document) -> None:
    """The model is not asked for what the document labels."""
    assert ["What you will do:"] == quotes(posting, DUTIES.given(posting))
    assert ["We offer:"] == quotes(posting, Lines(section="benefits").given(posting))
    assert [] == quotes(posting, ASKED.given(posting))


def test_several_known_headings_are_all_given() -> None:
    """A posting can say in two places what is asked for."""
    document = document_of("Must have:\nA diploma\nBenefits:\nLeave\nNice to have:\nFrench")
    assert ["Must have:", "Nice to have:"] == quotes(document, ASKED.given(document))


def test_without_a_section_nothing_is_given(posting: Document) -> None:
    """A field of one's own has no headings in the vocabulary."""
    assert () == Lines().given(posting)


def test_unknown_headings_are_proposed_and_known_ones_are_not(posting: Document) -> None:
    """The model chooses among the headings that code does not know."""
    for kind in (DUTIES, ASKED, Lines()):
        assert ["Qualities we hope for:"] == quotes(posting, kind.propose(posting))


def test_without_unknown_headings_the_model_gives_numbers() -> None:
    """None stands for an open question."""
    assert None is DUTIES.propose(document_of("Baker wanted in Leeds.\n\nYou bake bread."))
    assert None is DUTIES.propose(document_of("Benefits:\nLeave"))


def test_a_heading_stands_for_its_lines(posting: Document) -> None:
    """Neither the heading nor the bullets are part of the value."""
    heading = span_of(posting, "What you will do:")
    expected = ["Bake sourdough and laminated dough", "Order flour and plan the night shift"]
    assert expected == quotes(posting, DUTIES.expand(posting, heading))


def test_any_other_span_stands_for_itself(posting: Document) -> None:
    """A line that is pointed at, or words within a heading."""
    for words in ("Bake sourdough and laminated dough", "What you will"):
        span = span_of(posting, words)
        assert (span,) == DUTIES.expand(posting, span)


def test_a_label_stands_for_the_rest_of_its_line() -> None:
    """The words after the colon are the item."""
    document = document_of("Duties: bake bread and clean up\nHours: 40")
    (heading,) = DUTIES.given(document)
    assert ["bake bread and clean up"] == quotes(document, DUTIES.expand(document, heading))


@pytest.mark.parametrize(
    "text",
    [
        "Requirements:\nFor the kitchen:\nA diploma\nFor the office:\nExcel\nBenefits:\nLeave",
        "Requirements:\n- For the kitchen:\n- A diploma\n- For the office:\n- Excel",
        "# Requirements\n## For the kitchen\nA diploma\n## For the office\nExcel",
        "Requirements\nA diploma\nFor the office:\nExcel\nBenefits\nLeave",
    ],
)
def test_a_line_that_ends_with_a_colon_is_never_an_item(text: str) -> None:
    """A heading inside a section introduces items and is none."""
    document = document_of(text)
    items = [
        item.text
        for heading in ASKED.given(document)
        for line in ASKED.expand(document, heading)
        for item in ASKED.read(document, line)
    ]
    assert ["A diploma", "Excel"] == items


def test_a_line_is_read_with_its_white_space_folded() -> None:
    """A wrapped line is one text."""
    document = Document("1", "-", "Bake  bread\n  and\trolls", ())
    assert ("Bake bread and rolls",) == DUTIES.read(document, Span(0, len(document.text)))


@pytest.mark.parametrize(
    ("line", "required"),
    [
        ("A diploma is required", True),
        ("You must have a licence", True),
        ("French is a plus", False),
        ("Führerschein wünschenswert", False),
        ("Permis B obligatoire", True),
        ("Se valorará el inglés", False),
        ("Znalost němčiny výhodou", False),
        ("Körkort är ett krav", True),
        ("普通自動車免許必須", True),
        ("Good hands and a quiet voice", None),
    ],
)
def test_the_words_of_a_line_say_how_much_it_matters(line: str, *, required: bool | None) -> None:
    """In every language; None where they do not say it."""
    document = document_of(f"Baker\n\n{line}")
    expected = Requirement(text=line, required=required)
    assert (expected,) == ASKED.read(document, document.lines[-1].span)


@pytest.mark.parametrize(
    ("heading", "required"),
    [("Requirements", True), ("Nice to have", False), ("Must have", True), ("Your profile", True)],
)
def test_else_the_heading_above_says_it(heading: str, *, required: bool | None) -> None:
    """A list under "nice to have" asks for nothing."""
    document = document_of(f"{heading}:\n- French\n- A licence")
    (given_heading,) = ASKED.given(document)
    items = [
        item
        for line in ASKED.expand(document, given_heading)
        for item in ASKED.read(document, line)
    ]
    expected = [Requirement(text=text, required=required) for text in ("French", "A licence")]
    assert expected == items


def test_the_words_of_a_line_weigh_more_than_its_heading() -> None:
    """One of the requirements is only a wish."""
    document = document_of("Requirements:\n- A licence\n- French preferred")
    (heading,) = ASKED.given(document)
    weights = [
        item.required
        for line in ASKED.expand(document, heading)
        for item in ASKED.read(document, line)
    ]
    assert [True, False] == weights


def test_lines_are_listed_once_in_the_order_of_the_document() -> None:
    """Whatever order they are pointed at in; a line said twice has evidence twice."""
    document = document_of("x" * 200)
    spans = [Span(n, n + 1) for n in range(12)]
    findings = [Finding(span, f"item {span.start % 11}") for span in reversed(spans)]
    listed = DUTIES.settle(document, findings)
    assert [f"item {n}" for n in range(11)] == listed.value
    expected = sorted((n % 11, Span(n, n + 1)) for n in range(12))
    assert tuple((str(place), span) for place, span in expected) == listed.evidence
    assert "stated" == listed.state


def test_likeness_of_lines_and_of_requirements() -> None:
    """How much a requirement matters is scored apart."""
    assert 1.0 == DUTIES.similarity("Bake bread", "bake BREAD")
    one = Requirement(text="A diploma", required=True)
    assert 1.0 == ASKED.similarity(one, Requirement(text="a diploma", required=False))
    assert ASKED.similarity(one, Requirement(text="French")) < 0.5


PIECES = (
    "Duties:",
    "Our ovens:",
    "- Bake bread",
    "Clean up",
    "Requirements: French",
    "# Flour",
    "",
)


@given(st.lists(st.sampled_from(PIECES), max_size=14))
def test_what_is_given_and_proposed_stands_for_lines_of_the_document(pieces: list[str]) -> None:
    """Every heading stands for at least one line below it, and none for itself."""
    document = document_of("\n".join(["Baker", *pieces]))
    given_spans, proposed = DUTIES.given(document), DUTIES.propose(document) or ()
    assert set(given_spans).isdisjoint(proposed)
    for heading in (*given_spans, *proposed):
        lines = DUTIES.expand(document, heading)
        assert lines
        assert all(line.start >= heading.end for line in lines)
        assert all(DUTIES.read(document, line) for line in lines)
