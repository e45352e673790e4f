"""Text of any script in one form, for looking things up in it: digits as 0 to 9, bare words."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache

__all__ = ["with_ascii_digits", "words_of"]

_FRACTIONS = {"½": Decimal("0.5"), "¼": Decimal("0.25"), "¾": Decimal("0.75")}
_FRACTION = re.compile(f"(\\d*)\\s?([{''.join(_FRACTIONS)}])")


@lru_cache(maxsize=64)
def with_ascii_digits(text: str) -> str:
    """Return a text in Unicode's form NFKC, with the digits of every script as 0 to 9.

    >>> with_ascii_digits("٢٥٠٠ or 2½")
    '2500 or 2.5'
    """
    if text.isascii():
        return text
    digits = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)
    return unicodedata.normalize("NFKC", _FRACTION.sub(_decimal, digits))


def _decimal(fraction: re.Match[str]) -> str:
    return str(Decimal(fraction[1] or 0) + _FRACTIONS[fraction[2]])


def words_of(text: str) -> list[str]:
    """Return the words of a text in lower case and without combining marks, which many split at.

    Chinese characters, kana and Hangul syllables are words of their own.

    >>> words_of("2 हज़ार रुपये"), words_of("3천만")
    (['हजर', 'रपय'], ['천', '만'])
    """
    bare = (c for c in text.lower() if not unicodedata.category(c).startswith("M"))
    return re.findall(r"[^\W\d_\u3000-\U0010ffff]+|[^\W\d_]", "".join(bare))
