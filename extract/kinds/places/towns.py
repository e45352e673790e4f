"""Towns that no gazetteer has, and cities in the forms that short notices use.

Each function yields spans that can be statements of places; how much they weigh, and whether they
are about the place of work, is for `extract.kinds.places.statements` to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from extract.kinds.places import gazetteer
from extract.kinds.places.clues import Clues
from extract.kinds.places.extent import city_start
from extract.kinds.places.place_name import Name, lies_in
from extract.kinds.places.place_words import is_legal_form, is_noise, is_ordinary, is_tool
from extract.kinds.places.postcodes import is_addressed
from extract.lexicon import pattern, scan
from extract.values import Span

__all__ = [
    "after_comma",
    "are_listed",
    "coded",
    "departements",
    "inflected",
    "is_departements",
    "is_town",
    "japanese",
    "past_street",
    "towns",
]

_REACH = 40
_TRIES = 200  # bounds on what a hostile document can cost
_READ = 20_000
_SHORTEST = 4
_LISTED = 3
_LONGEST_LIST = 400
_LARGE = 100_000
_CODED = re.compile(r"[ \t]([A-Z]{2,3})(?=[ \t]?[.,;|)\n\r]|[ \t]\d{4,5}\b|[ \t]?\Z)")
# Codes that are words or degrees in capitals: with a known city only.
_WORDS = frozenset(("OK", "IN", "OR", "ME", "HI", "ID", "MD", "PA", "MA", "CA", "ACT", "SA", "DE"))
_AFTER_COMMA = re.compile(r",[ \t]{1,2}([^\W\d_][^,\n\r.;:()]{2,30})[ \t]*\.?[ \t]*(?=[\n\r]|\Z)")
# "Albert Road 59, 1711 Sarpsborg": the name of a street, before its postal code.
_STREET = re.compile(
    r"[^\W\d_][^\n,;:]{1,40}\s\d{1,4}\s?[a-zA-Z]?,\s{1,2}(?=(?:[A-Z]{1,3}-)?\d{4,6}\s+[^\W\d_])"
)
_COMMA = re.compile(r"[,;/|·]")
# Four or five figures before the town, with a country's letters or not: most of Europe.
# The number of the département before the commune, as France Travail writes a place of work: on a
# line of its own, or as a value of its API's records.
_DEPARTEMENT = re.compile(
    r"(?m)(?:^|(?<=[:=])[ \t]?[\"']?)[ \t]*(?:\d\d|2[AB]|97\d) - "
    r"([A-ZÀ-Ý][A-ZÀ-Ý' -]{1,39}[A-ZÀ-Ý])(?:[ \t]+\d{1,2})?[ \t]*(?:$|(?=[\"',]))"
)
_JAPANESE = re.compile(
    r"(?:北海道|東京都|京都府|大阪府|[\u4e00-\u9fff]{2,3}県)[\u3041-\u30ff\u4e00-\u9fff]{1,5}?[市区町村]"
)
_JAPANESE_CITY = re.compile(
    r"(?<![\u4e00-\u9fff\u30a1-\u30fa])([\u4e00-\u9fff]{1,4}[市区])(?=[・、\sのでにはへ内]|\Z)"
)
_TURKISH = re.compile(r"(?<!\w)([A-ZÇİÖŞÜ]\w{2,20})['’](?:da|de|ta|te)(?:ki)?(?!\w)")
_HEBREW = re.compile(r"(?<![\u05d0-\u05ea])ב([\u05d0-\u05ea]{2,}(?:[ -][\u05d0-\u05ea]{2,}){0,2})")
_HEBREW_WORD = re.compile(r"[\u05d0-\u05ea]+")
_TOWN = re.compile(
    r"[ \t*_]{1,3}([A-ZÀ-Ž][^\W\d_]*[a-zà-ž](?:[\w’'-]*\w)?(?:[ \t][A-ZÀ-Ž][\w’'-]*\w)?)"
    r"(?=[*_]{0,2}(?:[ \t]?[.,;)\n\r]|\s[a-zà-ž]|\s?\Z))"
)
# Nouns are capitalised in German: these endings make no towns.
_NOUN = re.compile(r"(?:zeit|ung|ungen|keit|heit|schaft|tion|ität|ismus|arbeit|form|ment|ie|ik)\Z")
_ARTICLE = (
    "der|die|das|den|dem|des|eine?[rnms]?|unsere?[rnms]?|zur|zum|im|am|ins|pro|per|het|een|le|une?"
)
_ENGLISH = re.compile(r"\b(?:the|you)\b", re.IGNORECASE)


def coded(text: str) -> Iterator[Span]:
    """Yield towns with their state's code and no comma: "Karratha WA".

    >>> [span.start for span in coded("Welder wanted, Karratha WA.")]
    [15]
    """
    for found in islice(_CODED.finditer(text), _TRIES):
        code = Name(0, 0, found[1])
        named = code.regions and text[max(0, found.start() - 1) : found.start()].islower()
        start = city_start(text, found.start()) if named else None
        if start is None:
            continue
        city = Name(0, 0, text[start : found.start()])
        known = any(lies_in(city, region.country, region) for region in code.regions)
        other = code.words in _WORDS or is_legal_form(code.words)
        if known or (not other and city.plausible and not city.words.isupper()):
            yield Span(start, found.end(1))


def are_listed(text: str, line: Span) -> bool:
    """Tell whether a line lists nothing but three towns or more."""
    if line.end - line.start > _LONGEST_LIST:
        return False
    parts = _COMMA.split(text[line.start : line.end])
    return len(parts) >= _LISTED and all(gazetteer.cities(part.strip()) for part in parts)


def past_street(text: str, at: int) -> int:
    """Return where a postal code stands behind a street and its number, else `at`."""
    street = _STREET.match(text, at)
    return street.end() if street else at


def after_comma(text: str) -> Iterator[Span]:
    """Yield the known cities that close a line behind a comma: "The Old Mill, Leeds"."""
    for found in _AFTER_COMMA.finditer(text):
        name = Name(0, 0, found[1].rstrip())
        if name.cities and not is_noise(name.words) and not is_ordinary(name.words):
            yield Span(found.start(1), found.start(1) + len(name.words))


def departements(text: str) -> Iterator[Span]:
    r"""Yield what a line of the French job centre calls its town: "01 - FERNEY VOLTAIRE".

    >>> [span.start for span in departements("Boulanger (H/F)\n01 - ST BENIGNE\nCDI")]
    [21]
    """
    return (Span(*found.span(1)) for found in islice(_DEPARTEMENT.finditer(text), _TRIES))


def is_departements(text: str, span: Span) -> bool:
    """Tell whether a span is what such a line calls its town."""
    line = text.rfind("\n", 0, span.start) + 1
    stop = text.find("\n", span.end)
    found = _DEPARTEMENT.finditer(text, line, len(text) if stop < 0 else stop)
    return any(match.start(1) == span.start for match in islice(found, _TRIES))


def japanese(seen: Clues) -> Iterator[Span]:
    """Yield a prefecture with the town behind it, and the known cities that stand alone.

    >>> [span.end for span in japanese(Clues("工場は長野県上田市です"))]
    [9]
    """
    text = seen.text if seen.unspaced else ""
    for found in islice(_JAPANESE.finditer(text), _TRIES):
        # Particles touch the name: "現場はすべて長野県".
        for start in range(found.start(), found.end()):
            prefecture = text.find("県", start, found.end())
            end = prefecture if prefecture >= 0 else start + 2
            if gazetteer.regions(text[start : end + 1]):
                yield Span(start, found.end())
                break
    for found in islice(_JAPANESE_CITY.finditer(text), _TRIES):
        if gazetteer.cities(found[1]):
            yield Span(*found.span(1))


def inflected(text: str) -> Iterator[Span]:
    """Yield the known cities that are told to be a place by a letter or a suffix.

    The locative of Turkish ends in a suffix behind an apostrophe, and in Hebrew a letter before the
    name means "in".

    >>> [span.end - span.start for span in inflected("İzmir'de ve Kastamonu'daki mağazamızda")]
    [5, 9]
    >>> [span.end - span.start for span in inflected("דרושים בבאר שבע, עבודה במשרד")]
    [7]
    """
    for found in islice(_TURKISH.finditer(text), _TRIES):
        if gazetteer.cities(found[1]):
            yield Span(*found.span(1))
    for found in islice(_HEBREW.finditer(text), _TRIES):
        first, last = found.span(1)
        ends = [word.end() for word in _HEBREW_WORD.finditer(text, first, last)]
        named = (end for end in reversed(ends) if gazetteer.cities(text[first:end]))
        if (end := next(named, None)) is not None:
            yield Span(first, end)


def towns(text: str) -> Iterator[Span]:
    """Yield unknown names where only a town is likely: "unsere Werkstatt in Olpe"."""
    english = _ENGLISH.search(text) is not None
    for table in ("site_cue",) if english else ("site_cue", "town_cue"):
        for cue in islice(scan("places", table, text), _TRIES):
            found = _TOWN.match(text, cue.end())
            sole = found and (table == "site_cue" or " " not in found[1])
            if found and sole and _may_be_town(text, found[1]):
                yield Span(*found.span(1))


def is_town(text: str, span: Span) -> bool:
    """Tell whether the span has the form and the place of a town that no gazetteer has."""
    if is_addressed(text, span):
        return True
    before = text[max(0, span.start - _REACH) : span.start].rstrip(" \t*_")
    cued = any(
        found.end() == len(before)
        for table in ("site_cue", "town_cue")
        for found in pattern("places", table).finditer(before)
    )
    return cued and _may_be_town(text, text[span.start : span.end])


def _may_be_town(text: str, said: str) -> bool:
    name = Name(0, 0, said)
    if len(said) < _SHORTEST or not name.plausible or is_noise(said) or is_ordinary(said):
        return False
    if name.known and not name.cities:
        return False
    if is_tool(said) or pattern("places", "no_town").fullmatch(said):
        return False
    if name.cities and name.cities[0].population >= _LARGE:
        return True
    noun = re.search(rf"\b(?:{_ARTICLE})\s{re.escape(said)}\b", text[:_READ], re.IGNORECASE)
    return noun is None and (name.known or _NOUN.search(said) is None)
