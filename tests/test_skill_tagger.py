"""Skills found by the tagger, its arithmetic, and how its weights are learned."""

from __future__ import annotations

import itertools
import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.scoring.skill_weights import (
    SkillPage,
    labels,
    learned,
    out_of_fold,
    page_of,
    rendered,
    scored,
)
from extract.errors import InputError
from extract.kinds import Skills
from extract.kinds.skills.tagger import LABELS, Tagger, Tagging, mentions, tagged
from extract.kinds.skills.tokens import TokenLine, token_lines
from extract.text.document import from_text
from extract.values import Document, Span


def text_of(words: str) -> Document:
    """Return a document of a text."""
    return from_text(words, id="1", source="-")


def found(words: str) -> list[str]:
    """Return the skills that the tagger finds in a text."""
    document = text_of(words)
    return [document.quote(span) for span in tagged(document)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Requirements\n• Experience with Python, Django and PostgreSQL", "Django"),
        ("Ihr Profil\n• Kenntnisse in Lohnabrechnung und SAP FI", "Lohnabrechnung"),
        ("Profil recherché\n• Maîtrise de la comptabilité générale et de Sage", "Sage"),
        ("Requisitos\n• Experiencia con Java, Spring y Docker", "Spring"),
        ("Wymagania\n• Znajomość AutoCAD i MS Excel", "AutoCAD"),
    ],
)
def test_skills_are_found_where_they_are_asked_for(text: str, expected: str) -> None:
    """In several languages."""
    assert expected in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "Benefits\n• Free parking, private health insurance and 28 days of leave",
        "We are an equal opportunity employer and celebrate diversity.",
        "You are reliable, friendly and a team player",
    ],
)
def test_what_is_no_skill_is_left_out(text: str) -> None:
    """Benefits, notices and traits."""
    assert found(f"Baker\n{text}") == []


def test_what_the_tagger_finds_is_given_and_not_asked() -> None:
    """The model is asked where it finds none, or fewer than `plenty`."""
    document = text_of("Requirements\nKnowledge of Docker and PostgreSQL")
    assert ["Docker", "PostgreSQL"] == [document.quote(s) for s in Skills().given(document)]
    assert Skills().enough(document)
    assert not Skills(plenty=3).enough(document)
    assert not Skills().enough(text_of("Requirements\n• Experience with Zorbelix"))


def test_an_unknown_name_is_found_by_what_stands_around_it() -> None:
    """No vocabulary has it."""
    assert "Zorbelix" in found("Requirements\n• Experience with Python, Zorbelix and Docker")


def test_a_known_name_that_the_tagger_passes_over_is_given() -> None:
    """One that overlaps what it finds is not given twice."""
    document = text_of("Potter\nYou know wound care and phlebotomy in and out. Docker")
    given_there = Skills().given(document)
    assert {"wound care", "phlebotomy"} <= {document.quote(span) for span in given_there}
    for one, other in itertools.pairwise(given_there):
        assert one.end <= other.start


def test_a_bracket_that_belongs_to_a_name_is_part_of_it() -> None:
    """Marks at the ends are not, and a name opens anew where that is likely."""
    document = text_of("know, applied maths (algebra) Excel")
    line = next(iter(token_lines(document)))
    assert ["know", ",", "applied", "maths", "(", "algebra", ")", "Excel"] == [
        document.quote(span) for span in line.spans
    ]
    shares = [0.1, 0.9, 0.9, 0.9, 0.9, 0.9, 0.1, 0.9]
    opens = [0.0, 0.8, 0.1, 0.0, 0.0, 0.0, 0.0, 0.8]
    taggings = [Tagging(*pair) for pair in zip(shares, opens, strict=True)]
    assert ["applied maths (algebra)", "Excel"] == [
        document.quote(span) for span in mentions(line, taggings, document)
    ]
    assert [] == list(mentions(line, taggings, document, least=0.95))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("C++ and C#", ["C++", "and", "C#"]),
        (".NET, Node.js", [".NET", ",", "Node", ".js"]),
        ("l'analyse d’une", ["l'", "analyse", "d’", "une"]),
        ("driver's licence", ["driver's", "licence"]),
        ("施工管理 CAD", ["施", "工", "管", "理", "CAD"]),
    ],
)
def test_tokens(text: str, expected: list[str]) -> None:
    """Marks that belong to a name stay with it, and scripts without spaces are cut up."""
    document = text_of(text)
    spans = itertools.chain.from_iterable(line.spans for line in token_lines(document))
    assert expected == [document.quote(span) for span in spans]


@given(st.text(alphabet="aE C#+./-&,;()'’\n日本 xcelSQL", min_size=1, max_size=80))
def test_what_is_found_stands_there(text: str) -> None:
    """Spans lie in the text, in order, apart from each other, and hold more than marks."""
    document = text_of(f"A{text}")
    spans = tagged(document)
    for one, other in itertools.pairwise(spans):
        assert one.end <= other.start
    for span in spans:
        assert any(map(str.isalnum, document.quote(span)))


NUMBERS = st.lists(st.floats(-3, 3), min_size=3, max_size=3)


@given(st.lists(NUMBERS, min_size=1, max_size=4), st.lists(NUMBERS, min_size=3, max_size=3))
def test_taggings_are_the_sums_over_all_ways_to_label_a_line(
    tokens: list[list[float]], steps: list[list[float]]
) -> None:
    """The forward-backward algorithm gives what listing them all gives."""
    names = [f"token {at}" for at in range(len(tokens))]
    tagger = Tagger(dict(zip(names, tokens, strict=True)), steps)
    spans = tuple(Span(at, at + 1) for at in range(len(tokens)))
    found = tagger.tag(TokenLine(spans, tuple((name,) for name in names)))
    weights = {
        way: math.exp(
            sum(tokens[at][label] for at, label in enumerate(way))
            + sum(steps[one][other] for one, other in itertools.pairwise(way))
        )
        for way in itertools.product(range(len(LABELS)), repeat=len(tokens))
    }
    total = sum(weights.values())
    for at, tagging in enumerate(found):
        inside = sum(weight for way, weight in weights.items() if way[at] != 0)
        opens = sum(weight for way, weight in weights.items() if way[at] == 1)
        assert tagging.part == pytest.approx(inside / total)
        assert tagging.opens == pytest.approx(opens / total)


def row(at: int, skill: str = "oven care") -> dict[str, Any]:
    """Return a labelled page of a repository of its own."""
    text = f"Requirements\nExperience with {skill} and much else\nFree bread number {at}"
    return {"id": str(at), "text": text, "skills": [skill], "source": f"a/repo{at}:page"}


PAGES = [page_of(row(at, skill)) for at, skill in enumerate(("oven care", "dough lab") * 6)]


def test_what_is_labelled_is_learned() -> None:
    """Also on pages of repositories that were held out."""
    (names,) = out_of_fold(PAGES, [0.5])
    assert [["oven care"], ["dough lab"]] * 6 == names
    assert scored(PAGES, names).errors == 0
    assert scored(PAGES, [[]] * len(PAGES)).omitted == len(PAGES)


def test_the_file_of_weights_says_what_was_learned() -> None:
    """It reads back as a tagger that finds the same."""
    tagger = learned(PAGES)
    table = json.loads(rendered(tagger))
    again = Tagger(table["seen"], table["steps"])
    for line in PAGES[0].lines:
        for one, other in zip(tagger.tag(line), again.tag(line), strict=True):
            assert one.part == pytest.approx(other.part, abs=0.02)


def test_labels_of_a_page() -> None:
    """The longest skill counts where two overlap; a word within another word is none."""
    text = "Data analysis, data analysis tools, R and Rust"
    page = page_of(
        {"id": "1", "text": text, "skills": ["data analysis", "data analysis tools", "R"]}
    )
    outside, opens, goes_on = LABELS
    assert [
        [opens, goes_on, outside, opens, goes_on, goes_on, outside, opens, outside, outside]
    ] == (labels(page))
    assert page.group == "1"


def test_a_row_without_labels_is_refused() -> None:
    """Labels of a dataset have them under `gold`, with other lists that are right too."""
    with pytest.raises(InputError, match="skills"):
        page_of({"id": "1", "text": "Baker"})
    page: SkillPage = page_of(
        {
            "id": "1",
            "text": "Excel, SQL",
            "gold": {"skills": ["Excel"]},
            "accept": {"skills": [["SQL"]]},
        }
    )
    assert scored([page], [["SQL"]]).errors == 0
