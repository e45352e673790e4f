"""The output of one document: its record, or its failure. Each is one JSON line.

In a record every value has evidence, and `Document.text[start:end] == quote` holds for each.
"""

from __future__ import annotations

from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict, SerializeAsAny

from extract.errors import ModelError, PostingsError
from extract.values import Basis, State, Usage

__all__ = ["Evidence", "Failure", "Provenance", "Record", "failure_of"]

T = TypeVar("T", bound=BaseModel)


class Evidence(BaseModel):
    """Where a value was read: characters `start` to `end` of the document's text."""

    model_config = ConfigDict(frozen=True)

    start: int
    end: int
    quote: str


class Provenance(BaseModel):
    """What a record was made with, so that it can be reproduced.

    `dialect` is the row of the table of providers, and `learned` lists what the endpoint's
    refusals taught.
    """

    model_config = ConfigDict(frozen=True)

    model: str
    prompt: str
    prompt_sha256: str
    schema_sha256: str
    document_sha256: str
    usage: Usage
    seconds: float
    version: str
    dialect: str = ""
    learned: list[str] = []


class Record(BaseModel, Generic[T]):
    """The record of one document: the typed posting, with evidence and a state for each field.

    `posting` is an instance of the schema. If `is_posting` is false its fields are empty; where the
    model and code disagree on that, they hold what was read. The keys of `evidence` are field
    names, with the item's index for lists ("locations.0"). `notes` say why a field is conflicting
    or unsupported; the note "is_posting" says that a posting is closed, or why the page is not one
    or doubtful, and "document" that the text was cut off. `basis` says how each value was found,
    and `confidence` how often values found that way were right (see docs/rows.md).
    """

    model_config = ConfigDict(frozen=True)

    id: str
    source: str
    is_posting: bool
    posting: SerializeAsAny[T]
    evidence: dict[str, list[Evidence]]
    states: dict[str, State]
    notes: dict[str, str]
    basis: dict[str, Basis] = {}
    confidence: dict[str, float] = {}
    provenance: Provenance

    @property
    def found(self) -> int:
        """How many fields the text states."""
        return sum(state in {"stated", "read"} for state in self.states.values())


class Failure(BaseModel):
    """A document that gave no record, and the reason."""

    model_config = ConfigDict(frozen=True)

    id: str
    source: str
    error: str
    message: str
    usage: Usage


def failure_of(id: str, source: str, error: PostingsError) -> Failure:  # noqa: A002 - the row's own key
    """Turn an error into the row of the document it belongs to.

    >>> from extract.errors import InputError
    >>> failure_of("a", "a.txt", InputError("a.txt is empty")).error
    'InputError'
    """
    usage = error.usage if isinstance(error, ModelError) else Usage()
    return Failure(
        id=id,
        source=source,
        error=type(error).__name__,
        message=str(error),
        usage=usage,
    )
