"""Find the labels of a document that its text does not state.

Words (title, company, cities, ids, skills, lines) must stand in the text, whatever the case and
white space; amounts, years and dates must be written in it in some form. A page also states things
that it does not show: in the targets of its links, and in JSON-LD, which may be too broken to read.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from evals.data.rubric import Rubric
from extract.kinds import (
    AskedField,
    Kind,
    Moment,
    Number,
    Pay,
    Phrase,
    Phrases,
    Skills,
    Title,
    Years,
    members,
)
from extract.kinds.dates.calendar import written_dates
from extract.reading.numerals import spelled
from extract.text.markup import page
from extract.values import Document

__all__ = ["unsaid", "unsaid_own", "unshown"]

_BETWEEN_DIGITS = re.compile(r"(?<=\d)[.,'’٫٬ _](?=\d)")
_NUMBER = re.compile(r"\d+")
_ADDRESS = re.compile(r"(?:\bhref\s*=\s*[\"']?|\bhttps?://)[^\s\"'<>()]+", re.IGNORECASE)
_DATES = ("posted_on", "closes_on", "starts_on")
_LISTS = (
    "job_ids",
    "skills",
    "certifications",
    "job_families",
    "responsibilities",
    "benefits",
)
_RANGES = ("salary", "experience_years")
_WORD = re.compile(r"[^\W\d_]{2,}(?:-[^\W\d_]+)?")
_MONTHS = 12
_UNWRITTEN = {None, 0, 1}
"""Values that a text can state without a number: "no experience", "a year"."""


def unsaid(document: Document, gold: Mapping[str, Any], language: str = "en") -> list[str]:
    """Return the faults of the labels that a document, written in `language`, does not state.

    >>> document = Document("1", "here", "Cook in Ghent, 15,50 EUR an hour", ())
    >>> unsaid(document, {"title": "Cook", "salary": {"min": 15.5, "max": 16}})
    ['salary: 16 is not among the numbers of the text']
    """
    text = _folded(document.text)
    faults: list[str] = []
    for name, words in _words(gold):
        if _folded(words) not in text:
            faults.append(f"{name}: {words!r} is not in the text")
    for name in _RANGES:
        numbers = {gold[name][end] for end in ("min", "max")} if gold.get(name) else set()
        faults += [
            f"{name}: {number:.15g} is not among the numbers of the text"
            for number in sorted(numbers - _UNWRITTEN)
            if not _is_written(document, number, language)
        ]
    for name in _DATES:
        if gold.get(name) and not _is_dated(document.text, dt.date.fromisoformat(gold[name])):
            faults.append(f"{name}: {gold[name]} is not among the dates of the text")
    return faults


def unsaid_own(
    document: Document, rubric: Rubric, gold: Mapping[str, Any], language: str = "en"
) -> list[str]:
    """Return the faults of labels for a user's own schema that the document does not state.

    Texts, numbers and dates are checked. Long lines, choices and booleans are not: the words that
    state them are not known.
    """
    text = _folded(document.text)
    faults: list[str] = []
    for field in rubric.schema.fields:
        for path, kind, value in _given(field, field.name, gold.get(field.name)):
            match kind:
                case Phrase() | Phrases() | Title() | Skills() if isinstance(value, str):
                    if _folded(value) not in text:
                        faults.append(f"{path}: {value!r} is not in the text")
                case Number() if not _is_written(document, float(value), language):
                    faults.append(f"{path}: {value} is not among the numbers of the text")
                case Moment(type="date"):
                    if not _is_dated(document.text, dt.date.fromisoformat(value)):
                        faults.append(f"{path}: {value} is not among the dates of the text")
                case _:
                    continue
    return faults


def _given(field: AskedField, path: str, value: Any) -> Iterator[tuple[str, Kind, Any]]:
    """Yield the single values of a label, each with its path and its kind."""
    if isinstance(value, list):
        for item in value:
            yield from _given(field, path, item)
    elif isinstance(value, dict) and (below := members(field.kind)):
        for member in below:
            yield from _given(member, f"{path}.{member.name}", value.get(member.name))
    elif value not in (None, ""):
        yield path, field.kind, value


def unshown(raw: str) -> str:
    """Return what a page states and does not show: its JSON-LD, and the targets of its links.

    >>> unshown("Cook in Ghent, [apply](https://example.com/jobs/GH-7)")
    'https://example.com/jobs/GH-7'
    """
    return "\n".join((*page(raw).blocks, *_ADDRESS.findall(raw)))


def _words(gold: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the labels that stand in the text word for word, with their fields."""
    for name in ("title", "company"):
        if gold.get(name):
            yield name, gold[name]
    for name in _LISTS:
        yield from ((name, words) for words in gold.get(name, []))
    for each in gold.get("requirements", []):
        yield "requirements", each["text"] if isinstance(each, dict) else each
    for place in gold.get("locations", []):
        yield from (("locations", place[part]) for part in ("city", "region") if place.get(part))


def _folded(words: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", words).casefold().split())


def _is_written(document: Document, number: float, language: str) -> bool:
    """Tell whether a number is in the text: its digits without zeros, or as pay or years.

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
    """Return the digits without zeros at either end: 12.50, 1.250.000 and 125k are all 125."""
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
