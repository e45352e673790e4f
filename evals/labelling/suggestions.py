"""Values that runs found, as first answers for a person to accept, to choose from or to correct."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evals.data.rubric import Rubric
from evals.data.typed_values import is_list
from evals.scoring.compare_values import compared
from extract.asking.schema import IS_POSTING
from extract.errors import InputError

__all__ = ["Source", "Suggestion", "differing", "is_stated", "sources", "suggestions"]

MOST_SOURCES = 2


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What one row of a run says of a document.

    `evidence` has the character offsets of each field's quotes. `confidence` maps a field to how
    likely its value is right, from 0 to 1, as far as the row says. `document_sha256` is the hash of
    the text that was read, "" where the row does not say. `roles` are the titles of the postings of
    a page with several.
    """

    is_posting: bool
    values: Mapping[str, Any]
    evidence: Mapping[str, list[tuple[int, int]]] = field(default_factory=dict)
    confidence: Mapping[str, float] = field(default_factory=dict)
    document_sha256: str = ""
    roles: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the suggestion as the page takes it."""
        return {
            "is_posting": self.is_posting,
            "values": dict(self.values),
            "evidence": dict(self.evidence),
            "roles": list(self.roles),
        }

    def value(self, name: str) -> Any:
        """Return the value of a field, or whether the document is a posting."""
        if name == IS_POSTING:
            return self.is_posting
        return self.values.get(name) if self.is_posting else None


@dataclass(frozen=True, slots=True)
class Source:
    """The rows of one run, by document id. `name` is shown beside its values."""

    name: str
    rows: Mapping[str, Suggestion]


def sources(paths: Sequence[Path], known: Collection[str]) -> tuple[Source, ...]:
    """Read the rows of at most two runs; `known` are the ids of the documents.

    Raises InputError for more files, or for the same one twice.
    """
    if len(paths) > MOST_SOURCES:
        raise InputError(f"--from can be given twice, not {len(paths)} times")
    if len({path.resolve() for path in paths}) < len(paths):
        raise InputError(f"--from {paths[0]}: given twice; name the rows of two different runs")
    names = [path.stem for path in paths]
    if len(set(names)) < len(names):
        names = [str(path) for path in paths]
    return tuple(
        Source(name, suggestions(path, known)) for name, path in zip(names, paths, strict=True)
    )


def suggestions(path: Path, known: Collection[str]) -> dict[str, Suggestion]:
    """Read the rows of a run (`postings extract … -o rows.jsonl`), by document id.

    Rows of documents that failed suggest nothing. The rows "ID#1", "ID#2" … of a page with several
    postings suggest their titles for it, if ID is `known`. Raises InputError where the file holds
    no rows.
    """
    try:
        lines = path.read_text("utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read: {error}") from error
    made: dict[str, Suggestion] = {}
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
    return _joined(made, known)


def _joined(rows: Mapping[str, Suggestion], known: Collection[str]) -> dict[str, Suggestion]:
    """Replace the rows of a page with several postings by one, with their titles."""
    made: dict[str, Suggestion] = {}
    for id_, row in rows.items():
        page, _, number = id_.rpartition("#")
        if id_ in known or not (page in known and number.isdecimal()):
            made[id_] = row
        elif title := row.value("title"):
            joined = made.get(page)
            titles = (*(joined.roles if joined else ()), str(title))
            made[page] = Suggestion(is_posting=True, values={}, roles=titles)
    return made


def suggestion_of(row: Mapping[str, Any]) -> Suggestion:
    """Return what a record, as JSON, suggests."""
    evidence: dict[str, list[tuple[int, int]]] = {}
    for path, quotes in row["evidence"].items():
        spans = evidence.setdefault(path.partition(".")[0], [])
        spans += [(quote["start"], quote["end"]) for quote in quotes]
    confidence: dict[str, float] = {}
    for path, figure in row.get("confidence", {}).items():
        name = path.partition(".")[0]
        confidence[name] = min(float(figure), confidence.get(name, 1.0))
    return Suggestion(
        bool(row["is_posting"]),
        dict(row["posting"]),
        evidence,
        confidence,
        str(row.get("provenance", {}).get("document_sha256", "")),
    )


def differing(
    found: Sequence[Suggestion], rubric: Rubric, names: Collection[str]
) -> tuple[str, ...]:
    """Return those of the named fields in which two sources differ, as the scores would have it.

    `is_posting` is among them where they disagree on that; then no field is.
    """
    if len(found) < MOST_SOURCES:
        return ()
    one, other = found
    if one.is_posting != other.is_posting:
        return (IS_POSTING,)
    return tuple(name for name in names if _differ(name, one, other, rubric))


def is_stated(value: Any) -> bool:
    """Tell whether a value is more than null, an empty text or an empty list."""
    return value not in (None, "", [], {})


def _differ(name: str, one: Suggestion, other: Suggestion, rubric: Rubric) -> bool:
    mine, theirs = one.value(name), other.value(name)
    if is_stated(mine) != is_stated(theirs):
        return True
    if not is_stated(mine) or mine == theirs:
        return False
    label = theirs
    if is_list(rubric.kinds[name]) and not isinstance(theirs, list):
        label = [theirs]
    return compared(name, mine, [label], rubric).errors > 0
