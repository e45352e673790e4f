"""Whether the words right before a statement deny it: "no", "not a permanent", "kein"."""

from __future__ import annotations

import re
from functools import cache

from extract.lexicon import WordTable, words
from extract.lexicon.wording import compiled

__all__ = ["is_denied"]

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
