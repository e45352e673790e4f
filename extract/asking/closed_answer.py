"""The answer class of closed reading: one class per document, with its candidates as enums.

The class brings its own core schema and JSON schema, both written out here: Pydantic's
`create_model` takes ten times as long to derive them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, NamedTuple

from instructor import ResponseSchema
from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler
from pydantic_core import PydanticCustomError, core_schema
from pydantic_core.core_schema import CoreSchema

from extract.asking.forms import form
from extract.asking.schema import IS_POSTING, AskedField
from extract.kinds import JsonSchema

__all__ = ["answer_class"]

_MOST_ANSWERS = 12
_LONGEST_WORDS = 150
_LONGEST_ITEM = 60
_MOST_VARIANTS = 3
_MOST_RUNS = 8


class _FieldForm(NamedTuple):
    """How Pydantic validates the answer for one field, and the JSON schema the model is sent."""

    core: CoreSchema
    json: JsonSchema


_EITHER = _FieldForm(core_schema.bool_schema(), {"type": "boolean"})
_INSISTENT = _FieldForm(core_schema.literal_schema([True]), {"const": True, "type": "boolean"})


class _ClosedAnswer(ResponseSchema):
    """The base of every answer: for any other class instructor would build a second one."""

    model_config = ConfigDict(extra="forbid")
    parts: ClassVar[Mapping[str, _FieldForm]] = {}

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        if not cls.parts:
            return handler(source)
        fields = {name: core_schema.model_field(part.core) for name, part in cls.parts.items()}
        config = core_schema.CoreConfig(extra_fields_behavior="forbid", title=cls.__name__)
        return core_schema.model_schema(cls, core_schema.model_fields_schema(fields), config=config)

    @classmethod
    def model_json_schema(cls, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Return the schema as Pydantic would write it, its keys in the same order."""
        del args, kwargs
        titled = {
            name: _sorted({**part.json, "title": name.replace("_", " ").title()})
            for name, part in cls.parts.items()
        }
        return {
            "additionalProperties": False,
            "properties": titled,
            "required": list(cls.parts),
            "title": cls.__name__,
            "type": "object",
        }


def answer_class(
    fields: Mapping[str, AskedField],
    words: Mapping[str, Sequence[str] | None],
    *,
    insists: bool = False,
) -> type[BaseModel]:
    """Return the class of an answer for some fields.

    `words` are the candidates of each field; None lets the model quote freely. An answer that
    `insists` can only say that the document is of the schema.
    """
    parts = {IS_POSTING: _INSISTENT if insists else _EITHER}
    parts |= {name: _part(field, words[name]) for name, field in fields.items()}
    return type("Reading", (_ClosedAnswer,), {"parts": parts})


def _part(field: AskedField, words: Sequence[str] | None) -> _FieldForm:
    if field.kind.by_value:
        bounds = {"maxItems": _MOST_ANSWERS} if field.is_list else {}
        return _FieldForm(core_schema.any_schema(), {**form(field, nullable=False), **bounds})
    single = field.kind.shape == "one" and not field.is_list
    if words is not None:
        return _one_of([*words, ""]) if single else _list_of(_one_of(words), len(words))
    if field.kind.shape == "lines":
        number = _FieldForm(core_schema.int_schema(), {"type": "integer"})
        return _list_of(_list_of(number, 2, least=2), _MOST_RUNS)
    if single:
        return _text(_LONGEST_WORDS)
    if field.is_list:
        return _list_of(_text(_LONGEST_ITEM), _MOST_ANSWERS)
    return _list_of(_text(_LONGEST_WORDS), _MOST_VARIANTS)


def _text(longest: int) -> _FieldForm:
    json: JsonSchema = {"type": "string", "maxLength": longest}
    return _FieldForm(core_schema.str_schema(max_length=longest), json)


def _list_of(item: _FieldForm, most: int, *, least: int | None = None) -> _FieldForm:
    core = core_schema.list_schema(item.core, min_length=least, max_length=most)
    json: dict[str, Any] = {"type": "array", "items": item.json, "maxItems": most}
    return _FieldForm(core, json if least is None else {**json, "minItems": least})


def _one_of(words: Sequence[str]) -> _FieldForm:
    allowed = frozenset(words)

    def check(value: str) -> str:
        if value not in allowed:
            raise PydanticCustomError("literal_error", "none of the candidates")
        return value

    core = core_schema.no_info_after_validator_function(check, core_schema.str_schema())
    values = {"const": words[0]} if len(words) == 1 else {"enum": list(words)}
    return _FieldForm(core, {**values, "type": "string"})


def _sorted(value: Any) -> Any:
    """Sort the keys of a schema, as Pydantic does: all but the names of properties."""
    if isinstance(value, list):
        return [_sorted(item) for item in value]
    if not isinstance(value, Mapping):
        return value
    return {
        key: {name: _sorted(inner) for name, inner in value[key].items()}
        if key == "properties"
        else _sorted(value[key])
        for key in sorted(value)
    }
