"""Make a document for each posting of a page: its own stretch, and what the page says to all."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

from extract.late import late
from extract.lexicon.phrases import occurrences
from extract.sources.several.distinct import are_two
from extract.sources.several.headed import headed
from extract.sources.several.layout import Row, listed, normal, rows
from extract.sources.several.listing import listing
from extract.sources.several.records import records
from extract.text.json_feed import RULE
from extract.text.numbered_lines import lines
from extract.values import Document, Span

if TYPE_CHECKING:
    from resiliparse.parse import lang
else:
    lang = late("resiliparse.parse.lang")

__all__ = ["SHARED", "postings", "split"]

SHARED = 3000
"""The most characters of what is before all postings, and after them, that each is given."""

_IN_ALL = 300_000
"""The most characters that sharing adds to all the parts of a page together."""

_TELLING = 150
_LEAST_FOR_OTHERS = 200
_FEW = 2
# Near relatives are left out: short texts of one are taken for another.
_LANGUAGES = ("en", "de", "fr", "es", "cs", "sv", "ja")

_RULE = re.compile(rf"^{RULE}$", re.MULTILINE)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Page:
    """A page taken apart: the stretches of each posting, and where the postings are.

    What is around `whole` belongs to each of them; None if it belongs to none.
    """

    stretches: tuple[tuple[Span, ...], ...]
    whole: Span | None
    end: int


def split(documents: Iterable[Document | T]) -> Iterator[Document | T]:
    r"""Yield a document for each posting of `documents`; other values are passed on.

    >>> from extract.text.document import from_text
    >>> page = from_text(
    ...     "# Cook\nPay: £12 an hour, and the grill is yours. Weekends are free.\n"
    ...     "# Baker\nPay: £14 an hour. You start at four and are home by noon."
    ... )
    >>> [part.id for part in split([page])]
    ['text#1', 'text#2']
    """
    for document in documents:
        if isinstance(document, Document):
            yield from postings(document)
        else:
            yield document


def postings(document: Document) -> tuple[Document, ...]:
    """Return a document for each posting in `document`, or only itself if it contains one.

    They are named "ID#1", "ID#2" … in reading order and keep the source. The text of each is its
    own stretch, so that its title is the headline, then what the page says before its first posting
    and after its last (`SHARED` characters of each at most; nothing of a page of search results),
    joined by blank lines; offsets of its evidence refer to that text. If the layout does not set
    several postings apart, the document is one posting.
    """
    text = document.text
    page = _taken_apart(text)
    owned = [_joined(text, stretches) for stretches in page.stretches]
    owned = list(dict.fromkeys(owned))
    if len(owned) < _FEW or (_RULE.search(text) is None and _is_one(owned)):
        return (document,)
    limit = min(SHARED, _IN_ALL // len(owned))
    before, after = _shared(text, page, limit)
    return tuple(
        _part(document, number, (own, before, after)) for number, own in enumerate(owned, 1)
    )


def _part(page: Document, number: int, pieces: Sequence[str]) -> Document:
    text = "\n\n".join(piece for piece in pieces if piece)
    return Document(f"{page.id}#{number}", page.source, text, lines(text))


def _taken_apart(text: str) -> _Page:
    if rules := [Span(*match.span()) for match in _RULE.finditer(text)]:
        edges = [*rules, Span(len(text), len(text))]
        ruled = tuple((Span(one.end, two.start),) for one, two in pairwise(edges))
        return _Page(ruled, Span(rules[0].start, len(text)), len(text))
    end = _others(text)
    found = [row for row in rows(text) if row.start < end]
    if stretches := records(found, end):
        whole = Span(stretches[0].start, stretches[-1].end)
        return _Page(_with_shown(found, stretches), whole, end)
    if blocks := headed(found, end):
        # A closed posting is left out, and none of the others gets its text.
        whole = Span(blocks[0].span.start, blocks[-1].span.end)
        return _Page(tuple((block.span,) for block in blocks if block.is_open), whole, end)
    return _Page(listing(text, end), None, end)


def _others(text: str) -> int:
    """Return where a list of other jobs begins, or the end of the text."""
    return next(
        (
            span.start
            for span in occurrences("boilerplate", "other_jobs", text)
            if text[span.start].isupper() and span.start > _LEAST_FOR_OTHERS
        ),
        len(text),
    )


def _with_shown(found: Sequence[Row], stretches: Sequence[Span]) -> tuple[tuple[Span, ...], ...]:
    """Give each record also what the page shows under its title, after the last record."""
    titles = _titles(found, stretches)
    named = set(titles)
    last = stretches[-1]
    shown = {
        row.words.casefold(): row
        for row in reversed(found)
        if last.start < row.start < last.end and not row.key and row.words.casefold() in named
    }
    if len(shown) < _FEW:
        return tuple((stretch,) for stretch in stretches)
    starts = sorted(row.start for row in shown.values())
    ends = dict(zip(starts, [*starts[1:], last.end], strict=True))
    own = [*stretches[:-1], Span(last.start, starts[0])]
    return tuple(
        (stretch, Span(shown[title].start, ends[shown[title].start]))
        if title in shown
        else (stretch,)
        for stretch, title in zip(own, titles, strict=True)
    )


def _titles(found: Sequence[Row], stretches: Sequence[Span]) -> list[str]:
    """Return what stands behind the first label of a title in each stretch, in lower case."""
    starts = [row.start for row in found]
    titles = []
    for stretch in stretches:
        inside = found[bisect_left(starts, stretch.start) : bisect_left(starts, stretch.end)]
        labelled = (row for row in inside if row.words and normal(row.key) in listed("title"))
        titles.append(next((row.words.casefold() for row in labelled), ""))
    return titles


def _joined(text: str, stretches: Iterable[Span]) -> str:
    pieces = (text[stretch.start : stretch.end].strip() for stretch in stretches)
    return "\n\n".join(piece for piece in pieces if piece)


def _is_one(owned: Sequence[str]) -> bool:
    """Tell whether the stretches are one posting: in several languages, or its two halves."""
    return _in_languages(owned) or (len(owned) == _FEW and not are_two(*owned))


def _in_languages(owned: Sequence[str]) -> bool:
    """Tell whether the stretches are one posting in several languages."""
    if len(owned) > len(_LANGUAGES):
        return False
    tongues = [lang.detect_fast(own, langs=_LANGUAGES)[0] for own in owned if len(own) >= _TELLING]
    return len(tongues) == len(owned) == len(set(tongues))


def _shared(text: str, page: _Page, limit: int) -> tuple[str, str]:
    """Return what the page says before its first posting and after its last.

    Lines that only name one of the postings, as a table of contents does, would mislead the rest.
    """
    if page.whole is None:
        return "", ""
    names = {
        next(rows(text[stretches[0].start : stretches[0].end])).words.casefold()
        for stretches in page.stretches
    }
    ends = (text[: page.whole.start], text[page.whole.end : page.end])
    return _kept(ends[0], names, limit), _kept(ends[1], names, limit)


def _kept(text: str, names: set[str], limit: int) -> str:
    kept: list[str] = []
    length = 0
    for line in text.split("\n"):
        bare = line.strip(" \t#•*-").casefold()
        if bare in names and bare:
            continue
        length += len(line) + 1
        if length > limit:
            break
        kept.append(line)
    return "\n".join(kept).strip()
