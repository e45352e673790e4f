"""Mentions of skills cut into the single skills: "good knowledge of HTML, CSS" names two."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from extract.lexicon import WordTable, compiled, load, names
from extract.reading.tongue import function_words
from extract.values import Span

__all__ = ["empty", "items", "skill_groups", "soft"]

_EDGE = " \t\n.,;:|•·*\"'“”()[]-–—/&"


def items(text: str, mention: Span) -> Iterator[Span]:
    """Yield the skills that a mention names: its parts, without what introduces or follows them.

    >>> text = "Good knowledge of web technologies (HTML, CSS) and PHP is an advantage"
    >>> [text[s.start : s.end] for s in items(text, Span(0, len(text)))]
    ['web technologies', 'HTML', 'CSS', 'PHP']
    """
    start = mention.start
    for joint in (*_joints().finditer(text, mention.start, mention.end), None):
        end = joint.start() if joint else mention.end
        span = _bare(text, Span(start, end))
        if span is not None and not (empty(said := text[span.start : span.end]) or soft(said)):
            yield span
        start = joint.end() if joint else end


def empty(words: str) -> bool:
    """Tell whether words are only numbers and function words, and name nothing.

    >>> empty("23"), empty("we are"), empty("IT")
    (True, True, False)
    """
    if words.isupper():
        return False
    said = [word for word in re.findall(r"\w+", words.casefold()) if not word.isdigit()]
    return all(word in _function() for word in said)


def soft(words: str) -> bool:
    """Tell whether words name a trait of character and no skill.

    >>> soft("excellent communication skills"), soft("communication protocols")
    (True, False)
    """
    rest = _traits().sub(" ", words)
    if rest == words:
        return False
    return not any(char.isalnum() for char in _filling().sub(" ", rest))


def _bare(text: str, span: Span) -> Span | None:
    """Strip a part of a mention to the name in it; None where nothing is left."""
    start, end = span.start, span.end
    while True:
        before = start, end
        while start < end and text[start] in _EDGE and text[start] != ".":
            start += 1
        while start < end and text[end - 1] in _EDGE:
            end -= 1
        if head := _heads().match(text, start, end):
            start = head.end()
        if tail := _tails().search(text, start, end):
            end = tail.start()
        if (start, end) == before:
            return Span(start, end) if start < end else None


def skill_groups(table: str) -> list[list[str]]:
    """Return the groups of words of a table in all vocabularies of skills."""
    files = [load(name) for name in names() if name.startswith("skills_")]
    return [group for file in files for group in file.get(table, {}).values()]


@cache
def _function() -> frozenset[str]:
    """Return the function words of all languages, and what may stand beside a trait."""
    fillers = (word for group in skill_groups("fillers") for word in group)
    return frozenset((*function_words(), *fillers))


@cache
def _traits() -> WordTable:
    return compiled(word for group in skill_groups("soft") for word in group)


@cache
def _filling() -> WordTable:
    """Return what may stand beside a trait without making it a skill."""
    tables = ("heads", "tails", "fillers")
    return compiled(word for table in tables for group in skill_groups(table) for word in group)


@cache
def _heads() -> WordTable:
    return compiled(word for group in skill_groups("heads") for word in group)


@cache
def _tails() -> re.Pattern[str]:
    listed = compiled(word for group in skill_groups("tails") for word in group)
    return re.compile(rf"(?:{listed.pattern})\W*\Z", re.IGNORECASE)


@cache
def _joints() -> re.Pattern[str]:
    """Return what stands between the items of a list; a slash with spaces or between names."""
    words = compiled(word for group in skill_groups("joints") for word in group)
    marks = r"\s*[,;•·|()\[\]、，・（）]\s*|\s+/\s+|(?<=[^\W_]{3})/(?=[^\W_]{3})|\s[–—-]\s"
    return re.compile(rf"{marks}|\s*(?:{words.pattern})\s*", re.IGNORECASE)
