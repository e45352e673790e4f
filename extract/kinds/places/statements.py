"""Where a posting states places: labelled values, "City, ST", and places after a cue.

The nearest cue decides: a place after "headquartered in" or "University of" is not proposed.
Statements that name the same places as an earlier one are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from extract.kinds.places import postcodes, towns
from extract.kinds.places.address import is_owned
from extract.kinds.places.clues import Clues, clues, within
from extract.kinds.places.extent import (
    city_start,
    extent,
    goes_on,
    is_a_person,
    is_elsewhere,
    is_state,
    is_sure,
    reach,
)
from extract.kinds.places.home import homes
from extract.kinds.places.locations import locations, says_no_more
from extract.kinds.places.place_name import is_code
from extract.kinds.places.place_words import is_noise
from extract.kinds.places.toponyms import first_name, names
from extract.kinds.places.well_known import well_known
from extract.values import Document, Location, Span, remembered

__all__ = ["is_labelled", "statements"]

_MOST = 12
_REACH = 90
_HEAD_LENGTH = 60
_HEAD_LINES = 10
_FACT_LINES = 40
_SCANNED_MOST = 3
_WEAK = 2
_FULL = 2  # "City, ST"
_UNKNOWN = 5
_HEAD = 3_000
# More than any posting has: bounds on what a hostile document can cost.
_ENOUGH = 100
_TRIES = 3_000
_CITY_SIZE = 100_000

_AFTER_LABEL = re.compile(
    r"[\"'*_\s]{0,4}[:：=|][\"'*_\[\s>-]{0,12}|[\"'*_ \t]{0,4}\n[\s\"'*_>#-]{0,8}|[*_]{0,3}\u3000"
)
# More words, or a colon: "Requisition ID: 3541" is no town of Idaho.
_NO_PLACE_BEFORE = re.compile(r"[^\W\d_]{4,}|^[\s*_]{0,4}[:：]")
_PAIR = re.compile(r",[ \t]{1,2}(?=[^\W\d_])|\((?=[^\W\d_])")
_POSTAL = re.compile(r"[\s\d,.-]*")
_CODE = re.compile(r"[^\W\d_]{2}(?![^\W_])")
_OPENING = re.compile(r"[\s*_]{1,3}(?:(?:the|our|downtown|either|beautiful|sunny|central)\s)*")


@dataclass(frozen=True, slots=True)
class _Candidate:
    span: Span
    rank: int


@remembered
def statements(document: Document) -> tuple[Span, ...]:
    r"""Return the place statements in reading order, without overlaps, at most twelve.

    >>> document = Document("1", "here", "Nurse\nLeeds, UK\nWe are headquartered in Paris.", ())
    >>> [document.quote(span) for span in statements(document)]
    ['Leeds, UK']
    """
    seen = clues(document)
    text = seen.text
    found: list[_Candidate] = []
    sources = (
        _labelled(seen), _keyed(seen), _lines(document, seen), _pairs(seen), _cued(seen),
        _ranked(seen, towns.coded(text), 2), _ranked(seen, towns.japanese(seen), 2),
        _ranked(seen, towns.departements(text[:_HEAD]), 0),
        (_Candidate(span, 3) for span in postcodes.before_postcode(text)),
        _ranked(seen, towns.after_comma(text[:_HEAD]), 3), _ranked(seen, towns.inflected(text), 3),
        *(_ranked(seen, listed(text), _UNKNOWN)
          for listed in (towns.towns, postcodes.postcoded, postcodes.addressed)),
    )  # fmt: skip
    for candidate in sorted(
        (candidate for source in sources for candidate in islice(source, _ENOUGH)),
        key=lambda candidate: (candidate.rank, candidate.span.start, -candidate.span.end),
    ):
        unneeded = candidate.rank == _UNKNOWN and any(kept.rank <= _FULL for kept in found)
        if not unneeded and not any(candidate.span.overlaps(kept.span) for kept in found):
            found.append(candidate)
    if not any(candidate.rank < _WEAK for candidate in found):
        found.extend(islice(_ranked(seen, well_known(seen, homes(document)), 4), _SCANNED_MOST))
    chosen: list[Span] = []
    known: list[Location] = []
    for candidate in found:
        said = locations(document.quote(candidate.span), labelled=candidate.rank in (0, _UNKNOWN))
        new = [place for place in said if not any(says_no_more(one, place) for one in known)]
        if new and len(chosen) < _MOST and not any(candidate.span.overlaps(it) for it in chosen):
            chosen.append(candidate.span)
            known.extend(new)
    return tuple(sorted(chosen))


def is_labelled(document: Document, span: Span) -> bool:
    """Tell whether a label such as "Location:" stands directly before the span.

    >>> is_labelled(Document("1", "here", "Location: Leeds", ()), Span(10, 15))
    True
    """
    seen, begin = clues(document), max(0, span.start - _REACH)
    for label in within(seen.labels, begin, span.start):
        between = seen.text[label.end : span.start]
        if not between.strip() or _AFTER_LABEL.fullmatch(between):
            return not is_owned(seen.text, label.start)
    french = towns.is_departements(seen.text, span)
    return french or any(part.key >= begin and part.span.covers(span) for part in seen.parts)


def _labelled(seen: Clues) -> Iterator[_Candidate]:
    text = seen.text
    for label in seen.labels[:_TRIES]:
        mark = _AFTER_LABEL.match(text, label.end)
        if mark and "\n" in mark.group() and ":" not in mark.group():
            line = text.rfind("\n", 0, label.start) + 1
            if re.search(r"\w", text[line : label.start]):
                mark = None
        before, words = text[max(0, label.start - 1) : label.start], text[label.start : label.end]
        if mark is None and (before == "(" or (words.isascii() and not words[0].isupper())):
            continue  # "Calabarzon (Region IV-A)"
        start = mark.end() if mark else _past_blanks(text, label.end)
        begin = towns.past_street(text, start)
        span = extent(seen, begin, whole=mark is not None)
        span = Span(start, span.end) if begin > start and span else span
        if span and (mark or (span.start == start and is_sure(text, span, 0))):
            yield _Candidate(span, 3 if is_owned(text, label.start) else 0)


def _ranked(seen: Clues, spans: Iterable[Span], rank: int) -> Iterator[_Candidate]:
    return (_Candidate(span, rank) for span in spans if not is_elsewhere(seen, span))


def _past_blanks(text: str, at: int) -> int:
    return at + len(text[at : at + 8]) - len(text[at : at + 8].lstrip(" \t\u00a0"))


def _keyed(seen: Clues) -> Iterator[_Candidate]:
    text, listed = seen.text, seen.parts
    for number, part in enumerate(listed):
        block = listed[max(0, number - 2) : number + 3]
        if part.name == "city" or all(other.name != "city" for other in block):
            value = Span(part.span.start, part.span.start + len(reach(text, part.span.start)))
            yield _Candidate(value if part.span.covers(value) and value.end else part.span, 0)


def _lines(document: Document, seen: Clues) -> Iterator[_Candidate]:
    text = seen.text
    lines = [line.span for line in document.lines if line.span.end <= len(text)] or [
        Span(*found.span()) for found in re.finditer(r"[^\n]+", text)
    ]
    for number, line in enumerate(lines):
        if line.end - line.start > _HEAD_LENGTH:
            if towns.are_listed(text, line):
                yield _Candidate(line, 1)
            continue
        span = extent(seen, line.start)
        rest = text[span.end : line.end] if span else "x"
        if span is None or _NO_PLACE_BEFORE.search(rest) or is_a_person(text, span):
            continue
        lead = text[line.start : span.start].strip(" ,;*_>#-–—/|(•·")
        if lead and not is_noise(lead):
            continue
        said = locations(text[span.start : span.end])
        if any(place.city and (place.region or place.country) for place in said):
            yield _Candidate(span, 1)
        elif not _POSTAL.fullmatch(rest) and is_code(names(text[span.start : span.end])[0]):
            continue  # "VA R$ 18,49" is no state.
        elif number < _HEAD_LINES and is_sure(text, span, _CITY_SIZE):
            yield _Candidate(span, 3)
        elif (
            number < _FACT_LINES
            and not re.search(r"\w", lead + rest)
            and any(place.city for place in said)
            and is_sure(text, span, 0)
        ):
            # A city alone in a list of facts.
            yield _Candidate(span, 3)


def _pairs(seen: Clues) -> Iterator[_Candidate]:
    text = seen.text
    for comma in islice(_PAIR.finditer(text), _TRIES):
        at, bracket = comma.start(), comma[0] == "("
        apart = text[at - 1 : at] in (" ", "\t") or (bracket and text[at - 1 : at].isspace())
        before = at - apart
        if bracket > apart or not text[max(0, before - 1) : before].isalpha():
            continue
        if not (_CODE.match(text, comma.end()) or seen.may_begin_region(comma.end())):
            continue
        behind = reach(text, comma.end())[:40]
        right = first_name(behind)
        if right is None or right.start or not (right.regions or right.country or is_state(right)):
            continue
        start = city_start(text, before)
        span = extent(seen, start) if start is not None else None
        if span is None or span.end <= comma.end() or is_elsewhere(seen, span):
            continue
        # "NY, NY" is the city, and "NY, NJ, CT" are states.
        first = names(text[span.start : span.end])[0]
        known = bool(first.cities) and (not is_code(first) or first.words == right.words)
        town = not bracket or "-" in first.words
        # "John Smith, MD", "Sales (India)": an unknown town needs a comma or hyphen, and a cue
        # or full name.
        stated = not is_state(right) or _after_cue(seen, span)
        if known or (town and stated):
            said = locations(text[span.start : span.end])
            if any(place.city for place in said) and (said[0].region or said[0].country):
                yield _Candidate(span, 2)


def _after_cue(seen: Clues, span: Span) -> bool:
    cues = within(seen.cues, max(0, span.start - _REACH), span.start)
    return bool(cues) and _OPENING.fullmatch(seen.text, cues[-1].end, span.start) is not None


def _cued(seen: Clues) -> Iterator[_Candidate]:
    text = seen.text
    for start in islice(_beginnings(seen), _TRIES):
        span = extent(seen, start)
        if span is None or span.start != start:
            continue
        said = locations(text[span.start : span.end])
        full = any(place.city and (place.region or place.country) for place in said)
        sure = full or (is_sure(text, span, _CITY_SIZE) and not goes_on(text, span))
        if sure and not is_elsewhere(seen, span):
            yield _Candidate(span, 2 if full else 3)


def _beginnings(seen: Clues) -> Iterator[int]:
    """Yield where a capitalised word follows a cue."""
    text = seen.text
    for cue in seen.cues:
        begun = _OPENING.match(text, cue.end)
        at = begun.end() if begun else len(text)
        if at < len(text) and text[at].isalpha() and not text[at].islower():
            yield at
