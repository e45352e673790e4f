"""The JSON Schema of an answer in which the model gives words and values.

One constant schema per user schema, in the subset that providers enforce: every key is required,
what may be missing is nullable, no other key is allowed, and no keyword bounds a length or a
number. Long text is answered by the numbers of its lines, as one short string ("5-9, 12").
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from extract.asking.schema import IS_POSTING, Schema
from extract.kinds import AskedField, Group, JsonSchema, Kind, Variants

__all__ = ["WORDS", "answer_form", "form"]

WORDS = "words"
"""The key of the words that are quoted beside the parts of a value."""

_TEXT: JsonSchema = {"type": "string"}


def answer_form(schema: Schema[Any]) -> dict[str, Any]:
    """Return the schema of the whole answer in open reading."""
    asked = {field.name: form(field) for field in schema.fields}
    return _object({IS_POSTING: {"type": "boolean"}, **asked})


def form(field: AskedField, *, nullable: bool = True) -> dict[str, Any]:
    """Return the schema of one field's answer.

    Without `nullable` nothing may be null and an absent value has empty words: a small model that
    may answer null answers little else.

    >>> from extract.kinds import Years
    >>> form(AskedField("years", "", Years(), is_list=False))["anyOf"][1]
    {'type': 'null'}
    """
    item = _item(field.kind, nullable=nullable)
    if field.kind.shape != "lines":
        if field.is_list:
            return {"type": "array", "items": item}
        if nullable and item.get("type") != "string":
            return {"anyOf": [item, {"type": "null"}]}
    return {**item, "type": ["string", "null"]} if nullable else item


def _item(kind: Kind, *, nullable: bool) -> dict[str, Any]:
    match kind:
        case Group():
            return _object(_members(kind, nullable=nullable))
        case Variants():
            return {
                "anyOf": [
                    _variant(kind.tag, name, group, nullable=nullable)
                    for name, group in kind.groups
                ]
            }
    if kind.shape == "lines" or not kind.parts or not (nullable or kind.by_value):
        return dict(_TEXT)
    return _object({WORDS: _TEXT, **kind.parts})


def _variant(tag: str, name: str, group: Group, *, nullable: bool) -> dict[str, Any]:
    members = _members(group, nullable=nullable)
    return _object({**members, tag: {"type": "string", "enum": [name]}})


def _members(group: Group, *, nullable: bool) -> dict[str, Any]:
    return {member.name: form(member, nullable=nullable) for member in group.fields}


def _object(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {name: dict(each) for name, each in properties.items()},
        "required": list(properties),
        "additionalProperties": False,
    }
