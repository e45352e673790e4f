"""The elements of an XML feed, and which of them are postings."""

from __future__ import annotations

import pytest

from extract.text.json_feed import RULE
from extract.text.xml_feed import xml_lines


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("R&D Cook", "R&D Cook"),
        ("Caf&eacute; &ndash; Cook", "Café – Cook"),
        ("Pay < 5 & more", "Pay < 5 & more"),
        ("cut he", "cut he"),
        ("<![CDATA[<p>Grill</p>", "<p>Grill</p>"),
    ],
)
def test_a_feed_that_is_not_well_formed_keeps_its_words(data: str, text: str) -> None:
    """Bare ampersands, HTML's entities, lone brackets and missing ends lose nothing."""
    assert [("t", "Cook"), ("d", text)] == list(xml_lines(f"<job><t>Cook</t><d>{data}"))


def test_each_record_has_a_rule_before_it() -> None:
    """Elements of any name are records where they stand side by side and hold a title each."""
    jobs = [("Cook", "Leeds"), ("Baker", "York")]
    feed = "".join(f"<b><title>{name}</title><city>{city}</city></b>" for name, city in jobs)
    assert [
        *(("", RULE), ("b", ""), ("title", "Cook"), ("city", "Leeds")),
        *(("", RULE), ("b", ""), ("title", "Baker"), ("city", "York")),
    ] == list(xml_lines(f"<a>{feed}</a>"))


@pytest.mark.parametrize("text", ["<a>" * 20_000, "<a>" * 20_000 + "</b>" * 20_000])
def test_hostile_nesting_is_read_to_its_end(text: str) -> None:
    """It is read in one pass; the work does not grow with the square of the depth."""
    assert [] == list(xml_lines(text))
