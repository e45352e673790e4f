"""One regular expression for many, which fails quickly at a place where none of them begins.

`re` tries the branches of an alternation one by one. It passes over a branch at once only where
that begins with a character, or a set of them, to be found exactly as written; without regard to
case it begins to match each one. So branches are grouped by their first letter in both cases.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from extract.lexicon.files import UNSPACED

__all__ = ["alternation", "branches", "group", "units_after_figures"]

_TOKEN = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|.", re.DOTALL)
# Letters of which `re` takes another one for the same are all below this.
_CASED = "".join(map(chr, range(0x2200)))
_GROUP = "(?:"


def alternation(expressions: Iterable[str]) -> str:
    """Return an expression that matches, in any case, what the first that matches of them would.

    The order of those that begin with the same letter stays. To be compiled with `IGNORECASE`.

    >>> alternation(["senior cook", "chef", "sous chef", "cook"])
    '(?-i:[Ssſ])(?:enior cook|ous chef)|(?-i:[Cc])(?:hef|ook)'
    """
    found: list[str] = []
    grouped: dict[str, list[str]] = {}
    for expression in (branch for each in expressions for branch in branches(each)):
        letters = _first(expression)
        if letters is None:
            # What it may begin with is unknown, so those after it may not be tried before it.
            found += _joined(grouped)
            grouped = {}
            found.append(_opened(expression))
        else:
            grouped.setdefault(letters, []).append(expression[1:])
    return "|".join([*found, *_joined(grouped)])


def units_after_figures(sources: Iterable[str]) -> str:
    """Return an expression for units of time: words of spaced scripts, which figures may touch.

    Those of unspaced scripts may touch anything. To be compiled with `IGNORECASE`.
    """
    longest = sorted(sources, key=lambda source: (-len(source), source))
    spaced = alternation([source for source in longest if not UNSPACED.match(source)])
    unspaced = alternation([source for source in longest if UNSPACED.match(source)])
    return rf"(?<![^\W\d_])(?:{spaced})(?![^\W_])|{unspaced}"


def _joined(grouped: dict[str, list[str]]) -> list[str]:
    return [
        f"{letters}(?:{'|'.join(rest)})" if len(rest) > 1 else f"{letters}{rest[0]}"
        for letters, rest in grouped.items()
    ]


def _first(expression: str) -> str | None:
    """Return an expression for the letter that begins every match, None where it may be several."""
    if not expression[:1].isalnum() or expression[1:2] in {"?", "*", "+", "{"}:
        return None
    return _either_case(expression[0])


@cache
def _either_case(letter: str) -> str:
    same = sorted({letter, *re.findall(letter, _CASED, re.IGNORECASE)})
    return letter if len(same) == 1 else f"(?-i:[{''.join(same)}])"


def _opened(expression: str) -> str:
    """Return an expression with the branches of a group that it begins with grouped likewise."""
    inner, rest = group(expression)
    return expression if inner is None else f"{_GROUP}{alternation([inner])}){rest}"


def group(expression: str) -> tuple[str | None, str]:
    """Return what stands in the group that begins an expression, if one does, and what follows.

    >>> group("(?:sous |co-)?chef"), group("chef")
    (('sous |co-', '?chef'), (None, 'chef'))
    """
    if expression.startswith(_GROUP):
        depth = 0
        for token in _TOKEN.finditer(expression):
            depth += (token[0] == "(") - (token[0] == ")")
            if not depth:
                return expression[len(_GROUP) : token.start()], expression[token.end() :]
    return None, expression


def branches(expression: str) -> list[str]:
    """Return the alternatives that an expression consists of."""
    depth, begin = 0, 0
    found: list[str] = []
    for token in _TOKEN.finditer(expression):
        depth += (token[0] == "(") - (token[0] == ")")
        if token[0] == "|" and not depth:
            found.append(expression[begin : token.start()])
            begin = token.end()
    return [*found, expression[begin:]]
