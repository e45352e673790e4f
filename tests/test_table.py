"""What a person sees of a row, rendered to text of a fixed width."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel
from rich.console import Console

from extract.output.record_view import render, words
from extract.posting import Posting
from extract.record import Evidence, Failure, Provenance, Record
from extract.terminal import clean
from extract.values import Education, Experience, Location, Requirement, Salary, State, Usage

MADE = Provenance(
    model="m",
    prompt="reading@1",
    prompt_sha256="0",
    schema_sha256="1",
    document_sha256="2",
    usage=Usage(1200, 80, 0, 1),
    seconds=12.34,
    version="0",
)


def quotes(*texts: str) -> list[Evidence]:
    """Return evidence with these quotes."""
    return [Evidence(start=0, end=len(text), quote=text) for text in texts]


def record(
    posting: Posting,
    evidence: dict[str, list[Evidence]],
    states: dict[str, State],
    **rest: Any,
) -> Record[Posting]:
    """Return a record of a posting."""
    given = {"id": "one", "source": "one.txt", "is_posting": True, "notes": {}} | rest
    return Record(posting=posting, evidence=evidence, states=states, provenance=MADE, **given)


def seen(row: Record[Posting] | Failure, *, width: int = 80, terminal: bool = False) -> str:
    """Return a row as it is printed."""
    stream = io.StringIO()
    console = Console(
        file=stream, width=width, force_terminal=terminal, highlight=False, legacy_windows=False
    )
    console.print(render(row))
    return stream.getvalue()


def test_a_record_shows_value_quote_and_state() -> None:
    """The header, each stated field with its quote, and one line for what is not stated."""
    row = record(
        Posting(title="Cook", salary=Salary(min=16, max=17, currency="USD", period="hour")),
        {"title": quotes("Cook"), "salary": quotes("$16.00-$17.00/hour")},
        {
            "title": "stated",
            "salary": "stated",
            "workplace": "not_stated",
            "seniority": "not_stated",
        },
    )
    expected = [
        "one   posting   12.3 s   1,200 tokens read, 80 written",
        "field   value and quote        state",
        "title   Cook                   stated",
        "salary  16 to 17 USD per hour  stated",
        "        “$16.00-$17.00/hour”",
        "not stated: workplace, seniority",
        "",
    ]
    assert expected == [line.rstrip() for line in seen(row).splitlines()]


def test_items_of_a_list_are_one_line_each() -> None:
    """A long item is cut at the edge, and the words of a line are not quoted again."""
    long = "Helps residents " * 10
    row = record(
        Posting(responsibilities=[long.strip(), "Sign"]),
        {"responsibilities.0": quotes(long), "responsibilities.1": quotes("Sign")},
        {"responsibilities": "stated"},
    )
    text = seen(row, width=60)
    items = [line.split("•")[1].split()[0] for line in text.splitlines() if "•" in line]
    assert items == ["Helps", "Sign"]
    assert "…" in text
    assert "“" not in text


def test_a_quote_that_holds_several_items_is_shown_once() -> None:
    """Items read in the same words stand together above them."""
    both = quotes("part or full time")
    row = record(
        Posting(employment_types=["part_time", "full_time"]),
        {"employment_types.0": both, "employment_types.1": both},
        {"employment_types": "stated"},
    )
    assert seen(row).count("part or full time") == 1
    assert seen(row).index("full_time") < seen(row).index("“part or full time”")


def test_a_conflict_shows_both_quotes_and_the_note() -> None:
    """Whoever reads it can settle the conflict."""
    row = record(
        Posting(title="Cook"),
        {"title": quotes("Cook", "Chef")},
        {"title": "conflicting"},
        notes={"title": "several titles are stated"},
    )
    text = seen(row)
    assert all(part in text for part in ("“Cook”", "“Chef”", "several titles", "conflicting"))


def test_an_unsupported_field_says_why() -> None:
    """A claim that was dropped is shown with the reason, without a value."""
    row = record(
        Posting(), {}, {"salary": "unsupported"}, notes={"salary": "claimed, not supported: a lot"}
    )
    assert "claimed, not supported: a lot" in seen(row)


def test_many_quotes_are_counted() -> None:
    """A value that stands everywhere does not fill the screen."""
    row = record(
        Posting(job_ids=["7"]),
        {"job_ids.0": quotes("no 7", "no. 7", "number 7", "job 7", "7", "7")},
        {"job_ids": "stated"},
    )
    assert "and 2 more" in seen(row)


def test_a_page_that_is_no_posting_is_one_line() -> None:
    """There are no fields to show."""
    row = record(Posting(), {}, {"title": "not_stated"}, is_posting=False)
    assert seen(row).strip() == "one   not a posting   12.3 s   1,200 tokens read, 80 written"


def test_a_failure_says_what_went_wrong() -> None:
    """The id, the kind of error and its message."""
    row = Failure(id="bad", source="bad", error="InputError", message="bad is empty", usage=Usage())
    assert seen(row).split("\n")[:2] == ["bad   failed", "InputError: bad is empty"]


@pytest.mark.parametrize("terminal", [True, False])
def test_nothing_of_a_posting_drives_the_terminal(*, terminal: bool) -> None:
    """Escapes, control characters, bidi controls and markup are shown as text or not at all."""
    bad = "[bold]A\x1b[31m\x07B\u202eC\x9b2J[/bold]\ud83e :smile: [link=http://x]"
    row = record(
        Posting(title=bad, benefits=[bad]),
        {"title": quotes(bad + "!"), "benefits.0": quotes(bad + "!")},
        {"title": "conflicting", "benefits": "stated"},
        id=bad,
        notes={"title": bad},
    )
    text = seen(row, width=400, terminal=terminal)
    assert text.count("[bold]ABC2J[/bold]\ufffd :smile: [link=http://x]") == 6
    assert not {"\x07", "\x9b", "\u202e"} & set(text)
    assert "\x1b[31m\x07" not in text
    text.encode("utf-8")


@given(st.text(st.characters(), max_size=40))
def test_clean_text_is_printable_and_stays_so(text: str) -> None:
    """Cleaning leaves one line without controls, and cleaning again changes nothing."""
    cleaned = clean(text)
    assert not any(ord(char) < 32 or 127 <= ord(char) < 160 for char in cleaned)
    assert clean(cleaned) == cleaned
    assert len(cleaned.splitlines()) <= 1


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Salary(min=50000, currency="EUR", period="year"), "from 50,000 EUR per year"),
        (Salary(max=12.5), "up to 12.5"),
        (Salary(min=9, max=9, currency="GBP"), "9 GBP"),
        (Experience(min=2, max=3), "2 to 3 years"),
        (Experience(min=0, max=0), "0 years"),
        (Experience(min=1), "from 1 year"),
        (Education(level="master", required=False), "master (preferred)"),
        (Location(text="Leeds, UK", city="Leeds", country="GB"), "Leeds, UK (Leeds, GB)"),
        (Location(text="Leeds", city="Leeds"), "Leeds"),
        (Requirement(text="a van"), "a van"),
        (Requirement(text="a van", required=False), "preferred: a van"),
        (Usage(), "Usage(prompt=0, completion=0, cached=0, calls=0)"),
        (dt.date(2027, 2, 14), "2027-02-14"),
        (True, "yes"),
        (2.5, "2.5"),
        ("x", "x"),
    ],
)
def test_values_are_said_in_words(value: object, expected: str) -> None:
    """Every kind of value has a short wording."""
    assert expected == words(value)


class _Stall(BaseModel):
    """A stall on a market."""

    goods: str | None = None
    price: float | None = None


class _Market(BaseModel):
    """A market."""

    stalls: list[_Stall] = []
    days: set[str] = set()


def test_quotes_of_nested_values_stand_below_their_item() -> None:
    """A nested value has no quote of its own: those of its parts are shown, and sets as lists."""
    row: Record[Any] = Record(
        id="one",
        source="one.txt",
        is_posting=True,
        posting=_Market(stalls=[_Stall(goods="eggs", price=2.5)], days={"Monday"}),
        evidence={
            "stalls.0.goods": quotes("eggs"),
            "stalls.0.price": quotes("2.50 a dozen"),
            "days.0": quotes("Monday"),
        },
        states={"stalls": "read", "days": "stated"},
        notes={},
        provenance=MADE,
    )
    expected = [
        "field   value and quote          state",
        "stalls  • goods eggs, price 2.5  read",
        "        “eggs”",
        "        “2.50 a dozen”",
        "days    • Monday                 stated",
    ]
    assert expected == [line.rstrip() for line in seen(row).splitlines()][1:6]
