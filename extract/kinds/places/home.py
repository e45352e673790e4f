"""Which countries a page speaks for: by its language, and by the money it pays in.

A hint for names that several countries share ("Santander" is a city in Spain and a department of
Colombia); never a country by itself. Official languages of territories come from the CLDR (babel).
"""

from __future__ import annotations

import re
from functools import cache

from babel import Locale
from babel.languages import get_official_languages

from extract.lexicon import load, pattern
from extract.reading.tongue import spoken
from extract.values import Document, remembered

__all__ = ["homes"]

_READ = 20_000


@remembered
def homes(document: Document) -> frozenset[str]:
    """Return the countries (ISO 3166-1 alpha-2) that a page speaks for; empty if it does not say.

    >>> sorted(homes(Document("1", "-", "Cook wanted. You earn £14 an hour.", ())))
    ['GB']
    """
    text = document.text[:_READ]
    found: set[str] = set()
    for language in spoken(text):
        if language != "en":
            found |= _official(language)
    for sign, currency in _signs().items():
        if sign in text:
            found.add(currency[:2])
    if "en" in spoken(text) and pattern("dates", "month_first").search(text):
        found.add("US")
    return frozenset(found)


@cache
def _official(language: str) -> frozenset[str]:
    named = map(str, Locale("en").territories)
    codes = (code for code in named if re.fullmatch("[A-Z]{2}", code))
    return frozenset(code for code in codes if language in get_official_languages(code))


@cache
def _signs() -> dict[str, str]:
    """Return the signs of one country's currency: the code of the currency begins with its own."""
    listed = load("currencies")["signs"].items()
    return {
        sign: currency
        for sign, currency in listed
        if isinstance(currency, str) and currency != "EUR" and not sign.isascii()
    }
