"""What of a row is compared: its fields in one spelling, with their quotes. A card is small.

A row is read as JSON, not as a `Record`: it may be of another version, or of a schema of one's own
that has some of the fields. A value of the wrong type counts as unsaid.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, get_args

from pydantic import BaseModel, ValidationError

from extract.kinds.places.folded_names import fold
from extract.kinds.places.gazetteer import country
from extract.lexicon.files import UNSPACED
from extract.posting import Seniority
from extract.reading.tongue import spoken
from extract.same.names_compared import employer, marks, plain_words, title
from extract.values import Contract, Hours, Salary

__all__ = ["DATES", "Card", "Spot", "card_of", "lines_of"]

QUOTED: Final = (
    "title", "company", "locations", "salary", "job_ids", "posted_on", "closes_on", "starts_on",
    "hours_per_week", "employment_types", "seniority", "contract", "remote_from",
)  # fmt: skip
"""The fields that decide, of which a card keeps the quotes."""

DATES: Final = ("posted_on", "closes_on", "starts_on")
SHIFTS: Final = ("night", "day", "early", "late", "weekend")
TRAINING: Final = ("apprenticeship", "internship")
_LONGEST_QUOTE = 200
_MOST_QUOTES = 5
_MOST_LINES = 60
_MOST_WORDS = 600
_STEM = 5
_FEWEST_LETTERS = 3
_CODE = re.compile(r"[\W_]+")
_ENDING = re.compile(r"\d+")


class Spot(NamedTuple):
    """A place of work, folded; each part may be unsaid."""

    city: str
    region: str
    country: str


@dataclass(frozen=True, slots=True)
class Card:
    """What of one row is compared. `row` names its line: "rows.jsonl:12"; `quotes` is by field."""

    id: str
    source: str
    row: str
    title: frozenset[str] = frozenset()
    ranks: frozenset[str] = frozenset()
    level: str | None = None
    shifts: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()
    company: frozenset[str] = frozenset()
    spots: tuple[Spot, ...] = ()
    remote: bool = False
    remote_from: frozenset[str] = frozenset()
    pay: tuple[Any, ...] | None = None
    ids: frozenset[str] = frozenset()
    forms: frozenset[str] = frozenset()
    days: tuple[int, ...] = (0, 0, 0)
    hours: tuple[float | None, float | None] | None = None
    contract: tuple[str, float | None] | None = None
    skills: frozenset[str] = frozenset()
    duties: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    aside: frozenset[str] = frozenset()
    tongues: tuple[str, ...] = ()
    quotes: dict[str, tuple[str, ...]] = field(default_factory=dict)


def card_of(row: Mapping[str, Any], place: str) -> Card:
    """Return the card of a record's row, which stands at `place`.

    >>> posting = {"title": "Baker (m/f/d)", "company": "Saltmarsh Bakery Ltd"}
    >>> card = card_of({"id": "1", "posting": posting}, "rows.jsonl:1")
    >>> sorted(card.title), sorted(card.company), card.quotes
    (['baker'], ['bakery', 'saltmarsh'], {})
    """
    posting = row["posting"]
    quotes = _quotes(row.get("evidence"))
    name = _text(posting.get("title"))
    duties, needs = _lines(posting, "responsibilities"), _lines(posting, "requirements")
    ids = frozenset(filter(None, (_bare(code) for code in _texts(posting, "job_ids"))))
    contract = _typed(Contract, posting.get("contract"))
    hours = _typed(Hours, posting.get("hours_per_week"))
    return Card(
        id=str(row.get("id", place)),
        source=str(row.get("source", "")),
        row=place,
        title=title(name),
        ranks=marks(name, "seniority", get_args(Seniority)),
        level=_text(posting.get("seniority")) or None,
        shifts=marks(name, "shifts", SHIFTS),
        types=frozenset(_texts(posting, "employment_types"))
        | marks(name, "employment_types", TRAINING),
        company=employer(_text(posting.get("company"))),
        spots=tuple(_spots(posting.get("locations"))),
        remote=posting.get("workplace") == "remote",
        remote_from=frozenset(country(one) or fold(one) for one in _texts(posting, "remote_from")),
        pay=_pay(posting.get("salary")),
        ids=ids,
        forms=frozenset(_ENDING.sub(lambda run: "9" * len(run[0]), code) for code in ids),
        days=tuple(_day(posting.get(name)) for name in DATES),
        hours=(hours.min, hours.max) if hours else None,
        contract=(contract.type, contract.months) if contract else None,
        skills=frozenset(fold(one) for one in _texts(posting, "skills")),
        duties=_stems(duties),
        needs=_stems(needs),
        aside=_aside(posting, quotes),
        tongues=spoken(" ".join((*duties, *needs))),
        quotes=quotes,
    )


def lines_of(row: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the long text of a row, by which near copies are found.

    Benefits are left out: they are the employer's, not the job's.
    """
    posting = row["posting"]
    return (*_lines(posting, "responsibilities"), *_lines(posting, "requirements"))


def _quotes(evidence: Any) -> dict[str, tuple[str, ...]]:
    kept: dict[str, list[str]] = {}
    if not isinstance(evidence, Mapping):
        return {}
    for path, listed in evidence.items():
        name = str(path).partition(".")[0]
        if name in QUOTED and isinstance(listed, list):
            quotes = (_text(one.get("quote")) for one in listed if isinstance(one, Mapping))
            kept.setdefault(name, []).extend(quote[:_LONGEST_QUOTE] for quote in quotes if quote)
    return {
        name: tuple(dict.fromkeys(quotes))[:_MOST_QUOTES] for name, quotes in kept.items() if quotes
    }


def _aside(posting: Mapping[str, Any], quotes: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    """Return words of other fields that a title may repeat without being another title."""
    said = [
        quote
        for name in QUOTED
        if name not in {"title", "seniority"}
        for quote in quotes.get(name, ())
    ]
    listed = (*said, *_texts(posting, "job_families"), _text(posting.get("company")))
    places = [str(part) for spot in _spots(posting.get("locations")) for part in spot]
    return plain_words(" ".join((*listed, *places)))


def _spots(listed: Any) -> Iterator[Spot]:
    for one in listed if isinstance(listed, list) else ():
        if isinstance(one, Mapping):
            city, region, country = (_text(one.get(key)) for key in ("city", "region", "country"))
            if not (city or region or country):
                city = _text(one.get("text"))
            if city or region or country:
                yield Spot(fold(city), fold(region), country.upper())


def _pay(value: Any) -> tuple[Any, ...] | None:
    pay = _typed(Salary, value)
    if pay is None or (pay.min is None and pay.max is None):
        return None
    return (pay.min, pay.max, pay.currency, pay.period, pay.gross)


def _typed(model: type[Any], value: Any) -> Any:
    """Return a value of its type; None if it is not one."""
    if isinstance(value, BaseModel):
        value = value.model_dump()
    if not isinstance(value, Mapping):
        return None
    known = {key: part for key, part in value.items() if key in model.model_fields}
    with suppress(ValidationError):
        return model(**known)
    return None


def _day(value: Any) -> int:
    """Return a day as a number, 0 if it is unsaid."""
    if isinstance(value, dt.date):
        return value.toordinal()
    with suppress(ValueError):
        return dt.date.fromisoformat(_text(value)[:10]).toordinal()
    return 0


def _lines(posting: Mapping[str, Any], name: str) -> tuple[str, ...]:
    listed = posting.get(name)
    lines = (
        one.get("text") if isinstance(one, Mapping) else one
        for one in (listed if isinstance(listed, list) else ())
    )
    return tuple(line for line in map(_text, lines) if line)


def _texts(posting: Mapping[str, Any], name: str) -> tuple[str, ...]:
    listed = posting.get(name)
    return tuple(filter(None, map(_text, listed if isinstance(listed, list) else ())))


def _text(value: Any) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""


def _bare(code: str) -> str:
    return _CODE.sub("", code).casefold()


def _stems(lines: tuple[str, ...]) -> frozenset[str]:
    """Return the beginnings of the words of some lines: endings change when a line is reworded."""
    found = (
        word[:_STEM]
        for word in plain_words(" ".join(lines[:_MOST_LINES]))
        if len(word) > _FEWEST_LETTERS or not word.isalpha() or UNSPACED.search(word)
    )
    # Sorted, so that of two long texts the same words are kept.
    return frozenset(sorted(set(found))[:_MOST_WORDS])
