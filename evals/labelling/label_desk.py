"""What one session of labelling works on: the sheet, what runs found, a second person's labels."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from evals.data.typed_values import is_list
from evals.labelling.label_order import Teaching, stating, teaching
from evals.labelling.sheet import Row, Sheet
from evals.labelling.suggestions import Source, Suggestion, differing
from extract.asking.schema import IS_POSTING
from extract.errors import InputError, abridged
from extract.values import Document

__all__ = ["Desk"]

_NAMED = 5


@dataclass(frozen=True)
class Desk:
    """A session. `other` are the labels of a second person, by document id.

    `only` names the fields that are asked; none stands for all. Labels of the others stay.
    """

    sheet: Sheet
    sources: Sequence[Source] = ()
    other: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    only: Sequence[str] = ()
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24))

    @property
    def names(self) -> tuple[str, ...]:
        """The fields that are asked."""
        return tuple(name for name in self.sheet.rubric.kinds if not self.only or name in self.only)

    def listed(self, labelled: Mapping[str, Row]) -> list[dict[str, Any]]:
        """Return the documents as the page lists them: what teaches most first, labelled ones last.

        Without sources they stand in the order of their ids, labelled or not.
        """
        stated = stating(row["gold"] for row in labelled.values())
        rows = [self._listed(id_, labelled.get(id_), stated) for id_ in self.sheet.entries]
        if self.sources:
            rows.sort(key=lambda row: (row["labelled"], not row["begun"], -row["score"]))
        return rows

    def found(self, document: Document) -> dict[str, Any]:
        """Return what the sources suggest for a document, as the page takes it.

        `suggested` is the first source that takes it for a posting, `alternatives` has the values
        of the fields in which two sources differ, and `warnings` name what could not be used.
        """
        rows = [(each.name, each.rows[document.id]) for each in self._of(document.id)]
        stale = [name for name, row in rows if not _is_of(row, document)]
        used = [(name, row) for name, row in rows if name not in stale]
        suggested = next((row for _, row in used if row.is_posting), used[0][1] if used else None)
        return {
            "suggested": suggested.as_json() if suggested else None,
            "alternatives": {
                name: [_alternative(source, row, name) for source, row in used]
                for name in differing([row for _, row in used], self.sheet.rubric, self.names)
            },
            "warnings": [
                f"{name}: its row was made from another text of {document.id}; nothing is suggested"
                for name in stale
            ],
        }

    def begun(self, row: Mapping[str, Any] | None) -> bool:
        """Tell whether a label says something, but not yet of every field that is asked."""
        if row is None or row.get("roles") or row["gold"].get(IS_POSTING) is False:
            return False
        return any(name not in row["gold"] for name in self.names)

    def disputes(self, id_: str, row: Mapping[str, Any] | None) -> list[str]:
        """Return the fields in which the second person's label differs from this one."""
        other = self.other.get(id_)
        if other is None or row is None:
            return []
        names = (IS_POSTING, *self.names)
        mine, theirs = row["gold"], other["gold"]
        return [name for name in names if self._differ(name, mine.get(name), theirs.get(name))]

    def checked(self) -> list[str]:
        """Return what a person must know of the sources before they begin.

        Raises InputError if the schema lacks a field, and for a source of another dataset:
        none of its ids is there, or all of its rows were made from other texts.
        """
        strange = [name for name in self.only if name not in self.sheet.rubric.kinds]
        if strange:
            known_ = ", ".join(self.sheet.rubric.kinds)
            raise InputError(f"--fields: no field is called {strange[0]!r}; there are {known_}")
        notes = []
        for source in self.sources:
            known = [id_ for id_ in self.sheet.entries if id_ in source.rows]
            if not known:
                raise InputError(
                    f"{source.name}: no row has the id of a document of {self.sheet.path}"
                )
            if not any(self._fits(id_, source.rows[id_]) for id_ in known):
                raise InputError(
                    f"{source.name}: its rows have ids of {self.sheet.path}, but were made from "
                    "other texts; run `postings extract` on these pages"
                )
            strange = sorted(source.rows.keys() - self.sheet.entries.keys())
            if strange:
                notes.append(
                    f"{source.name}: left out, as no document has the id: "
                    f"{abridged(strange[:_NAMED], len(strange))}"
                )
        return notes

    @cached_property
    def _teaching(self) -> dict[str, Teaching]:
        return {
            id_: teaching([each.rows[id_] for each in self._of(id_)], self.sheet.rubric, self.names)
            for id_ in self.sheet.entries
        }

    def _of(self, id_: str) -> list[Source]:
        return [each for each in self.sources if id_ in each.rows]

    def _listed(self, id_: str, row: Row | None, stated: Mapping[str, int]) -> dict[str, Any]:
        worth = self._teaching[id_]
        why = worth.reason(stated)
        if self.sources and not self._of(id_):
            why = "no run has a row of it"
        return {
            "id": id_,
            "labelled": row is not None,
            "begun": self.begun(row),
            "disputes": self.disputes(id_, row),
            "score": worth.score(stated),
            "why": why,
        }

    def _fits(self, id_: str, row: Suggestion) -> bool:
        try:
            return _is_of(row, self.sheet.entries[id_].document())
        except InputError:
            return False

    def _differ(self, name: str, one: Any, other: Any) -> bool:
        if name != IS_POSTING and is_list(self.sheet.rubric.kinds[name]):
            one, other = (
                sorted(json.dumps(item, sort_keys=True) for item in value or ())
                for value in (one, other)
            )
        return bool(one != other)


def _is_of(row: Suggestion, document: Document) -> bool:
    return row.document_sha256 in ("", document.sha256)


def _alternative(source: str, row: Suggestion, name: str) -> dict[str, Any]:
    evidence = row.evidence.get(name, []) if row.is_posting else []
    return {"source": source, "value": row.value(name), "evidence": evidence}
