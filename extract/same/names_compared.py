"""Titles and employers reduced to the words that tell one from another.

Gender marks, legal forms, function words, numbers, case and diacritics go. What the words mean is
not looked up: two titles in two languages share no words.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

from rapidfuzz import fuzz

from extract.kinds.places.folded_names import fold
from extract.lexicon import load, pattern, words
from extract.lexicon.files import UNSPACED

__all__ = ["Likeness", "Matched", "employer", "marks", "matched", "plain_words", "related", "title"]

Likeness = Literal["same", "wider", "contrast", "apart", "unsaid"]
"""How two names stand to each other: the same words; one has words more; they share words, but each
has some of its own; they share none; one of them has no words."""

_PAIR = r"(?:[mwfdxhvkniç*]|div|gn|all|male|female)"
_GENDER = re.compile(
    rf"[(\[]\s*{_PAIR}(?:\s*[/|,*]\s*{_PAIR})+\s*[)\]]|(?<!\w){_PAIR}(?:/{_PAIR}){{1,3}}(?!\w)"
    r"|(?<=\w)(?:\((?:in|innen|e|a|r|ne|euse|trice|ère|s)\)|[:*_/]-?(?:in(?:nen)?|euse|trice|[eaor])(?!\w))",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+(?:[+#]+)?")
_SAME = 86.0
"""Ratio from which two words are spellings or forms of one ("Rezeptionist", "Rezeptionistin")."""
_FUZZY = 5
_SHORTENED = 6
_STEM = 4
"""Letters that a shortened word shares with the whole one ("Maths", "Mathematics")."""
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Matched:
    """The words that two names share, and those that only one has."""

    shared: frozenset[str]
    mine: frozenset[str]
    theirs: frozenset[str]

    @property
    def likeness(self) -> Likeness:
        """How the names stand to each other."""
        if not self.shared:
            return "apart" if self.mine and self.theirs else "unsaid"
        if self.mine and self.theirs:
            return "contrast"
        return "wider" if self.mine or self.theirs else "same"


def plain_words(text: str) -> frozenset[str]:
    """Return the words of a text, folded; of a script without spaces every two letters.

    >>> sorted(plain_words("Chef/fe für die Küche, C++"))
    ['c++', 'chef', 'die', 'fe', 'fur', 'kuche']
    """
    found: set[str] = set()
    for word in _WORD.findall(fold(text)):
        if UNSPACED.search(word):
            found.update(word[at : at + 2] for at in range(max(1, len(word) - 1)))
        else:
            found.add(word)
    return frozenset(found)


@lru_cache(maxsize=50_000)
def title(text: str) -> frozenset[str]:
    """Return the words of a title without gender marks, function words and numbers.

    >>> sorted(title("Bäcker/in (m/w/d) für die Nacht, 2027"))
    ['backer', 'nacht']
    >>> sorted(title("Addetto/a alla contabilità")) == sorted(title("ADDETTO alla Contabilità"))
    True
    """
    bare = _without_terms(_GENDER.sub(" ", text))
    # A single figure is a class or a level ("Class 2"), a longer one hours or a year.
    kept = frozenset(
        word for word in plain_words(bare) - _small() if len(word) == 1 or not word[0].isdigit()
    )
    return kept or plain_words(text)


@lru_cache(maxsize=50_000)
def employer(text: str) -> frozenset[str]:
    """Return the words of an employer's name without its legal form; none if it names nobody.

    >>> sorted(employer("Spedition Krahwinkel GmbH & Co. KG"))
    ['krahwinkel', 'spedition']
    >>> employer("Our client")
    frozenset()
    """
    name = " ".join(text.split()).casefold()
    if name in _nobody() or pattern("labels", "unnamed").fullmatch(name):
        return frozenset()
    bare = _forms().sub(" ", name)
    return plain_words(bare) - _small() or plain_words(name)


@lru_cache(maxsize=50_000)
def marks(text: str, vocabulary: str, tables: tuple[str, ...]) -> frozenset[str]:
    """Return the tables of a vocabulary of which a word stands in the text.

    >>> sorted(marks("Senior Nurse (nights)", "shifts", ("night", "day")))
    ['night']
    """
    return frozenset(name for name in tables if pattern(vocabulary, name).search(text))


def matched(
    mine: Collection[str],
    theirs: Collection[str],
    aside: Collection[str] = (),
    *,
    compounds: bool = False,
) -> Matched:
    """Pair the words of two names; words `aside` count only where both names have them.

    With `compounds` a word also pairs with one that ends in it ("Praxis", "Hausarztpraxis").

    >>> matched({"maths", "teacher"}, {"mathematics", "teacher", "ripon"}, {"ripon"}).likeness
    'same'
    """
    shared = set(mine) & set(theirs)
    left, right = set(mine) - shared, set(theirs) - shared
    for word in sorted(left):
        twin = next(
            (other for other in sorted(right) if _alike(word, other, compounds=compounds)), None
        )
        if twin is not None:
            shared.add(word)
            left.discard(word)
            right.discard(twin)
    return Matched(frozenset(shared), frozenset(left - set(aside)), frozenset(right - set(aside)))


@lru_cache(maxsize=50_000)
def related(mine: frozenset[str], theirs: frozenset[str]) -> Likeness:
    """Tell how two employers' names stand to each other.

    >>> related(employer("Lang Nord GmbH"), employer("Lang Süd GmbH"))
    'contrast'
    >>> related(employer("Wendlebury County Council"), employer("Wendlebury CC"))
    'same'
    """
    if not mine or not theirs:
        return "unsaid"
    if mine == theirs:
        return "same"
    pair = matched(mine, theirs, compounds=True)
    shared = frozenset(word for word in pair.shared if len(word) >= _NAMED or UNSPACED.search(word))
    kept = Matched(shared, pair.mine, pair.theirs)
    if kept.likeness in {"contrast", "apart"} and _initials(pair.mine, pair.theirs):
        return "same"
    return kept.likeness


def _initials(mine: frozenset[str], theirs: frozenset[str]) -> bool:
    """Tell whether one name is the first letters of the other."""
    short, full = sorted((mine, theirs), key=len)
    return len(short) == 1 < len(full) and sorted(next(iter(short))) == sorted(
        word[0] for word in full
    )


@lru_cache(maxsize=100_000)
def _alike(one: str, other: str, *, compounds: bool) -> bool:
    short, full = sorted((one, other), key=len)
    if len(short) < _FUZZY:
        return False
    if compounds and full.endswith(short):
        return True
    if len(short) <= _SHORTENED and len(full) > len(short) and short[:_STEM] == full[:_STEM]:
        return True
    return fuzz.ratio(one, other) >= _SAME


def _without_terms(text: str) -> str:
    """Take out words for hours, contract and workplace: other fields say them."""
    for vocabulary in ("employment_types", "workplace"):
        for name in load(vocabulary):
            if name != "not":
                for found in reversed(list(pattern(vocabulary, name).finditer(text))):
                    text = f"{text[: found.start()]} {text[found.end() :]}"
    return text


@cache
def _small() -> frozenset[str]:
    listed = load("tongues")["function"].values()
    return frozenset(fold(word) for words_of in listed for word in words_of)


@cache
def _nobody() -> frozenset[str]:
    return frozenset(words("labels", "nobody"))


@cache
def _forms() -> re.Pattern[str]:
    listed = sorted(words("labels", "legal_form"), key=len, reverse=True)
    return re.compile(rf"(?<=[\s,])(?:{'|'.join(map(re.escape, listed))})(?!\w)")
