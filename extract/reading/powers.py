"""What the words for thousands, lakhs and millions beside a number multiply it by.

Sources: the compact decimal formats of the Unicode CLDR (through babel), in all its languages, and
the vocabulary `numerals`.
"""

from __future__ import annotations

import json
import re
import unicodedata
from decimal import Decimal
from functools import cache
from importlib import import_module
from importlib.resources import files
from itertools import pairwise

from extract.lexicon import load
from extract.lexicon.made_once import made_once
from extract.reading import scripts
from extract.reading.scripts import words_of

__all__ = ["powers"]

_INDIAN = {"lpa": Decimal(10**5), "crore": Decimal(10**7), "crores": Decimal(10**7)}
"""Words of Indian English: the CLDR abbreviates them."""
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
"""Letters of scripts that write no space between words: Thai, Lao, Burmese, Khmer."""
_WITH_OTHER_LETTERS = frozenset({"kab", "to"})
"""Languages that use the single letters of others for other powers, as k for 100,000."""

_WITH_OWN_WORDS = frozenset({"en_IN", "es_MX", "pt_PT", "zh_Hant"})
"""Locales of a country whose words for thousands and millions are not those of the language."""


def powers(plain: str) -> frozenset[Decimal]:
    """Return what the words for thousands, lakhs, millions in a quote multiply by.

    Two of them side by side are multiplied too ("mil millones").
    """
    known = _power_words()
    each = [known.get(word, frozenset()) | _inside(word) for word in words_of(plain)]
    pairs = (one * other for first, second in pairwise(each) for one in first for other in second)
    return frozenset().union(*each, pairs)


def _inside(word: str) -> frozenset[Decimal]:
    """Return the powers within what is many words of a script without spaces."""
    if not _UNSPACED.match(word):
        return frozenset()
    within = (found for power, found in _power_words().items() if power in word)
    return frozenset().union(*within)


@cache
def _power_words() -> dict[str, frozenset[Decimal]]:
    words = files("extract.lexicon").joinpath("numerals.toml")
    listed = json.loads(made_once("powers", _made, ["babel"], str(words), scripts.__file__))
    return {word: frozenset(map(Decimal, powers)) for word, powers in listed.items()}


def _made() -> str:
    table: dict[str, set[Decimal]] = {}
    babel, data = import_module("babel"), import_module("babel.localedata")
    for word, power in load("numerals")["multipliers"].items():
        table.setdefault("".join(words_of(word)), set()).add(Decimal(power))
    table |= {word: {power} for word, power in _INDIAN.items()}
    for name in data.locale_identifiers():
        if ("_" in name and name not in _WITH_OWN_WORDS) or name in _WITH_OTHER_LETTERS:
            continue
        try:
            formats = babel.Locale.parse(name).compact_decimal_formats
        except (ValueError, babel.UnknownLocaleError):
            continue
        for length in ("short", "long"):
            for plural in (formats.get(length) or {}).values():
                for size, pattern in plural.items():
                    _add(table, int(size), pattern.pattern)
    return json.dumps({word: sorted(map(str, powers)) for word, powers in table.items()})


def _add(table: dict[str, set[Decimal]], size: int, pattern: str) -> None:
    """Add the word of a compact format: "000K" for 100000 says that K is 1000."""
    positive = unicodedata.normalize("NFKC", pattern).partition(";")[0]
    digits = positive.count("0")
    found = words_of(positive)
    if digits and len(found) == 1:
        table.setdefault(found[0], set()).add(Decimal(size) / 10 ** (digits - 1))
