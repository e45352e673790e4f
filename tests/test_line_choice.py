"""Only what may matter is read, under the numbers that the document has."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from extract.asking.line_choice import shown
from extract.text.document import from_text
from extract.values import Document, Line, Span


def numbers(document: Document, *candidates: Span) -> list[int]:
    """Return the numbers of the lines that are shown."""
    return [line.number for line in shown(document, candidates)]


def rows(*texts: str) -> Document:
    """Make a document with one line for each text."""
    text, lines, at = "\n".join(texts), [], 0
    for number, row in enumerate(texts, 1):
        lines.append(Line(number, Span(at, at + len(row))))
        at += len(row) + 1
    return Document("1", "-", text, tuple(lines))


def test_an_ordinary_posting_is_read_whole(posting: Document) -> None:
    """All its lines, in order."""
    assert posting.lines == shown(posting, ())


def test_boilerplate_is_left_out_and_numbers_stay() -> None:
    """A line keeps the number it has in the document."""
    document = rows(
        "Baker wanted",
        "We are an equal opportunity employer.",
        "You bake bread",
        "We use cookies. Read our privacy policy.",
        "Apply by mail",
    )
    assert [1, 3, 5] == numbers(document)


def test_a_repeated_line_is_read_once() -> None:
    """Case and spacing do not make another line."""
    document = rows("Baker wanted", "Bake bread", "BAKER  WANTED", "Bake rolls", "bake bread")
    assert [1, 2, 4] == numbers(document)


def test_a_repeated_line_is_left_out_though_a_candidate_stands_in_it() -> None:
    """Its words were read where they stood first."""
    document = rows("Pay: £15", "Bake bread", "Pay: £15")
    assert [1, 2] == numbers(document, Span(5, 8), Span(25, 28))


def long(count: int) -> Document:
    """Make a document of many different lines of a hundred characters."""
    return rows(*(f"{n:04} {'flour ' * 15}oven." for n in range(count)))


def test_beyond_the_budget_only_telling_lines_are_read() -> None:
    """The last lines of a long page are read where code sees a candidate in them."""
    document = long(300)
    kept = numbers(document)
    assert list(range(1, len(kept) + 1)) == kept
    assert 80 <= len(kept) <= 100
    late = (document.lines[199].span, document.lines[249].span)
    candidates = [Span(line.start + 5, line.start + 10) for line in late]
    assert [*kept, 200, 250] == numbers(document, *candidates)


def test_the_budget_is_counted_on_what_is_read() -> None:
    """Idle lines take no room from those that follow."""
    start, rest = long(40), long(60)
    texts = [start.quote(line.span) for line in start.lines]
    others = [rest.quote(line.span) for line in rest.lines]
    assert set(texts) < set(others)
    assert 60 == len(numbers(rows(*texts * 20, *others)))


def test_candidates_between_lines_do_no_harm() -> None:
    """A span that no line holds tells nothing of a line."""
    document = from_text("Baker\n\n\nLeeds", id="1", source="-")
    assert [1, 2] == numbers(document, Span(6, 7), Span(999, 1000))


def test_a_document_without_lines_shows_none() -> None:
    """There is nothing to read."""
    assert () == shown(Document("1", "-", "", ()), ())


@given(
    st.lists(st.sampled_from(["Bake", "bake ", "We use cookies", "x" * 3000, "y" * 5000, "£5 "])),
    st.lists(st.integers(0, 30_000), max_size=5),
)
def test_lines_are_shown_in_order_and_once(texts: list[str], starts: list[int]) -> None:
    """They are the document's own, and where it has lines some are always shown."""
    document = rows(*(text.strip() for text in texts))
    kept = shown(document, [Span(start, start + 1) for start in starts])
    assert set(kept) <= set(document.lines)
    assert list(kept) == sorted(kept, key=lambda line: line.number)
    words = [document.quote(line.span).casefold() for line in kept]
    assert len(words) == len(set(words))
    assert bool(kept) is bool(document.lines)
