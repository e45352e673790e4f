"""The employer's name: labelled, or copied by the model and checked to be a name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from extract.kinds.choice import Choice
from extract.kinds.kind import Finding, Settled, settle_one
from extract.kinds.phrase import Phrase, words_of
from extract.kinds.places import gazetteer
from extract.kinds.places.place_kind import Place
from extract.kinds.places.statements import statements
from extract.lexicon import pattern, words
from extract.reading import label_lines as labels
from extract.reading.advert import likelihood
from extract.reading.job_titles import likeness_to_titles
from extract.reading.page_names import is_page_name
from extract.reading.sections import Section, sections
from extract.values import Document, Span

__all__ = ["Company"]

_MOST_WORDS = 12
_HOURS = Choice("employment_types", many=True)
_READ = 200_000
_DESCRIBED = 60  # Characters before a name that can describe it,
_LINKED = 240  # or make it a part of a link.
_ALONE = 1
_LISTED = 2
_LARGE = 50_000
_ROW = 3
_EVEN, _SURE = 0.5, 0.9
_PLACED = re.compile(r",|\s[-–]\s")
_LETTER = re.compile(r"[^\W\d_]")
_SLUG = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+){2,}")
_CALL = re.compile(r"(?:\S+\s+){3,}\S+[!?]")
_LINK = re.compile(r"(?:@|://|www\.)[^\s<>\"']{0,200}\Z")
_HOUSE = re.compile(r"[^\W\d_]\.? \d{1,4} ?[a-zA-Z]?\Z")
_POSTCODE = re.compile(
    r"(?:\s|,|</?\w[^<>]{0,100}>){1,8}"
    r"(?:[A-Z]{1,3}-)?\d{4,6}(?: ?[A-Z]{2})?(?:\s+\w{1,3})?\s+[^\W\d_]"
)
_NAME = r"[A-ZÀ-Þ0-9&][\w&'’-]{0,40}(?:\.[\w&'’-]{1,40}){0,4}"
_JOINT = r"(?:\s+(?:and|und|et|y|of|de|für|the|&)){0,2}\s+"


@dataclass(frozen=True, slots=True)
class Company(Phrase):
    """One name of an employer, but no sentence, place, opening hours or placeholder."""

    def given(self, document: Document) -> tuple[Span, ...]:
        """Return the labelled employer, unless it is the title or may be the job board."""
        titles = {document.quote(span) for span in labels.values(document, "title")}
        named = labels.values(document, "company")
        found = [span for span in named if document.quote(span) not in titles]
        if any(pattern("labels", "board").search(document.quote(span)) for span in found):
            return ()
        return tuple(span for span in found if self.read(document, span) is not None)

    def sought(self, document: Document) -> tuple[Span, ...]:
        """Return nowhere: what a job asks for and offers does not name who offers it first."""
        return ()

    def expand(self, document: Document, span: Span) -> tuple[Span, ...]:
        """Return the span, or the place where the same name stands with its legal form."""
        mention = words_of(document, span)
        return (span,) if mention is None else (_full(document, mention) or span,)

    def read(self, document: Document, span: Span) -> str | None:
        """Return the name that stands there, or None where the words are none."""
        name = words_of(document, span)
        if name is not None and (based := pattern("labels", "based").search(name)):
            name = name[: based.start()].rstrip(" ,")
        if name is not None and (seeks := pattern("labels", "seeks").search(name)):
            name = name[: seeks.start()].rstrip(" ,:–-") or name
        if name is None or len(name.split()) > _MOST_WORDS:
            return None
        name = name if _legal().search(name) else name.rstrip(".")
        if not any(char.isalpha() for char in name) or name.casefold() in _nobody():
            return None
        if _is_no_name(name) or _is_something_else(document, span, name):
            return None
        places = Place().read(document, span) or () if _PLACED.search(name) else ()
        if any(not _LETTER.search(name.replace(place.text, "", 1)) for place in places):
            return None
        head, _, tail = name.rpartition(", ")
        return head if head and _is_town(document, tail) else name

    def instead(self, document: Document) -> tuple[Span, ...]:
        r"""Return the line between the title and the place at the top, as boards list them.

        >>> from extract.values import Line
        >>> text = "Baker\nOven & Sons\nLeeds, UK\nWe are hiring a baker. Apply now!"
        >>> ends = ((0, 5), (6, 17), (18, 27), (28, len(text)))
        >>> lines = tuple(Line(at, Span(*span)) for at, span in enumerate(ends, 1))
        >>> document = Document("1", "-", text, lines)
        >>> [document.quote(span) for span in Company().instead(document)]
        ['Oven & Sons']
        """
        if len(document.lines) < _ROW or likelihood(document) < _EVEN:
            return ()
        title, name, place = (line.span for line in document.lines[:_ROW])
        stated = statements(document)
        placed = any(one.start == place.start and place.covers(one) for one in stated)
        if not placed or any(one.overlaps(name) for one in stated):
            return ()
        above, here = (likeness_to_titles(document.quote(span)) for span in (title, name))
        return (name,) if above >= _SURE and here < _EVEN else ()

    def settle(self, document: Document, findings: Sequence[Finding]) -> Settled:
        """Keep the first wording; other names make it conflicting."""
        return settle_one(findings, "several employers are named")


def _is_no_name(words: str) -> bool:
    """Tell whether a company speaks of itself there, is not named, or the page is named instead.

    A list that begins with a small letter names no company either ("Organisation: reliable, …"),
    nor does a part of a link ("faculty-of-arts") or a call of four words ("Bake bread with us!").
    """
    linked = words.casefold().startswith(("www.", "http")) or _SLUG.fullmatch(words)
    if linked or _CALL.fullmatch(words):
        return True
    speaking = len(words.split()) > 1 and pattern("labels", "speaking").search(words)
    listed = words[:1].islower() and words.count(",") >= _LISTED
    unnamed = any(pattern("labels", table).fullmatch(words) for table in ("unnamed", "department"))
    return bool(speaking or listed or unnamed or is_page_name(words))


def _is_something_else(document: Document, span: Span, name: str) -> bool:
    """Tell whether the words are a heading, hours, the town, an address or a description."""
    return (
        any(_is_heading(document, section, span) for section in sections(document))
        or (not _legal().search(name) and bool(_HOURS.read(document, span)))
        or _is_the_town(document, span, name)
        or _is_address(document, span, name)
        or _is_one_of_many(document, span)
    )


def _is_town(document: Document, words: str) -> bool:
    """Tell whether words behind a name are a city that is a statement of its own there."""
    cities = gazetteer.cities(words)
    known = bool(cities) and cities[0].population >= _LARGE
    return known and any(words == document.quote(one) for one in statements(document))


def _is_the_town(document: Document, span: Span, name: str) -> bool:
    """Tell whether a name without a label is that of the only town that the page states.

    "Santander" beside "Madrid" may be a bank.
    """
    cities = gazetteer.cities(name)
    if not cities or any(one.overlaps(span) for one in labels.values(document, "company")):
        return False
    read = (Place().read(document, one) or () for one in statements(document))
    stated = [place.city for places in read for place in places if place.city]
    if not stated:
        return cities[0].population >= _LARGE
    return all(gazetteer.same_city(city, name) for city in stated)


def _is_one_of_many(document: Document, span: Span) -> bool:
    """Tell whether the words say what the employer is like ("one of the leading Bakeries")."""
    before = document.text[max(0, span.start - _DESCRIBED) : span.start]
    return pattern("labels", "one_of").search(before) is not None


def _is_address(document: Document, span: Span, name: str) -> bool:
    """Tell whether a name is a street with its number, or stands in mail addresses and links only.

    "Mill Road 12" before "1789 AB Waarland" is where letters go to.
    """
    text = document.text[:_READ]
    if _HOUSE.search(name) and _POSTCODE.match(text, span.end):
        return True
    said = [found.start() for found in re.finditer(re.escape(name), text)]
    return bool(said) and all(_LINK.search(text, max(0, at - _LINKED), at) for at in said)


def _is_heading(document: Document, section: Section, span: Span) -> bool:
    """Tell whether the span is all of a heading that is known, or that a colon ends."""
    heading = document.quote(section.heading).rstrip(" \t*_")
    shown = heading.strip(" \t#*_:：")
    # Of words close to a known heading only these themselves: "Department of Probation" is a name.
    known = section.role is not None and pattern("sections", section.role).fullmatch(shown)
    if not known and not heading.endswith((":", "：")):
        return False
    if not section.heading.start <= span.start < section.heading.end:
        return False
    return words_of(document, span) == shown


def _full(document: Document, mention: str) -> Span | None:
    """Return the first place where the mention is part of a name that ends in a legal form."""
    text = document.text[:_READ]
    body = r"\s+".join(map(re.escape, mention.split()))
    if _legal().search(mention) or not _has_form_behind(text, body):
        return None
    wanted = re.compile(
        rf"(?<!\w)(?:{_NAME}\s+){{0,3}}{body}(?:{_JOINT}{_NAME}){{0,4}}?,?\s+(?:{_forms()})(?!\w)"
    )
    full = list(wanted.finditer(text))
    if not full or "\n" in full[0].group():
        return None
    said = re.findall(rf"(?<!\w){body}(?!\w)", text)
    # A name that mostly stands alone is the whole name, and the longer one a sister company's.
    return Span(*full[0].span()) if len(said) - len(full) <= _ALONE else None


def _has_form_behind(text: str, body: str) -> bool:
    """Tell whether a legal form stands behind a name in one line, which is quick to see."""
    named = ((row, re.search(body, row)) for row in text.split("\n"))
    return any(found and _form().search(row, found.end()) for row, found in named)


@cache
def _form() -> re.Pattern[str]:
    return re.compile(rf"\s(?:{_forms()})(?!\w)")


@cache
def _nobody() -> frozenset[str]:
    return frozenset(words("labels", "nobody"))


@cache
def _legal() -> re.Pattern[str]:
    return re.compile(rf"\s(?:{_forms()})$", re.IGNORECASE)


@cache
def _forms() -> str:
    listed = sorted(words("labels", "legal_form"), key=len, reverse=True)
    return "(?i:" + "|".join(map(re.escape, listed)) + ")"
