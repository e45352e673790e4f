"""Labels in the shape of a schema of one's own: read, and checked with the schema's own types.

A label has the fields of the schema as JSON has them. A field that is missing is not labelled and
not scored, in nested models too; null or [] says that the text does not state it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Annotated, Any, Optional

from pydantic import BaseModel, TypeAdapter, ValidationError

from evals.data.rubric import Rubric
from evals.data.typed_values import typed
from extract.asking.schema import IS_POSTING, schema_of
from extract.kinds import AskedField, Group, Kind, Variants

__all__ = ["faults", "named"]


def faults(
    rubric: Rubric, gold: Mapping[str, Any], accept: Mapping[str, Sequence[Any]]
) -> list[str]:
    """Return what in the labels is not of the schema, each with its place in the label."""
    model, fields = rubric.schema.model, rubric.schema.fields
    rest = {name: value for name, value in gold.items() if name != IS_POSTING}
    told = list(_of_model(model, fields, rest, "gold"))
    for name, values in accept.items():
        if name == IS_POSTING:
            continue
        if name not in gold:
            told.append(f"accept.{name}: the field has no label")
        for number, value in enumerate(values):
            place = f"accept.{name}[{number}]"
            found = _of_model(model, fields, {name: value}, "")
            told += [place + fault.removeprefix(f".{name}") for fault in found]
    return told


def named(model: type[BaseModel], value: Any) -> Any:
    """Return a label with the fields of a model called by their names, where it has aliases.

    >>> from pydantic import Field
    >>> class Invoice(BaseModel):
    ...     number: str = Field(alias="invoiceNumber")
    >>> named(Invoice, {"invoiceNumber": "A-1"})
    {'number': 'A-1'}
    """
    if not isinstance(value, dict):
        return value
    names = _names(model)
    asked = {field.name: field.kind for field in _fields(model)}
    told: dict[str, Any] = {}
    for key, each in value.items():
        name = names.get(str(key), str(key))
        told[name] = _renamed(asked[name], each) if name in asked else each
    return told


def _renamed(kind: Kind, value: Any) -> Any:
    if isinstance(value, list):
        return [_renamed(kind, item) for item in value]
    below = _model_of(kind, value)
    return value if below is None else named(below, value)


def _of_model(
    model: type[BaseModel], fields: Sequence[AskedField], value: Mapping[str, Any], place: str
) -> Iterator[str]:
    asked, names = {field.name: field for field in fields}, _names(model)
    for key, each in value.items():
        name, here = names.get(key, key), f"{place}.{key}"
        if name in asked:
            yield from _of_field(model, asked[name], each, here)
        elif name not in model.model_fields:
            yield f"{here}: {model.__name__} has no such field; there are: {', '.join(asked)}"


def _of_field(model: type[BaseModel], field: AskedField, value: Any, place: str) -> Iterator[str]:
    if value is None:
        return
    if isinstance(field.kind, Group | Variants):
        if field.is_list and not isinstance(value, list):
            yield f"{place}: not a list"
            return
        items = enumerate(value) if field.is_list else [(None, value)]
        for number, item in items:
            here = place if number is None else f"{place}[{number}]"
            below = _model_of(field.kind, item)
            if not isinstance(item, dict):
                yield f"{here}: not an object"
            elif below is None:
                tags = ", ".join(name for name, _ in getattr(field.kind, "groups", ()))
                yield f"{here}: {getattr(field.kind, 'tag', '')} must be one of {tags}"
            else:
                yield from _of_model(below, _fields(below), item, here)
    elif issubclass(field.kind.gives, BaseModel):
        given = typed(field, value)
        values = given if isinstance(given, list) else [given]
        if any(isinstance(one, str) for one in values):
            yield f"{place}: not a {field.kind.gives.__name__}"
    else:
        yield from _of_type(model, field.name, value, place)


def _of_type(model: type[BaseModel], name: str, value: Any, place: str) -> Iterator[str]:
    info = model.model_fields[name]
    kind: Any = Annotated[Optional[info.annotation], "a label", *info.metadata]  # noqa: UP045
    try:
        TypeAdapter(kind).validate_json(json.dumps(value), strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        inner = "".join(f"[{part}]" for part in first["loc"] if isinstance(part, int))
        yield f"{place}{inner}: {first['msg']}"


def _model_of(kind: Kind, value: Any) -> type[BaseModel] | None:
    """Return the model that a value of a kind is of; of a union, the one that its tag names."""
    if isinstance(kind, Group):
        return kind.model
    if isinstance(kind, Variants) and isinstance(value, dict):
        group = dict(kind.groups).get(str(value.get(kind.tag)))
        return group.model if group else None
    return None


@lru_cache(maxsize=64)
def _fields(model: type[BaseModel]) -> tuple[AskedField, ...]:
    return schema_of(model).fields


@lru_cache(maxsize=64)
def _names(model: type[BaseModel]) -> dict[str, str]:
    """Return the names of a model's fields by their aliases."""
    return {
        alias: name
        for name, info in model.model_fields.items()
        for alias in (info.alias, info.serialization_alias, info.validation_alias)
        if isinstance(alias, str)
    }
