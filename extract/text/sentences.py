"""Find where sentences start, despite abbreviations, ordinals, amounts and missing spaces.

Short expressions and a list of abbreviations do it, not a library: pysbd takes some 20 ms for a
posting and does not see sentences that a scraper glued together.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from extract.lexicon import words

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["SentenceStarts"]

_STOP = re.compile(r"([.!?…])[\"'”’)\]»*]*\s+([\"'“„«(¿¡\[*]*)(\w)")
_WIDE_STOP = re.compile(r"[。！？][」』）\"”]*")
_GLUED_STOP = re.compile(r"[.!?:)](?=[^\W\d_]{2})")
_GLUED_WORD = re.compile(r"[A-ZÀ-ÖØ-Ý](?<=[a-zß-öø-ÿ].)(?=[a-zß-öø-ÿ])")
_LOWER_LETTERS = re.compile(r"[a-zß-öø-ÿ]+$")
_SHORTEST, _LONGEST = 4, 40
"""How many small letters a word must have if a sentence is to be glued to it."""
_FILE_END = re.compile(r"(?:Js|Net|Io|Com|Org|Py|Ai|De|Co|NET|IO|AI)\b")
_CAMEL = re.compile(r"(?:Script|Sql|Shop|Commerce|Phone|Base|Hub|Lab|Ops|Kit|Book|Tube|Pal)")
_LAST_TOKEN = re.compile(r"[^\s(\"'“„«\[]{1,24}$")
_INNER_STOPS = re.compile(r"(?:\w{1,2}\.)+\w{1,2}")
_LONG_WORD = 3
_ORDINAL = re.compile(r"\d{1,2}")


@cache
def _abbreviations() -> frozenset[str]:
    return frozenset(words("layout", "abbreviations"))


class _Start(NamedTuple):
    """A sentence starts at `at`, if a stretch begins in `low` to `high` and reaches `end`."""

    at: int
    low: int
    high: int
    end: int


class SentenceStarts:
    """Where sentences start in a text: found once, then looked up for any stretch of it."""

    def __init__(self, text: str) -> None:
        self._starts = sorted([*_stopped(text), *_glued(text)])
        self._places = [start.at for start in self._starts]

    def inside(self, start: int, end: int) -> list[int]:
        """Return where sentences after the first start in the stretch from `start` to `end`.

        >>> text = "Ask Dr. Roe, e.g. by mail. Pay is $16.50 from 31. May.We hire. 急募。経験不問。"
        >>> [text[at : at + 3] for at in SentenceStarts(text).inside(0, len(text))]
        ['Pay', 'We ', '急募。', '経験不']
        """
        first, last = bisect_right(self._places, start), bisect_left(self._places, end)
        if first == last:
            return []
        found = self._starts[first:last]
        kept = (one.at for one in found if one.low <= start <= one.high and one.end <= end)
        return list(dict.fromkeys(kept))


def _stopped(text: str) -> Iterator[_Start]:
    """Find sentences after a full stop, a question mark or an exclamation mark."""
    for found in _STOP.finditer(text):
        if _ends(text, found):
            yield _Start(found.start(2), 0, found.start(), found.end())
    for found in _WIDE_STOP.finditer(text):
        yield _Start(found.end(), 0, found.start(), found.end() + 1)


def _ends(text: str, found: re.Match[str]) -> bool:
    following = found[3]
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


def _glued(text: str) -> Iterator[_Start]:
    """Find sentences with nothing between them: `Java.We offer`, `experienceWe offer`."""
    for found in _GLUED_STOP.finditer(text):
        at = found.end()
        word = text[max(0, at - 4) : at - 1]
        if (
            len(word) == _LONG_WORD
            and word.isalpha()
            and word[-1].islower()
            and text[at].isupper()
            and text[at + 1].islower()
            and not _FILE_END.match(text, at)
            and not _in_address(text, at)
        ):
            yield _Start(at, 0, at - 4, at + 2)
    for found in _GLUED_WORD.finditer(text):
        at = found.start()
        letters = _LOWER_LETTERS.search(text, max(0, at - _LONGEST - 1), at)
        begin = letters.start() if letters else at
        if at - begin < _SHORTEST or _CAMEL.match(text, at) or _in_address(text, at):
            continue
        whole = at - begin <= _LONGEST and (begin == 0 or not text[begin - 1].isalnum())
        yield _Start(at, 0 if whole else max(begin, at - _LONGEST), at - _SHORTEST, at + 2)


def _in_address(text: str, at: int) -> bool:
    before = text[max(0, at - 80) : at].rsplit(None, 1)
    after = text[at : at + 80].split(None, 1)
    token = (before[-1] if before else "") + (after[0] if after else "")
    return "@" in token or "/" in token or "www." in token or "_" in token or "#" in token
