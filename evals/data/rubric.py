"""Which fields of a schema are scored, by their paths, and how alike two values must be.

A nested model is scored by its fields ("vendor.name"), a list of models by the fields of its items
("items.amount"). A text is right if its similarity to the label is at least 0.85; an item of a list
of texts, or a line, at 0.60, since where such words begin and end is a matter of taste. All other
values must be equal. Long text is measured by its characters too (see `evals.scoring.overlap`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from pydantic import BaseModel, ConfigDict

from extract.asking.schema import AskedField, Schema, schema_of
from extract.kinds import (
    Group,
    Kind,
    Lines,
    OneOf,
    Pay,
    Phrase,
    Phrases,
    Requirements,
    Skills,
    Title,
    Variants,
    members,
)
from extract.posting import Posting

__all__ = [
    "BUILT_IN",
    "CHARACTERS",
    "GROSS",
    "REQUIRED",
    "Leaf",
    "Rubric",
    "ScoredFields",
    "at",
    "inside",
    "least",
    "leaves_of",
    "rubric_of",
]

GROSS = "gross"
"""The part of pay that is scored apart: most labels and most texts do not say it."""

REQUIRED = "required"
"""The part of requirements that is scored apart: how much those that are right matter."""

CHARACTERS = "characters"
"""The measure of long text beside its items: the characters that values and labels share."""

_TEXT, _TEXT_IN_LIST, _EXACT = 0.85, 0.60, 1.0
_OF_POSTING = (
    "title",
    "company",
    "locations",
    "workplace",
    "employment_types",
    "seniority",
    "salary",
    "experience_years",
    "education",
    "job_ids",
    "skills",
    "languages",
    "posted_on",
    "closes_on",
    "starts_on",
)
"""The fields of the built-in posting whose mean is published, in the order they are shown in."""


class ScoredFields(BaseModel):
    """The scored fields of a run, by path.

    The means are over `core`; `further` are scored where they are labelled. `scalars` are those of
    `core` that hold one value, in which a value can be invented.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    core: tuple[str, ...]
    further: tuple[str, ...] = ()
    scalars: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """All of them, in the order they are shown in."""
        return (*self.core, *self.further)

    @property
    def of_values(self) -> tuple[str, ...]:
        """Those whose counts are of values, not of characters."""
        names = self.names
        of_characters = {f"{name}.{CHARACTERS}" for name in names}
        return tuple(name for name in names if name not in of_characters)


@dataclass(frozen=True, slots=True)
class Leaf:
    """A scored path. `scalar` paths hold one value; `apart` ones are part of another value."""

    path: str
    scalar: bool
    apart: bool = False


@dataclass(frozen=True)
class Rubric:
    """How to score the records of a schema."""

    schema: Schema[Any]

    @property
    def built_in(self) -> bool:
        """Whether the schema is the built-in posting, which has its own form of labels."""
        return self.schema.model is Posting

    @cached_property
    def kinds(self) -> dict[str, AskedField]:
        """The fields of the schema by their names."""
        return {field.name: field for field in self.schema.fields}

    @cached_property
    def fields(self) -> ScoredFields:
        """The paths that are scored."""
        leaves = {leaf.path: leaf for f in self.schema.fields for leaf in leaves_of(f, f.name)}
        whole = tuple(path for path, leaf in leaves.items() if not leaf.apart)
        core = _OF_POSTING if self.built_in else whole
        return ScoredFields(
            core=core,
            further=tuple(path for path in leaves if path not in core),
            scalars=tuple(path for path in core if leaves[path].scalar),
        )


@lru_cache(maxsize=32)
def rubric_of(model: type[BaseModel]) -> Rubric:
    """Return the rubric of a model. Raises SchemaError if the model cannot be asked.

    >>> rubric_of(Posting).fields.core[:2]
    ('title', 'company')
    """
    return Rubric(schema_of(model))


def inside(kind: Kind) -> tuple[AskedField, ...]:
    """Return the fields of a nested model; of a union of models also its tag."""
    if isinstance(kind, Variants):
        tag = AskedField(kind.tag, "", OneOf(tuple(name for name, _ in kind.groups)), is_list=False)
        return (tag, *members(kind))
    return members(kind)


def least(field: AskedField) -> float:
    """Return the least similarity at which a value of a field is right.

    >>> [least(rubric_of(Posting).kinds[name]) for name in ("title", "skills", "salary")]
    [0.85, 0.6, 1.0]
    """
    match field.kind:
        case Skills() | Lines() | Phrases():
            return _TEXT_IN_LIST
        case Title() | Phrase():
            return _TEXT_IN_LIST if field.is_list else _TEXT
    return _EXACT


def at(value: Any, path: str) -> Any:
    """Return the value at a path; for a list of models, a list with the value of each.

    >>> at({"items": [{"amount": 3}, {"amount": 4}]}, "items.amount")
    [3, 4]
    """
    name, _, rest = path.partition(".")
    if isinstance(value, list):
        return [at(item, path) for item in value]
    here = value.get(name) if isinstance(value, dict) else None
    return at(here, rest) if rest else here


def leaves_of(field: AskedField, path: str, *, single: bool = True) -> Iterator[Leaf]:
    """Yield the scored paths of a field; `single` says that no list is above it."""
    single = single and not field.is_list
    if isinstance(field.kind, Group | Variants):
        for member in inside(field.kind):
            yield from leaves_of(member, f"{path}.{member.name}", single=single)
        return
    yield Leaf(path, single and field.kind.shape != "lines")
    if field.kind.shape == "lines" and path == field.name:
        yield Leaf(f"{path}.{CHARACTERS}", scalar=False, apart=True)
    if isinstance(field.kind, Requirements):
        yield Leaf(f"{path}.{REQUIRED}", scalar=False, apart=True)
    if isinstance(field.kind, Pay) and single:
        yield Leaf(f"{path}.{GROSS}", scalar=True, apart=True)


BUILT_IN = rubric_of(Posting)
