"""Reading a document: markup, structured data, limits and refusals, all through the public door."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.errors import InputError
from extract.text.document import LARGEST, from_bytes, from_text, read
from extract.values import Span

if TYPE_CHECKING:
    from pathlib import Path

    from extract.values import Document


SHELL = (
    b"<html><head><title>Jobs</title></head><body><div id=app></div>"
    b"<script src=a.js></script></body></html>"
)


def quotes(document: Document) -> list[str]:
    """Return the words of every line."""
    return [document.quote(line.span) for line in document.lines]


@given(st.text(max_size=400))
def test_spans_are_ordered_trimmed_and_encodable(text: str) -> None:
    """Whatever the text, lines lie in order inside it, free of outer space, and hold a word."""
    try:
        document = from_text(text)
    except InputError:
        return
    document.text.encode("utf-8")
    at = 0
    for number, line in enumerate(document.lines, 1):
        assert number == line.number
        assert at <= line.span.start < line.span.end <= len(document.text)
        quote = document.quote(line.span)
        assert quote.strip() == quote
        assert any(one.isalnum() for one in quote)
        at = line.span.end


@given(st.text(alphabet="ab \n", min_size=1, max_size=60), st.data())
def test_what_is_around_a_span_holds_it_and_stays_in_its_lines(
    text: str, data: st.DataObject
) -> None:
    """It is longer than the span by the reach on either side at most."""
    document = from_text(f"x{text}x")
    start = data.draw(st.integers(0, len(document.text) - 1))
    span = Span(start, data.draw(st.integers(start + 1, len(document.text))))
    reach = data.draw(st.integers(0, 20))
    around = document.around(span, reach)
    assert span.start - reach <= around.start <= span.start
    assert span.end <= around.end <= span.end + reach
    cut = [line.span for line in document.lines if line.span.overlaps(around)]
    assert all(line.overlaps(span) for line in cut if document.line_at(start))


@given(
    st.recursive(
        st.text(alphabet="ab •.:<>&{}\n", max_size=12),
        lambda inner: st.tuples(
            st.sampled_from(["p", "li", "td", "b", "dt", "dd", "h2"]), inner
        ).map(lambda pair: f"<{pair[0]}>{pair[1]}</{pair[0]}>"),
    )
)
def test_markup_of_any_shape_is_read_or_refused(html: str) -> None:
    """Broken markup never ends in another error than `InputError`."""
    try:
        document = from_text(html)
    except InputError:
        return
    assert document.lines


def test_page_shows_blocks_lists_and_tables_as_lines() -> None:
    """Blocks are lines, a row of cells or a definition is one, and the title comes first."""
    document = from_text(
        "<html><head><title>Baker | Crumb &amp; Co</title></head><body><h1>Baker</h1>"
        "<p>Join our <b>early</b> shift.</p><ul><li>Knead<li><p>Bake</p></ul>"
        "<table><tr><th>Pay</th><td>&pound;14</td></tr></table><dl><dt>Hours:</dt><dd>38</dd></dl>"
    )
    expected = [
        "Baker | Crumb & Co",
        "Baker",
        "Join our early shift.",
        "Knead",
        "Bake",
        "Pay | £14",
        "Hours: 38",
    ]
    assert expected == quotes(document)


@pytest.mark.parametrize(
    "hidden",
    [
        '<p style="display: none">secret</p>',
        '<p style="visibility:hidden">secret</p>',
        '<span style="font-size:0px">secret</span>',
        "<div hidden>secret</div>",
        '<i aria-hidden="true">secret</i>',
        "<noscript>secret</noscript>",
        "<template><p>secret</p></template>",
        "<script>secret()</script>",
        "<style>.secret { color: red }</style>",
        "<!-- secret -->",
    ],
)
def test_hidden_text_is_left_out(hidden: str) -> None:
    """What a reader does not see is not in the text."""
    assert "secret" not in from_text(f"<div><p>Cook</p>{hidden}</div>").text


def test_angle_brackets_in_text_survive() -> None:
    """Text with angle brackets is not markup, alone or between tags."""
    assert quotes(from_text("We <3 C++ <vector> code")) == ["We <3 C++ <vector> code"]
    assert "<vector>" in from_text("<p>We love C++ <vector> code</p>").text


def test_escaped_markup_is_markup() -> None:
    """A description escaped once more by a feed is read like any other."""
    assert quotes(from_text("&lt;h2&gt;Cook&lt;/h2&gt;&lt;p&gt;Grill &amp;amp; fry&lt;/p&gt;")) == [
        "Cook",
        "Grill & fry",
    ]


def test_json_ld_becomes_evidence_with_offsets() -> None:
    """A JobPosting in a page is rendered as lines; what the page shows anyway is not repeated."""
    description = "You run the night oven and train two apprentices in our bakery by the harbour."
    document = from_text(
        '<html><body><script type="application/ld+json">{"@graph": [{"@type": "JobPosting",'
        f'"title": "Baker", "description": "<p>{description}</p>", "logo": "x.png",'
        '"baseSalary": {"currency": "EUR", "value": {"minValue": 2600, "unitText": "MONTH"}},'
        f'"skills": ""}}]}} trailing</script><h1>Baker</h1><p>{description}</p></body></html>'
    )
    assert quotes(document)[:4] == [
        "title: Baker",
        "baseSalary.currency: EUR",
        "baseSalary.value.minValue: 2600",
        "baseSalary.value.unitText: MONTH",
    ]
    assert document.text.count("night oven") == 1


@pytest.mark.parametrize(
    "media_type",
    [
        "application/LD+JSON",
        "application/ld+json; charset=utf-8",
        " application/ld+json;profile=http://www.w3.org/ns/json-ld#compacted",
    ],
)
def test_a_media_type_has_any_case_and_parameters(media_type: str) -> None:
    """RFC 6838 and JSON-LD 1.1, section 7: all of these are the type of JSON-LD."""
    advert = '{"@type": "JobPosting", "title": "Baker"}'
    document = from_text(f'<html><body><script type="{media_type}">{advert}</script></body></html>')
    assert "title: Baker" in quotes(document)


def test_json_ld_alone_is_a_document() -> None:
    """A page with nothing but JSON-LD is read, however loosely it is written."""
    document = from_text(
        "<script type='application/ld+json'>{'@type': 'JobPosting', title: 'Cook',}</script>"
    )
    assert quotes(document) == ["title: Cook"]


def test_object_literal_is_flattened() -> None:
    """An API item in JavaScript's own notation: labels for ids, no empty values, markup reduced."""
    document = from_text(
        "{title: 'Cook', city: {id: 3, value: 'Lugo'}, salaryMin: {id: 9, value: '17.000 €'},"
        " extra: null, tags: [], text: '<p>Grill</p><p>Fry</p>', urgent: false, remote: false,}"
    )
    expected = ["title: Cook", "city: Lugo", "salaryMin: 17.000 €", "text:", "Grill", "Fry"]
    assert [*expected, "remote: false"] == quotes(document)


def test_xml_elements_are_named_lines() -> None:
    """Elements with data become `name: data`, and markup in them is reduced."""
    document = from_text(
        '<?xml version="1.0"?><job><title>Cook</title><id>77</id>'
        "<d><![CDATA[<p>Grill</p>]]></d></job>"
    )
    assert quotes(document) == ["title: Cook", "id: 77", "d: Grill"]


def test_front_matter_before_markup_keeps_its_lines() -> None:
    """YAML front matter stays as it is, also before HTML."""
    document = from_text("---\ntitle: Cook\ncity: Ghent\n---\n<p>Grill</p>\n")
    assert quotes(document) == ["title: Cook", "city: Ghent", "Grill"]


def test_markdown_keeps_words_only() -> None:
    """Headings, emphasis, links and escapes lose their marks; names with marks keep them."""
    document = from_text(
        "## Cook\n\n**Pay:** 12\\-14 €\n\n* see [the *menu*](http://a.example)\n* use snake_case"
    )
    assert quotes(document) == ["Cook", "Pay: 12-14 €", "see the menu", "use snake_case"]


def test_tokeniser_brackets_are_brackets() -> None:
    """The residue of a tokeniser reads as what it stood for."""
    assert quotes(from_text("Cook -LRB-evenings-RRB-")) == ["Cook (evenings)"]


def test_style_and_script_residue_is_gone() -> None:
    """Style rules and scripts in stripped text belong to no line."""
    document = from_text(
        "Grill and fry. .BoxTitle { font-size: 12px; color: #222; } /*#fff*/ .Box { width:40px;} "
        "window.dataLayer = window.dataLayer || []; function go(a) { if (a) { b(); } } Apply today."
    )
    assert quotes(document) == ["Grill and fry.", "Apply today."]


@pytest.mark.parametrize(
    ("data", "remedy"),
    [
        (b"%PDF-1.7 x", "pdftotext"),
        (b"PK\x03\x04xx", "zip"),
        (b"\x89PNG\r\n", "image"),
        (b"abc\x00def\x00\x01", "NUL"),
        (b"", "no readable text"),
        (b" \n\t", "no readable text"),
        (b"--- * ---", "no readable text"),
        (SHELL, "save the rendered page"),
    ],
)
def test_what_is_no_text_is_refused_with_a_remedy(data: bytes, remedy: str) -> None:
    """The message names the input and what to do about it."""
    with pytest.raises(InputError, match=remedy) as caught:
        from_bytes(data, source="inbox/1")
    assert str(caught.value).startswith("inbox/1: ")


def test_too_much_is_refused() -> None:
    """Beyond the limit nothing is parsed, in bytes or in characters."""
    with pytest.raises(InputError, match="10,000,000"):
        from_bytes(b"a" * (LARGEST + 1))
    with pytest.raises(InputError, match="10,000,000"):
        from_text("a" * (LARGEST + 1))


def test_deeply_nested_markup_and_json_are_read() -> None:
    """Depth is no reason to fail."""
    assert quotes(from_text("<div>" * 30_000 + "Cook")) == ["Cook"]
    assert from_text('{"a":' * 5_000 + '"Cook"' + "}" * 5_000).lines


def test_file_is_read_and_named_after_its_stem(tmp_path: Path) -> None:
    """The id is the stem, the source the path."""
    path = tmp_path / "cook.txt"
    path.write_bytes("Küchenhilfe gesucht".encode("cp1252"))
    document = read(path)
    assert ("cook", str(path), "Küchenhilfe gesucht") == (
        document.id,
        document.source,
        document.text,
    )


def test_unreadable_paths_say_why(tmp_path: Path) -> None:
    """A directory, a missing file and an impossible name are input errors."""
    for path, reason in ((tmp_path, "directory"), (tmp_path / "no", "no such"), ("a\0b", "cannot")):
        with pytest.raises(InputError, match=reason):
            read(path)


def test_a_long_title_is_no_prose_that_is_left_out() -> None:
    """What the page shows too is left out of its data only if it is as long as a description."""
    title = "Apprentice baker for the night shift of our bakery by the river (m/f/d), number 2027"
    about = "You knead, shape and bake rye bread with two colleagues. " * 5
    data = f'{{"@type": "JobPosting", "title": "{title}", "description": "{about}"}}'
    page = f'<html><script type="application/ld+json">{data}</script><h1>{title}</h1><p>{about}</p>'
    assert from_text(page).text.startswith(f"title: {title}\n\n# {title}\n\nYou knead")
