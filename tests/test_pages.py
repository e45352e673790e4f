"""Small pages of the kinds that were once read wrongly, and feeds of the published formats.

No model is asked: what code gives for a field counts, or all that it proposes for the model to
choose from.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.asking.schema import schema_of
from extract.kinds.kind import Finding
from extract.posting import Posting
from extract.sources.several import postings
from extract.text.document import from_text
from extract.values import Document

_PAGES = Path(__file__).parent / "pages"
_FIELDS = {field.name: field for field in schema_of(Posting).fields}
_PARTS = ("min", "max", "currency", "period")
_FORMS: dict[str, Callable[[Any], Any]] = {
    "cities": lambda places: [place.city for place in places or ()],
    "countries": lambda places: [place.country for place in places or ()],
    "salary": lambda pay: pay and {part: getattr(pay, part) for part in _PARTS},
    "years": lambda years: years and [years.min, years.max],
    "posted_on": lambda day: day and day.isoformat(),
    "closes_on": lambda day: day and day.isoformat(),
    "starts_on": lambda day: day and day.isoformat(),
    "employment_types": lambda kinds: list(kinds or ()),
}
_NAMES = {"cities": "locations", "countries": "locations", "years": "experience_years"}


def _lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (_PAGES / name).read_text("utf-8").splitlines()]


def _seen(document: Document, name: str) -> Any:
    """Return what code sees of a field, in the form of the files."""
    field = _FIELDS[_NAMES.get(name, name)]
    spans = field.kind.given(document) or field.kind.propose(document) or ()
    found = [(span, value) for span in spans if (value := field.kind.read(document, span))]
    findings = [
        Finding(span, one)
        for span, value in found
        for one in (value if field.kind.shape == "many" else [value])
    ]
    value = field.kind.settle(document, findings).value if findings else None
    return _FORMS.get(name, lambda it: it)(value)


@pytest.mark.parametrize(
    ("text", "right"),
    [
        pytest.param(case["text"], case["right"], id=f"{case['kind']}-{number}")
        for number, case in enumerate(_lines("small.jsonl"))
    ],
)
def test_a_small_page_is_read_right(text: str, right: dict[str, Any]) -> None:
    """Every value that a small page states is seen by code alone, and nothing else."""
    document = from_text(text)
    assert right == {name: _seen(document, name) for name in right}


@pytest.mark.parametrize(
    ("feed", "rows"),
    [pytest.param(case["feed"], case["rows"], id=case["id"]) for case in _lines("feeds.jsonl")],
)
def test_a_feed_gives_each_fact_to_its_own_row(feed: str, rows: list[dict[str, Any]]) -> None:
    """A published format gives one row a job, each with its title and all of its facts."""
    parts = postings(from_text(feed))
    assert len(rows) == len(parts)
    for row, part in zip(rows, parts, strict=True):
        title = row.pop("title", "")
        assert title in part.text
        facts = {name: value for name, value in row.items() if name != "company" or value}
        assert facts == {
            name: part.quote(_FIELDS[name].kind.given(part)[0])
            if name == "company"
            else _seen(part, name)
            for name in facts
        }


@given(st.lists(st.sets(st.sampled_from(("city", "salary", "id"))), min_size=2, max_size=5),
       st.randoms())  # fmt: skip
def test_optional_keys_stay_with_their_record(
    optional: list[set[str]], seed: random.Random
) -> None:
    """In whatever order its keys stand, no fact of a record moves to its neighbour."""
    jobs = []
    for number, names in enumerate(optional):
        facts = {"city": f"Town{number}", "salary": f"£{number + 10} an hour", "id": f"J-{number}9"}
        job = {"title": f"Baker {number}", "url": f"https://ovenside.example/{number}"}
        pairs = [*job.items(), *((name, facts[name]) for name in sorted(names))]
        seed.shuffle(pairs)
        jobs.append(dict(pairs))
    parts = postings(from_text(json.dumps({"jobs": jobs})))
    assert [set(map(str, job.values())) for job in jobs] == [
        {line.partition(": ")[2] for line in part.text.splitlines()} for part in parts
    ]
