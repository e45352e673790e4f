"""Score the rows of `postings extract` as they are: nothing is asked again."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel

from evals.data.dataset import Dataset, Part
from evals.data.label_files import objects
from evals.scoring.runlog import RunPlan
from evals.scoring.systems import System
from extract.asking import prompt as prompts
from extract.asking.schema import schema_of
from extract.errors import InputError, ModelError, PromptError
from extract.models.cassettes import Recordings
from extract.values import Document

__all__ = ["RowScoring"]

_OF_ROW = {"posting", "is_posting", "evidence", "provenance"}
_MADE_WITH = {"model", "prompt", "prompt_sha256", "schema_sha256"}


@dataclass(frozen=True, slots=True)
class RowScoring:
    """The rows of one run of `postings extract`, by document id, as the system to score."""

    path: Path
    rows: Mapping[str, Mapping[str, Any]]
    mode: Literal["replay"] = "replay"
    price: None = None

    @classmethod
    def read(cls, path: Path, schema: type[BaseModel]) -> RowScoring:
        """Read the rows. Raises InputError for other files, and for rows of another schema."""
        rows: dict[str, Mapping[str, Any]] = {}
        known = schema_of(schema).model.model_fields
        for number, row in enumerate(objects(path), 1):
            if not _is_row(row):
                raise InputError(
                    f"{path}, row {number}: not a row of `postings extract … -o rows.jsonl`"
                )
            strange = row.get("posting", {}).keys() - known.keys()
            if strange:
                raise InputError(
                    f"{path}: row {row['id']!r} has the field {min(strange)!r}, which "
                    f"{schema.__name__} does not have; name the schema of the rows with --schema"
                )
            rows[row["id"]] = row
        if not any("error" not in row for row in rows.values()):
            raise InputError(f"{path}: every row is a failure, so there is nothing to score")
        return cls(path, rows)

    def shown(self) -> frozenset[str]:
        """Return the documents that the rows' prompt shows as examples, by their hashes."""
        name = str(self._provenance["prompt"]).replace("@", "-")
        try:
            return frozenset(prompts.load(name).shown)
        except PromptError:
            return frozenset()

    def planned(self, dataset: Dataset, split: Part) -> RunPlan:
        """Return the plan of the run, as far as the first row says how it was made."""
        made = self._provenance
        return RunPlan(
            dataset=dataset.name,
            dataset_sha256=dataset.sha256,
            split=split,
            system="postings",
            mode="replay",
            model=made["model"],
            prompt=made["prompt"],
            prompt_sha256=made["prompt_sha256"],
            schema_sha256=made["schema_sha256"],
            fields=dataset.rubric.fields,
        )

    def recordings(self) -> None:
        """Return None: rows need no recordings."""

    @asynccontextmanager
    async def opened(self, _recordings: Recordings | None = None) -> AsyncIterator[System]:
        """Yield the rows as a system."""
        yield self._row

    async def _row(self, document: Document) -> dict[str, Any]:
        row = self.rows.get(document.id)
        if row is None:
            raise ModelError(f"{self.path}: no row has the id {document.id!r}")
        if row.get("error") == InputError.__name__:
            raise InputError(str(row.get("message")))
        if "error" in row:
            raise ModelError(f"{row['error']}: {row.get('message')}")
        if row["provenance"].get("document_sha256") not in (None, document.sha256):
            raise ModelError(
                f"{self.path}: the row {document.id!r} was made from another text; run "
                "`postings extract` again"
            )
        return dict(row)

    @property
    def _provenance(self) -> Mapping[str, Any]:
        made = next(row for row in self.rows.values() if "error" not in row)
        provenance: Mapping[str, Any] = made["provenance"]
        return provenance


def _is_row(row: Mapping[str, Any]) -> bool:
    """Tell whether a row is one of `postings extract`: a failure, or a record that is whole."""
    if not isinstance(row.get("id"), str) or "error" in row:
        return isinstance(row.get("id"), str)
    tables = row.get("posting"), row.get("provenance")
    return (
        row.keys() >= _OF_ROW
        and all(isinstance(table, dict) for table in tables)
        and row["provenance"].keys() >= _MADE_WITH
    )
