"""Levels of education, what is required of them, and what settles them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.kinds.kind import Finding
from extract.kinds.schooling import LEVELS, Schooling
from extract.reading.importance import heading_above, importance
from extract.text.document import from_text
from extract.values import Document, Education, Line, Span

KIND = Schooling()


def document(text: str) -> Document:
    """Cut a text into lines, without bullets."""
    found = re.finditer(r"[^\n•*#\s-][^\n]*", text)
    lines = tuple(Line(number, Span(*match.span())) for number, match in enumerate(found, 1))
    return Document("a", "a", text, lines)


def findings(source: Document) -> list[Finding]:
    """Read every proposal."""
    return [
        Finding(span, value)
        for span in KIND.propose(source)
        for value in KIND.read(source, span) or ()
    ]


def settled(text: str) -> Education:
    """Read and settle a whole text."""
    source = document(text)
    value = KIND.settle(source, findings(source)).value
    assert isinstance(value, Education)
    return value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("No degree required", "none"),
        ("学歴不問", "none"),
        ("High school diploma or GED", "high_school"),
        ("Abgeschlossene Berufsausbildung", "high_school"),
        ("ESO", "high_school"),
        ("SŠ s maturitou", "high_school"),
        ("gymnasieutbildning", "high_school"),
        ("高卒以上", "high_school"),
        ("Associate's degree in nursing", "associate"),
        ("Bac+2 (BTS, DUT)", "associate"),
        ("FP de grado superior", "associate"),
        ("Bachelor’s degree in economics or a similar field", "bachelor"),
        ("BS/MS in biology", "bachelor"),
        ("B.Sc. in chemistry", "bachelor"),
        ("A PhD in genetics and 2+ years of postgraduate experience", "doctorate"),
        ("A relevant degree", "bachelor"),
        ("Degree in mathematics", "bachelor"),
        ("experienceHolds a Bachelors degree", "bachelor"),
        ("abgeschlossenes Studium", "bachelor"),
        ("Diplôme Bac +3 minimum", "bachelor"),
        ("Licenciatura en Derecho", "bachelor"),
        ("VŠ vzdělání", "bachelor"),
        ("högskoleutbildning", "bachelor"),
        ("大卒以上", "bachelor"),
        ("Master's degree in law", "master"),
        ("MBA", "master"),
        ("Bac+5", "master"),
        ("修士号", "master"),
        ("PhD in physics", "doctorate"),
        ("You have a PhD. Applications are due on 5 May", "doctorate"),
        ("A doctorate degree from a university", "doctorate"),
        ("博士号", "doctorate"),
    ],
)
def test_levels_are_read(text: str, expected: str) -> None:
    """Degrees and certificates of seven languages come out as ISCED levels."""
    assert expected == settled(text).level


@pytest.mark.parametrize(
    "text",
    [
        "scrum master",
        "for graduates who want experience before considering a PhD",
        "Apply in the PhD portal of the college",
        "Master data management",
        "You will master the craft",
        "Quartermaster",
        "Sales Associate",
        "MS Office",
        "Boston, MA 02134",
        "bachelor party planner",
        "tuition help towards a master's degree",
        "a high degree of autonomy",
        "a 360 degree view",
        "up to 40 degrees in summer",
        "high school students",
        "hospital universitario",
        "Grado de discapacidad",
    ],
)
def test_words_that_only_look_like_degrees_are_left_alone(text: str) -> None:
    """Degree words in another sense are not proposed."""
    assert () == KIND.propose(document(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A bachelor's degree is required. A master's is preferred.", ("bachelor", True)),
        ("Bachelor's degree in law preferred, master's degree ideal", ("bachelor", False)),
        ("PhD required; MSc would be a plus", ("doctorate", True)),
        ("Bachelor's degree, experience in a bakery preferred", ("bachelor", True)),
        ("Abgeschlossenes Studium, Erfahrung von Vorteil", ("bachelor", True)),
        (
            "Bachelor's degree or equivalent experience, banking background preferred",
            ("bachelor", False),
        ),
        ("Master's degree plus equivalent experience", ("master", True)),
        ("High school diploma, or bachelor's degree with two years less", ("high_school", True)),
        ("Bachelor's degree or equivalent experience", ("bachelor", False)),
        ("Bachelor's degree and/or 8 years of sales experience", ("bachelor", False)),
        ("High school diploma or equivalent experience", ("high_school", True)),
        ("Currently pursuing a bachelor's degree", ("bachelor", False)),
        ("Bachelor's degree in biology (preferred) or chemistry", ("bachelor", True)),
        ("A degree (preferably in biology) is required", ("bachelor", True)),
        ("Bachelor's degree, preferably in biology", ("bachelor", True)),
        ("Bachelor's degree (preferred)", ("bachelor", False)),
        ("Preferred qualifications:\n- Master's degree", ("master", False)),
        ("Nice to have:\n- Spanish\n- Master's degree", ("master", False)),
        ("Ein Studium ist von Vorteil", ("bachelor", False)),
        ("VŠ výhodou", ("bachelor", False)),
        ("大卒 歓迎", ("bachelor", False)),
        ("Master's degree", ("master", True)),
    ],
)
def test_weight_and_lowest_level(text: str, expected: tuple[str, bool]) -> None:
    """The lowest required level counts; without one, the lowest preferred."""
    value = settled(text)
    assert expected == (value.level, value.required)


def test_a_proposal_is_a_short_clause() -> None:
    """The model sees the degree with its field of study, not the whole line."""
    source = document("You are kind. A bachelor's degree in economics, and patience.")
    assert ["A bachelor's degree in economics"] == [
        source.quote(span) for span in KIND.propose(source)
    ]


def test_all_findings_are_evidence() -> None:
    """The settled value shows every degree it was weighed against."""
    source = document("PhD or master's degree in physics")
    found = findings(source)
    assert tuple(("", finding.span) for finding in found) == KIND.settle(source, found).evidence
    assert {"doctorate", "master"} == {finding.value.level for finding in found}


def test_a_quote_without_a_degree_reads_as_none() -> None:
    """What names no level is not supported."""
    source = document("Five years of experience")
    assert KIND.read(source, Span(0, 10)) is None


def test_similarity_halves_for_another_weight() -> None:
    """The level alone is worth half."""
    asked = Education(level="bachelor", required=True)
    assert [1.0, 0.5, 0.0, 0.0] == [
        KIND.similarity(asked, other)
        for other in (
            asked,
            Education(level="bachelor", required=False),
            Education(level="master", required=True),
            None,
        )
    ]


@given(
    st.lists(
        st.builds(Education, level=st.sampled_from(LEVELS), required=st.booleans()), min_size=1
    )
)
def test_settling_never_asks_for_more_than_the_lowest_required(asked: list[Education]) -> None:
    """No required level lies below the settled one, and preferred ones never displace them."""
    value = KIND.settle(document("x"), [Finding(Span(0, 1), each) for each in asked]).value
    assert value in asked
    assert value.required == any(each.required for each in asked)
    peers = [each for each in asked if each.required == value.required]
    assert all(LEVELS.index(value.level) <= LEVELS.index(each.level) for each in peers)


PIECES = st.sampled_from(
    [
        "bachelor's",
        " degree",
        "PhD",
        " ",
        ", ",
        ". ",
        "\n",
        "preferred",
        "required",
        "(",
        ")",
        "MS",
        "or",
        "大卒",
        "no ",
        "a ",
        "Studium",
        "Requirements:",
        "- ",
        "in law",
        "’",
        "x",
    ]
)


@given(st.lists(PIECES, max_size=30))
def test_every_proposal_lies_in_a_line_and_reads(pieces: list[str]) -> None:
    """Proposals are in order, apart, inside one line, and each names a level."""
    source = document("".join(pieces))
    end = 0
    for span in KIND.propose(source):
        assert end <= span.start < span.end
        assert any(line.span.covers(span) for line in source.lines)
        assert KIND.read(source, span)
        end = span.end


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Polish is a must", True),
        ("At least basic Polish", True),
        ("Polish zwingend erforderlich", True),
        ("Polish obligatoire", True),
        ("Polish imprescindible", True),
        ("Polish je podmínkou", True),
        ("Polish är ett krav", True),
        ("Polish 必須", True),
        ("Polish is an advantage", False),
        ("Polish is not required", False),
        ("Polish wünschenswert", False),
        ("Polish serait un atout", False),
        ("Se valorará Polish", False),
        ("Polish není podmínkou", False),
        ("Polish är meriterande", False),
        ("Polish 歓迎", False),
        ("English required, Polish", None),
        ("Ideally Polish", False),
        ("Fluent Polish, ideally native", None),
        ("Polish for business requirements", None),
        ("Requirements\n- Polish", True),
        ("Nice to have:\n- Czech\n- Polish", False),
        ("Nice to have:\n- Czech\nWhat we offer:\n- Polish", None),
        ("Polish", None),
    ],
)
def test_importance(text: str, expected: object) -> None:
    """The sentence decides, else the heading above; most texts say nothing."""
    source = document(text)
    start = text.index("Polish")
    assert expected is importance(source, Span(start, start + 6))


def test_a_value_behind_a_label_is_no_heading() -> None:
    """A field of a record does not rule over the fields below it."""
    source = document("experience: not required\neducation: Polish")
    assert heading_above(source, Span(36, 42)) is None


def test_a_preference_in_brackets_weighs_what_the_brackets_name() -> None:
    """Another degree there is the one that is preferred; a bare cue weighs the degree before."""
    other = from_text("Baker\n• Ensino médio completo (superior em panificação será diferencial)")
    own = from_text("Baker\n• Bachelor's degree (preferred)")
    required = [
        [level.required for level in Schooling().read(document, span) or ()]
        for document in (other, own)
        for span in Schooling().propose(document)[:1]
    ]
    assert required == [[True], [False]]
