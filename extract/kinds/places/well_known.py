"""Names of well-known places in a text that states its places in no form."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from extract.kinds.places.clues import Clues
from extract.kinds.places.extent import is_a_person, is_sure
from extract.kinds.places.place_name import Name, is_code
from extract.lexicon import scan
from extract.lexicon.starts import matches_at
from extract.reading.tongue import function_words, spoken
from extract.values import Span

__all__ = ["well_known"]

_SCANNED = 6_000
_HEAD_LENGTH = 60
_LARGE = 100_000
_VERY_LARGE = 500_000
_WELL_KNOWN = re.compile(r"(?<![\w@/.-])[^\W\d_a-z][\w'’.-]{2,}")
# Letters that no other language writes (Unicode, Latin Extended Additional).
_VIETNAMESE = re.compile("[ạ-ỹ]")
_MANY = 20
_BEGINS = re.compile(r"(?:^|[\n.!?:•*|-]\s{0,2}|\n[^\w\s]{1,2}\s?)\Z")


def well_known(seen: Clues, home: Collection[str]) -> Iterator[Span]:
    """Yield the well-known names of a text that states its places in no form.

    In a page that speaks for the countries `home`, a word that only names a town elsewhere is more
    often a word of its language ("Plano de saúde"), unless the town is a very large one. English is
    written about jobs everywhere.
    """
    text = seen.text
    home = () if "en" in spoken(text) else home
    syllabic = len(_VIETNAMESE.findall(text[:_SCANNED])) >= _MANY
    continents = [Span(*found.span()) for found in scan("places", "continents", text[:_SCANNED])]
    for word in matches_at(_WELL_KNOWN, text, seen.openings(0, _SCANNED), _SCANNED):
        tail = list(re.finditer(r"\S+", text[word.start() : word.start() + _HEAD_LENGTH]))[:3]
        for number in range(len(tail), 0, -1):
            end = word.start() + tail[number - 1].end()
            name = Name(word.start(), end, text[word.start() : end].rstrip(".,;: \n\t-–—|•*#"))
            span = Span(name.start, name.start + len(name.words))
            known = bool(name.cities) if is_code(name) else name.known
            known = known and name.words.casefold() not in function_words()
            known = known and not (home and _is_foreign(name, home))
            known = known and not (syllabic and _is_a_syllable(name))
            known = known and not is_a_person(text, span)
            known = known and not any(span.overlaps(other) for other in continents)
            if known and is_sure(text, span, _LARGE):
                if number > 1 or not _heads_sentence(text, span):
                    yield span
                break


def _is_foreign(name: Name, home: Collection[str]) -> bool:
    """Tell whether a name names nothing but regions and towns elsewhere, none of them very large.

    "Saha", a republic of Russia, is a field in Turkish. A region of two words is meant anywhere.
    """
    large = bool(name.cities) and name.cities[0].population >= _VERY_LARGE
    if name.country or large or (name.regions and " " in name.words):
        return False
    lie_in = {region.country for region in name.regions} | {city.country for city in name.cities}
    return lie_in.isdisjoint(home)


def _is_a_syllable(name: Name) -> bool:
    """Tell whether a word of Vietnamese is but like the name of a town without its marks.

    "Khuê" is not Huế: every syllable is written as a word, and most names have two.
    """
    if name.country or name.regions or " " in name.words:
        return False
    return all(city.name.casefold() != name.words.casefold() for city in name.cities)


def _heads_sentence(text: str, span: Span) -> bool:
    """Tell whether a word is capitalised for its position only ("Basic computer skills")."""
    first = _BEGINS.search(text, max(0, span.start - 4), span.start) is not None
    return first and re.match(r" [^\W\d_A-Z]", text[span.end : span.end + 2]) is not None
