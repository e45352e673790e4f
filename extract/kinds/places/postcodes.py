"""Towns beside a postal code: "32657 Lemgo", "Cardiff CF14 4XW", "Mill Street 9, 6260 Oventown"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from extract.kinds.places.extent import city_start
from extract.kinds.places.place_name import Name
from extract.kinds.places.place_words import is_ordinary
from extract.values import Span

__all__ = ["addressed", "before_postcode", "is_addressed", "postcoded"]

_TRIES = 200  # bounds on what a hostile document can cost
_REACH = 90
_POSTCODED = re.compile(
    r"\d{3}(?:\d{1,2}|[ \u00a0]\d{2})[ \u00a0]{1,2}(?=[A-ZÀ-Ž][\w’'-]*[a-zà-ž])"
)
# A street, its number, a comma, and a postal code of four or five figures.
_ADDRESSED = re.compile(
    r"(?<![^\W\d_])[A-ZÀ-Ž][\w.'’-]*(?: [\w.'’-]+){0,3} \d{1,4} ?[a-zA-Z]?,[ \u00a0]"
    r"(?:[A-Z]{1,2}-)?\d{4,5} ([A-ZÀ-Ž][\w’'-]*[a-zà-ž](?:[ -][A-ZÀ-Ž][\w’'-]+){0,2})"
)
_UNCODED = re.compile(r"(?<![\w.,/-])(?:[A-Z]{1,2}[-–])?\Z")
# Royal Mail's formats, as BS 7666 has them.
_POSTCODE = re.compile(r",?[ \t]{1,2}(?=[A-Z]{1,2}\d[A-Z\d]?[ \t]?\d[A-Z]{2}\b)")
_CAPITALISED = re.compile(
    r"[A-ZÀ-Ž][\w’'-]+(?: (?:am|an der|im|in|sur|de|la|nad|[A-ZÀ-Ž])[\w’'-]*){0,3}"
)


def postcoded(text: str) -> Iterator[Span]:
    """Yield the known cities behind a postal code: "32657 Lemgo".

    >>> [span.start for span in postcoded("Am Wall 3, 32657 Lemgo")]
    [17]
    """
    for found in islice(_POSTCODED.finditer(text), _TRIES):
        if not _UNCODED.search(text, max(0, found.start() - 3), found.start()):
            continue
        words = _CAPITALISED.match(text, found.end())
        while words is not None:
            end = words.end()
            name = Name(0, 0, text[found.end() : end])
            if name.cities and not is_ordinary(name.words):
                yield Span(found.end(), end)
                break
            shorter = text.rfind(" ", found.end(), end)
            words = _CAPITALISED.match(text, found.end(), shorter) if shorter > 0 else None


def addressed(text: str) -> Iterator[Span]:
    """Yield what stands behind a street, its number and a postal code, known or not.

    >>> [span.start for span in addressed("Mill Street 9, 6260 Oventown")]
    [20]
    """
    for found in islice(_ADDRESSED.finditer(text), _TRIES):
        if not is_ordinary(found[1]):
            yield Span(*found.span(1))


def is_addressed(text: str, span: Span) -> bool:
    """Tell whether a span is what stands behind such an address."""
    found = _ADDRESSED.finditer(text, max(0, span.start - _REACH), span.end)
    return any(match.span(1) == (span.start, span.end) for match in found)


def before_postcode(text: str) -> Iterator[Span]:
    """Yield the known cities before a British postcode: "Heath Park, Cardiff CF14 4XW".

    >>> [span.start for span in before_postcode("Heath Park, Cardiff, CF14 4XW")]
    [12]
    """
    for code in islice(_POSTCODE.finditer(text), _TRIES):
        start = city_start(text, code.start())
        name = Name(0, 0, text[start : code.start()]) if start is not None else None
        if start is not None and name and name.cities and not is_ordinary(name.words):
            yield Span(start, code.start())
