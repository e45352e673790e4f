"""The title and the employer are two names: neither is the other, nor is a part of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from extract.asking.schema import Schema
from extract.kinds import Company, Title
from extract.reading.job_titles import likeness_to_titles

__all__ = ["misnamed", "without_employer"]

_EVEN = 0.5
_WORD = re.compile(r"[^\W_]+")
_BETWEEN = r"\s+(?:@|at|bei|chez|bij|en|em|presso|hos|på|ved|w|v|ve|[-–—|·])\s+"
_BEHIND = r"\s*(?:[|:]|\s[-–—·])\s+"


def misnamed(schema: Schema[Any], values: Mapping[str, Any]) -> str | None:
    """Return the field whose value is its title's or its employer's name by mistake, or None.

    A small model that finds no title takes the employer for it, and the other way round.

    >>> from extract.posting import Posting
    >>> from extract.asking.schema import schema_of
    >>> misnamed(schema_of(Posting), {"title": "Pastry Chef", "company": "pastry chef"})
    'company'
    """
    for title, said, company, name in _both(schema, values):
        if _plain(said) == _plain(name):
            return company if likeness_to_titles(said) > _EVEN else title
    return None


def without_employer(schema: Schema[Any], values: Mapping[str, Any]) -> dict[str, str]:
    """Return the titles that name the employer before or behind the job, as the job alone.

    >>> from extract.posting import Posting
    >>> from extract.asking.schema import schema_of
    >>> said = {"title": "Pastry Chef at Oven & Sons", "company": "Oven & Sons"}
    >>> without_employer(schema_of(Posting), said)
    {'title': 'Pastry Chef'}
    """
    shorter: dict[str, str] = {}
    for title, said, _, name in _both(schema, values):
        job = re.sub(rf"{_BETWEEN}{re.escape(name)}$", "", said, flags=re.IGNORECASE)
        behind = re.sub(rf"^{re.escape(name)}{_BEHIND}", "", job, flags=re.IGNORECASE)
        # "Oven & Sons - Bakery" may be the whole name of a shop.
        job = behind if likeness_to_titles(behind) > _EVEN else job
        if job != said and any(map(str.isalpha, job)):
            shorter[title] = job
    return shorter


def _both(schema: Schema[Any], values: Mapping[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    """Yield each field of a title and its value with each field of an employer and its value."""
    for title in _of_kind(schema, Title):
        for company in _of_kind(schema, Company):
            said, name = values.get(title), values.get(company)
            if said and name:
                yield title, str(said), company, str(name)


def _plain(words: str) -> str:
    """Return the words of a name without marks between them: "TRUCK-DRIVER" is a truck driver."""
    return " ".join(_WORD.findall(words.casefold())) or words


def _of_kind(schema: Schema[Any], kind: type) -> list[str]:
    return [field.name for field in schema.fields if isinstance(field.kind, kind)]
