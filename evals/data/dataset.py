"""A dataset: documents with labels that people made by reading them.

It has two forms. A directory holds `labels/ID.json`, one file per case, whose `document` names a
file of the directory. A `.jsonl` file holds one row per case, with its `text`. Both follow
`dataset.schema.json`; rows may also have flat labels (see `evals.data.flat_labels`). Labels for a
user's own schema hold its fields as JSON (see `evals.data.label_shapes`).

A case that names no `split` is in the split of the case it is a twin of. Otherwise the parity of
the SHA-256 of its id decides: even is dev, odd is test. So the split of a case never changes as a
dataset grows.
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

__all__ = ["Case", "ChangedError", "Dataset", "Part", "Split", "case_of", "load"]

Split = Literal["dev", "test"]
Part = Literal[Split, "all"]


class ChangedError(InputError):
    """A document that is not what it was when its dataset was loaded."""


@dataclass(frozen=True, slots=True)
class Case:
    """One labelled document.

    `gold` maps each labelled field to the values that are right, as JSON: first the label, then
    the accepted alternatives. It is empty for a part of the page `page`, which is scored only by
    `roles`, the titles of the page's postings. Twins share an `origin`. `sha256` is of the bytes of
    the document's file, if it has a file of its own.
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
    sha256: str | None = field(default=None, repr=False)

    @property
    def origin(self) -> str:
        """The id of the case this is a twin of, or its own."""
        return self.twin_of or self.id

    def document(self) -> Document:
        """Read the document.

        Raises InputError if it cannot be read, ChangedError if its file has changed or gone since
        the dataset was loaded.
        """
        name = self.page or self.id
        if "text" in self.label:
            whole = from_text(self.label["text"], id=name, source=self.source)
        else:
            self._check()
            whole = read(self.source, id=name)
        if self.page is None:
            return whole
        return next((part for part in postings(whole) if part.id == self.id), whole)

    def _check(self) -> None:
        if self.sha256 is None:
            return
        try:
            now = hashlib.sha256(contents(self.source, self.id)).hexdigest()
        except InputError as error:
            raise ChangedError(f"{error}; it was there when the run began") from error
        if now != self.sha256:
            raise ChangedError(
                f"{self.source}: another program has changed it since the run began; run again"
            )

    def parts(self) -> tuple[Case, ...]:
        """Return a case for each posting of a page of several, or just this case."""
        if self.gold or not self.label.get("roles"):
            return (self,)
        roles = tuple(role["title"] for role in self.label["roles"])
        page = replace(self, page=self.id, roles=roles)
        try:
            parts = postings(page.document())
        except InputError:
            return (page,)
        return tuple(replace(page, id=part.id) for part in parts)


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
        """Return the labelled cases of a split, with the given ids, at most `limit`.

        The id of a page of several postings stands for all its parts. Raises InputError for an id
        that no case has, and if no case is left.
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
            raise InputError(f"{self.name}: no labelled case matches; check --split and --only")
        return tuple(chosen[:limit])


def load(path: str | Path, rubric: Rubric = BUILT_IN) -> Dataset:
    """Load a dataset whose labels hold the fields of a rubric's schema.

    Raises InputError that names the first faulty label, an id used twice, a twin of an unknown
    case, or a missing document.
    """
    where = Path(path)
    rows: dict[str, tuple[Label, dict[str, Any]]] = {}
    for label in labels(where, flat=rubric.built_in):
        found = faults(label, rubric)
        if found or label.row is None:
            raise InputError(f"{label.place}: {found[0] if found else 'not a JSON object'}")
        name = label.row["id"]
        if name in rows:
            raise InputError(f"{label.place}: {rows[name][0].place} has the id {name!r} too")
        rows[name] = (label, label.row)
    digest = hashlib.sha256()
    cases: list[Case] = []
    for name in sorted(rows):
        label, row = rows[name]
        twin = row.get("twin_of")
        if twin is not None and twin not in rows:
            raise InputError(f"{label.place}: twin_of: no case has the id {twin!r}")
        case = case_of(where, label, rows[twin][1] if twin else {}, rubric)
        digest.update(json.dumps(row, sort_keys=True, ensure_ascii=False).encode())
        if "text" not in row:
            data = contents(case.source, label.place)
            digest.update(data)
            case = replace(case, sha256=hashlib.sha256(data).hexdigest())
        cases += case.parts()
    return Dataset(where.name, tuple(cases), digest.hexdigest(), rubric)


def case_of(
    where: Path,
    label: Label,
    original: Mapping[str, Any] = MappingProxyType({}),
    rubric: Rubric = BUILT_IN,
) -> Case:
    """Return the case of a valid label; `original` is the row it is a twin of."""
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
