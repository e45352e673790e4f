"""Code reads which part of a posting each sentence belongs to."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from extract.kinds import Lines, Requirements
from extract.reading.posting_parts import Role, parts
from extract.text.document import from_text
from extract.values import Document


def roles(text: str) -> dict[str, Role | None]:
    """Return the stretches of a text with their roles."""
    document = from_text(text)
    return {document.quote(part.span): part.role for part in parts(document)}


def test_how_to_apply_is_no_requirement() -> None:
    """A sentence on how to apply is taken out of a paragraph of requirements, and ends it."""
    found = roles("Requirements\nTwo years as a baker. Call us to apply.\nWe reply soon.")
    assert "requirements" == found["Two years as a baker."]
    assert "other" == found["Call us to apply."] == found["We reply soon."]


def test_a_labelled_fact_swallows_nothing_that_follows() -> None:
    """What stands on the line of a label is its value; the lines after it are not."""
    found = roles(
        "Experience: minimum 6 months\nStart: 1 May\nTelephone: 0555 123\nWe are a bakery."
    )
    assert ["Experience: minimum 6 months"] == [q for q, r in found.items() if r == "requirements"]


def test_a_label_introduces_its_own_line_and_a_list() -> None:
    """The items under a label with words of its own belong to it too."""
    found = roles("Duties: the early shift\n- bake bread\n- clean up\n\nThe shop opened in 1921.")
    assert {"the early shift", "bake bread", "clean up"} == {
        quote for quote, role in found.items() if role == "responsibilities"
    }


def test_a_section_ends_where_another_heading_begins() -> None:
    """A heading of another kind ends a section, whether code knows the heading or not."""
    found = roles("# What we offer\n\n30 days of leave.\n\n# Our recipe book\n\nIt has 400 pages.")
    assert {"30 days of leave.": "benefits", "It has 400 pages.": None} == found


def test_a_list_ends_before_a_paragraph() -> None:
    """A paragraph after a list of bullets is no item of it."""
    found = roles("You'll need\n- an oven licence\n- patience\n\nOur bakery opened in 1921.")
    assert found["Our bakery opened in 1921."] is None
    assert "requirements" == found["patience"]


def test_pay_is_no_benefit_but_an_extra_beside_it_is() -> None:
    """Under a heading of pay a sentence counts if it names something beside the pay."""
    found = roles("Compensation\n18 euros an hour. Every driver gets a Christmas bonus.")
    assert {"18 euros an hour.": "pay", "Every driver gets a Christmas bonus.": "benefits"} == found


def test_headings_inside_a_line() -> None:
    """A question or a label in running text divides it like a heading."""
    found = roles("Czego oczekujemy? Dwóch lat praktyki. Co dajemy? Obiady w pracy.")
    assert {"Dwóch lat praktyki.": "requirements", "Obiady w pracy.": "benefits"} == found


def test_prose_without_headings_is_read_by_its_words() -> None:
    """What is done, asked and given is told apart without any heading."""
    found = roles(
        "You will look after two ovens. A driving licence is essential. "
        "We offer free bread and a pension. The shop is old."
    )
    assert ["responsibilities", "requirements", "benefits", None] == list(found.values())


def test_keys_of_a_feed_end_a_list() -> None:
    """The next key of a record is no item of the list in the one before."""
    found = roles("Ofrecemos:\n- vales de despensa\ndata.vacante.plazas: 4")
    assert {"vales de despensa": "benefits", "data.vacante.plazas: 4": None} == found


def test_a_heading_of_requirements_says_that_they_are_required() -> None:
    """A requirement is required under such a heading, unless its own words only wish for it."""
    document = from_text("Requirements\n- an oven licence\n- Polish is a plus")
    kind = Requirements(section="requirements")
    read = [each for span in kind.recognised(document) for each in kind.read(document, span)]
    assert [("an oven licence", True), ("Polish is a plus", False)] == [
        (each.text, each.required) for each in read
    ]


def test_lines_of_a_users_own_kind_are_left_alone() -> None:
    """Without a section code neither recognises lines nor takes any away."""
    document = from_text("Requirements\nCall us to apply.")
    line = document.lines[1].span
    assert ((), (line,)) == (Lines().recognised(document), Lines().admits(document, line))
    assert Lines().trusts_numbers()
    assert () == Lines(section="benefits").admits(document, line)


WORDS = st.sampled_from(
    [
        "Requirements",
        "We offer:",
        "- bake bread",
        "Call us.",
        "",
        "# About us",
        "Pay: 18 euros",
        "a. B",
    ]
)


@given(st.lists(WORDS, min_size=1, max_size=12).filter(any))
def test_stretches_are_in_order_and_inside_their_lines(lines: list[str]) -> None:
    """Stretches do not overlap, and each lies in one line."""
    document: Document = from_text("\n".join(["Baker", *lines]))
    last = 0
    for part in parts(document):
        line = document.line_at(part.span.start)
        assert line is not None
        assert last <= part.span.start < part.span.end <= line.span.end
        last = part.span.end
