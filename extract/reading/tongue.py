"""In which language a stretch of text is written, by its function words.

Only good for choosing between readings of one word ("an" is an article or a year, "chef" a cook
or a boss): a page can mix languages, and a headline has no function words at all.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from functools import cache, lru_cache

from extract.lexicon import load

__all__ = ["function_words", "is_borrowed", "is_foreign", "spoken"]

_WORD = re.compile(r"[^\W\d_]{2,}|(?<![\w'’])[yè](?!\w)")
_READ = 20_000
_AROUND = 160


@lru_cache(maxsize=256)
def spoken(text: str) -> tuple[str, ...]:
    """Return the languages (ISO 639-1) with the most function words in `text`; several if even.

    >>> spoken("Pay is $22 an hour, more with experience."), spoken("Un an et demi en caisse")
    (('en',), ('fr',))
    >>> spoken("Sous Chef")
    ()
    """
    scores: Counter[str] = Counter()
    words = _languages()
    for word, count in Counter(_WORD.findall(text[:_READ])).items():
        for language in words.get(word.casefold(), ()):
            scores[language] += count
    most = max(scores.values(), default=0)
    return tuple(language for language, score in scores.items() if score == most)


def is_foreign(text: str, start: int, end: int, language: str) -> bool:
    """Tell whether a word of `language` stands in a text of another, which spells one like it.

    The line of the word decides, and where that has no function words, the whole text.

    >>> text = "Pay is $22 an hour, more with experience."
    >>> is_foreign(text, 11, 13, "fr")
    True
    """
    if language not in _borrowed().get(text[start:end].casefold(), ()):
        return False
    floor, ceiling = max(0, start - _AROUND), min(len(text), end + _AROUND)
    line = text[text.rfind("\n", floor, start) + 1 or floor : start], text[end:ceiling]
    around = f"{line[0]} {line[1].partition(chr(10))[0]}"
    return language not in (spoken(around) or spoken(text[:_READ]))


def is_borrowed(text: str, start: int, end: int) -> bool:
    """Tell whether a word means something else in the language of its text.

    >>> is_borrowed("Pastry Chef. You will bake for the hotel.", 7, 11)
    True
    """
    owners = _borrowed().get(text[start:end].casefold(), ())
    return bool(owners) and all(is_foreign(text, start, end, owner) for owner in owners)


def function_words() -> Collection[str]:
    """Return the commonest function words of all languages, in lower case.

    >>> "para" in function_words(), "paris" in function_words()
    (True, False)
    """
    return _languages().keys()


@cache
def _borrowed() -> dict[str, list[str]]:
    """Return the languages of each word that others spell alike."""
    owners: dict[str, list[str]] = {}
    for language, listed in load("tongues")["borrowed"].items():
        for word in listed:
            owners.setdefault(word, []).append(language)
    return owners


@cache
def _languages() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for language, listed in load("tongues")["function"].items():
        for word in listed:
            found.setdefault(word, []).append(language)
    return {word: tuple(languages) for word, languages in found.items()}
