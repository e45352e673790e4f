"""Derive the fields to ask from a Pydantic model.

A field may be annotated with a kind, ``salary: Annotated[Salary | None, Pay()]``. Otherwise its
type decides: text is a Phrase, the value types of `extract.values` have their own kinds, and
numbers, dates, Literals, Enums and nested models are asked with their value. The description of the
field says what to look for.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import typing
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from typing import Any, Generic, Literal, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, RootModel
from pydantic.errors import PydanticUndefinedAnnotation
from pydantic.fields import FieldInfo

from extract.errors import SchemaError
from extract.kinds import (
    AskedField,
    Group,
    Kind,
    Lines,
    Number,
    OneOf,
    Phrase,
    Phrases,
    Variants,
)
from extract.kinds.implied import bare, implied, is_text
from extract.values import Document

__all__ = ["IS_POSTING", "AskedField", "Schema", "schema_of"]

IS_POSTING = "is_posting"
"""The first question about every document; no field of a schema may have this name."""

T = TypeVar("T", bound=BaseModel)

_LISTS = (list, set, frozenset, Sequence, typing.Sequence)
_DEEPEST = 6
"""Nested models at most: providers allow ten levels of objects, and each model takes up to two."""


@dataclass(frozen=True, slots=True)
class Schema(Generic[T]):
    """A Pydantic model with the kinds of its fields. `sha256` changes with any of them."""

    model: type[T]
    subject: str
    fields: tuple[AskedField, ...]
    sha256: str = field(init=False)

    def __post_init__(self) -> None:
        asked = {
            "subject": self.subject,
            "fields": [[f.name, f.ask, repr(f.kind), f.is_list] for f in self.fields],
            "json": self.model.model_json_schema(),
        }
        canonical = json.dumps(asked, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        object.__setattr__(self, "sha256", hashlib.sha256(canonical.encode()).hexdigest())

    def fits(self, document: Document, record: BaseModel) -> bool | float:
        """Call the record's method `fits(self, document)`; without one, return True.

        It tells whether the document can be what the schema describes, or how likely it is, as a
        number from 0 to 1.
        """
        judge = getattr(record, "fits", None)
        if not callable(judge):
            return True
        likely = judge(document)
        return likely if isinstance(likely, float) else bool(likely)


def schema_of(model: type[T]) -> Schema[T]:
    """Derive the fields to ask from a Pydantic model.

    The first line of its docstring says what a document of this schema is.

    Raises SchemaError that names the field if its type cannot be stated in text or in a strict
    answer schema, or does not match its kind, and for a model without fields.

    >>> from extract.posting import Posting
    >>> schema_of(Posting).fields[0].name
    'title'
    """
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        raise SchemaError(f"{model!r} is not a Pydantic model class")
    if issubclass(model, RootModel):
        raise SchemaError(
            f"{model.__name__} is a RootModel; use a model with a field for its value"
        )
    try:
        model.model_rebuild()
    except PydanticUndefinedAnnotation as error:
        raise SchemaError(
            f"{model.__name__}: {error.name!r} is used in an annotation but not defined"
        ) from error
    if IS_POSTING in model.model_fields:
        raise SchemaError(
            f"{model.__name__}.{IS_POSTING}: rename this field; every record has its own "
            f"{IS_POSTING!r}"
        )
    fields = _fields(model, (model,))
    if not fields:
        raise SchemaError(f"{model.__name__} has no fields to extract")
    subject = (model.__doc__ or model.__name__).strip().splitlines()[0].rstrip(".")
    return Schema(model, subject, fields)


def _fields(model: type[BaseModel], path: tuple[type, ...]) -> tuple[AskedField, ...]:
    return tuple(
        _asked(f"{model.__name__}.{name}", name, info, path)
        for name, info in model.model_fields.items()
    )


def _asked(where: str, name: str, info: FieldInfo, path: tuple[type, ...]) -> AskedField:
    plain, metadata = bare(info.annotation)
    metadata = [*info.metadata, *metadata]
    is_list = get_origin(plain) in _LISTS or plain in _LISTS or _is_endless_tuple(plain)
    item: Any = plain
    if is_list:
        if not get_args(plain):
            raise SchemaError(f"{where}: a list needs an item type, as in list[str]")
        item, more = bare(get_args(plain)[0])
        metadata += more
    kind = next((entry for entry in metadata if isinstance(entry, Kind)), None)
    if kind is not None:
        _check_kind(where, kind, item, is_list=is_list)
    else:
        tag = info.discriminator if isinstance(info.discriminator, str) else _tag(metadata)
        kind = _implied(where, item, tag, path)
        if is_list and type(kind) is Phrase:
            kind = Phrases()
    return AskedField(name, info.description or name.replace("_", " "), kind, is_list)


def _is_endless_tuple(plain: Any) -> bool:
    return get_origin(plain) is tuple and get_args(plain)[1:] == (...,)


def _tag(metadata: Sequence[Any]) -> str | None:
    tags = (entry.discriminator for entry in metadata if isinstance(entry, FieldInfo))
    return next((tag for tag in tags if isinstance(tag, str)), None)


def _check_kind(where: str, kind: Kind, item: Any, *, is_list: bool) -> None:
    """Raise SchemaError if a kind's values do not have the field's type."""
    name = type(kind).__name__
    if isinstance(kind, Lines) and not is_list:
        raise SchemaError(f"{where}: {name} needs a list type, as in list[str]")
    is_model = isinstance(item, type) and issubclass(item, BaseModel)
    if kind.gives is str:
        fits = not is_model and item not in (int, float, bool, Decimal, dt.date, dt.datetime)
    else:
        fits = isinstance(item, type) and issubclass(item, kind.gives)
    if not fits:
        raise SchemaError(
            f"{where}: {name} reads {kind.gives.__name__}, but the field takes {_named(item)}"
        )


def _implied(where: str, item: Any, tag: str | None, path: tuple[type, ...]) -> Kind:
    if get_origin(item) is Literal:
        return _one_of(where, [value for value in get_args(item) if value is not None])
    if get_origin(item) is Union:
        return _union(where, item, tag, path)
    if isinstance(item, type) and issubclass(item, Enum):
        return _one_of(where, [member.value for member in item])
    if (kind := implied(item)) is not None:
        return kind
    if isinstance(item, type) and issubclass(item, BaseModel):
        return _group(where, item, path)
    raise SchemaError(
        f"{where}: {_named(item)} cannot be asked; use text, a number, a bool, a date, a Literal, "
        "an Enum, a model of such fields, or a list of these"
    )


def _group(where: str, model: type[BaseModel], path: tuple[type, ...]) -> Group:
    if model in path:
        raise SchemaError(
            f"{where}: {model.__name__} contains itself; a recursive model cannot be asked"
        )
    if len(path) >= _DEEPEST:
        raise SchemaError(f"{where}: models are nested more than {_DEEPEST} levels deep")
    if issubclass(model, RootModel):
        raise SchemaError(
            f"{where}: {model.__name__} is a RootModel; use a model with a field for its value"
        )
    fields = _fields(model, (*path, model))
    if not fields:
        raise SchemaError(f"{where}: {model.__name__} has no fields to extract")
    return Group(model, fields)


def _one_of(where: str, values: Sequence[Any]) -> OneOf:
    if not values or not all(isinstance(value, str | int) for value in values):
        raise SchemaError(f"{where}: its values must be strings, integers or booleans")
    return OneOf(tuple(values))


def _union(where: str, item: Any, tag: str | None, path: tuple[type, ...]) -> Kind:
    parts = [bare(part)[0] for part in get_args(item)]
    models = [part for part in parts if isinstance(part, type) and issubclass(part, BaseModel)]
    if not models:
        if all(part in (int, float, Decimal) for part in parts):
            return Number("float")
        if all(is_text(part) or get_origin(part) is Literal for part in parts) or str in parts:
            return Phrase()
    if not models or len(models) < len(parts) or tag is None:
        raise SchemaError(
            f"{where}: a union must be of models with a discriminator (see "
            "Field(discriminator=…)), or of text"
        )
    groups = [
        (str(name), Group(m, tuple(f for f in _group(where, m, path).fields if f.name != tag)))
        for m in models
        for name in _tags(where, m, tag)
    ]
    if not all(group.fields for _, group in groups):
        raise SchemaError(f"{where}: a model with no field but its {tag} has no words to quote")
    return Variants(tag, tuple(groups))


def _tags(where: str, model: type[BaseModel], tag: str) -> Iterator[Any]:
    info = model.model_fields.get(tag)
    values = get_args(info.annotation) if info else ()
    if not values or get_origin(info and info.annotation) is not Literal:
        raise SchemaError(
            f"{where}: {model.__name__}.{tag} must be a Literal, since it is the discriminator"
        )
    yield from values


def _named(item: Any) -> str:
    return item.__name__ if isinstance(item, type) else str(item)
