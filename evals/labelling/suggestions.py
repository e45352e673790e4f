"""Values that a run found, as first answers for a person to accept or correct."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from extract.errors import InputError

__all__ = ["Suggestion", "suggestions"]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What one row of a run says of a document.

    `evidence` has the character offsets of each field's quotes; `confidence` is the mean of the
    row's own figures, None where it has none. In a row for review it is the least of those that
    were taken out.
    """

    is_posting: bool
    values: Mapping[str, Any]
    evidence: Mapping[str, list[tuple[int, int]]] = field(default_factory=dict)
    confidence: float | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the suggestion as the page takes it."""
        return {
            "is_posting": self.is_posting,
            "values": dict(self.values),
            "evidence": dict(self.evidence),
        }


def suggestions(path: Path) -> dict[str, Suggestion]:
    """Read the rows of a run (`postings extract … -o rows.jsonl`), by document id.

    Rows of documents that failed suggest nothing. Raises InputError where the file holds no rows.
    """
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read: {error}") from error
    made = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            if "error" not in row:
                made[row["id"]] = suggestion_of(row)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise InputError(
                f"{path}:{number}: not a row of a run; write rows with "
                "`postings extract … -o rows.jsonl`"
            ) from error
    return made


def suggestion_of(row: Mapping[str, Any]) -> Suggestion:
    """Return what a record, as JSON, suggests."""
    evidence: dict[str, list[tuple[int, int]]] = {}
    for name, quotes in row["evidence"].items():
        spans = evidence.setdefault(name.partition(".")[0], [])
        spans += [(quote["start"], quote["end"]) for quote in quotes]
    figures = list(row.get("confidence", {}).values())
    if unsure := [row["confidence"][name] for name in row.get("unsure", ())]:
        figures = [min(unsure)]
    mean = sum(figures) / len(figures) if figures else None
    return Suggestion(bool(row["is_posting"]), dict(row["posting"]), evidence, mean)
