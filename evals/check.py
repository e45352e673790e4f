"""Check the labels of a dataset: form, vocabularies, and whether the text says what they say.

Words (title, company, cities, ids, skills) must stand in the document's text, but for case and
white space; amounts, years and dates must be written in it in some form. What is only accepted,
beside the label, is held against the schema alone: it may be worded freely.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pycountry
from babel import Locale

from evals.dataset import FIELDS, case_of
from evals.labels import Label, faults, labels
from extract.cues.calendar import written_dates
from extract.cues.numerals import spelled
from extract.errors import InputError
from extract.kinds import Languages, Pay, Years
from extract.values import Document

__all__ = ["problems", "unsaid"]

_BETWEEN_DIGITS = re.compile(r"(?<=\d)[.,'’٫٬ _](?=\d)")
_NUMBER = re.compile(r"\d+")
_DATES = ("posted_on", "closes_on", "starts_on")
_RANGES = ("salary", "experience_years")
_WORD = re.compile(r"[^\W\d_]{2,}(?:-[^\W\d_]+)?")
_MONTHS = 12
_UNWRITTEN = {None, 0, 1}
"""Said without a number: "no experience", "a year"."""


@dataclass(frozen=True, slots=True)
class _Known:
    """The dataset around a label; `used` maps the documents named so far to their cases."""

    where: Path
    ids: frozenset[str]
    used: dict[Path, str] = field(default_factory=dict)


def problems(path: str | Path) -> Iterator[tuple[str, list[str]]]:
    """Yield each case's id with what is to fix in it, then each document that no label names.

    Raises InputError where `path` is no dataset.
    """
    where = Path(path)
    listed = list(labels(where))
    known = _Known(where, frozenset(str((label.row or {}).get("id")) for label in listed))
    seen: dict[str, str] = {}
    for label in listed:
        name = str((label.row or {}).get("id", label.place))
        found = [fault.removeprefix(f"{name}, ") for fault in faults(label)]
        if name in seen:
            found.append(f"{label.place}: the id is taken by {seen[name]}")
        seen.setdefault(name, label.place)
        if label.row is not None and not found:
            found += _of_dataset(label.row, label.place, known)
            found += _of_labels(label.row["gold"], label.row.get("accept", {}))
            found += _of_text(where, label)
        yield name, found
    if where.is_dir():
        for file in sorted((where / "documents").rglob("*")):
            if (
                file.is_file()
                and not file.name.startswith(".")
                and file.resolve() not in known.used
            ):
                yield str(file.relative_to(where)), ["no label names this document"]


def unsaid(document: Document, gold: Mapping[str, Any], language: str = "en") -> list[str]:
    """Return what the labels say and the document, written in `language`, does not.

    >>> document = Document("1", "here", "Cook in Ghent, 15,50 EUR an hour", ())
    >>> unsaid(document, {"title": "Cook", "salary": {"min": 15.5, "max": 16}})
    ['salary: 16 is not among the numbers of the text']
    """
    text = _folded(document.text)
    told: list[str] = []
    for name, words in _words(gold):
        if _folded(words) not in text:
            told.append(f"{name}: {words!r} is not in the text")
    for name in _RANGES:
        numbers = {gold[name][end] for end in ("min", "max")} if gold.get(name) else set()
        told += [
            f"{name}: {number:g} is not among the numbers of the text"
            for number in sorted(numbers - _UNWRITTEN)
            if not _is_written(document, number, language)
        ]
    for name in _DATES:
        if gold.get(name) and not _is_dated(document.text, dt.date.fromisoformat(gold[name])):
            told.append(f"{name}: {gold[name]} is not among the dates of the text")
    return told


def _words(gold: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the labels that stand in the text word for word, with their fields."""
    for name in ("title", "company"):
        if gold.get(name):
            yield name, gold[name]
    for name in ("job_ids", "skills"):
        yield from ((name, words) for words in gold.get(name, []))
    for place in gold.get("locations", []):
        yield from (("locations", place[part]) for part in ("city", "region") if place.get(part))


def _of_dataset(row: Mapping[str, Any], place: str, known: _Known) -> Iterator[str]:
    twin = row.get("twin_of")
    if twin is not None and (twin not in known.ids or twin == row["id"]):
        yield f"twin_of: no other case has the id {twin!r}"
    if "document" not in row:
        return
    if Path(place).stem != row["id"]:
        yield f"id: the label file is called {Path(place).name}"
    file = (known.where / row["document"]).resolve()
    if file in known.used:
        yield f"document: {row['document']} is the document of {known.used[file]} too"
    known.used[file] = row["id"]


def _of_labels(gold: Mapping[str, Any], accept: Mapping[str, Sequence[Any]]) -> Iterator[str]:
    if not gold.get("is_posting", True):
        filled = _filled(gold)
        if filled:
            yield f"gold: no posting, and yet it has {', '.join(filled)}"
    for name, values in accept.items():
        if name not in gold:
            yield f"accept.{name}: the field has no label"
        elif gold[name] in values:
            yield f"accept.{name}: repeats the label"
    for part in (gold, *({name: value} for name in accept for value in accept[name])):
        yield from _of_vocabulary(part)


def _of_vocabulary(part: Mapping[str, Any]) -> Iterator[str]:
    for name in _RANGES:
        low, high = ((part.get(name) or {}).get(end) for end in ("min", "max"))
        if low is not None and high is not None and low > high:
            yield f"{name}: min {low:g} is more than max {high:g}"
    currency = (part.get("salary") or {}).get("currency")
    if currency and pycountry.currencies.get(alpha_3=currency) is None:
        yield f"salary: {currency!r} is no ISO 4217 currency"
    countries = {place.get("country") for place in part.get("locations", [])}
    for country in sorted(filter(None, countries)):
        if pycountry.countries.get(alpha_2=country) is None:
            yield f"locations: {country!r} is no ISO 3166-1 country"
    for language in part.get("languages", []):
        if not _is_language(language):
            yield f"languages: {language!r} is no language's English name"


def _filled(gold: Mapping[str, Any]) -> list[str]:
    return [name for name in FIELDS if gold.get(name)]


def _of_text(where: Path, label: Label) -> list[str]:
    row = label.row or {}
    try:
        document = case_of(where, label).document()
    except InputError as error:
        # A page without text is a fair case, as long as nothing is read from it.
        missing = "document" in row and not (where / row["document"]).is_file()
        fair = row["gold"] and not _filled(row["gold"]) and not missing
        return [] if fair else [f"document: {error}"]
    language = str(row.get("language") or "en")[:2]
    return [
        fault
        for gold in (row["gold"], *row.get("roles", []))
        for fault in unsaid(document, gold, language)
    ]


def _folded(words: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", words).casefold().split())


def _is_written(document: Document, number: float, language: str) -> bool:
    """Tell whether a number is in the text: its digits but for noughts, or read as pay or years.

    Years may be written in months, and both in words.
    """
    meant = (number, number * _MONTHS)
    if any(_digits(f"{each:f}") in _numbers(document.text) for each in meant):
        return True
    for kind in (Pay(), Years()):
        for span in kind.propose(document) or ():
            value = kind.read(document, span)
            if value is not None and number in (value.min, value.max):
                return True
    return any(spelled(word, language) in meant for word in set(_WORD.findall(document.text)))


def _digits(written: str) -> str:
    """Return the digits that are left of 12.50, 1.250.000 and 125k alike."""
    whole, _, part = written.partition(".")
    return (whole + part.rstrip("0")).strip("0")


@cache
def _numbers(text: str) -> frozenset[str]:
    plain = unicodedata.normalize("NFKC", text)
    joined = _BETWEEN_DIGITS.sub("", plain)
    spaced = _BETWEEN_DIGITS.sub("", plain.replace(" ", "\n"))
    written = (number for form in (plain, joined, spaced) for number in _NUMBER.findall(form))
    return frozenset(number.strip("0") for number in written)


def _is_dated(text: str, day: dt.date) -> bool:
    """Tell whether a date is in the text, in full or in parts: its year and its day or month."""
    for written in written_dates(text):
        if day in (written.day(None), written.day("day"), written.day("month")):
            return True
    numbers = {int(number) for number in _NUMBER.findall(text) if len(number) <= len("2025")}
    return day.year in numbers and (day.day in numbers or day.day == 1)


def _is_language(name: str) -> bool:
    asked = f"Fluent {name} required."
    return name.casefold() in _languages() or bool(Languages().propose(Document("", "", asked, ())))


@cache
def _languages() -> frozenset[str]:
    """Return the English names of languages: the CLDR's, and those of ISO 639-3."""
    cldr = (name.casefold() for name in Locale("en").languages.values())
    return frozenset([*cldr, *(language.name.casefold() for language in pycountry.languages)])
