"""Assemble the grounded posting of one document: its values, evidence, states and bases."""

from __future__ import annotations

import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from inspect import getattr_static
from typing import Annotated, Any, Optional

from pydantic import BaseModel, Field, ValidationError, create_model, field_validator

from extract.asking.faults import at, standing, why
from extract.asking.grounder import Grounded
from extract.asking.one_name import misnamed, without_employer
from extract.asking.schema import Schema
from extract.record import Evidence
from extract.values import Basis, Document, Span, State

__all__ = ["Assembly", "Draft", "nothing"]

_MOST_REFUSED = 500
"""Values that a schema's validators may refuse before its model is built without them."""

_REQUIRED = "required by the schema, and the text does not state it"


@dataclass(frozen=True, slots=True)
class Assembly:
    """The grounded posting. `misses` are fields and their quoted words that the text lacks.

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
    """What is known of each field, before the schema's model is built.

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
        """Add evidence of a field: spans, with their paths below the field's name."""
        for path, span in evidence:
            key = f"{name}.{path}" if path else name
            quote = Evidence(start=span.start, end=span.end, quote=self.document.quote(span))
            if quote not in self.evidence.setdefault(key, []):
                self.evidence[key].append(quote)

    def note(self, name: str, *notes: str) -> None:
        """Add notes on a field, each once."""
        earlier = [self.notes[name]] if name in self.notes else []
        if every := dict.fromkeys((*earlier, *notes)):
            self.notes[name] = "; ".join(every)

    def take(self, name: str, grounded: Grounded, basis: Basis) -> None:
        """Add what became of the answer for a field; `basis` is that of its value, if any."""
        self.states[name] = grounded.state
        self.note(name, *grounded.notes)
        self.misses += [(name, words) for words in grounded.missed]
        if grounded.value is not None:
            self.values[name] = grounded.value
            self.basis[name] = basis
            self.cite(name, grounded.evidence)

    def finished(self, schema: Schema[Any]) -> Assembly:
        """Build the schema's model, without the values that its validators refuse.

        The smallest refused part is left out: a member of a nested model, an item of a list (of a
        list that is too long, the last item), or the field. If a required field is not stated, or a
        validator of the whole model refuses the rest, the model is built unchecked, and `notes` say
        so.
        """
        if (wrong := misnamed(schema, self.values)) is not None:
            self.note(wrong, f"claimed, not supported: {self.values[wrong]}")
            self._refuse([wrong])
        for name, words in without_employer(schema, self.values).items():
            self._shorten(name, words)
        for _ in range(_MOST_REFUSED):
            try:
                posting = _validated(schema.model, self.values)
                break
            except ValidationError as error:
                if not self._without(schema, error):
                    posting = self._unchecked(schema, error)
                    break
            except Exception as error:  # noqa: BLE001 - a schema's validators may raise anything
                self.note("document", f"refused by the schema: {type(error).__name__}: {error}")
                posting = _constructed(schema, self.values)
                break
        else:
            posting = _constructed(schema, {})
        return Assembly(
            posting, self.evidence, self.states, self.notes, self.basis, tuple(self.misses)
        )

    def _shorten(self, name: str, words: str) -> None:
        """Keep only these words of a value, and of its evidence."""
        self.values[name] = words
        kept: list[Evidence] = []
        for quote in self.evidence.get(name, []):
            if words in quote.quote:
                start = quote.start + quote.quote.index(words)
                quote = Evidence(start=start, end=start + len(words), quote=words)  # noqa: PLW2901
            kept.append(quote)
        self.evidence[name] = kept

    def _without(self, schema: Schema[Any], error: ValidationError) -> bool:
        """Take out the first value that was refused; return False if no value is to blame."""
        for fault in error.errors(include_url=False, include_input=False):
            path = standing(self.values, fault["loc"])
            if not path:
                continue
            if fault["type"] == "too_long" and isinstance(items := at(self.values, path), list):
                path.append(len(items) - 1)
            name = str(path[0])
            place = ".".join(map(str, fault["loc"]))
            self.note(name, f"refused by the schema: {place}: {why(fault)}")
            self._refuse(path)
            return True
        return False

    def _refuse(self, path: list[Any]) -> None:
        """Take out the value at a path, and say so of its field if nothing is left there."""
        name = str(path[0])
        self._drop(path)
        if name not in self.values:
            self.states[name] = "unsupported"
            self.basis.pop(name, None)

    def _drop(self, path: list[Any]) -> None:
        """Take out the value at a path, with its evidence."""
        *above, last = path
        parent = at(self.values, above)
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
        """Renumber the evidence of later items, and drop that of the removed one."""
        pattern = re.compile(rf"{re.escape(above)}\.(\d+)(.*)", re.DOTALL)
        moved: dict[str, list[Evidence]] = {}
        for key, quotes in self.evidence.items():
            match = pattern.fullmatch(key)
            if match and int(match[1]) == removed:
                continue
            later = match is not None and int(match[1]) > removed
            moved[f"{above}.{int(match[1]) - 1}{match[2]}" if match and later else key] = quotes
        self.evidence = moved

    def _unchecked(self, schema: Schema[Any], error: ValidationError) -> BaseModel:
        names = _names(schema)
        for fault in error.errors(include_url=False, include_input=False):
            if fault["type"] == "missing":
                self.note(names.get(fault["loc"][0], "document"), _REQUIRED)
            else:
                self.note("document", f"refused by the schema: {why(fault)}")
        return _constructed(schema, self.values)


def nothing(schema: Schema[Any], document: Document) -> Assembly:
    """Return the assembly of a document of another kind: no field is stated."""
    states: dict[str, State] = {field.name: "not_stated" for field in schema.fields}
    draft = Draft(document, states=states).finished(schema)
    return replace(draft, notes={})


def _validated(model: type[BaseModel], values: dict[str, Any]) -> BaseModel:
    """Validate values by field name; not strictly, since they have the types of JSON."""
    return model.model_validate(values, strict=False, by_name=True, by_alias=False)


def _constructed(schema: Schema[Any], values: dict[str, Any]) -> BaseModel:
    """Build a model without its validation; missing required fields are None or []."""
    lacking: dict[str, Any] = {f.name: [] if f.is_list else None for f in schema.fields}
    required = {n: lacking[n] for n, i in schema.model.model_fields.items() if i.is_required()}
    try:
        loose = _validated(_loose(schema.model), values)  # type: ignore[arg-type]
        typed = {name: getattr(loose, name) for name in values}
    except Exception:  # noqa: BLE001 - a field's validator may raise anything
        typed = values
    posting: BaseModel = schema.model.model_construct(**{**required, **typed})
    return posting


@lru_cache(maxsize=32)
def _loose(model: type[BaseModel]) -> type[BaseModel]:
    """Return a model with the same fields and field validators, none of them required."""
    fields: dict[str, Any] = {}
    for name, info in model.model_fields.items():
        kind: Any = Optional[info.annotation]  # noqa: UP045 - built from a value
        if info.metadata:
            kind = Annotated[(kind, *info.metadata)]
        fields[name] = (kind, Field(None, discriminator=info.discriminator))
    validators: dict[str, Any] = {
        name: field_validator(*own.info.fields, mode=own.info.mode, check_fields=False)(
            getattr_static(model, own.cls_var_name)
        )
        for name, own in model.__pydantic_decorators__.field_validators.items()
    }
    with warnings.catch_warnings():  # about fields named like a method of BaseModel
        warnings.simplefilter("ignore")
        return create_model(model.__name__, __validators__=validators, **fields)


def _names(schema: Schema[Any]) -> dict[Any, str]:
    """Map names and aliases to field names: Pydantic's errors give either."""
    names: dict[Any, str] = {}
    for name, info in schema.model.model_fields.items():
        aliases = (info.validation_alias, info.alias)
        names.update({alias: name for alias in aliases if isinstance(alias, str)})
        names[name] = name
    return names
