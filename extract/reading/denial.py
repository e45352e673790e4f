"""Whether the words right before or behind a statement deny it: "no", "kein", "not required"."""

from __future__ import annotations

import re
from functools import cache

from extract.lexicon import WordTable, words
from extract.lexicon.wording import compiled, follows

__all__ = ["is_denied", "is_denied_behind"]

_REACH = 40


def is_denied(text: str, start: int, floor: int, *, directly: bool = False) -> bool:
    """Tell whether words between `floor` and `start` deny what follows, with a word between.

    With `directly` another word may only stand behind "not".

    >>> is_denied("no long degree", 8, 0), is_denied("no long degree", 8, 0, directly=True)
    (True, False)
    """
    begin = max(floor, start - _REACH)
    if not _denials().may_stand(text, begin, start):
        return False
    expression = _directly() if directly else _nearly()
    return expression.search(text, begin, start) is not None


def is_denied_behind(text: str, end: int, ceiling: int) -> bool:
    """Tell whether the words right behind `end` deny it; nothing from `ceiling` on is looked at.

    >>> text = "German is not required"
    >>> is_denied_behind(text, 6, len(text)), is_denied_behind(text, 6, 12)
    (True, False)
    """
    return _behind().match(text, end, min(ceiling, end + _REACH)) is not None


@cache
def _behind() -> re.Pattern[str]:
    return follows(words("negation", "after"))


@cache
def _denials() -> WordTable:
    return compiled((*words("negation", "before"), "not", "nicht"))


@cache
def _nearly() -> re.Pattern[str]:
    before = compiled(words("negation", "before")).pattern
    return re.compile(rf"(?:{before})[\s-]*(?:\w+\s+)?$", re.IGNORECASE)


@cache
def _directly() -> re.Pattern[str]:
    before = compiled(words("negation", "before")).pattern
    return re.compile(
        rf"(?:{before})[\s-]*$|\b(?:not|nicht)\s+(?!only\b|just\b|nur\b)\w+\s+$", re.IGNORECASE
    )
