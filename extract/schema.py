"""From a Pydantic model to the fields that are asked for: the same engine for any schema.

A field is annotated with a kind, ``salary: Annotated[Salary | None, Pay()]``. Without one, the
kind follows from the type: `str` is a Phrase, `list[str]` Phrases, and the value types of
`extract.values` have a kind of their own. The description says what is asked.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from types import NoneType, UnionType
from typing import Any, Generic, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from extract.errors import SchemaError
from extract.kinds import Kind, Lines, Pay, Phrase, Phrases, Place, Requirements, Schooling, Years
from extract.values import Document, Education, Experience, Location, Requirement, Salary

IS_POSTING = "is_posting"
"""The question that every document is asked first; no field of a schema may have its name."""

T = TypeVar("T", bound=BaseModel)

_IMPLIED: dict[Any, Kind] = {
    str: Phrase(),
    Salary: Pay(),
    Experience: Years(),
    Education: Schooling(),
}
_IMPLIED_LISTS: dict[Any, Kind] = {str: Phrases(), Location: Place(), Requirement: Requirements()}


@dataclass(frozen=True, slots=True)
class Asked:
    """One field of a schema: its name, what is asked, its kind, and whether its value is a list."""

    name: str
    ask: str
    kind: Kind
    is_list: bool


@dataclass(frozen=True, slots=True)
class Schema(Generic[T]):
    """A Pydantic model with the kinds of its fields. `sha256` changes with any of them."""

    model: type[T]
    subject: str
    fields: tuple[Asked, ...]
    sha256: str = field(init=False)

    def __post_init__(self) -> None:
        told = {
            "subject": self.subject,
            "fields": [[f.name, f.ask, repr(f.kind), f.is_list] for f in self.fields],
            "json": self.model.model_json_schema(),
        }
        canonical = json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        object.__setattr__(self, "sha256", hashlib.sha256(canonical.encode()).hexdigest())

    def fits(self, document: Document, record: BaseModel) -> bool:
        """Tell whether the document can be what the schema is of, as its own `fits` judges.

        A model without a method `fits(self, document) -> bool` leaves that to the reading.
        """
        judge = getattr(record, "fits", None)
        return judge is None or bool(judge(document))


def schema_of(model: type[T]) -> Schema[T]:
    """Derive what is asked from a Pydantic model.

    The first line of its docstring says what a document of this schema is.

    Raises SchemaError for a field whose type has no kind, for one that a document need not
    state but that has no default, and for a model without fields.

    >>> from extract.posting import Posting
    >>> schema_of(Posting).fields[0].name
    'title'
    """
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        raise SchemaError(f"{model!r} is not a Pydantic model class")
    fields = tuple(_asked(model, name, info) for name, info in model.model_fields.items())
    if not fields:
        raise SchemaError(f"{model.__name__} has no fields to extract")
    subject = (model.__doc__ or model.__name__).strip().splitlines()[0].rstrip(".")
    return Schema(model, subject, fields)


def _asked(model: type[BaseModel], name: str, info: FieldInfo) -> Asked:
    where = f"{model.__name__}.{name}"
    if name == IS_POSTING:
        raise SchemaError(f"{where}: the name is taken; every record says {IS_POSTING!r} itself")
    if info.is_required():
        raise SchemaError(f"{where} needs a default (None or []): a document may not state it")
    plain = _without_none(info.annotation)
    is_list = get_origin(plain) is list
    kinds = [entry for entry in info.metadata if isinstance(entry, Kind)]
    kind = kinds[0] if kinds else _implied(plain, is_list=is_list)
    if kind is None:
        raise SchemaError(
            f"{where}: no kind for {info.annotation!r}; annotate it, for example "
            f"Annotated[{plain!r}, Choice(words={{...}})]"
        )
    if isinstance(kind, Lines) and not is_list:
        raise SchemaError(f"{where}: {type(kind).__name__} needs a list type")
    return Asked(name, info.description or name.replace("_", " "), kind, is_list)


def _without_none(annotation: Any) -> Any:
    if get_origin(annotation) in (Union, UnionType):
        rest = [part for part in get_args(annotation) if part is not NoneType]
        if len(rest) == 1:
            return rest[0]
    return annotation


def _implied(plain: Any, *, is_list: bool) -> Kind | None:
    if is_list:
        return _IMPLIED_LISTS.get(get_args(plain)[0])
    return _IMPLIED.get(plain)
