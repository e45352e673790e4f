"""JSON Schemas as Pydantic models: what is asked of each shape, and what cannot be."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

import pytest
from pydantic import ValidationError

from extract.asking.json_schema import model_of
from extract.asking.schema import schema_of
from extract.errors import SchemaError

EVENT: dict[str, Any] = {
    "title": "Event",
    "description": "A public event.",
    "type": "object",
    "required": ["name", "venue"],
    "properties": {
        "name": {"type": "string", "description": "what it is called"},
        "day": {"type": ["string", "null"], "format": "date"},
        "doors": {"anyOf": [{"type": "string", "format": "time"}, {"type": "null"}]},
        "seats": {"type": "integer", "minimum": 1},
        "price": {"type": "number"},
        "free": {"type": "boolean"},
        "kind": {"enum": ["concert", "talk", None]},
        "acts": {"type": "array", "items": {"$ref": "#/$defs/act"}, "maxItems": 3},
        "venue": {"$ref": "#/$defs/venue"},
        "copy": {"type": "string"},
        "ticket-code": {"type": "string"},
    },
    "$defs": {
        "act": {"type": "object", "properties": {"name": {"type": "string"}}},
        "venue": {"type": "object", "properties": {"city": {"type": "string"}}},
    },
}


def test_each_shape_has_its_type() -> None:
    """What is not required may be missing; a reference is the model that it names."""
    model = model_of(EVENT, "event")
    types = {name: info.annotation for name, info in model.model_fields.items()}
    assert {
        "name": str,
        "day": dt.date | None,
        "doors": dt.time | None,
        "seats": int | None,
        "price": float | None,
        "free": bool | None,
        "kind": Literal["concert", "talk"] | None,
        "copy": str | None,
        "ticket-code": str | None,
    } == {name: kind for name, kind in types.items() if name not in {"acts", "venue"}}
    assert ("Event", "A public event.") == (model.__name__, model.__doc__)
    assert "what it is called" == model.model_fields["name"].description


def test_the_schema_is_asked_like_any_other() -> None:
    """Every field has a kind, those of nested objects too."""
    schema = schema_of(model_of(EVENT, "event"))
    assert list(EVENT["properties"]) == [field.name for field in schema.fields]
    assert "A public event" == schema.subject


def test_bounds_are_kept() -> None:
    """A value that is out of bounds is refused as the schema says."""
    model = model_of(EVENT, "event")
    with pytest.raises(ValidationError):
        model.model_validate({"name": "Jam", "venue": {}, "seats": 0})
    with pytest.raises(ValidationError):
        model.model_validate({"name": "Jam", "venue": {}, "acts": [{}] * 4})


def test_a_reference_may_be_the_whole_schema() -> None:
    """As generators write it."""
    schema = {"$ref": "#/$defs/act", "$defs": EVENT["$defs"]}
    assert ["name"] == list(model_of(schema, "act").model_fields)


@pytest.mark.parametrize(
    ("part", "message"),
    [
        ({"type": ["string", "integer"]}, "#/properties/x: it must have exactly one type"),
        ({"allOf": [{"type": "string"}]}, "#/properties/x: allOf is not supported"),
        ({"anyOf": [{"type": "string"}, {"type": "integer"}]}, "#/properties/x/anyOf: it may have"),
        ({"$ref": "#/$defs/gone"}, "#/$defs/gone is not in this document"),
        ({"$ref": "http://x.org/y"}, "'http://x.org/y' is not in this document"),
        ({"$ref": "#/$defs/tree"}, "#/$defs/tree contains itself"),
        ({"enum": [1.5]}, "#/properties/x: its values must be strings"),
        ({"type": "object"}, "#/properties/x: an object needs properties"),
        ({"type": "array"}, "#/properties/x/items: a schema must be"),
        ({"type": "text"}, "#/properties/x: 'text' is not a type of JSON Schema"),
        ({}, "#/properties/x: it must have exactly one type"),
    ],
)
def test_what_cannot_be_asked(part: dict[str, Any], message: str) -> None:
    """The place in the schema is named."""
    tree = {"type": "object", "properties": {"branch": {"$ref": "#/$defs/tree"}}}
    schema = {"type": "object", "properties": {"x": part}, "$defs": {"tree": tree}}
    with pytest.raises(SchemaError) as caught:
        model_of(schema, "thing", "thing.json")
    assert message in str(caught.value)
    assert "thing.json" in str(caught.value)


def test_a_name_that_pydantic_refuses() -> None:
    """It is told before anything is asked."""
    with pytest.raises(SchemaError, match="begin with _"):
        model_of({"type": "object", "properties": {"_id": {"type": "string"}}}, "thing")
