"""The fields of a schema as a person is asked for them, and what code reads in chosen words."""

from __future__ import annotations

import json
import re
import string
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

from pydantic import TypeAdapter
from pydantic_core import to_jsonable_python

from evals.data.rubric import Rubric
from evals.data.typed_values import is_list
from extract.kinds import Kind
from extract.text.document import from_text
from extract.values import Document, Span

__all__ = ["Field", "derived", "fields_of", "warm"]

_RESERVED = frozenset("juznxe12")
"""Letters and digits that are commands of the page, and no field's key."""


_MARK = re.compile(r"^[^\w(\[\"'“„«\u2018\u201a£$€¥]+")
"""What stands before the words of a list's item."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the schema.

    `key` is the letter or digit that gives it the chosen words; `form` is the JSON Schema of its
    value, without references. `long` fields are lists of lines of the text.
    """

    name: str
    ask: str
    key: str
    many: bool
    long: bool
    form: Mapping[str, Any]

    def as_json(self) -> dict[str, Any]:
        """Return the field as the page takes it."""
        return asdict(self)


def fields_of(rubric: Rubric, only: Collection[str] = ()) -> tuple[Field, ...]:
    """Return the fields of a schema, or `only` some, in its order, each with a key of its own.

    >>> from evals.data.rubric import BUILT_IN
    >>> [(field.name, field.key) for field in fields_of(BUILT_IN)][:3]
    [('title', 't'), ('company', 'c'), ('locations', 'l')]
    """
    taken = set(_RESERVED)
    fields = []
    for field in rubric.schema.fields:
        # The same field has the same key whatever else is asked.
        key = next((k for k in _keys(field.name) if k not in taken), "")
        taken.add(key)
        if not only or field.name in only:
            lines = field.kind.shape == "lines"
            form = _form(rubric, field.name)
            fields.append(Field(field.name, field.ask, key, is_list(field), lines, form))
    return tuple(fields)


def derived(rubric: Rubric, name: str, document: Document, span: Span) -> Any:
    """Return what code reads in chosen words, as a label has it; None where it reads nothing.

    A field of several values gives a list of them.
    """
    asked = rubric.kinds[name]
    if asked.kind.shape == "lines":
        return [_words(document, line) for line in _lines(document, span)] or None
    known = _properties(_form(rubric, name))
    found: Sequence[Any] = asked.kind.derived(document, span)
    if is_list(asked):
        found = max(found, _by_item(asked.kind, document, span), key=len)
    values = [_row(to_jsonable_python(_plain(one)), known) for one in found]
    if is_list(asked):
        return values or None
    return values[0] if values else None


def warm(rubric: Rubric, names: Collection[str]) -> None:
    """Load the vocabularies of some fields, so that the first words chosen are not waited for."""
    document = from_text("A cook in Leeds, £12 an hour.", id="warm", source="warm")
    for name in names:
        derived(rubric, name, document, Span(0, len(document.text)))


def _by_item(kind: Kind, document: Document, span: Span) -> list[Any]:
    """Return what is read in each of the items that stand in the chosen words."""
    items = (item for line in _lines(document, span) for item in kind.expand(document, line))
    return list(dict.fromkeys(value for item in items for value in kind.derived(document, item)))


def _lines(document: Document, span: Span) -> list[Span]:
    """Return the lines of the chosen words, without the marks of bullets."""
    made = []
    for line in document.lines:
        start, end = max(line.span.start, span.start), min(line.span.end, span.end)
        words = document.text[start:end] if start < end else ""
        mark = _MARK.match(words)
        start += mark.end() if mark else 0
        if document.text[start:end].strip():
            made.append(Span(start, end))
    return made


def _words(document: Document, span: Span) -> str:
    return " ".join(document.quote(span).split())


def _plain(value: Any) -> Any:
    """Return a Decimal as a number: JSON would have it as text."""
    if not isinstance(value, Decimal):
        return value
    return int(value) if value == int(value) else float(value)


def _row(value: Any, known: frozenset[str]) -> Any:
    if isinstance(value, dict) and known:
        return {key: each for key, each in value.items() if key in known}
    return value


def _properties(form: Mapping[str, Any]) -> frozenset[str]:
    """Return the keys that an object of this form, or of its items, has."""
    for part in (form, form.get("items", {}), *form.get("anyOf", ())):
        if "properties" in part:
            return frozenset(part["properties"])
    return frozenset()


def _keys(name: str) -> str:
    return name.replace("_", "") + string.ascii_lowercase + string.digits


@cache
def _form(rubric: Rubric, name: str) -> dict[str, Any]:
    if rubric.built_in:
        whole = json.loads(files("evals.data").joinpath("dataset.schema.json").read_text("utf-8"))
        form, definitions = whole["properties"]["gold"]["properties"][name], whole["$defs"]
    else:
        info = rubric.schema.model.model_fields[name]
        form = TypeAdapter(info.annotation).json_schema()
        definitions = form.pop("$defs", {})
    resolved = _resolved(form, definitions)
    return resolved if isinstance(resolved, dict) else {}


def _resolved(form: Any, definitions: Mapping[str, Any], depth: int = 0) -> Any:
    if isinstance(form, list):
        return [_resolved(each, definitions, depth) for each in form]
    if not isinstance(form, dict) or depth > _DEEPEST:
        return form
    if "$ref" in form:
        target = definitions[form["$ref"].rpartition("/")[2]]
        return _resolved(
            {**target, **{k: v for k, v in form.items() if k != "$ref"}}, definitions, depth + 1
        )
    return {key: _resolved(each, definitions, depth + 1) for key, each in form.items()}


_DEEPEST = 24
