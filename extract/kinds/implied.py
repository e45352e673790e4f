"""The kind that a type implies by itself, where a schema names none."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import TypeAdapter
from pydantic.errors import PydanticUserError
from typing_extensions import TypeAliasType

from extract.kinds.contract.contract_kind import ContractTerm
from extract.kinds.hours.hours_kind import WeeklyHours
from extract.kinds.kind import Kind
from extract.kinds.line_lists import Requirements
from extract.kinds.pay.pay_kind import Pay
from extract.kinds.phrase import Phrase
from extract.kinds.places.place_kind import Place
from extract.kinds.plain_values import Flag, Moment, Number
from extract.kinds.schooling import Schooling
from extract.kinds.years.years_kind import Years
from extract.values import Contract, Education, Experience, Hours, Location, Requirement, Salary

__all__ = ["bare", "implied", "is_text"]

_IMPLIED: dict[Any, Kind] = {
    str: Phrase(),
    Salary: Pay(),
    Experience: Years(),
    Education: Schooling(),
    Contract: ContractTerm(),
    Hours: WeeklyHours(),
    Location: Place(),
    Requirement: Requirements(),
    bool: Flag(),
    int: Number("int"),
    float: Number("float"),
    Decimal: Number("Decimal"),
    dt.date: Moment("date"),
    dt.datetime: Moment("datetime"),
    dt.time: Moment("time"),
}
_FORMATS: dict[Any, Kind | None] = {
    "date": Moment("date"),
    "date-time": Moment("datetime"),
    "time": Moment("time"),
    "binary": None,
    "duration": None,
}
"""Kinds of texts that JSON Schema knows by a format; of bytes and durations no text states one."""


def implied(item: Any) -> Kind | None:
    """Return the kind of a plain type, or None where it has none or is made of others.

    >>> implied(Decimal), implied(complex)
    (Number(type='Decimal'), None)
    """
    if item in _IMPLIED:
        return _IMPLIED[item]
    try:
        schema = TypeAdapter(item).json_schema()
    except (PydanticUserError, TypeError, ValueError):
        return None
    if item is complex or "enum" in schema or "const" in schema or schema.get("type") != "string":
        return None
    return _FORMATS.get(schema.get("format"), Phrase())


def is_text(item: Any) -> bool:
    """Tell whether JSON writes a type as plain text: an address, a UUID, a str of one's own."""
    return isinstance(implied(item), Phrase)


def bare(annotation: Any) -> tuple[Any, list[Any]]:
    """Return a type without None, aliases and Annotated, and the metadata that stood on it."""
    metadata: list[Any] = []
    while True:
        if get_origin(annotation) is Annotated:
            annotation, *more = get_args(annotation)
            metadata += more
        elif isinstance(annotation, TypeAliasType):
            annotation = annotation.__value__
        elif hasattr(annotation, "__supertype__"):  # a NewType
            annotation = annotation.__supertype__
        elif get_origin(annotation) in (Union, UnionType):
            rest = [part for part in get_args(annotation) if part is not NoneType]
            if len(rest) != 1:
                return Union[tuple(rest)], metadata  # noqa: UP007 - built from its parts
            annotation = rest[0]
        else:
            return annotation, metadata
