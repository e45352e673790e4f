"""Where sentences end: abbreviations, ordinals, amounts and glued sentences considered.

A short expression with a list of abbreviations, not a library: pysbd takes some 20 ms for a
posting and knows nothing of sentences that a scraper glued together.
"""

from __future__ import annotations

import re
from functools import cache

from extract.lexicon import words

__all__ = ["sentence_starts"]

_STOP = re.compile(r"([.!?…])[\"'”’)\]»*]*\s+[\"'“„«(¿¡\[*]*(\w)")
_WIDE_STOP = re.compile(r"[。！？][」』）\"”]*")
_GLUED_STOP = re.compile(r"[.!?:)](?=[^\W\d_]{2})")
_GLUED_WORD = re.compile(r"[a-zß-öø-ÿ](?=[A-ZÀ-ÖØ-Ý][a-zß-öø-ÿ])")
_LOWER_WORD = re.compile(r"(?:^|[\W_])[a-zß-öø-ÿ]{4,40}$")
_FILE_END = re.compile(r"(?:Js|Net|Io|Com|Org|Py|Ai|De|Co|NET|IO|AI)\b")
_CAMEL = re.compile(r"(?:Script|Sql|Shop|Commerce|Phone|Base|Hub|Lab|Ops|Kit|Book|Tube|Pal)")
_LAST_TOKEN = re.compile(r"[^\s(\"'“„«\[]{1,24}$")
_INNER_STOPS = re.compile(r"(?:\w{1,2}\.)+\w{1,2}")
_LONG_WORD = 3
_ORDINAL = re.compile(r"\d{1,2}")


@cache
def _abbreviations() -> frozenset[str]:
    return frozenset(words("layout", "abbreviations"))


def sentence_starts(text: str, start: int, end: int) -> list[int]:
    """Return where sentences after the first start between `start` and `end`.

    >>> text = "Ask Dr. Roe, e.g. by mail. Pay is $16.50 from 31. May.We hire. 急募。経験不問。"
    >>> [text[at : at + 3] for at in sentence_starts(text, 0, len(text))]
    ['Pay', 'We ', '急募。', '経験不']
    """
    starts = []
    for found in _STOP.finditer(text, start, end):
        if _ends(text, found):
            gap = re.search(r"\s+", found[0])
            starts.append(found.start() + (gap.end() if gap else 0))
    starts += [found.end() for found in _WIDE_STOP.finditer(text, start, end)]
    starts += _glued(text, start, end)
    return sorted({at for at in starts if start < at < end})


def _ends(text: str, found: re.Match[str]) -> bool:
    following = found[2]
    if following.islower() or following == "_":
        return False
    if found[1] != ".":
        return True
    before = _LAST_TOKEN.search(text[max(0, found.start() - 24) : found.start()])
    if before is None:
        return True
    token = before[0]
    if _ORDINAL.fullmatch(token) or _INNER_STOPS.fullmatch(token):
        return False
    if len(token) == 1 and token.isalpha():
        return False
    return token.casefold() not in _abbreviations()


def _glued(text: str, start: int, end: int) -> list[int]:
    """Find sentences with nothing between them: `Java.We offer`, `experienceWe offer`."""
    starts: list[int] = []
    for found in _GLUED_STOP.finditer(text, start, end):
        at = found.end()
        word = text[max(start, at - 4) : at - 1]
        if len(word) < _LONG_WORD or not word.isalpha() or not word[-1].islower():
            continue
        if text[at].isupper() and text[at + 1].islower() and not _FILE_END.match(text, at):
            starts.append(at)
    for found in _GLUED_WORD.finditer(text, start, end):
        at = found.end()
        if _LOWER_WORD.search(text[max(start, at - 41) : at]) and not _CAMEL.match(text, at):
            starts.append(at)
    return [at for at in starts if not _in_address(text, at)]


def _in_address(text: str, at: int) -> bool:
    before = text[max(0, at - 80) : at].rsplit(None, 1)
    after = text[at : at + 80].split(None, 1)
    token = (before[-1] if before else "") + (after[0] if after else "")
    return "@" in token or "/" in token or "www." in token or "_" in token or "#" in token
