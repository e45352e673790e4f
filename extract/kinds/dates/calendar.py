"""Full calendar dates as they are written: found in a text and turned into `datetime.date`.

Month names come from the CLDR (through babel) in 37 languages and in Austrian German. Croatian is
left out: its names of months are those of other months in Czech and Polish. A date
without its year is not a date here; a year of two digits counts behind the name of a month.
`03/04/2016` is read only when the document shows which number is the day. Years of the Buddhist
calendar are read (543 ahead, as the CLDR has it), those of other calendars are not.
This module does not say what a date is for.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import import_module
from itertools import count
from typing import Any, Literal

from extract.lexicon import pattern
from extract.lexicon.alternation import alternation
from extract.lexicon.made_once import made_once
from extract.lexicon.starts import matches_at
from extract.values import Span

__all__ = ["Written", "day_order", "months", "weekdays", "written_dates"]

Order = Literal["day", "month"]

_LOCALES = (
    "en", "de", "de_AT", "fr", "es", "cs", "sv", "it", "nl", "pt", "pl", "da", "nb", "fi", "sk",
    "ar", "ar_LB", "el", "he", "hi", "hu", "id", "ru", "th", "tr", "uk", "az", "bg", "ca", "et",
    "fa", "is", "lt", "lv", "mk", "ms", "ro", "sl", "sr",
)  # fmt: skip
_FIRST_YEAR, _LAST_YEAR = 1990, 2100
_BUDDHIST = 543
_CENTURY = 100
_PREVAILS = 3
_WEEKDAY_LENGTH = 3
_LONGEST = 30
_DIGITS = re.compile(r"\d+")
# The first year of an era, less one.
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925}
_ERA = re.compile("|".join(_ERAS))
# What shows the order of day and month stands early; a hostile document is not read to its end.
_EVIDENCE_LENGTH = 200_000


@dataclass(frozen=True, slots=True)
class Written:
    """A date as it stands in the text; `orders` maps an order of day and month to the day meant.

    A date that can be read in one way only has the same day under both orders, or just one order.
    """

    span: Span
    orders: tuple[tuple[Order, dt.date], ...]

    def day(self, order: Order | None) -> dt.date | None:
        """Return the day meant, given the order the document uses; None while it is ambiguous."""
        if len({day for _, day in self.orders}) == 1:
            return self.orders[0][1]
        return dict(self.orders).get(order) if order else None


def written_dates(text: str, start: int = 0, end: int | None = None) -> Iterator[Written]:
    """Yield the full dates of `text[start:end]` in reading order.

    >>> [str(found.day(None)) for found in written_dates("31. März 2016, 2016-04-01, 5/2016")]
    ['2016-03-31', '2016-04-01']
    >>> [found.day("month") for found in written_dates("03/04/16")]
    [datetime.date(2016, 3, 4)]
    """
    stop = len(text) if end is None else end
    for found in matches_at(_expression(), text, _beginnings(text, start, stop), stop):
        orders = _orders(found)
        if orders:
            yield Written(Span(*found.span()), orders)


def _beginnings(text: str, start: int, end: int) -> list[int]:
    """Return where a date can begin: at figures, at the month before them, at an era."""
    found = [] if text.isascii() else [era.start() for era in _ERA.finditer(text, start, end)]
    named = months()
    for digits in _DIGITS.finditer(text, start, end):
        found.append(digits.start())
        floor = max(start, digits.start() - _LONGEST)
        before = text[floor : digits.start()].rstrip().rstrip("-/").rstrip().rstrip(".")
        size = 0
        while size < len(before) and before[-1 - size].isalpha():
            size += 1
        if size and before[-size:].casefold() in named:
            found.append(floor + len(before) - size)
    return sorted(found)


@lru_cache(maxsize=4)
def day_order(text: str) -> Order | None:
    """Tell from the rest of the document whether `03/04` is the 3rd of April or March the 4th.

    Another date that can be read in only one way decides; then the language (only English puts
    the month first); then words of a country that puts it first or last.

    >>> day_order("Posted 03/04/2016. Closes 03/25/2016.")
    'month'
    """
    text = text[:_EVIDENCE_LENGTH]
    seen = {
        written.orders[0][0]
        for written in written_dates(text)
        if len(written.orders) == 1 and "/" in text[written.span.start : written.span.end]
    }
    if len(seen) == 1:
        return seen.pop()
    if not seen and not _is_english(text):
        return "day"
    if seen:
        return None
    day = len(pattern("dates", "day_first").findall(text))
    month = len(pattern("dates", "month_first").findall(text))
    # Companies mention other countries too: one side must clearly prevail.
    if max(day, month) <= _PREVAILS * min(day, month):
        return None
    return "day" if day > month else "month"


def _is_english(text: str) -> bool:
    head = text[:20_000]
    common = re.findall(r"(?<!\w)(?:the|and|of|to|with|for|you|we)(?!\w)", head, re.IGNORECASE)
    return len(common) * 40 >= len(head.split())


@cache
def weekdays() -> tuple[str, ...]:
    """Return the names of the days of the week, short ones too unless of two letters ("do")."""
    return tuple(_names()["days"])


@cache
def months() -> dict[str, int]:
    """Return the number of the month that each name names, in lower case and without a point."""
    return dict(_names()["months"])


@cache
def _names() -> Any:
    return json.loads(made_once("calendar", _made, ["babel"]))


def _made() -> str:
    locales = [import_module("babel").Locale.parse(locale) for locale in _LOCALES]
    months: dict[str, int] = {"sept": 9, "márc": 3, "febr": 2, "juni": 6, "feber": 2}
    for widths in (widths for locale in locales for widths in locale.months.values()):
        for width in (width for width in widths if width != "narrow"):
            for number, name in widths[width].items():
                # CLDR writes some months as numbers in some widths.
                if not name[0].isdigit():
                    months.setdefault(name.casefold().rstrip("."), number)
    days = {
        name.casefold().rstrip(".")
        for locale in locales
        for widths in locale.days.values()
        for width in ("wide", "abbreviated")
        for name in widths[width].values()
    }
    long = sorted(day for day in days if len(day) >= _WEEKDAY_LENGTH)
    return json.dumps({"days": long, "months": months})


@cache
def _expression() -> re.Pattern[str]:
    names = alternation(sorted(map(re.escape, months()), key=lambda name: (-len(name), name)))
    gap = r"(?:\s{1,3}|\s?[-/]\s?)"
    ordinal = r"(?:st|nd|rd|th|er|ère|º|ª|°|\.|:a|:e|e)?"
    of = r"(?:of\s|del?\s|d'|ב|พ\.ศ\.\s?)?"
    # Two digits are a year where they end a sentence or line: "27 applicants", "27 hours" go on.
    short = (
        r"['’]?[2-4]\d(?=\s*(?:$|[\n,;()\]|]|\.(?!\d)|[-–—]\s|(?:at|um|à|until|bis|kl)(?![^\W_])))"
    )
    eras = "|".join(_ERAS)
    forms = (
        (
            r"(?<![\d./-])(?P<y0>\d{4})(?P<mark>[-/]|\.\s?)(?P<m0>\d{1,2})(?P=mark)"
            r"(?P<d0>\d{1,2})(?!\d)"
        ),
        r"(?<!\d)(?P<y1>(?:19|20)\d\d)(?P<m1>\d\d)(?P<d1>\d\d)(?=T\d\d)",
        (
            rf"(?P<y2>\d{{4}}|(?:{eras})\s?(?:\d{{1,2}}|元))\s?[年년]"
            r"\s?(?P<m2>\d{1,2})\s?[月월]\s?(?P<d2>\d{1,2})\s?[日일]"
        ),
        (
            rf"(?<![\d.,])(?P<d3>\d{{1,2}}){ordinal}{gap}?{of}(?P<m3>{names})\.?,?{gap}?{of}"
            rf"(?P<y3>\d{{4}}|{short})(?!\d)"
        ),
        (
            rf"(?<!\w)(?P<m4>{names})\.?{gap}?(?P<d4>\d{{1,2}})(?:st|nd|rd|th)?"
            rf"(?:(?:,\s{{0,2}}|\s{{1,2}}|-)(?P<y4>\d{{4}})|(?:\s{{1,2}}|,\s{{0,2}}(?=['’]))"
            rf"(?P<short>{short}))(?!\d)"
        ),
        (
            r"(?<![\d./-])(?P<d5>\d{1,2})\s?(?P<sign>[-/.])\s?(?P<m5>\d{1,2})\s?(?P=sign)\s?"
            r"(?P<y5>\d{4}|\d\d)(?![\d/-]|\.\d)"
        ),
        (
            r"(?<!\d)(?P<d6>\d{1,2})\s(?:tháng|thg\.?)\s?(?P<m6>\d{1,2}),?\s(?:năm\s)?"
            r"(?P<y6>\d{4})(?!\d)"
        ),
        rf"(?<!\d)(?P<y7>\d{{4}})\.?\s(?P<m7>{names})\.?\s(?P<d7>\d{{1,2}})(?!\d)",
    )
    return re.compile("|".join(forms), re.IGNORECASE)


def _orders(found: re.Match[str]) -> tuple[tuple[Order, dt.date], ...]:
    form = next(number for number in count() if found[f"m{number}"])
    year = _year(found[f"y{form}"] or found["short"])
    month, day = found[f"m{form}"], found[f"d{form}"]
    number = int(month) if month.isdigit() else months()[month.casefold()]
    read: list[tuple[Order, dt.date | None]] = [("day", _day(year, number, int(day)))]
    # Only figures between strokes are written in both orders; points put the day first.
    if found["sign"] in ("/", "-"):
        read.append(("month", _day(year, int(day), number)))
    return tuple((order, date) for order, date in read if date is not None)


def _year(words: str) -> int:
    for era, before in _ERAS.items():
        if words.startswith(era):
            count = words.removeprefix(era).strip()
            return before + (1 if count == "元" else int(count))
    year = int(words.lstrip("'’"))
    if year >= _CENTURY:
        return year
    return year + (1900 if year >= _FIRST_YEAR - 1900 else 2000)


def _day(year: int, month: int, day: int) -> dt.date | None:
    if year > _FIRST_YEAR + _BUDDHIST:
        year -= _BUDDHIST
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return None
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None
