"""langextract as a system: its extractions as the fields of a record, with where they stand.

langextract is asked in its own way: a task in words, and worked examples, which are labelled cases
of the dataset (`evals.data.prompt_examples`). An extraction's class is a field, its text the words,
and its attributes are the parts of the value; a document without any extraction is taken for
another page. In its favour: a document is read whole, not in pieces of 1,000 characters. It says
nothing of the tokens that were spent, so none are counted.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from types import ModuleType
from typing import Any, Protocol

from pydantic import BaseModel

from evals.data.prompt_examples import Example
from evals.data.rubric import inside
from evals.scoring.systems import System
from extract.asking.forms import WORDS
from extract.asking.schema import IS_POSTING, schema_of
from extract.errors import InputError, ReplyError, TransportError
from extract.kinds import AskedField, Kind
from extract.models.client import Model
from extract.values import Document

__all__ = ["Extracted", "extractions_of", "record_of", "sha256", "system"]

_WHOLE = 20_000
"""Characters of a piece; the longest documents of ours have fewer."""


class Extracted(Protocol):
    """What of langextract's extractions is read."""

    extraction_class: str
    extraction_text: str
    attributes: Mapping[str, Any] | None
    char_interval: Any


def task_of(schema: type[BaseModel]) -> str:
    """Return the task in words."""
    asked = schema_of(schema)
    lines = [f"- {field.name}: {field.ask}" for field in asked.fields if _is_asked(field)]
    return "\n".join(
        [
            f"Extract from the text, if it is this: {asked.subject}. Of any other page, nothing.",
            "Use the exact words of the text, in order of appearance. The classes are:",
            *lines,
        ]
    )


def sha256(schema: type[BaseModel], examples: Sequence[Example]) -> str:
    """Return the hash of what langextract is told."""
    told = [task_of(schema), *(example.sha256 for example in examples)]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


def system(model: Model, schema: type[BaseModel], examples: Sequence[Example]) -> System:
    """Make a system of langextract. Raises InputError where it is not installed."""
    library = _library()
    shown = [_shown(library, example, schema) for example in examples]
    config = library.factory.ModelConfig(
        model_id=model.name,
        provider="OpenAILanguageModel",
        provider_kwargs={"api_key": model.api_key or "none", "base_url": model.base_url},
    )

    def extracted(document: Document) -> Sequence[Extracted]:
        done = library.extract(
            text_or_documents=document.text,
            prompt_description=task_of(schema),
            examples=shown,
            config=config,
            temperature=0.0,
            max_char_buffer=_WHOLE,
            show_progress=False,
        )
        return done.extractions or ()

    async def read(document: Document) -> dict[str, Any]:
        started = time.monotonic()
        try:
            found = await asyncio.to_thread(extracted, document)
        except library.core.exceptions.LangExtractError as error:
            kind = TransportError if "connect" in str(error).casefold() else ReplyError
            raise kind(f"{model.where}: langextract: {error}") from error
        record = record_of(document, found, schema_of(schema).fields)
        record["provenance"] = {
            "model": model.name,
            "document_sha256": document.sha256,
            "usage": {"prompt": 0, "completion": 0, "cached": 0, "calls": 0},
            "seconds": round(time.monotonic() - started, 3),
        }
        return record

    return read


def record_of(
    document: Document, found: Iterable[Extracted], fields: Sequence[AskedField]
) -> dict[str, Any]:
    """Return extractions as the fields of a record; of several for one value, the first counts."""
    asked = {field.name: field for field in fields}
    posting: dict[str, Any] = {f.name: [] if _is_many(f) else None for f in fields}
    evidence: dict[str, list[dict[str, Any]]] = {}
    anything = False
    for one in found:
        field = asked.get(one.extraction_class)
        if field is None:
            continue
        anything = True
        value = _value(field.kind, one)
        key = field.name
        if _is_many(field):
            key = f"{key}.{len(posting[field.name])}"
            posting[field.name].append(value)
        elif posting[field.name] is None:
            posting[field.name] = value
        else:
            continue
        if (span := _span(document, one)) is not None:
            evidence.setdefault(key, []).append(span)
    return {
        "id": document.id,
        "source": document.source,
        IS_POSTING: anything,
        "posting": posting if anything else {},
        "evidence": evidence,
    }


def extractions_of(answer: Mapping[str, Any], fields: Sequence[AskedField]) -> list[dict[str, Any]]:
    """Return an answer of open reading as the arguments of langextract's extractions.

    >>> from extract.posting import Posting
    >>> extractions_of({"is_posting": True, "title": "Cook"}, schema_of(Posting).fields)
    [{'extraction_class': 'title', 'extraction_text': 'Cook', 'attributes': {}}]
    """
    told: list[dict[str, Any]] = []
    for field in fields:
        given = answer.get(field.name)
        if not _is_asked(field) or given in (None, "", []):
            continue
        for one in given if field.is_list else [given]:
            words, attributes = _words(field.kind, one)
            told.append(
                {
                    "extraction_class": field.name,
                    "extraction_text": words,
                    "attributes": {n: v for n, v in attributes.items() if v is not None},
                }
            )
    return told


def _words(kind: Kind, answer: Any) -> tuple[str, dict[str, Any]]:
    """Return the words of an answer, and the parts of its value as langextract has them: texts."""
    if isinstance(answer, str):
        return answer, {}
    if not inside(kind):
        parts = {name: _text(value) for name, value in answer.items() if name != WORDS}
        return answer[WORDS], parts
    first, parts = "", {}
    for member in inside(kind):
        part = answer.get(member.name)
        if part in (None, "", []) or isinstance(part, list):
            continue
        words, below = _words(member.kind, part) if not inside(member.kind) else ("", {})
        first = first or words
        parts[member.name] = below.get("value", words)
    return first, parts


def _value(kind: Kind, one: Extracted) -> Any:
    attributes = one.attributes or {}
    if members := inside(kind):
        return {m.name: _typed(m.kind, attributes.get(m.name)) for m in members}
    if not kind.parts:
        return one.extraction_text
    if list(kind.parts) == ["value"]:
        return _typed(kind, attributes.get("value", one.extraction_text))
    return {name: _read(part, attributes.get(name)) for name, part in kind.parts.items()}


def _typed(kind: Kind, value: Any) -> Any:
    return _read(kind.parts["value"], value) if "value" in kind.parts else value


def _read(part: Mapping[str, Any], value: Any) -> Any:
    """Read a number or a boolean that stands as text; what is none stays text."""
    kinds = part.get("type")
    if not isinstance(value, str) or "string" in (kinds if isinstance(kinds, list) else [kinds]):
        return value
    try:
        return json.loads(value.casefold())
    except ValueError:
        return value


def _text(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else json.dumps(value)


def _span(document: Document, one: Extracted) -> dict[str, Any] | None:
    place = one.char_interval
    if place is None or place.start_pos is None or place.end_pos is None:
        return None
    quote = document.text[place.start_pos : place.end_pos]
    return {"start": place.start_pos, "end": place.end_pos, "quote": quote}


def _is_many(field: AskedField) -> bool:
    return field.is_list or field.kind.shape == "lines"


def _is_asked(field: AskedField) -> bool:
    """Leave out long lines: like plain instructor, langextract is not asked to copy pages."""
    return field.kind.shape != "lines"


def _shown(library: ModuleType, example: Example, schema: type[BaseModel]) -> Any:
    told = extractions_of(json.loads(example.answer), schema_of(schema).fields)
    return library.data.ExampleData(
        text=example.text, extractions=[library.data.Extraction(**each) for each in told]
    )


def _library() -> ModuleType:
    try:
        library = import_module("langextract")
        for part in ("data", "factory", "core.exceptions"):
            import_module(f"langextract.{part}")
    except ModuleNotFoundError as error:
        raise InputError(
            f"--system langextract needs the package {error.name}: "
            "pip install 'postings[langextract]'"
        ) from None
    return library
