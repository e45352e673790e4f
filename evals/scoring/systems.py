"""The systems that can be evaluated: each reads a document and returns a record as JSON."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from functools import partial
from typing import Any

from pydantic import BaseModel

from evals.scoring.plain_instructor import PlainPosting, PlainSystem, answer_of, task_of
from extract.asking.extractor import Extractor
from extract.asking.schema import IS_POSTING
from extract.models.cassettes import RecordedCase, Recordings
from extract.models.dialects import Memory
from extract.models.endpoint import asked_with
from extract.posting import Posting
from extract.values import Document

__all__ = ["System", "ours", "plain", "plain_hashes", "plain_posting"]


System = Callable[[Document], Awaitable[dict[str, Any]]]
"""Reads one document; a PostingsError is the failure of that document. The record has the keys
`is_posting`, `posting`, `provenance` with `usage` and `seconds`, and `evidence` if the system says
where it read a value."""


def ours(extractor: Extractor[Any]) -> System:
    """Return an extractor as a system."""

    async def read(document: Document) -> dict[str, Any]:
        return (await extractor.read(document)).model_dump(mode="json")

    return read


def plain(system: PlainSystem, recordings: Recordings | None = None) -> System:
    """Return plain instructor as a system, whose records have no evidence.

    With `recordings` its answers are replayed from the document's file, or recorded to it.
    """
    task = hashlib.sha256(system.task.encode()).hexdigest()
    schema = _schema_sha256(system.answer)
    asked = partial(asked_with, system.model, Memory())

    async def read(document: Document) -> dict[str, Any]:
        about = {
            "prompt": "plain instructor",
            "prompt_sha256": task,
            "schema_sha256": schema,
            "document_sha256": document.sha256,
        }
        with (
            recordings.case(RecordedCase(document.id, about, asked))
            if recordings
            else nullcontext()
        ):
            got = await system.read(document)
        usage = got.usage
        posting = got.posting
        spent = {"prompt": usage.prompt, "completion": usage.completion, "cached": 0, "calls": 1}
        return {
            "id": document.id,
            "source": document.source,
            "is_posting": got.is_posting,
            "posting": plain_posting(posting)
            if isinstance(posting, PlainPosting)
            else own_posting(posting, is_posting=got.is_posting),
            "provenance": {
                "model": system.model.name,
                "document_sha256": document.sha256,
                "usage": spent,
                "seconds": round(got.seconds, 3),
            },
        }

    return read


def plain_hashes(schema: type[BaseModel] = Posting) -> tuple[str, str]:
    """Return the hashes of plain instructor's task and of its answer schema."""
    return hashlib.sha256(task_of(schema).encode()).hexdigest(), _schema_sha256(answer_of(schema))


def _schema_sha256(model: type[BaseModel]) -> str:
    canonical = json.dumps(model.model_json_schema(), sort_keys=True)
    return hashlib.sha256(canonical.encode()).hexdigest()


def own_posting(found: BaseModel, *, is_posting: bool) -> dict[str, Any]:
    """Return the fields of an answer for a user's own schema; none if `is_posting` is false."""
    if not is_posting:
        return {}
    posting: dict[str, Any] = found.model_dump(mode="json", exclude={IS_POSTING})
    return posting


def plain_posting(found: PlainPosting) -> dict[str, Any]:
    """Return plain instructor's answer in the form of a posting.

    In its favour: an answer "not a posting" claims nothing else; empty text and objects are no
    value; a date may have a time; a degree is required unless the answer says otherwise.

    >>> plain_posting(PlainPosting(is_posting=True, education="bachelor"))["education"]
    {'level': 'bachelor', 'required': True}
    """
    if not found.is_posting:
        return {}
    posting = found.model_dump(mode="json", exclude={"is_posting"})
    low, high = posting.pop("experience_years_min"), posting.pop("experience_years_max")
    level, required = posting.pop("education"), posting.pop("education_required")
    posting["experience_years"] = None if low is high is None else {"min": low, "max": high}
    least, most = posting.pop("hours_per_week_min"), posting.pop("hours_per_week_max")
    posting["hours_per_week"] = None if least is most is None else {"min": least, "max": most}
    term, months = posting.pop("contract"), posting.pop("contract_months")
    posting["contract"] = term and {"type": term, "months": months}
    posting["education"] = level and {"level": level, "required": required is not False}
    salary = posting["salary"]
    if salary is not None and salary["min"] is salary["max"] is None:
        posting["salary"] = None
    posting["locations"] = [
        {"text": ", ".join(filter(None, place.values())), **place}
        for place in posting["locations"]
        if any(place.values())
    ]
    for name in ("posted_on", "closes_on", "starts_on"):
        posting[name] = _day(posting[name])
    return {name: None if value == "" else value for name, value in posting.items()}


def _day(words: str | None) -> str | None:
    try:
        return dt.datetime.fromisoformat(words or "").date().isoformat()
    except ValueError:
        return words
