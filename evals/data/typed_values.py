"""JSON values as the values that kinds compare, whether from a record or from a label."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal, InvalidOperation
from typing import Any

from pydantic import BaseModel, ValidationError

from extract.kinds import AskedField, Group, Kind, Moment, Number, Variants
from extract.values import Location, Requirement

__all__ = ["is_list", "typed"]

_READERS = {
    "date": dt.date.fromisoformat,
    "datetime": dt.datetime.fromisoformat,
    "time": dt.time.fromisoformat,
}


def typed(field: AskedField, value: Any) -> Any:
    """Return a JSON value as the value that its kind compares; [] or None where it says nothing.

    What is not of the field's form (a date in words) becomes text: it is equal to nothing.
    """
    if is_list(field):
        items = value if isinstance(value, list) else [] if value is None else [value]
        return [item for item in (_item(field.kind, one) for one in items) if item not in _NOTHING]
    return None if value in _NOTHING else _item(field.kind, value)


_NOTHING: tuple[Any, ...] = (None, "", {})


def is_list(field: AskedField) -> bool:
    """Tell whether a field's value is a list, of lines too."""
    return field.is_list or field.kind.shape == "lines"


def _item(kind: Kind, value: Any) -> Any:
    made: Any = value
    try:
        match kind:
            case Group() | Variants():
                made = value if isinstance(value, dict) else str(value)
            case Number() if not isinstance(value, bool):
                made = Decimal(str(value))
            case Moment():
                made = _READERS[kind.type](value)
            case _ if kind.gives is dt.date:
                made = dt.date.fromisoformat(value)
            case _ if issubclass(kind.gives, BaseModel):
                made = _model(kind.gives, value)
    except (ValidationError, InvalidOperation, TypeError, ValueError):
        return str(value)
    return made


def _model(model: type[BaseModel], value: Any) -> BaseModel | None:
    if model is Location and isinstance(value, dict):
        value = {"text": "", **value}
    if model is Requirement and isinstance(value, str):
        value = {"text": value}
    made = model.model_validate(value)
    ends = {"min", "max"} & model.model_fields.keys() or model.model_fields.keys()
    return None if all(getattr(made, name) is None for name in ends) else made
