"""The parts of a posting that have a heading: what each introduces, and where it ends."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.lexicon import load, words
from extract.reading.sections import sections
from extract.text.document import from_text
from extract.values import Document

Parts = list[tuple[str, str | None, list[str]]]


def parts(text: str) -> Parts:
    """Return heading, role and lines of each section of a text."""
    return parts_of(from_text(text, id="1", source="-"))


def parts_of(document: Document) -> Parts:
    """Return heading, role and lines of each section of a document."""
    return [
        (document.quote(found.heading), found.role, [document.quote(line) for line in found.lines])
        for found in sections(document)
    ]


def test_known_headings_tell_what_they_introduce() -> None:
    """Each runs to the next one; what stands before the first belongs to none."""
    text = "Baker\nDuties\nBake bread\nClean up\nRequirements:\nA diploma\nAbout us\nSince 1990"
    assert [
        ("Duties", "responsibilities", ["Bake bread", "Clean up"]),
        ("Requirements:", "requirements", ["A diploma"]),
        ("About us", "other", ["Since 1990"]),
    ] == parts(text)


HEADINGS = {
    "en": ("What you will do", "Who we are looking for", "Perks and benefits", "How to apply"),
    "de": ("Ihre Aufgaben", "Das bringen Sie mit", "Wir bieten", "Über uns"),
    "fr": ("Vos missions", "Profil recherché", "Nous offrons", "Qui sommes-nous"),
    "es": ("Tus funciones", "Requisitos", "Te ofrecemos", "Sobre nosotros"),
    "cs": ("Náplň práce", "Co od vás očekáváme", "Nabízíme", "O nás"),
    "sv": ("Arbetsuppgifter", "Kvalifikationer", "Vi erbjuder", "Om oss"),
    "ja": ("仕事内容", "応募資格", "福利厚生", "会社概要"),
}
ROLES = ["responsibilities", "requirements", "benefits", "other"]


@pytest.mark.parametrize("language", HEADINGS)
@pytest.mark.parametrize("form", ["{}", "{}:", "# {}", "**{}**", "– {} –", "【{}】", "<h3>{}</h3>"])
def test_one_heading_of_each_role_in_seven_languages(language: str, form: str) -> None:
    """However a page sets its headings, they are found, in capitals too."""
    for case in (str, str.upper):
        headings = [form.format(case(words)) for words in HEADINGS[language]]
        text = "\n".join(f"{heading}\n- abc {n}" for n, heading in enumerate(headings))
        found = parts(text)
        assert ROLES == [role for _, role, _ in found]
        assert [[f"abc {n}"] for n in range(4)] == [lines for _, _, lines in found]


def test_an_unknown_heading_is_a_section_of_its_own() -> None:
    """A short line with a colon introduces what follows, whatever it says."""
    assert [
        ("Duties:", "responsibilities", ["Bake bread", "Clean up"]),
        ("Our oven park:", None, ["Four ovens"]),
        ("Benefits:", "benefits", ["Leave"]),
    ] == parts("Duties:\nBake bread\nClean up\nOur oven park:\nFour ovens\nBenefits:\nLeave")


def test_a_known_section_is_divided_by_unknown_headings() -> None:
    """Where nothing of its own stands under it, the parts under it are its own."""
    text = "Requirements:\nThe kitchen:\nA diploma\nThe office:\nExcel\nWe offer:\nLeave"
    assert [
        ("Requirements:", "requirements", ["A diploma", "Excel"]),
        ("We offer:", "benefits", ["Leave"]),
    ] == parts(text)


def test_a_section_of_another_kind_is_not_divided() -> None:
    """What the company says of itself does not take in the unknown heading below it."""
    assert [
        ("About us:", "other", ["We bake"]),
        ("Your week with flour:", None, ["Bake bread"]),
    ] == parts("About us:\nWe bake\nYour week with flour:\nBake bread")


def test_a_label_introduces_the_rest_of_its_line() -> None:
    """The heading is the label, and what follows on the line is the first of its lines."""
    assert [
        ("Duties:", "responsibilities", ["bake bread and clean up", "Also: order flour"]),
        ("Requirements:", "requirements", ["a diploma"]),
    ] == parts("Duties: bake bread and clean up\nAlso: order flour\nRequirements: a diploma")


def test_a_heading_that_introduces_nothing_is_left_out() -> None:
    """Headings of a menu stand one below the other."""
    assert [("Benefits", "benefits", ["Leave"])] == parts("Duties\nRequirements\nBenefits\nLeave")


@pytest.mark.parametrize(
    "text",
    [
        "## Your tasks\n\nYou bake bread and rolls.\n\n## Our ovens\n\nThey are hot.",
        "<h2>Your tasks</h2><p>You bake bread and rolls.</p><h4>Our ovens</h4><p>They are hot.</p>",
        "# Your tasks\nYou bake bread and rolls.\n### Our ovens\nThey are hot.",
    ],
)
def test_a_marked_heading_needs_no_colon(text: str) -> None:
    """Markdown and HTML say what a heading is, and a paragraph may stand below it."""
    first, *_ = parts(text)
    assert ("Your tasks", "responsibilities") == first[:2]
    assert "You bake bread and rolls." in first[2]


@pytest.mark.parametrize("mark", ["#", "##", "####"])
def test_the_line_above_a_marked_heading_is_none_itself(mark: str) -> None:
    """Only a list of bullets makes a heading of the bare line above it."""
    text = f"{mark} Duties\nBake bread\nClean ovens\n{mark} Benefits\nLeave"
    assert [["Bake bread", "Clean ovens"], ["Leave"]] == [lines for _, _, lines in parts(text)]


def test_a_bare_line_above_bullets_is_their_heading() -> None:
    """It introduces them, whatever it says."""
    assert [("Bring us", None, ["Flour", "Salt"])] == parts("Bring us\n- Flour\n- Salt")


def test_a_paragraph_after_a_list_ends_its_section() -> None:
    """What follows the bullets after a blank line is no item, unless it has a heading."""
    text = "Duties\n\n- Bake bread\n- Clean up\n\nMiller's was founded in Leeds."
    assert [("Duties", "responsibilities", ["Bake bread", "Clean up"])] == parts(text)


def test_an_unknown_marked_heading_is_one_too() -> None:
    """Its mark is enough."""
    text = "# Our ovens in Leeds\nThey are hot.\n# Flour\nWe mill it."
    assert [
        ("Our ovens in Leeds", None, ["They are hot."]),
        ("Flour", None, ["We mill it."]),
    ] == parts(text)


@pytest.mark.parametrize(
    "bullet",
    [
        "Experience with sourdough",
        "Skills in pastry",
        "Benefits of the union",
        "Duties as assigned",
        "Company car",
    ],
)
@pytest.mark.parametrize("mark", ["- ", "• ", "* ", "✓ "])
def test_a_bullet_that_begins_like_a_heading_is_an_item(mark: str, bullet: str) -> None:
    """A list is not cut where an item begins with a word that headings have."""
    text = f"What you bring:\n{mark}A diploma\n{mark}{bullet}\n{mark}Good hands"
    expected = ["A diploma", bullet, "Good hands"]
    assert [("What you bring:", "requirements", expected)] == parts(text)


@pytest.mark.parametrize(
    "line",
    [
        "You bring your own experience.",
        "We offer all of our bakers and millers a long and quiet life in the country.",
        "Our benefits are listed on the page below, and so are the duties",
        "why not?",
    ],
)
def test_a_sentence_is_no_heading(line: str) -> None:
    """Words that headings have may stand in any sentence."""
    assert [("Duties:", "responsibilities", ["Bake bread", line])] == parts(
        f"Duties:\nBake bread\n{line}"
    )


def test_a_document_without_headings_has_no_sections() -> None:
    """Prose has none."""
    assert [] == parts("Baker wanted in Leeds\nYou bake bread.")
    assert () == sections(Document("1", "-", "", ()))


@pytest.mark.parametrize("table", load("sections"))
def test_every_table_knows_all_languages(table: str) -> None:
    """A table that lacks a language would leave its headings unknown."""
    assert HEADINGS.keys() <= load("sections")[table].keys()


def test_no_heading_belongs_to_two_roles() -> None:
    """The first table would win, silently."""
    homes: dict[str, str] = {}
    for role in ROLES:
        for word in words("sections", role):
            assert role == homes.setdefault(word, role)


@pytest.mark.parametrize(
    "text",
    [
        ":" * 5_000,
        "Duties: " * 2_000,
        "a:\n" * 5_000,
        "#\n" * 3_000 + "x",
        "- " * 4_000 + "x",
        " " * 20_000 + "Duties:" + " " * 20_000 + "x",
        "：\u202e\u0000Duties:\ufeff\nx",
        "İ" * 3_000 + ":\nx",
        "**" * 3_000 + "Duties" + "**" * 3_000 + "\nx",
    ],
)
def test_hostile_text_is_read_like_any_other(text: str) -> None:
    """Whatever stands there, every section is made of the document's own lines."""
    document = from_text("Baker\n" + text, id="1", source="-")
    _check(document)


PIECES = (
    "Duties",
    "Duties:",
    "Duties: bake",
    "# Our ovens",
    "Our ovens:",
    "- Leave",
    "• Experience",
    "We offer",
    "You bake bread.",
    "応募資格",
    "Über uns:",
    "?",
    ":",
    "",
)


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=12), max_size=14))
def test_sections_are_disjoint_spans_of_the_document_in_order(pieces: list[str]) -> None:
    """Headings and lines are lines of the document, or the two sides of one with a label."""
    _check(from_text("\n".join(["Baker", *pieces]), id="1", source="-"))


def _check(document: Document) -> None:
    found = sections(document)
    spans = [span for part in found for span in (part.heading, *part.lines)]
    assert all(one.end <= other.start for one, other in pairwise(spans))
    assert all(part.lines for part in found)
    assert {part.role for part in found} <= {None, *ROLES}
    starts = {line.span.start: line.span for line in document.lines}
    ends = {line.span.end for line in document.lines}
    for part in found:
        assert part.heading.start in starts
        assert all(line.end in ends for line in part.lines)
        assert all(line == starts.get(line.start) for line in part.lines[1:])
    assert all(document.quote(span).strip() == document.quote(span) != "" for span in spans)
