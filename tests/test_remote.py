"""Countries and regions from which remote work is allowed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.kinds import RemoteFrom
from extract.kinds.kind import Finding
from extract.text.document import from_text
from extract.values import Document, Span

KIND = RemoteFrom()


def document(text: str) -> Document:
    """Cut a text into lines."""
    return from_text(text, id="a", source="a")


def places(text: str) -> list[str]:
    """Read and settle what a text gives by itself."""
    source = document(text)
    findings = [
        Finding(span, place)
        for span in KIND.given(source)
        for place in KIND.read(source, span) or ()
    ]
    return list(KIND.settle(source, findings).value) if findings else []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Remote (US only)", ["US"]),
        ("Fully remote (Spain, Portugal or Italy)", ["Spain", "Portugal", "Italy"]),
        ("Remote (Germany, CET)", ["Germany"]),
        ("Bookbinder, Remote - Canada", ["Canada"]),
        ("Remote: EMEA", ["EMEA"]),
        ("You work remotely within Germany, Austria or Switzerland.",
         ["Germany", "Austria", "Switzerland"]),
        ("Work from anywhere in the EU", ["EU"]),
        ("Remote from the Netherlands", ["Netherlands"]),
        ("Remote in Texas", ["Texas"]),
        ("Remote if you live in TN, GA or Texas", ["TN", "GA", "Texas"]),
        ("The rest of the week wherever you like within the UK", ["UK"]),
        ("applicantLocationRequirements: France", ["France"]),
        ("Homeoffice innerhalb Deutschlands", ["Deutschlands"]),
        ("Télétravail depuis la France", ["France"]),
        ("Teletrabajo desde España", ["España"]),
        ("Práce na dálku z ČR", ["ČR"]),
        ("På distans (Sverige)", ["Sverige"]),
        ("Lavoro da remoto in tutta Italia", ["Italia"]),
        ("フルリモート（日本国内）", ["日本国内"]),
    ],
)  # fmt: skip
def test_places_after_words_of_remote_work(text: str, expected: list[str]) -> None:
    """Each is listed as it is written."""
    assert expected == places(text)


@pytest.mark.parametrize(
    "text",
    [
        "Remote (full-time)",
        "Remote (worldwide)",
        "Remote (CET ±2h)",
        "Remote - IT support",
        "Remote - Jersey cows and sheep",
        "Remote, Austin",
        "Remote in our Leeds office",
        "No remote (US)",
        "Bindery in Germany\nRemote days possible",
        "We ship to remote areas in Alaska",
    ],
)
def test_what_does_not_say_where_remote_work_is_done(text: str) -> None:
    """Cities, time zones, contracts and places of something else give nothing."""
    assert [] == places(text)


def test_one_country_is_listed_once() -> None:
    """Under the name that stands first."""
    assert ["US"] == places("Remote (US)\nWork from anywhere in the United States")


def test_a_quote_needs_its_cue() -> None:
    """A country that no word of remote work leads to is where something else is."""
    source = document("Remote within Spain. Our bindery stands in Portugal.")
    assert ("Spain",) == KIND.read(source, Span(14, 19))
    assert KIND.read(source, Span(43, 51)) is None


@pytest.mark.parametrize(
    ("found", "expected", "alike"),
    [
        ("US", "United States", 1.0),
        ("Deutschland", "Germany", 1.0),
        ("US", "Canada", 0.0),
        ("eu", "EU", 1.0),
    ],
)
def test_names_of_one_country_are_alike(found: str, expected: str, alike: float) -> None:
    """Whatever the language and the case."""
    assert alike == KIND.similarity(found, expected)


@given(st.text(max_size=60), st.sampled_from(["Remote (", "Remote - ", "remote within "]))
def test_any_text_is_read_without_error(text: str, cue: str) -> None:
    """What is given names a place."""
    source = document(f"Binder\n{cue}{text})")
    for span in KIND.given(source):
        assert KIND.read(source, span)
