"""Dates: when a posting went up, when it closes, and when the job starts.

A date alone means nothing: it counts only where a word of its kind stands near it. The nearest
word decides, so that "updated" or "founded" takes a date away from a "posted" farther off.
How dates are written and read is the business of `extract.kinds.dates.calendar`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, ClassVar, Literal, get_args

from extract.errors import SchemaError
from extract.kinds.dates.byline import byline
from extract.kinds.dates.calendar import Written, day_order, written_dates
from extract.kinds.dates.posting_dates import shown_by_key
from extract.kinds.dates.purpose import PERIOD, WINDOWS, purpose
from extract.kinds.dates.yearless import placed, yearless_days
from extract.kinds.kind import Finding, JsonSchema, Kind, Settled, Shape, settle_one
from extract.kinds.plain_values import stated_day
from extract.values import Document, Span, remembered

__all__ = ["Cue", "Date"]

Cue = Literal["posted", "closes", "starts"]

_REACH = 160  # How far before a date its word may stand, in characters.
_AFTER_REACH = 40
_MOST = 12
_READ = 300_000  # A posting is shorter; a hostile document is not read to its end.
_RANGE = re.compile(
    r"\W*(?:to|until|till|through|and|bis|zum|und|au|et|al|y|hasta|do|a|och|tot|até|から)?\W*",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"\W*(?:T?\d{1,2}:\d\d(?::\d\d)?(?:\.\d+)?\s?(?:[ap]\.?m\.?|Z|Uhr)?)?\W*", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Date(Kind):
    """A full date with a word beside it that says what it is for; the value is a `datetime.date`.

    >>> document = Document("1", "here", "Posted: 3 May 2021. Closing date: 31.05.2021", ())
    >>> [document.quote(span) for span in Date("closes").propose(document)]
    ['31.05.2021']
    """

    cue: Cue
    shape: ClassVar[Shape] = "one"
    gives: ClassVar[type] = dt.date
    asked: ClassVar[bool] = False

    def __post_init__(self) -> None:
        """Refuse a cue that no vocabulary has."""
        if self.cue not in get_args(Cue):
            known = ", ".join(map(repr, get_args(Cue)))
            raise SchemaError(f"no cue {self.cue!r} for a date; there are: {known}")

    def given(self, document: Document) -> tuple[Span, ...]:
        """Return the dates that have the cue: it leaves nothing to choose."""
        return self.propose(document)

    def propose(self, document: Document) -> tuple[Span, ...]:
        """Return the dates that a word of this kind stands near."""
        full = (
            written.span
            for written, cue in _all_cued(document)
            if cue == self.cue and _day(document, written)
        )
        found = tuple(islice(full, _MOST))
        return found or tuple(span for span, cue, _ in _placed(document) if cue == self.cue)

    def read(self, document: Document, span: Span) -> dt.date | None:
        """Return the first date in the span that is of this kind; None if it cannot be told."""
        start, end = max(0, span.start - _REACH), min(len(document.text), span.end + _AFTER_REACH)
        for written, cue in _cued(document, start, end):
            if cue == self.cue and written.span.overlaps(span):
                return _day(document, written)
        without_year = (
            day for at, cue, day in _placed(document) if cue == self.cue and at.overlaps(span)
        )
        if (day := next(without_year, None)) or self.cue != "posted":
            return day
        posted = next((written for written, cue in _all_cued(document) if cue == "posted"), None)
        return _day(document, posted) if posted and posted.span.overlaps(span) else None

    def settle(self, document: Document, findings: Sequence[Finding]) -> Settled:
        """Take the first date; a different one makes the field conflicting."""
        del document
        days = sorted({finding.value.isoformat() for finding in findings})
        return settle_one(findings, f"several dates: {', '.join(days)}")

    @property
    def topic(self) -> str:
        """What the date is of."""
        return f"date_{self.cue}"

    @property
    def parts(self) -> Mapping[str, JsonSchema]:
        """The day, as YYYY-MM-DD."""
        return {"value": {"type": "string"}}

    def stated(self, document: Document, span: Span, parts: Mapping[str, Any]) -> dt.date:
        """Check the day, the month and the year against the quote."""
        return stated_day(document, span, parts["value"])

    def similarity(self, found: dt.date, expected: dt.date) -> float:
        """Tell whether the two are the same day."""
        return float(found == expected)


def _day(document: Document, written: Written) -> dt.date | None:
    return written.day(None) or written.day(day_order(document.text))


@remembered
def _all_cued(document: Document) -> tuple[tuple[Written, str | None], ...]:
    """Return the dates of a document with what they are for: each field asks for its own."""
    found = tuple(_cued(document, 0, min(_READ, len(document.text))))
    if any(cue == "posted" for _, cue in found):
        return found
    posted = byline(document, (written for written, cue in found if cue is None))
    return tuple((written, "posted" if written is posted else cue) for written, cue in found)


def _cued(document: Document, start: int, end: int) -> Iterator[tuple[Written, str | None]]:
    """Yield each date of a part of the text with what the words around say it is for."""
    previous: Written | None = None
    kind: str | None = None
    for written in written_dates(document.text, start, end):
        gap = document.text[previous.span.end : written.span.start] if previous else ""
        if kind in WINDOWS and _RANGE.fullmatch(gap):
            kind = "closes"
        elif kind == "starts" and PERIOD.fullmatch(gap):
            kind = "other"
        elif previous and kind and _repeated(previous, written, gap):
            pass  # The same day in another notation.
        else:
            floor = previous.span.end if previous else 0
            kind = shown_by_key(document.text, written.span.start)
            kind = kind or purpose(document, written.span, floor)
        yield written, "posted" if kind == "shown" else kind
        previous = written


@remembered
def _placed(document: Document) -> tuple[tuple[Span, str, dt.date], ...]:
    """Return the days without a year that close the posting or start the job, with their year.

    They count where no full date of their kind stands, and one of another kind settles the year.
    """
    known: dict[str, dt.date] = {}
    for written, cue in _all_cued(document):
        if cue is not None and cue in get_args(Cue) and (day := _day(document, written)):
            known.setdefault(cue, day)
    if not known:
        return ()
    found: list[tuple[Span, str, dt.date]] = []
    floor = 0
    for one in yearless_days(document.text, min(_READ, len(document.text))):
        kind = purpose(document, one.span, floor)
        floor = one.span.end
        if kind in ("closes", "starts") and kind not in known:
            date = placed(one, kind, known)
            found += [(one.span, kind, date)] if date else []
        if len(found) == _MOST:
            break
    return tuple(found)


def _repeated(previous: Written, written: Written, gap: str) -> bool:
    shared = {day for _, day in previous.orders} & {day for _, day in written.orders}
    return bool(shared) and _TIME.fullmatch(gap) is not None
