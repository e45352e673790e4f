"""What code makes of a small posting when a model chooses every candidate that code proposes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from evals.data.rubric import rubric_of
from extract.asking.closed_assembly import assemble
from extract.asking.closed_question import question
from extract.asking.schema_source import schema_named
from extract.posting import Posting
from extract.sources.several import postings
from extract.text.document import from_text

CASES = [
    json.loads(line)
    for line in Path(__file__).with_name("small_postings.jsonl").read_text("utf-8").splitlines()
]
"""The kind of each case, its text, and what must come out: one set of values for each posting."""

SCHEMA = rubric_of(schema_named(None)).schema


def read(text: str) -> list[Posting]:
    """Read each posting of a text: of one value the first candidate is chosen, of many all."""
    found = []
    for document in postings(from_text(text, id="small", source="a test")):
        asked = question(SCHEMA, document)
        answer: dict[str, Any] = {}
        for field in asked.fields:
            listed = asked.options[field.name]
            words = [] if listed is None else [option.words for option in listed]
            one = field.kind.shape == "one"
            answer[field.name] = (words[0] if words else "") if one else words
        posting = assemble(asked, answer).posting
        assert isinstance(posting, Posting)
        found.append(posting)
    return found


def shown(posting: Posting, names: list[str]) -> dict[str, Any]:
    """Return the named values as the cases write them, with the `cities` and `countries` apart."""
    values = posting.model_dump(mode="json")
    places = values["locations"]
    values["cities"] = sorted(str(place["city"]) for place in places)
    values["countries"] = sorted({str(place["country"]) for place in places})
    for name in ("employment_types", "languages", "job_ids"):
        values[name] = sorted(values[name])
    if values["salary"] is not None:
        pay = values["salary"]
        values["salary"] = [pay["min"], pay["max"], pay["currency"], pay["period"]]
    if values["experience_years"] is not None:
        years = values["experience_years"]
        values["experience_years"] = [years["min"], years["max"]]
    if values["education"] is not None:
        asked = values["education"]
        values["education"] = [asked["level"], asked["required"]]
    return {name: values[name] for name in names}
