"""Tell whether two stretches of a page are two openings, and not two halves of one.

Front matter or a header names the same job as the body below it: they can differ in the title, but
not in the employer, the place, the pay, the number or the link that both give.
"""

from __future__ import annotations

import re
from functools import cache

from extract.lexicon import words
from extract.lexicon.comparable import same_title
from extract.sources.several.layout import normal, rows
from extract.sources.several.titles import is_title

__all__ = ["are_two"]

_MONEY = re.compile(
    r"(?:[$€£¥₹]\s?\d[\d.,' ]*|\d[\d.,' ]*\s?(?:€|£|kč|kr\b|zł|円|usd|eur|gbp|chf)).?k?"
)
_DIGITS = re.compile(r"\d+")
_LINK = re.compile(r"https?://\S+|[\w.+-]+@[\w-]+\.\w+")
_KINDS = ("company", "place", "id")


def are_two(first: str, second: str) -> bool:
    r"""Tell whether two stretches are complete openings that differ in more than their titles.

    >>> are_two("# Cook\nPay: £12 an hour", "# Baker\nPay: £14 an hour")
    True
    >>> are_two("# Cook\nPay: £12 an hour", "# Head Cook\nYou run the kitchen.")
    False
    """
    one, two = _stated(first), _stated(second)
    if any(one[kind] and two[kind] and one[kind] != two[kind] for kind in one):
        return True
    titles = _title(first), _title(second)
    both = any(one.values()) and any(two.values())
    return both and all(map(is_title, titles)) and not same_title(*titles)


def _stated(text: str) -> dict[str, set[str]]:
    """Return the values that differ between openings, by kind."""
    found: dict[str, set[str]] = {kind: set() for kind in (*_KINDS, "pay", "link")}
    for row in rows(text):
        for kind in _KINDS:
            if row.words and normal(row.key) in _labels(kind):
                found[kind].add(row.words.casefold())
        found["pay"] |= {"".join(_DIGITS.findall(sum_)) for sum_ in _MONEY.findall(row.words)}
        found["link"] |= set(_LINK.findall(row.words))
    return found


def _title(text: str) -> str:
    first = next(rows(text), None)
    return "" if first is None else first.words


@cache
def _labels(kind: str) -> frozenset[str]:
    match kind:
        case "company":
            listed = words("labels", "company")
        case "place":
            listed = words("places", "label")
        case _:
            listed = (*words("codes", "cue"), "id", "ref", "reference", "job id", "kennziffer")
    return frozenset(word for word in listed if not word.startswith("~"))
