"""A dataset: documents with labels made by reading.

Two forms. A directory holds `labels/ID.json`, one file for each case, whose `document` names a file
of the directory. A `.jsonl` file holds a row for each case, with its `text`. Both follow
`dataset.schema.json`; rows may also have flat labels (see `evals.data.flat_labels`). Labels for a
schema of one's own have its fields in the JSON of the schema (see `evals.data.label_shapes`).

A case without a `split` of its own is in the split of the case it is the twin of, else in that
of the parity of the SHA-256 of its id: even is dev, odd is test. So the split of a case never
changes as a dataset grows.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from evals.data.label_files import Label, contents, faults, labels
from evals.data.label_shapes import named
from evals.data.rubric import BUILT_IN, Rubric
from extract.errors import InputError
from extract.sources.several import postings
from extract.text.document import from_text, read
from extract.values import Document

__all__ = ["Case", "Dataset", "case_of", "load"]

Split = Literal["dev", "test"]


@dataclass(frozen=True, slots=True)
class Case:
    """One labelled document.

    `gold` has for each labelled field the values that are right, in the JSON form of a record;
    the first is the label, the others are accepted too. It is empty where the case is not scored
    by itself: a part of the page `page`, whose postings have the titles `roles`. `origin` is the
    same for twins.
    """

    id: str
    source: str
    split: Split
    gold: Mapping[str, Sequence[Any]]
    label: Mapping[str, Any] = field(repr=False)
    twin_of: str | None = None
    page: str | None = None
    roles: tuple[str, ...] = ()
    rubric: Rubric = field(default=BUILT_IN, repr=False)

    @property
    def origin(self) -> str:
        """The id of the case of which this is a twin, else its own."""
        return self.twin_of or self.id

    def document(self) -> Document:
        """Read the document. Raises InputError where it cannot be read."""
        name = self.page or self.id
        if "text" in self.label:
            whole = from_text(self.label["text"], id=name, source=self.source)
        else:
            whole = read(self.source, id=name)
        if self.page is None:
            return whole
        return next((part for part in postings(whole) if part.id == self.id), whole)

    def parts(self) -> tuple[Case, ...]:
        """Return a case for each posting of a page of several; any other case is its only part."""
        if self.gold or not self.label.get("roles"):
            return (self,)
        roles = tuple(role["title"] for role in self.label["roles"])
        page = replace(self, page=self.id, roles=roles)
        try:
            found = postings(page.document())
        except InputError:
            return (page,)
        return tuple(replace(page, id=part.id) for part in found)


@dataclass(frozen=True, slots=True)
class Dataset:
    """The cases in the order of their ids; `sha256` changes with a label or a document.

    A page of several postings has a case for each, "ID#1", "ID#2" …
    """

    name: str
    cases: tuple[Case, ...]
    sha256: str
    rubric: Rubric = BUILT_IN

    def selected(
        self,
        split: Split | None = None,
        only: Sequence[str] = (),
        limit: int | None = None,
    ) -> tuple[Case, ...]:
        """Return the cases to run: those that are labelled, of a split, of the ids given.

        The id of a page of several postings stands for all its parts. Raises InputError for an id
        that no case has, and where nothing is left.
        """
        known = {name for case in self.cases for name in (case.id, case.page)}
        missing = [name for name in only if name not in known]
        if missing:
            raise InputError(f"{self.name}: no case has the id {', '.join(missing)}")
        chosen = [
            case
            for case in self.cases
            if (case.gold or case.roles)
            and split in (None, case.split)
            and (not only or case.id in only or case.page in only)
        ]
        if not chosen:
            raise InputError(f"{self.name}: no labelled case is left to run")
        return tuple(chosen[:limit])


def load(path: str | Path, rubric: Rubric = BUILT_IN) -> Dataset:
    """Load a dataset that is labelled with the fields of a schema.

    Raises InputError that names the first label which is not of the schema, an id that occurs
    twice, a twin of no case, or a document that is not there.
    """
    where = Path(path)
    rows: dict[str, tuple[Label, dict[str, Any]]] = {}
    for label in labels(where, flat=rubric.built_in):
        found = faults(label, rubric)
        if found or label.row is None:
            raise InputError(f"{label.place}: {found[0] if found else 'not a label'}")
        name = label.row["id"]
        if name in rows:
            raise InputError(f"{label.place}: the id {name!r} is taken by {rows[name][0].place}")
        rows[name] = (label, label.row)
    digest = hashlib.sha256()
    cases: list[Case] = []
    for name in sorted(rows):
        label, row = rows[name]
        twin = row.get("twin_of")
        if twin is not None and twin not in rows:
            raise InputError(f"{label.place}: twin of {twin!r}, which is not in the dataset")
        case = case_of(where, label, rows[twin][1] if twin else {}, rubric)
        digest.update(json.dumps(row, sort_keys=True, ensure_ascii=False).encode())
        if "text" not in row:
            digest.update(contents(case.source, label.place))
        cases += case.parts()
    return Dataset(where.name, tuple(cases), digest.hexdigest(), rubric)


def case_of(
    where: Path,
    label: Label,
    original: Mapping[str, Any] = MappingProxyType({}),
    rubric: Rubric = BUILT_IN,
) -> Case:
    """Return the case of a label that has no faults; `original` is the row it is the twin of."""
    row = label.row or {}
    source = label.place if "text" in row else str(where / row["document"])
    split = _split(row, original)
    right = _alternatives(row, rubric)
    return Case(row["id"], source, split, right, row, row.get("twin_of"), rubric=rubric)


def _split(row: Mapping[str, Any], original: Mapping[str, Any]) -> Split:
    for each in (row, original):
        if "split" in each:
            given: Split = each["split"]
            return given
    parity = hashlib.sha256((row.get("twin_of") or row["id"]).encode()).digest()[-1] % 2
    return "test" if parity else "dev"


def _alternatives(row: Mapping[str, Any], rubric: Rubric) -> dict[str, tuple[Any, ...]]:
    gold, accept = row["gold"], row.get("accept", {})
    if not gold:
        return {}
    if not rubric.built_in:
        model = rubric.schema.model
        gold = named(model, gold)
        accept = {n: [named(model, {n: v})[n] for v in values] for n, values in accept.items()}
    core = dict.fromkeys(path.partition(".")[0] for path in rubric.fields.core)
    if not gold["is_posting"]:
        empty: dict[str, Any] = {name: [] if rubric.kinds[name].is_list else None for name in core}
        gold = {**empty, **gold}
    names = [name for name in ("is_posting", *core, *rubric.kinds) if name in gold]
    return {name: (gold[name], *accept.get(name, ())) for name in dict.fromkeys(names)}
