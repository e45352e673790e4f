"""Turn a JSON Schema into a Pydantic model, for schemas that are kept as data.

Supported are objects, arrays, strings, numbers, booleans, enums, dates and times, nullable types,
bounds (minimum, pattern, …), and references within the document. Any other keyword that would
change what is asked raises SchemaError with its place.
"""

from __future__ import annotations

import datetime as dt
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Optional

from pydantic import BaseModel, ConfigDict, Field, create_model

from extract.errors import SchemaError

__all__ = ["model_of"]

_SCALARS: Mapping[str, Any] = {"string": str, "integer": int, "number": float, "boolean": bool}
_FORMATS: Mapping[str, Any] = {"date": dt.date, "date-time": dt.datetime, "time": dt.time}
_BOUNDS = {
    "minimum": "ge",
    "maximum": "le",
    "exclusiveMinimum": "gt",
    "exclusiveMaximum": "lt",
    "multipleOf": "multiple_of",
    "minLength": "min_length",
    "maxLength": "max_length",
    "minItems": "min_length",
    "maxItems": "max_length",
    "pattern": "pattern",
}
_REFUSED = (
    "allOf",
    "not",
    "if",
    "patternProperties",
    "propertyNames",
    "dependentSchemas",
    "prefixItems",
    "$dynamicRef",
)


def model_of(schema: Any, name: str, source: str = "schema") -> type[BaseModel]:
    """Make a Pydantic model of a JSON Schema; `name` is its name if it has no title.

    Raises SchemaError with the place in the schema for what cannot be asked.

    >>> made = model_of({"type": "object", "properties": {"due": {"type": "string",
    ...     "format": "date"}}}, "Invoice")
    >>> made.model_fields["due"].annotation
    typing.Optional[datetime.date]
    """
    if not isinstance(schema, dict):
        raise SchemaError(f"{source}: not a JSON Schema: the file must hold an object")
    return _Maker(schema, source).object(schema, "#", name)


@dataclass(slots=True)
class _Maker:
    """Makes the models of one document; `made` holds those of its references."""

    document: Mapping[str, Any]
    source: str
    made: dict[str, Any] = field(default_factory=dict)
    open: list[str] = field(default_factory=list)

    def object(self, schema: Mapping[str, Any], place: str, name: str) -> type[BaseModel]:
        """Make the model of an object."""
        schema, place = self._followed(schema, place)
        properties = schema.get("properties")
        if not isinstance(properties, dict) or not properties:
            raise self._fault(place, "an object needs properties")
        required = set(schema.get("required", ()))
        fields: dict[str, Any] = {}
        for key, part in properties.items():
            here = f"{place}/properties/{key}"
            if key.startswith("_") or not key:
                raise self._fault(here, "the name of a field must not be empty or begin with _")
            fields[key] = self._field(part, here, key, needed=key in required)
        title = str(schema.get("title") or name)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about fields named like an old method of BaseModel
            model: type[BaseModel] = create_model(
                title, __config__=ConfigDict(protected_namespaces=()), **fields
            )
        model.__doc__ = str(schema.get("description") or title)
        return model

    def _field(self, part: Any, place: str, key: str, *, needed: bool) -> tuple[Any, Any]:
        kind, nullable = self._type(part, place, key)
        part = part if isinstance(part, dict) else {}
        about: dict[str, Any] = {"description": part.get("description") or part.get("title")}
        about |= {ours: part[theirs] for theirs, ours in _BOUNDS.items() if theirs in part}
        if needed:
            return (Optional[kind] if nullable else kind, Field(**about))  # noqa: UP045 - built
        if part.get("type") == "array":
            return (kind, Field(default_factory=list, **about))
        return (Optional[kind], Field(default=None, **about))  # noqa: UP045 - built

    def _type(self, part: Any, place: str, key: str) -> tuple[Any, bool]:
        """Return the type of a part and whether it may be null."""
        if not isinstance(part, dict):
            raise self._fault(place, "a schema must be an object")
        if "$ref" in part:
            return self._referred(part["$ref"], place, key)
        for keyword in _REFUSED:
            if keyword in part:
                raise self._fault(place, f"{keyword} is not supported")
        for keyword in ("anyOf", "oneOf"):
            if keyword in part:
                return self._one_of(part[keyword], f"{place}/{keyword}", key)
        values = [part["const"]] if "const" in part else part.get("enum")
        if values is not None:
            return self._listed(values, place)
        names = part.get("type", "object" if "properties" in part else None)
        types = [names] if isinstance(names, str) else list(names or ())
        rest = [each for each in types if each != "null"]
        if len(rest) != 1:
            raise self._fault(place, f"it must have exactly one type besides null, not {names!r}")
        nullable = "null" in types or part.get("nullable") is True
        return self._plain(rest[0], part, place, key), nullable

    def _plain(self, name: str, part: Mapping[str, Any], place: str, key: str) -> Any:
        if name == "object":
            return self.object(part, place, key)
        if name == "array":
            item, _ = self._type(part.get("items"), f"{place}/items", key)
            return list[item]  # type: ignore[valid-type]
        if name == "string":
            return _FORMATS.get(part.get("format", ""), str)
        if name not in _SCALARS:
            raise self._fault(place, f"{name!r} is not a type of JSON Schema")
        return _SCALARS[name]

    def _one_of(self, parts: Any, place: str, key: str) -> tuple[Any, bool]:
        given = [p for p in parts if isinstance(p, dict)] if isinstance(parts, list) else []
        rest = [(n, p) for n, p in enumerate(given) if p.get("type") != "null"]
        if len(rest) != 1:
            raise self._fault(place, "it may have only one type besides null")
        kind, nullable = self._type(rest[0][1], f"{place}/{rest[0][0]}", key)
        return kind, nullable or len(given) > 1

    def _listed(self, values: Any, place: str) -> tuple[Any, bool]:
        named = [value for value in values if value is not None]
        if not named or not all(isinstance(value, str | int) for value in named):
            raise self._fault(place, "its values must be strings, integers or booleans")
        return Literal[tuple(named)], len(named) < len(values)

    def _referred(self, ref: Any, place: str, key: str) -> tuple[Any, bool]:
        if ref in self.open:
            raise self._fault(place, f"{ref} contains itself; a recursive schema cannot be asked")
        if ref not in self.made:
            self.open.append(ref)
            self.made[ref] = self._type(self._found(ref, place), str(ref), str(ref).split("/")[-1])
            self.open.pop()
        made: tuple[Any, bool] = self.made[ref]
        return made

    def _followed(self, schema: Mapping[str, Any], place: str) -> tuple[Mapping[str, Any], str]:
        """Follow a reference at the top of a document."""
        if "$ref" not in schema:
            return schema, place
        ref = schema["$ref"]
        found = self._found(ref, place)
        if ref in self.open or not isinstance(found, dict):
            raise self._fault(place, f"{ref} is not an object")
        return found, str(ref)

    def _found(self, ref: Any, place: str) -> Any:
        if not isinstance(ref, str) or not ref.startswith("#/"):
            raise self._fault(
                place, f"{ref!r} is not in this document; only references to #/… are supported"
            )
        found: Any = self.document
        for part in ref[2:].split("/"):
            name = part.replace("~1", "/").replace("~0", "~")
            found = found.get(name) if isinstance(found, dict) else None
        if found is None:
            raise self._fault(place, f"{ref} is not in this document")
        return found

    def _fault(self, place: str, what: str) -> SchemaError:
        return SchemaError(f"{self.source}, {place}: {what}")
