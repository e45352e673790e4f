"""Numbers of vacancies in addresses: ".../jobs/641132200", "?jobId=5512"."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from extract.lexicon import load
from extract.values import Document, Line, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from extract.lexicon.wording import Match

__all__ = ["ADDRESS", "addressed", "in_address", "is_parameter"]

ADDRESS = re.compile(r"https?://[^\s\"'<>)\]]{4,300}|www\.[^\s\"'<>)\]]{4,300}", re.IGNORECASE)
"""An address, as far as it is read."""


def addressed(document: Document, line: Line) -> Iterator[tuple[Span, tuple[str, ...]]]:
    """Yield where a vacancy's own number stands in an address of a line, with the number."""
    for address in ADDRESS.finditer(document.text, line.span.start, line.span.end):
        for pattern in _paths():
            for match in pattern.finditer(document.text, address.start(), address.end()):
                if any(map(str.isdigit, match.group(1))):
                    yield Span(match.start(), match.end()), (match.group(1),)


def in_address(document: Document, part: Span | Match) -> bool:
    """Tell whether a part of a line stands in an address ("…/?trackingId=12ab")."""
    line = document.line_at(part.start)
    begin = line.span.start if line is not None else part.start
    found = ADDRESS.finditer(document.text, begin, part.end)
    return any(address.start() <= part.start < address.end() for address in found)


def is_parameter(document: Document, span: Span) -> bool:
    """Tell whether a part of a text is a parameter of an address."""
    before = document.text[max(0, span.start - 1) : span.start]
    return before in ("?", "&", ";") and in_address(document, span)


@cache
def _paths() -> tuple[re.Pattern[str], re.Pattern[str]]:
    folder = "|".join(word.removeprefix("~") for word in load("codes")["url"]["any"])
    key = "|".join(word.removeprefix("~") for word in load("codes")["url"]["key"])
    return (
        re.compile(
            rf"(?<=/)(?:{folder})/(?:[\w%.-]{{0,120}}[-_/])?(\d{{5,15}}|[a-f0-9-]{{24,36}})(?![\w%])",
            re.IGNORECASE,
        ),
        re.compile(rf"(?<=[?&;])(?:{key})=([\w-]{{3,40}})(?![\w%])", re.IGNORECASE),
    )
