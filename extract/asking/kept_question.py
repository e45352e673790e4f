"""A question and its answer in a form to keep, from which the row can be derived again.

Kept are the text, its lines as they were cut, the lines that the model saw, every candidate,
and the answer: code that reads values may change later, but what was asked stays what it was. About
a third of the size of a row.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from extract.asking.closed_question import Option, Question
from extract.asking.open_question import OpenQuestion
from extract.asking.prompt import Message
from extract.asking.schema import Schema
from extract.errors import JournalError
from extract.values import Document, Line, Span

__all__ = ["KeptQuestion", "packed", "print_of", "unpacked"]

_SIZE = 16


@dataclass(frozen=True, slots=True)
class KeptQuestion:
    """What was asked of a document and what was answered; `print` stands for the whole request."""

    asked: Question | OpenQuestion
    answer: Mapping[str, Any]
    print: str


def print_of(asked: Question | OpenQuestion, messages: Sequence[Message]) -> str:
    """Return a digest of what a model is sent to ask a question: the words and the schema."""
    sent = json.dumps([messages, asked.answer.model_json_schema()], separators=(",", ":"))
    return hashlib.blake2b(sent.encode(), digest_size=_SIZE).hexdigest()


def packed(asked: Question | OpenQuestion, answer: Mapping[str, Any], question: str) -> bytes:
    """Return a question and its answer as bytes; `question` is its print."""
    document = asked.document
    kept: dict[str, Any] = {
        "text": document.text,
        "lines": _flat(line.span for line in document.lines),
        "shown": [line.number for line in asked.shown],
        "answer": dict(answer),
        "print": question,
    }
    if isinstance(asked, Question):
        kept["settled"] = sorted(asked.settled)
        kept["given"] = {name: _flat(spans) for name, spans in asked.given.items()}
        kept["options"] = {
            name: None if options is None else [_flat(option.spans) for option in options]
            for name, options in asked.options.items()
        }
    # ASCII: a text may hold half of a surrogate pair.
    return zlib.compress(json.dumps(kept, separators=(",", ":")).encode("ascii"))


def unpacked(kept: bytes, schema: Schema[Any], id_: str, source: str) -> KeptQuestion:
    """Return the question and the answer that `packed` made bytes of.

    Raises JournalError if the bytes are damaged, or of a form that this version does not know.
    """
    try:
        parts: dict[str, Any] = json.loads(zlib.decompress(kept))
        return KeptQuestion(_asked(parts, schema, id_, source), parts["answer"], parts["print"])
    except (zlib.error, ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise JournalError(f"the kept answer for {id_} cannot be read: {error}") from error


def _asked(
    parts: Mapping[str, Any], schema: Schema[Any], id_: str, source: str
) -> Question | OpenQuestion:
    spans = _spans(parts["lines"])
    lines = tuple(Line(number, span) for number, span in enumerate(spans, 1))
    document = Document(id_, source, parts["text"], lines)
    seen = frozenset(parts["shown"])
    shown = tuple(line for line in lines if line.number in seen)
    if "options" not in parts:
        return OpenQuestion(schema, document, shown)
    options = {
        name: None if listed is None else tuple(_option(document, flat) for flat in listed)
        for name, listed in parts["options"].items()
    }
    given = {name: _spans(flat) for name, flat in parts["given"].items()}
    asked = Question(schema, document, shown, options, given)
    # What was settled is part of the question: it is not worked out again.
    vars(asked)["settled"] = frozenset(parts["settled"])
    return asked


def _option(document: Document, flat: Sequence[int]) -> Option:
    spans = _spans(flat)
    return Option(" ".join(document.quote(spans[0]).split()), spans)


def _flat(spans: Iterable[Span]) -> list[int]:
    return list(chain.from_iterable((span.start, span.end) for span in spans))


def _spans(flat: Sequence[int]) -> tuple[Span, ...]:
    return tuple(Span(*pair) for pair in zip(flat[::2], flat[1::2], strict=True))
