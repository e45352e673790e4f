"""What can be evaluated: a system reads a document and gives a record, as JSON."""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import json
from collections.abc import Awaitable, Callable
from importlib.resources import files
from typing import Any, Literal

from evals.plain import PlainPosting, PlainSystem
from extract.errors import ReplyError, TransportError
from extract.pipeline import Extractor
from extract.posting import Posting
from extract.values import Document

__all__ = ["System", "SystemName", "ours", "plain", "plain_hashes", "plain_posting"]

SystemName = Literal["postings", "instructor"]

System = Callable[[Document], Awaitable[dict[str, Any]]]
"""Reads one document; a PostingsError is that document's failure. The record has the keys
`is_posting`, `posting` and `provenance` with `usage` and `seconds`, and, where the system can say
where it read a value, `evidence`."""


def ours(extractor: Extractor[Posting]) -> System:
    """Make a system of an opened extractor."""

    async def read(document: Document) -> dict[str, Any]:
        return (await extractor.read(document)).model_dump(mode="json")

    return read


def plain(system: PlainSystem) -> System:
    """Make a system of plain instructor. Its records have no evidence."""

    async def read(document: Document) -> dict[str, Any]:
        got = await asyncio.to_thread(system.read, document)
        usage = got.usage
        if not usage.calls:
            raise TransportError(f"no answer from {system.model.base_url or 'the server'}")
        if got.posting is None:
            raise ReplyError("the answer was cut off or is not of the asked model", usage)
        told = {"prompt": usage.prompt, "completion": usage.completion, "cached": 0, "calls": 1}
        return {
            "id": document.id,
            "source": document.source,
            "is_posting": got.posting.is_posting,
            "posting": plain_posting(got.posting),
            "provenance": {
                "model": system.model.name,
                "document_sha256": document.sha256,
                "usage": told,
                "seconds": round(got.seconds, 3),
            },
        }

    return read


def plain_hashes() -> tuple[str, str]:
    """Return the hash of what plain instructor is asked (its source), and that of its model."""
    source = files("evals").joinpath("plain.py").read_bytes()
    schema = json.dumps(PlainPosting.model_json_schema(), sort_keys=True).encode()
    return hashlib.sha256(source).hexdigest(), hashlib.sha256(schema).hexdigest()


def plain_posting(found: PlainPosting) -> dict[str, Any]:
    """Return the fields of plain instructor's answer in the form of a posting.

    In its favour: an answer that says "not a posting" claims nothing else; empty words and
    objects are no value; a date may have a time; a degree whose weight it leaves open is required.

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
