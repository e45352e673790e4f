"""The names in a place statement: "Irvine, CA 92618 or VA-Vienna" holds four.

Postal codes, street numbers and words like "remote" are no names. What the names mean together
is for `extract.kinds.places.locations` to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from extract.kinds.places import gazetteer
from extract.kinds.places.outer_first import is_unspaced, outer_first
from extract.kinds.places.place_name import Name, is_bare_code, lies_in
from extract.kinds.places.place_words import is_legal_form, is_noise, is_ordinary

__all__ = ["adjoining", "first_name", "names"]

# "or", "/": what follows is another place. A comma or bracket may also lead to its region.
# In lower case only: "Portland, OR" is in Oregon.
_OR = (
    "or", "and", "oder", "und", "sowie", "bzw.", "ou", "et", "o", "y", "nebo", "och", "eller",
    "lub",
)  # fmt: skip
_SEPARATOR = re.compile(
    r"(?P<hard>\s{0,9}(?:[;|/&+•·\n\r\t]|[、・]|または|もしくは|"
    rf"(?<=\s)(?-i:{'|'.join(map(re.escape, _OR))})(?=\s))\s*)|"
    r"(?P<soft>\s{0,9}(?:[,，،()（）\[\]:：]|\s[-–—]{1,2}\s)\s*)",
    re.IGNORECASE,
)
_CODE_FIRST = re.compile(r"([A-Z]{2,3})-(?=[^\W\d_])")
# Canada; United Kingdom; Sweden, Czechia; five figures; four; Japan; a district after its city.
_POSTCODE = re.compile(
    r"(?<!\w)(?:[A-Z]\d[A-Z]\s?\d[A-Z]\d|[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}|"
    r"(?:[A-Z]{1,2}-)?\d{3}\s?\d{2}|\d{5}(?:-\d{4})?|\d{4}(?:\s?[A-Z]{2})?|〒?\s?\d{3}-\d{4}|"
    r"(?<=[^\W\d_]\s)\d{1,2}(?:er|e|ème)?(?=\s*$))(?!\w)"
)
_AROUND = re.compile(
    r"^(?:(?:the|greater|downtown|central|city of|metro|gro(?:ß|ss)raum|raum|région de|"
    r"(?-i:[a-zß-ÿ']+))\s+)+|"
    r"\s+(?:(?:metropolitan|metro)(?:\s+area|\s+region)?|area|city centre|city center|"
    r"(?-i:[a-zß-ÿ][\w-]*))$",
    re.IGNORECASE,
)
# "City" before its name, in Vietnamese: "TP. Hồ Chí Minh", "TP.Đà Nẵng".
_CITY_OF = re.compile(r"(?:T\.?P|Tp)(?:\.\s?|\s)(?=[^\W\d_a-z])")
_LARGE = 100_000
# Smaller towns join their names with a hyphen ("Horn-Bad Meinberg") rather than name quarters.
_WITH_QUARTERS = 50_000
# One statement is asked about several times while it is read.
_REMEMBERED = 512


@lru_cache(maxsize=_REMEMBERED)
def names(statement: str) -> tuple[Name, ...]:
    """Cut a statement at its separators into names; what cannot be one is left out.

    >>> [(name.words, name.hard) for name in names("VA-Vienna or Irvine, CA 92618 (hybrid)")]
    [('VA', True), ('Vienna', False), ('Irvine', True), ('CA', False)]
    """
    return tuple(_found(statement))


def first_name(statement: str) -> Name | None:
    """Return the first of the names without looking for the others.

    >>> first_name("Irvine, CA 92618").words
    'Irvine'
    """
    return next(_found(statement), None)


def _found(statement: str) -> Iterator[Name]:
    last: Name | None = None
    for name in _pieces(statement):
        whole = statement[last.start : name.end] if last else ""
        if last and name.bracketed and gazetteer.cities(f"{whole})"):
            last = replace(last, end=name.end + 1, words=f"{whole})")  # "Frankfurt (Oder)"
        elif last and name.hard and " " in whole and _is_double(whole):
            last = replace(last, end=name.end, words=whole)
        elif not is_noise(name.words):
            if last:
                yield last
            last = name
    if last:
        yield last


def adjoining(gap: str) -> bool:
    """Tell whether nothing but separators stands between two names.

    >>> adjoining(", or "), adjoining(" company, with ")
    (True, False)
    """
    return all(word.casefold() in (*_OR, "the") for word in re.findall(r"[^\W\d_]+", gap))


def _is_double(words: str) -> bool:
    """Tell "Trinidad and Tobago" from two places."""
    return gazetteer.country(words) is not None or bool(gazetteer.regions(words))


def _pieces(statement: str) -> Iterator[Name]:
    start, hard, depth = 0, True, 0
    for separator in (*_SEPARATOR.finditer(statement), None):
        end = separator.start() if separator else len(statement)
        yield from _cut(statement, start, end, hard=hard, bracketed=depth > 0)
        if separator is None:
            return
        mark = separator.group()
        start, hard = separator.end(), separator["hard"] is not None
        depth = max(
            0, depth + mark.count("(") + mark.count("（") - mark.count(")") - mark.count("）")
        )


def _cut(statement: str, start: int, end: int, *, hard: bool, bracketed: bool) -> Iterator[Name]:
    """Yield the names between two separators: most often one, "VA-Vienna" is two."""
    while code := _CODE_FIRST.match(statement, start, end):
        name = Name(start, code.end(1), code[1], hard, bracketed)
        if not name.known:
            break
        yield name
        start, hard = code.end(), False
    piece = statement[start:end]
    postcode = _POSTCODE.search(piece)
    if postcode:
        before, after = piece[: postcode.start()], piece[postcode.end() :]
        if before.strip():
            end = start + postcode.start()
        elif after.strip():
            start += postcode.end()
    while start < end and not statement[start].isalnum():
        start += 1
    city_of = _CITY_OF.match(statement, start, end)
    start, hard = (city_of.end(), True) if city_of else (start, hard)
    # A point stays only after a letter that stands for a word: "D.C.".
    while end > start and not statement[end - 1].isalnum():
        if re.search(r"(?<!\w)\w\.$", statement[start:end]):
            break
        end -= 1
    if start < end:
        yield from _known_parts(Name(start, end, statement[start:end], hard, bracketed))


def _known_parts(name: Name) -> Iterator[Name]:
    """Split "Washington DC" and "Scarborough North Yorkshire", drop what surrounds a name."""
    if name.known or is_noise(name.words):
        yield name
        return
    inner = tuple(outer_first(name))
    if inner or is_unspaced(name.words):
        yield from inner
        return
    gaps = re.finditer(r"\s+", name.words)
    for gap in (gap for gap in gaps if gazetteer.has(name.words[gap.end() :])):
        left, right = _halves(name, gap.start(), gap.end())
        outer = right.country or (right.regions and (left.cities or not _is_large(right)))
        # Behind a town a legal form or a point of the compass is that, if its region is elsewhere.
        other = is_legal_form(right.words) or is_ordinary(right.words)
        outer = outer and (not other or _lies_within(left, right))
        # "Umbrella España" is a firm: a country makes no town of an unknown name before it.
        unlisted = bool(right.regions) and not is_bare_code(right)
        if outer and left.plausible and (left.cities or unlisted):
            yield left
            yield right
            return
    state = re.match(r"[a-z]{2}(?=\s[a-z])", name.words)
    if state and gazetteer.regions(state.group()):
        yield replace(name, end=name.start + state.end(), words=state.group())
        return
    stripped = _AROUND.search(name.words)
    if stripped:
        kept = (
            replace(name, start=name.start + stripped.end(), words=name.words[stripped.end() :])
            if stripped.start() == 0
            else replace(
                name, end=name.start + stripped.start(), words=name.words[: stripped.start()]
            )
        )
        if kept.words:
            yield from _known_parts(kept)
        return
    quarter = re.match(r"([^\W\d_]{3,})[-–]\w", name.words)
    if quarter:
        city = replace(name, end=name.start + quarter.end(1), words=quarter[1])
        if city.cities and city.cities[0].population >= _WITH_QUARTERS:
            yield city
            return
    yield name


def _halves(name: Name, end: int, start: int) -> tuple[Name, Name]:
    """Return what stands before `end` in a name, and what stands from `start` on."""
    words, at = name.words, name.start
    return (
        Name(at, at + end, words[:end], name.hard, name.bracketed),
        Name(at + start, name.end, words[start:], hard=False, bracketed=name.bracketed),
    )


def _lies_within(city: Name, outer: Name) -> bool:
    return any(lies_in(city, region.country, region) for region in outer.regions)


def _is_large(name: Name) -> bool:
    return bool(name.cities) and name.cities[0].population >= _LARGE
