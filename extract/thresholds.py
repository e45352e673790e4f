"""Keep the values of a record that are sure enough, and take out the others.

A file of thresholds has the least confidence of each field, with the evidence for it; `postings
eval guarantee` writes it. A field without a threshold in the file could not be guaranteed: none of
its values is kept.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Self, TypeVar

from pydantic import BaseModel

from extract.errors import InputError
from extract.record import Record
from extract.toml_file import load_toml

__all__ = ["FORMAT", "VERSION", "Thresholds"]

T = TypeVar("T", bound=BaseModel)

FORMAT = "postings-thresholds"
VERSION = 1
_SHORT = 8


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The least confidence of each field, from 0 to 1; infinite: no value is sure enough.

    Values of fields that are not named are kept. `model`, `prompt_sha256` and `schema_sha256` say
    what the thresholds were measured with, "" if they were not. `source` names the file.
    """

    least: Mapping[str, float]
    model: str = ""
    prompt_sha256: str = ""
    schema_sha256: str = ""
    source: str = field(default="thresholds", compare=False)

    @classmethod
    def read(cls, path: str | Path) -> Self:
        """Read a file of thresholds; a field without a `threshold` there has an infinite one.

        Raises InputError if the file is missing, damaged or of another kind.
        """
        table = load_toml(path)
        if table.get("format") != FORMAT or table.get("version") != VERSION:
            raise InputError(
                f"{path}: not a file of thresholds that this program reads: its format and version "
                f"must be {FORMAT!r} and {VERSION}; `postings eval guarantee` writes one"
            )
        fields, made_with = table.get("fields"), [table.get(key, "") for key in _MADE_WITH]
        if not isinstance(fields, dict) or not all(isinstance(each, str) for each in made_with):
            raise InputError(f"{path}: damaged file of thresholds: {', '.join(_MADE_WITH)}, fields")
        least = {name: _least(path, name, entry) for name, entry in fields.items()}
        model, prompt, schema = made_with
        return cls(least, model, prompt, schema, str(path))

    def with_least(self, least: Mapping[str, float]) -> Thresholds:
        """Return these thresholds with others for some fields.

        >>> Thresholds({"title": 0.9, "salary": 0.8}).with_least({"title": 0.5}).least
        {'title': 0.5, 'salary': 0.8}
        """
        return replace(self, least={**self.least, **least})

    def check(self, schema_sha256: str, fields: Collection[str]) -> None:
        """Raise InputError if the thresholds are of another schema, or name other fields."""
        unknown = sorted(self.least.keys() - set(fields))
        if unknown:
            raise InputError(
                f"{self.source}: the schema has no field {', '.join(map(repr, unknown))}; it has "
                f"{', '.join(fields)}"
            )
        if self.schema_sha256 and self.schema_sha256 != schema_sha256:
            raise InputError(
                f"{self.source}: measured with another schema ({self.schema_sha256[:_SHORT]}; now "
                f"{schema_sha256[:_SHORT]}): evaluate with this one, and run `postings eval "
                "guarantee` again"
            )

    def doubt(self, model: str, prompt_sha256: str) -> str:
        """Return why the thresholds may not hold for a model and a prompt; "" if they do."""
        if self.model and self.model != model:
            return (
                f"{self.source}: measured with the model {self.model}, not {model}: what is kept "
                "may be right less often"
            )
        if self.prompt_sha256 and self.prompt_sha256 != prompt_sha256:
            return (
                f"{self.source}: measured with another prompt ({self.prompt_sha256[:_SHORT]}; now "
                f"{prompt_sha256[:_SHORT]}): what is kept may be right less often"
            )
        return ""

    def unsure(self, record: Record[Any]) -> list[str]:
        """Return the fields whose value is below its threshold."""
        return [
            name
            for name in record.basis
            if record.confidence.get(name, 0.0) < self.least.get(name, 0.0)
        ]

    def kept(self, record: Record[T]) -> Record[T]:
        """Return a record without the values that are below their thresholds.

        Their fields are as if the text did not state them, in the state "unsure"; a note has the
        confidence, and the evidence and the basis are taken out too. Raises InputError if the
        thresholds are of another schema, and warns if of another model or prompt.
        """
        made = record.provenance
        self.check(made.schema_sha256, list(record.states))
        if why := self.doubt(made.model, made.prompt_sha256):
            warnings.warn(why, stacklevel=2)
        return self.without(record, self.unsure(record))

    def without(self, record: Record[T], names: Collection[str]) -> Record[T]:
        """Return a record without the values of some fields, which are unsure."""
        if not names:
            return record
        absent = {name: _absent(record.posting, name) for name in names}
        update = {
            "posting": record.posting.model_copy(update=absent),
            "states": {**record.states, **dict.fromkeys(names, "unsure")},
            "notes": {**record.notes, **{name: self._note(record, name) for name in names}},
            "basis": {name: its for name, its in record.basis.items() if name not in absent},
            "evidence": {
                path: quotes
                for path, quotes in record.evidence.items()
                if path.partition(".")[0] not in absent
            },
        }
        return record.model_copy(update=update)

    def _note(self, record: Record[Any], name: str) -> str:
        least = self.least.get(name, 0.0)
        needed = "the field has no threshold" if math.isinf(least) else f"below {least:g}"
        return f"taken out: confidence {record.confidence.get(name, 0.0):g}, {needed}"


_MADE_WITH = ("model", "prompt_sha256", "schema_sha256")


def _least(path: str | Path, name: str, entry: Any) -> float:
    if isinstance(entry, dict) and "threshold" not in entry:
        return math.inf
    least = entry["threshold"] if isinstance(entry, dict) else None
    if isinstance(least, int | float) and not isinstance(least, bool) and 0 <= least <= 1:
        return float(least)
    raise InputError(f"{path}: fields.{name}: the threshold must be a number from 0 to 1")


def _absent(posting: BaseModel, name: str) -> Any:
    """Return what a field holds if the text does not state it."""
    info = type(posting).model_fields[name]
    if info.is_required():
        return [] if isinstance(getattr(posting, name), list) else None
    return info.get_default(call_default_factory=True, validated_data={})
