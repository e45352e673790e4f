"""Where remote work is allowed from: "Remote (US only)", "from anywhere in the EU".

Code answers this alone. Only countries, their regions and groups of countries count, and only right
after words of remote work; a city or a time zone does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Any, ClassVar

from extract.kinds.kind import Finding, Kind, Settled, Shape, settle_many
from extract.kinds.phrase import likeness
from extract.kinds.places.folded_names import fold
from extract.kinds.places.gazetteer import country, regions
from extract.lexicon import Hit, WordTable, words
from extract.lexicon.wording import compiled
from extract.reading.boilerplate import boilerplate
from extract.reading.denial import is_denied
from extract.values import Document, Span

__all__ = ["RemoteFrom"]

_REACH = 80
_CONTEXT = 200
"""Characters around a quote that are read with it."""
_MOST_WORDS = 4
_ENOUGH = 50
_CODE = 3

_BRACKET = re.compile(r"\s?[(\[（]([^()\[\]（）\n]{2,80})[)\]）]")
_OR = r"\b(?:and|or|und|oder|et|ou|y|o|nebo|och|eller|e|en|of|i|lub)\b"
_SPLIT = re.compile(rf"\s*(?:[,;/|•·&+]|{_OR})\s*")
_JOINT = re.compile(rf"\s*(?:[,/&]|{_OR})\s*")
_WORD = re.compile(r"[^\s,;/|()\[\]（）]+")
_ENDS = re.compile(r"\s*(?:$|[\n,;./|()\[\]•&–—-]|(?:only|and|or)\b)")
_TRIM = re.compile(
    r"^(?:(?:anywhere|within|in|from|the|any|all|der|die|dem|la|el|los|las|l['’]|le|les|lo|il|o|a)\s+)+"
    r"|\s*[-\s](?:only|based|residents?|wide|nur|uniquement|solo|weit)$|(?<![^\W\d_]\.[^\W\d_])[.:]+$",
    re.IGNORECASE,
)
_POINTS = re.compile(r"(?<![^\W\d_]\.[^\W\d_])[.:!]+$")
_ARTICLE = re.compile(
    r"\s*(?:(?:the|der|die|dem|den|la|el|los|las|le|les|lo|il|de|do|da)\s+|l['’])?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class RemoteFrom(Kind):
    """Countries and regions from which remote work is allowed, as written.

    >>> from extract.values import Line
    >>> text = "Remote (US or Canada only)"
    >>> document = Document("1", "-", text, (Line(1, Span(0, len(text))),))
    >>> RemoteFrom().read(document, Span(8, 24))
    ('US', 'Canada')
    """

    shape: ClassVar[Shape] = "many"
    asked: ClassVar[bool] = False
    needs_line: ClassVar[bool] = False

    def given(self, document: Document) -> tuple[Span, ...]:
        """Return every place that is stated so: nothing is left to choose."""
        return self.propose(document)

    def propose(self, document: Document) -> tuple[Span, ...]:
        """Return the places that stand right after words of remote work."""
        idle = boilerplate(document)
        lines = [line.span for line in document.lines if line.number not in idle]
        either = (table.among(document.text, lines) for table in (_cue(), _opening()))
        said = sorted({line for found in either for line in found})
        found = (place for span in said for place in _stated(document.text, span))
        return tuple(islice(found, _ENOUGH))

    def read(self, document: Document, span: Span) -> tuple[str, ...] | None:
        """Return the places that the span names and the words before it allow."""
        window = document.around(span, _CONTEXT)
        found = [document.quote(at) for at in _stated(document.text, window) if at.overlaps(span)]
        return tuple(dict.fromkeys(found)) or None

    def settle(self, document: Document, findings: Sequence[Finding]) -> Settled:
        """Collect the places; one country under two names is listed once."""
        kept: dict[str, str] = {}
        for finding in findings:
            kept.setdefault(country(finding.value) or fold(finding.value), finding.value)
        return settle_many(
            [
                Finding(finding.span, kept[country(finding.value) or fold(finding.value)])
                for finding in findings
            ]
        )

    def similarity(self, found: Any, expected: Any) -> float:
        """Return 1.0 for two names of one country, else the token-sort ratio of the two."""
        codes = country(found), country(expected)
        if all(codes):
            return float(codes[0] == codes[1])
        return 1.0 if fold(found) == fold(expected) else likeness(found, expected)


@cache
def _cue() -> WordTable:
    return compiled(words("remote_from", "cue"))


@cache
def _opening() -> WordTable:
    return compiled(words("remote_from", "opening"))


@cache
def _groups() -> frozenset[str]:
    return frozenset(fold(word) for word in words("remote_from", "groups"))


def _stated(text: str, window: Span) -> Iterator[Span]:
    """Yield the places in a part of one line that remote work is allowed from, in order."""
    found: dict[Span, None] = {}
    for cue in _cue().finditer(text, window.start, window.end):
        if not is_denied(text, cue.start(), window.start):
            found.update(dict.fromkeys(_following(text, cue, window)))
    for opening in _opening().finditer(text, window.start, window.end):
        bracket = _BRACKET.match(text, opening.end(), window.end)
        if bracket and not is_denied(text, opening.start(), window.start):
            found.update(dict.fromkeys(_listed(text, Span(*bracket.span(1)))))
    last = window.start
    for span in sorted(found):
        if span.start >= last:
            yield span
            last = span.end


def _listed(text: str, inside: Span) -> Iterator[Span]:
    """Yield the items of a bracket that are places, if its first one is."""
    start = inside.start
    for index, split in enumerate([*_SPLIT.finditer(text, inside.start, inside.end), None]):
        end = split.start() if split else inside.end
        item = _trimmed(text, Span(start, end))
        if item is not None and _is_place(text[item.start : item.end]):
            yield item
        elif not index:
            return
        start = split.end() if split else end


def _trimmed(text: str, span: Span) -> Span | None:
    """Return the part of an item without its article and words like "only"."""
    item = text[span.start : span.end]
    bare = item.strip()
    while (shorter := _TRIM.sub("", bare).strip()) != bare:
        bare = shorter
    at = span.start + item.find(bare)
    return Span(at, at + len(bare)) if bare else None


def _following(text: str, cue: Hit, window: Span) -> Iterator[Span]:
    """Yield the places that a cue leads straight to: "Germany, Austria or the Netherlands".

    After a cue that ends in a mark, no other word may follow a place: "Remote - Jersey cows". After
    one that ends in a word, codes of states count too: "remote if you live in TN or GA".
    """
    worded = cue.group().rstrip()[-1].isalnum()
    start, stop = cue.end(), min(window.end, cue.end() + _REACH)
    while place := _place_at(text, start, stop, codes=worded):
        if not worded and not _ENDS.match(text, place.end, window.end):
            return
        yield place
        joint = _JOINT.match(text, place.end, stop)
        if joint is None or joint.end() == place.end:
            return
        start = joint.end()


def _place_at(text: str, start: int, stop: int, *, codes: bool) -> Span | None:
    """Return the longest place of at most four words that begins here, past an article."""
    article = _ARTICLE.match(text, start, stop)
    for begin in dict.fromkeys((start, article.end() if article else start)):
        ends = [word.end() for word in islice(_WORD.finditer(text, begin, stop), _MOST_WORDS)]
        for end in reversed(ends):
            bare = _POINTS.sub("", text[begin:end].strip())
            at = text.find(bare, begin)
            if bare and (_is_place(bare) or (codes and _is_state(bare))):
                return Span(at, at + len(bare))
    return None


def _is_place(words: str) -> bool:
    """Tell whether words name a country, a region of one or a group of countries."""
    letters = words.replace(".", "")
    code = letters.isascii() and len(letters) <= _CODE
    if fold(words) in _groups():
        return letters.isupper() or not code
    # Codes of other places are words too: "Remote - IT support".
    return not code and not words[:1].islower() and bool(country(words) or regions(words))


def _is_state(words: str) -> bool:
    return len(words) < _CODE and words.isalpha() and words.isupper() and bool(regions(words))
