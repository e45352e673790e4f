"""Hard skills: known by name, cut out of mentions, and told from traits of character."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.kinds import Finding, Skills
from extract.kinds.skills.mentions import items, soft
from extract.kinds.skills.skill_names import known
from extract.kinds.skills.skills_kind import _known
from extract.text.document import from_text
from extract.values import Span


def found(text: str) -> list[str]:
    """Return the skills that code knows in a text."""
    return [text[span.start : span.end] for span in known(text, Span(0, len(text)))]


def cut(mention: str) -> list[str]:
    """Return the skills that a mention names."""
    return [mention[span.start : span.end] for span in items(mention, Span(0, len(mention)))]


def given_in(text: str) -> list[str]:
    """Return what a document answers by itself."""
    document = from_text(text, id="1", source="-")
    return [document.quote(span) for span in Skills().given(document)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Experience with C++, Node.js and CI/CD", ["C++", "Node.js", "CI/CD"]),
        ("SAP S/4HANA or Microsoft Excel", ["SAP S/4HANA", "Microsoft Excel"]),
        ("You know wound care and phlebotomy in and out.", ["wound care", "phlebotomy"]),
        ("Kenntnisse in Lohnabrechnung", ["Lohnabrechnung"]),
        ("Bonne connaissance de la comptabilité", ["comptabilité"]),
        ("svařování a účetnictví", ["svařování", "účetnictví"]),
        ("施工管理の経験", ["施工管理"]),
        ("We care for the team and innovate", []),
    ],
)
def test_names_and_subjects_are_known(text: str, expected: list[str]) -> None:
    """In the languages of the vocabulary."""
    assert expected == found(text)


@pytest.mark.parametrize(
    ("doubtful", "sure"),
    [("Go home early", "Python, Go and SQL"), ("Access to parking", "Microsoft Excel, Access")],
)
def test_an_everyday_word_counts_only_beside_a_skill(doubtful: str, sure: str) -> None:
    """Its capital alone says nothing."""
    word = doubtful.split(maxsplit=1)[0]
    assert word not in found(doubtful)
    assert word in found(sure)


def test_the_subject_of_a_degree_is_no_skill() -> None:
    """It is what somebody studied."""
    assert ["Python"] == found("Bachelor's degree in data science or mathematics. Python")


@pytest.mark.parametrize(
    ("mention", "expected"),
    [
        ("Good knowledge of web technologies (HTML, CSS)", ["web technologies", "HTML", "CSS"]),
        ("Fundierte Kenntnisse in Excel und SQL von Vorteil", ["Excel", "SQL"]),
        ("Python / Django", ["Python", "Django"]),
        ("excellent communication skills", []),
        ("team player, Excel", ["Excel"]),
    ],
)
def test_a_mention_is_cut_into_skills(mention: str, expected: list[str]) -> None:
    """What introduces them, joins them, or follows them is no part of their names."""
    assert expected == cut(mention)


@pytest.mark.parametrize(
    "words",
    ["communication skills", "Teamfähigkeit", "esprit d'équipe", "proactividad", "noggrann"],
)
def test_traits_are_soft(words: str) -> None:
    """In several languages."""
    assert soft(words)


@pytest.mark.parametrize("words", ["communication protocols", "team scheduling software", "Excel"])
def test_skills_are_not(words: str) -> None:
    """Though a word of a trait stands in them."""
    assert not soft(words)


def test_what_is_asked_for_comes_before_what_is_told() -> None:
    """Where the requirements name enough, only names of tools are known in the rest."""
    names = ["Excel", "SQL", "Python", "SAP FI", "Power BI", "Docker", "Kafka", "Jira"]
    asked = "\n".join(f"• {name}" for name in names)
    document = from_text(
        f"Analyst\nOur shop runs Magento and lives on demand forecasting\nRequirements\n{asked}",
        id="1",
        source="-",
    )
    assert ["Magento", *names] == [document.quote(span) for span in _known(document)]
    alone = from_text("Analyst\nYou do demand forecasting", id="1", source="-")
    assert ["demand forecasting"] == [alone.quote(span) for span in _known(alone)]


def test_a_whole_field_of_work_is_no_skill_beside_others() -> None:
    """A field says less than the tools beside it, and is kept where it stands alone."""
    asked = "Requirements\n• Excel\n• SQL\n• Python\n• SAP FI\n• software development"
    assert ["Excel", "SQL", "Python", "SAP FI"] == given_in(f"Analyst\n{asked}")
    assert ["software development"] == given_in("Requirements\n• software development")


@pytest.mark.parametrize(
    ("line", "expected"),
    [("Kafka or another platform", ["Kafka"]), ("Excel in a fast-paced team", [])],
)
def test_a_name_that_opens_a_line(line: str, expected: list[str]) -> None:
    """A name counts at the head of a line too, unless it is a verb there."""
    assert expected == given_in(f"Requirements\n• {line}")


def test_benefits_name_no_skills() -> None:
    """A course in Excel is not asked for."""
    assert [] == given_in("Baker\nBenefits\nCourses in Excel and SQL\nFree bread")


@pytest.mark.parametrize(
    ("mention", "expected"),
    [
        ("glaze recipes, kiln loading", ["glaze recipes", "kiln loading"]),
        ("Fixed term, part-time: 20 hours", ["Fixed term"]),
        ("Fixed term, 20 hours weekly. Closing date: 3 May", []),
    ],
)
def test_lines_of_particulars_are_no_skills(mention: str, expected: list[str]) -> None:
    """A small model copies them: a label is no skill, nor is what runs into a next sentence."""
    document = from_text(f"Potter\nRequirements\n{mention}\n", id="1", source="-")
    start, skills = document.text.index(mention), Skills()
    spans = skills.expand(document, Span(start, start + len(mention)))
    assert expected == [words for span in spans for words in skills.read(document, span)]


def test_a_skill_within_another_and_a_language_are_left_out() -> None:
    """One place is one skill."""
    document = from_text("Excel, English", id="1", source="-")
    skills = Skills()
    assert () == skills.read(document, Span(7, 14))
    spans = [Span(0, 5), Span(0, 5)]
    settled = skills.settle(document, [Finding(span, "Excel") for span in spans])
    assert ["Excel"] == settled.value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("знание бухгалтерского учёта и налогового учета", ["налогового учета"]),
        ("경력 3년, 재고관리를 하신 분", ["재고관리를"]),
        ("kokemusta kirjanpidosta", ["kirjanpidosta"]),
        ("veri analizini bilen", ["veri analizini"]),
        ("熟悉数据分析和项目管理", ["数据分析", "项目管理"]),
        ("veri analizcileriyle", []),
        ("kirjanpidollisesti", []),
    ],
)
def test_words_that_change_at_their_ends_are_known(text: str, expected: list[str]) -> None:
    """An ending of four letters at most; a longer one makes another word."""
    assert expected == found(text)


@given(st.sampled_from(["kirjanpido", "folha de pagament"]), st.text("aeiou", max_size=9))
def test_an_ending_is_short(beginning: str, ending: str) -> None:
    """Whatever the ending is."""
    assert ([beginning + ending] if len(ending) <= 4 else []) == found(beginning + ending)


@pytest.mark.parametrize(
    ("names", "expected"),
    [(["REST APIs", "REST API"], ["REST API"]), (["Java", "JavaScript"], ["Java", "JavaScript"])],
)
def test_a_name_with_an_ending_is_the_same(names: list[str], expected: list[str]) -> None:
    """Two letters more are an ending, unless the name is as short."""
    document = from_text(", ".join(names), id="1", source="-")
    spans = [Span(document.text.index(name), document.text.index(name) + 4) for name in names]
    found_there = [Finding(span, name) for span, name in zip(spans, names, strict=True)]
    assert expected == Skills().settle(document, found_there).value


@given(st.text(alphabet="aE C#+./-&,;()\n日本 xcelSQL", max_size=80))
def test_what_is_found_stands_there(text: str) -> None:
    """Spans lie in the text, in order, and hold more than marks."""
    whole = Span(0, len(text))
    for spans in (known(text, whole), tuple(items(text, whole))):
        assert sorted(spans) == list(spans)
        for span in spans:
            assert 0 <= span.start < span.end <= len(text)
            assert text[span.start : span.end].strip()
