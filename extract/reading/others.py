"""Whether words speak of others than the person sought: those they will lead, or the staff."""

from __future__ import annotations

import re
from collections.abc import Iterable

from extract.lexicon import Hit, pattern
from extract.values import Span

__all__ = ["is_of_others"]

_REACH = 90
_BEHIND = 30
_BEFORE = 28
_MOST_WORDS = 6
"""Words between a verb and what it governs."""
_CLAUSE = re.compile(r"[.;:!?](?=\s)|[•\n|]")
# With one of these the sentence comes back to the person, the job or the company.
_BACK = re.compile(
    r"(?<!\w)(?:you|as|on\s+an?|with\s+(?:an?|your)|we|is|are|seeks?|hiring|looking\s+for|sie|du|wir|als|"
    r"mit\s+ein\w*|in\s+einer|such(?:t|en)|vous|nous|avec\s+une?|en\s+tant|recherch\w+|con\s+una?|"
    r"como|busca\w*|com\s+um\w*|met\s+een|som|jako)(?!\w)",
    re.IGNORECASE,
)
_COMPANY = re.compile(r"(?<!\w)(?:we|wir|nous|nosotros|noi|nós|wij|vi)(?!\w)", re.IGNORECASE)
_AT = re.compile(r"\s+(?:in|im|of|en|de|di|em|i|w|na|på)\s+", re.IGNORECASE)
_NEXT = re.compile(r"\s+(?:[\w-]+\s+)?")


def is_of_others(text: str, said: Span, floor: int) -> bool:
    """Tell whether the words at `said` are those of others; nothing before `floor` is looked at.

    >>> text = "Full-time. You supervise part-time staff."
    >>> is_of_others(text, Span(0, 9), 0), is_of_others(text, Span(25, 34), 0)
    (False, True)
    """
    begin = max(floor, said.start - _REACH)
    leading, staff = pattern("others", "leading"), pattern("others", "staff")
    led, owned = (table.may_stand(text, begin, said.start) for table in (leading, staff))
    if not (led or owned):
        return False
    for clause in _CLAUSE.finditer(text, begin, said.start):
        begin = clause.end()
    if owned and _governed(text, staff.finditer(text, begin, said.start), said):
        return True
    led = led and _governed(text, leading.finditer(text, begin, said.start), said)
    return led and not _COMPANY.search(text, begin, said.start) and _are_people(text, said, begin)


def _governed(text: str, verbs: Iterable[Hit], said: Span) -> bool:
    """Tell whether the last of some verbs can govern the words at `said`."""
    ends = [verb.end() for verb in verbs]
    if not ends or _BACK.search(text, ends[-1], said.start):
        return False
    return len(text[ends[-1] : said.start].split()) <= _MOST_WORDS


def _are_people(text: str, said: Span, begin: int) -> bool:
    """Tell whether the words name people, or stand right beside a noun that does."""
    people, end = pattern("others", "people"), said.end + _BEHIND
    for found in people.finditer(text, said.start, end):
        if found.start() < said.end or _NEXT.fullmatch(text, said.end, found.start()):
            return True
    learners = pattern("others", "learners")
    before = max(begin, said.start - _BEFORE)
    return any(
        _AT.fullmatch(text, found.end(), said.start)
        for found in learners.finditer(text, before, said.start)
    )
