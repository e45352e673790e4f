"""Records for the tests of what is written: one by hand, and any that a schema allows."""

from __future__ import annotations

import io
from typing import Any

from hypothesis import strategies as st
from pydantic import BaseModel

from extract.output import Format, Row
from extract.posting import Posting
from extract.record import Evidence, Failure, Provenance, Record
from extract.values import Contract, Experience, Hours, Location, Requirement, Salary, Usage

MADE = Provenance(
    model="m",
    prompt="reading@1",
    prompt_sha256="0",
    schema_sha256="1",
    document_sha256="2",
    usage=Usage(1200, 80, 0, 1),
    seconds=12.5,
    version="0",
)
FAILURE = Failure(
    id="bad", source="rows.jsonl:2", error="InputError", message="no text", usage=Usage()
)


def record(posting: BaseModel, name: str = "one", *, is_posting: bool = True) -> Record[Any]:
    """Return a record of a posting."""
    return Record(
        id=name,
        source=f"{name}.txt",
        is_posting=is_posting,
        posting=posting,
        evidence={"title": [Evidence(start=0, end=4, quote="Cook")]},
        states={"title": "conflicting", "salary": "unsupported"},
        notes={"title": "two titles"},
        provenance=MADE,
    )


def written(form: Format, *rows: Row) -> str:
    """Return what a format makes of rows."""
    stream = io.StringIO()
    with form(stream, Posting) as write:
        for row in rows:
            write(row)
    return stream.getvalue()


def any_postings() -> st.SearchStrategy[Posting]:
    """Return postings with any values that their types allow, NUL and lone surrogates too."""
    # What cells, lines, tags and formulas are made of, and anything else.
    text = st.text(st.sampled_from('=-@;"<\t\n ＝1'), max_size=8) | st.text(
        st.characters(), max_size=8
    )
    texts = st.lists(text, max_size=2)
    number = st.none() | st.floats(allow_nan=False, allow_infinity=False)
    said = st.none() | text
    places = st.builds(Location, text=text, city=said, region=said, country=said)
    return st.builds(
        Posting,
        title=said,
        company=said,
        locations=st.lists(places, max_size=3),
        workplace=...,
        employment_types=...,
        seniority=...,
        salary=st.none()
        | st.builds(Salary, min=number, max=number, currency=said, period=..., gross=...),
        experience_years=st.none() | st.builds(Experience, min=number, max=number),
        education=...,
        job_ids=texts,
        languages=texts,
        posted_on=...,
        closes_on=...,
        starts_on=...,
        job_families=texts,
        certifications=texts,
        skills=texts,
        responsibilities=texts,
        requirements=st.lists(st.builds(Requirement, text=text, required=...), max_size=2),
        benefits=texts,
        contract=st.none() | st.builds(Contract, type=..., months=number),
        hours_per_week=st.none() | st.builds(Hours, min=number, max=number),
        remote_from=texts,
    )
