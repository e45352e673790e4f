"""The grounded posting of one document: every value with its evidence, its state and its basis."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Annotated, Any, Optional

from pydantic import BaseModel, ValidationError, create_model

from extract.record import Evidence
from extract.schema import Schema
from extract.values import Basis, Document, Span, State

__all__ = ["Assembly", "Draft", "nothing"]

_MOST_REFUSED = 500
"""Values that the schema's own validators may refuse before its model is built unchecked."""

_REQUIRED = "required by the schema, and the text does not state it"


@dataclass(frozen=True, slots=True)
class Assembly:
    """The grounded posting; `misses` are the fields whose words stand nowhere, with these words.

    `basis` has every field with a value.
    """

    posting: BaseModel
    evidence: dict[str, list[Evidence]]
    states: dict[str, State]
    notes: dict[str, str]
    basis: dict[str, Basis]
    misses: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class Draft:
    """What is known of each field before the schema's model is built from it.

    Keys of `evidence` are paths: "salary", "locations.0", "items.2.price".
    """

    document: Document
    values: dict[str, Any] = field(default_factory=dict)
    evidence: dict[str, list[Evidence]] = field(default_factory=dict)
    states: dict[str, State] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    basis: dict[str, Basis] = field(default_factory=dict)
    misses: list[tuple[str, str]] = field(default_factory=list)

    def cite(self, name: str, evidence: Sequence[tuple[str, Span]]) -> None:
        """Add evidence of a field; the path of each span is below the field's name."""
        for path, span in evidence:
            key = f"{name}.{path}" if path else name
            quote = Evidence(start=span.start, end=span.end, quote=self.document.quote(span))
            if quote not in self.evidence.setdefault(key, []):
                self.evidence[key].append(quote)

    def note(self, name: str, *notes: str) -> None:
        """Add to what there is to say of a field, each thing once."""
        said = [self.notes[name]] if name in self.notes else []
        if added := dict.fromkeys((*said, *notes)):
            self.notes[name] = "; ".join(added)

    def finished(self, schema: Schema[Any]) -> Assembly:
        """Build the schema's model, without the values that its own validators refuse.

        The smallest part that is refused is left out: a member of a nested model, an item of a
        list, or else the field. Where a required field is not stated, or a validator of the whole
        model refuses what is left, the model is built unchecked, and `notes` say so.
        """
        for _ in range(_MOST_REFUSED):
            try:
                posting = schema.model.model_validate(self.values, by_name=True, by_alias=False)
                break
            except ValidationError as error:
                if not self._without(schema, error):
                    posting = self._unchecked(schema, error)
                    break
        else:
            posting = _constructed(schema, {})
        return Assembly(
            posting, self.evidence, self.states, self.notes, self.basis, tuple(self.misses)
        )

    def _without(self, schema: Schema[Any], error: ValidationError) -> bool:
        """Take out the first value that is refused; False where no value is to blame."""
        for fault in error.errors(include_url=False, include_input=False):
            path = _standing(self.values, fault["loc"])
            if not path:
                continue
            name = str(path[0])
            place = ".".join(map(str, fault["loc"]))
            self.note(name, f"refused by the schema: {place}: {_why(fault)}")
            self._drop(path)
            if name not in self.values:
                self.states[name] = "unsupported"
                self.basis.pop(name, None)
            return True
        return False

    def _drop(self, path: list[Any]) -> None:
        """Take out the value at a path, with its evidence."""
        *above, last = path
        parent: Any = self.values
        for part in above:
            parent = parent[part]
        parent.pop(last)
        if isinstance(parent, list):
            self._renumber(".".join(map(str, above)), last)
        else:
            gone = ".".join(map(str, path))
            for key in [k for k in self.evidence if k == gone or k.startswith(f"{gone}.")]:
                self.evidence.pop(key)
        if len(path) > 1 and self.values.get(path[0]) in ([], {}):
            self._drop(path[:1])

    def _renumber(self, above: str, removed: int) -> None:
        """Let the evidence of later items follow them; that of the removed one goes."""
        pattern = re.compile(rf"{re.escape(above)}\.(\d+)(.*)", re.DOTALL)
        moved: dict[str, list[Evidence]] = {}
        for key, quotes in self.evidence.items():
            found = pattern.fullmatch(key)
            number = int(found[1]) if found else -1
            if found and number == removed:
                continue
            later = found is not None and number > removed
            moved[f"{above}.{number - 1}{found[2]}" if found and later else key] = quotes
        self.evidence = moved

    def _unchecked(self, schema: Schema[Any], error: ValidationError) -> BaseModel:
        names = _names(schema)
        for fault in error.errors(include_url=False, include_input=False):
            if fault["type"] == "missing":
                self.note(names[fault["loc"][0]], _REQUIRED)
            else:
                self.note("document", f"refused by the schema: {_why(fault)}")
        return _constructed(schema, self.values)


def nothing(schema: Schema[Any], document: Document) -> Assembly:
    """Return what is known of a document that is not of the schema: no field is stated."""
    states: dict[str, State] = {field.name: "not_stated" for field in schema.fields}
    draft = Draft(document, states=states).finished(schema)
    return replace(draft, notes={})


def _constructed(schema: Schema[Any], values: dict[str, Any]) -> BaseModel:
    """Build a model whose required fields may be missing: they are None, or an empty list."""
    lacking: dict[str, Any] = {f.name: [] if f.is_list else None for f in schema.fields}
    loose = _loose(schema.model).model_validate(values)  # type: ignore[arg-type]
    typed = {name: getattr(loose, name) for name in values}
    required = {n: lacking[n] for n, i in schema.model.model_fields.items() if i.is_required()}
    posting: BaseModel = schema.model.model_construct(**{**required, **typed})
    return posting


@lru_cache(maxsize=32)
def _loose(model: Any) -> type[BaseModel]:
    """Return a model of the same fields, none of them required, without the model's validators."""
    fields: dict[str, Any] = {
        name: (Annotated[Optional[info.annotation], None, *info.metadata], None)  # noqa: UP045
        for name, info in model.model_fields.items()
    }
    return create_model(model.__name__, **fields)


def _names(schema: Schema[Any]) -> dict[Any, str]:
    """Return the field names by themselves and by their aliases: Pydantic's errors give either."""
    names: dict[Any, str] = {}
    for name, info in schema.model.model_fields.items():
        aliases = (info.validation_alias, info.alias)
        names.update({alias: name for alias in aliases if isinstance(alias, str)})
        names[name] = name
    return names


def _standing(values: Any, place: Sequence[Any]) -> list[Any]:
    """Return the path to the deepest value that a fault's place names.

    A place also has the tags of unions, and the name of what is missing, which are no values.
    """
    path: list[Any] = []
    for part in place:
        keyed = isinstance(values, dict) and part in values
        if keyed or (isinstance(values, list) and isinstance(part, int) and part < len(values)):
            path.append(part)
            values = values[part]
    return path


def _why(fault: Any) -> str:
    return str(fault["msg"]).removeprefix("Value error, ").removeprefix("Assertion failed, ")
