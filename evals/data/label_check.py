"""Check the labels of a dataset: their form, their vocabularies, and that the text states them.

A label must be stated in its document (see `evals.data.unsaid`). An accepted alternative is only
checked against the schema and the vocabularies: it may be worded freely.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pycountry
from babel import Locale

from evals.data.dataset import case_of
from evals.data.label_files import Label, faults, labels
from evals.data.rubric import BUILT_IN, Rubric
from evals.data.unsaid import unsaid, unsaid_own, unshown
from extract.errors import InputError
from extract.kinds import Languages
from extract.text.decode import decode
from extract.values import Document

__all__ = ["problems"]

_RANGES = ("salary", "experience_years", "hours_per_week")


@dataclass(frozen=True, slots=True)
class _Known:
    """The dataset of a label. `used` maps each document named so far to its case."""

    where: Path
    rubric: Rubric
    ids: frozenset[str]
    used: dict[Path, str] = field(default_factory=dict)


def problems(path: str | Path, rubric: Rubric = BUILT_IN) -> Iterator[tuple[str, list[str]]]:
    """Yield each case's id with its faults, then each document that no label names.

    For a user's own schema the vocabularies of a posting are not checked. Raises InputError if
    `path` is not a dataset.
    """
    where = Path(path)
    listed = list(labels(where, flat=rubric.built_in))
    known = _Known(where, rubric, frozenset(str((label.row or {}).get("id")) for label in listed))
    seen: dict[str, str] = {}
    for label in listed:
        name = str((label.row or {}).get("id", label.place))
        found = [fault.removeprefix(f"{name}, ") for fault in faults(label, rubric)]
        if name in seen:
            found.append(f"{label.place}: the id is taken by {seen[name]}")
        seen.setdefault(name, label.place)
        if label.row is not None and not found:
            found += _of_dataset(label.row, label.place, known)
            found += _of_labels(label.row["gold"], label.row.get("accept", {}), rubric)
            found += _of_text(where, label, rubric)
        yield name, found
    if where.is_dir():
        for file in sorted((where / "documents").rglob("*")):
            if (
                file.is_file()
                and not file.name.startswith(".")
                and file.resolve() not in known.used
            ):
                yield str(file.relative_to(where)), ["no label names this document"]


def _of_dataset(row: Mapping[str, Any], place: str, known: _Known) -> Iterator[str]:
    twin = row.get("twin_of")
    if twin is not None and (twin not in known.ids or twin == row["id"]):
        yield f"twin_of: no other case has the id {twin!r}"
    if "document" not in row:
        return
    if Path(place).stem != row["id"]:
        yield f"id: must match the name of the label file, {Path(place).name}"
    file = (known.where / row["document"]).resolve()
    if file in known.used:
        yield f"document: {row['document']} is also the document of {known.used[file]}"
    known.used[file] = row["id"]


def _of_labels(
    gold: Mapping[str, Any], accept: Mapping[str, Sequence[Any]], rubric: Rubric
) -> Iterator[str]:
    if not gold.get("is_posting", True):
        filled = _filled(gold, rubric)
        if filled:
            yield f"gold: is_posting is false, but there are values for {', '.join(filled)}"
    for name, values in accept.items():
        if name not in gold:
            yield f"accept.{name}: the field has no label in gold"
        elif gold[name] in values:
            yield f"accept.{name}: repeats the label"
    own = not rubric.built_in
    for part in () if own else (gold, *({n: value} for n in accept for value in accept[n])):
        yield from _of_vocabulary(part)


def _of_vocabulary(part: Mapping[str, Any]) -> Iterator[str]:
    for name in _RANGES:
        low, high = ((part.get(name) or {}).get(end) for end in ("min", "max"))
        if low is not None and high is not None and low > high:
            yield f"{name}: min {low:.15g} is more than max {high:.15g}"
    currency = (part.get("salary") or {}).get("currency")
    if currency and pycountry.currencies.get(alpha_3=currency) is None:
        yield f"salary: {currency!r} is not an ISO 4217 currency"
    countries = {place.get("country") for place in part.get("locations", [])}
    for country in sorted(filter(None, countries)):
        if pycountry.countries.get(alpha_2=country) is None:
            yield f"locations: {country!r} is not an ISO 3166-1 country"
    for language in part.get("languages", []):
        if not _is_language(language):
            yield f"languages: {language!r} is not the English name of a language"


def _filled(gold: Mapping[str, Any], rubric: Rubric) -> list[str]:
    return [name for name in gold if name in rubric.kinds and gold[name] not in (None, [])]


def _of_text(where: Path, label: Label, rubric: Rubric) -> list[str]:
    row = label.row or {}
    try:
        document = case_of(where, label, rubric=rubric).document()
    except InputError as error:
        # A page without text is a fair case, as long as nothing is read from it.
        missing = "document" in row and not (where / row["document"]).is_file()
        fair = row["gold"] and not _filled(row["gold"], rubric) and not missing
        return [] if fair else [f"document: {error}"]
    language = str(row.get("language") or "en")[:2]
    golds = (row["gold"], *row.get("roles", []))

    def lacking(text: Document) -> list[str]:
        if rubric.built_in:
            return [fault for gold in golds for fault in unsaid(text, gold, language)]
        return unsaid_own(text, rubric, row["gold"], language)

    found = lacking(document)
    if not found:
        return []
    hidden = Document(document.id, document.source, unshown(_raw(where, row)), ())
    still = set(lacking(hidden))
    return [fault for fault in found if fault in still]


def _raw(where: Path, row: Mapping[str, Any]) -> str:
    return row["text"] if "text" in row else decode((where / row["document"]).read_bytes())


def _is_language(name: str) -> bool:
    asked = f"Fluent {name} required."
    return name.casefold() in _languages() or bool(Languages().propose(Document("", "", asked, ())))


@cache
def _languages() -> frozenset[str]:
    """Return the English names of languages and of their varieties (CLDR), and of ISO 639-3."""
    cldr = Locale("en")
    listed = (language.name for language in pycountry.languages)
    names = (*cldr.languages.values(), *cldr.variants.values(), *listed)
    return frozenset(name.casefold() for name in names)
