"""How the words of a vocabulary can be spelled in a folded text: what the automaton looks for.

A plain word gives all its spellings. An expression gives the letters that its matches begin with,
as far as they are bounded, or else letters of which every match holds some; whether it matches
there is for the expression to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product

# The parser of the standard library, which has no public name; its tree has not changed since 3.11.
from re import _constants as _op  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

from extract.lexicon.folding import APOSTROPHES, JOINERS, lettered

__all__ = ["Spelling", "spelled_expression", "spelled_word"]

_MOST = 48
"""Spellings of one expression: where there are more, they stop before what varies."""
_MANY, _SHORT = 1_000, 2
"""The limit while a spelling has at most two letters: such short ones occur in every text."""
_MOST_LETTERS = 12
"""Letters of a set that are spelled out."""
_TELLING = 6
"""Letters of a beginning that few other words have: what else its matches hold matters little."""
_REPEATS = 3
_JOINER = re.compile(f"[{JOINERS}]")
_GAPS = re.compile(" {2,}")


@dataclass(frozen=True, slots=True)
class Spelling:
    """`heads` begin every match, if there are any; every match holds one of `needles`, if any."""

    heads: tuple[str, ...]
    needles: tuple[str, ...] = ()


def spelled_word(word: str) -> Spelling:
    """Return the spellings of a plain word: its hyphens and apostrophes may be missing.

    >>> spelled_word("full-time").heads, spelled_word("Bachelor's  degree").heads
    (('full time', 'fulltime'), ("bachelor's degree", 'bachelors degree'))
    """
    pieces = re.split(f"([{APOSTROPHES}-])", lettered(word))
    options = [_either(piece) if place % 2 else (piece,) for place, piece in enumerate(pieces)]
    spellings = tuple(dict.fromkeys(_squeezed("".join(chosen)) for chosen in product(*options)))
    if word[:1].isalnum() or spellings[0][:1] == word[:1]:
        return Spelling(spellings)
    return Spelling((), tuple(filter(None, spellings)))


def _either(mark: str) -> tuple[str, str]:
    return (" " if mark == "-" else "'", "")


def _squeezed(word: str) -> str:
    joined = _GAPS.sub(" ", _JOINER.sub(" ", word)).strip()
    return re.sub(r"\d+", "0", joined)


def spelled_expression(source: str) -> Spelling:
    r"""Return what the matches of a regular expression begin with or hold.

    >>> spelled_expression(r"(?:sous|co)-?chef\w*").heads
    ('sous chef', 'souschef', 'co chef', 'cochef')
    >>> spelled_expression(r"\w*leiter(?:in)?").needles
    ('leiterin', 'leiter')
    """
    tree = list(_parser.parse(source, re.IGNORECASE))
    heads, _ = _spelled(tree)
    if not all(heads) or any(head.startswith(" ") for head in heads):
        heads = []
    if heads and min(map(len, heads)) >= _TELLING:
        return Spelling(tuple(heads))
    later = (_spelled(tree[place:])[0] for place in range(1, len(tree)))
    needles = max(later, key=lambda found: min(len(one.strip()) for one in found), default=[""])
    held = tuple(dict.fromkeys(one.lstrip(" 0").rstrip() for one in needles))
    least = _SHORT + 1 if heads else 1
    return Spelling(tuple(heads), held if min(map(len, held)) >= least else ())


def _spelled(tree: Sequence[Any]) -> tuple[list[str], bool]:
    """Return what a sequence of nodes can begin with, and whether that is all of it."""
    begun = [""]
    for node in tree:
        added, whole = _node(*node)
        if added is None:
            return begun, False
        joined = dict.fromkeys(_joined(one, other) for one in begun for other in added)
        short = min(map(len, begun)) <= _SHORT
        if len(joined) > (_MANY if short else _MOST):
            return begun, False
        begun = list(joined)
        if not whole:
            return begun, False
    return begun, True


def _joined(one: str, other: str) -> str:
    """Join two spellings: neither joiners nor digits follow each other in a folded text."""
    return one + other[1:] if one[-1:] == other[:1] and one[-1:] in {" ", "0"} else one + other


def _node(op: Any, value: Any) -> tuple[list[str] | None, bool]:
    """Return what one node can begin with, None where that is anything."""
    if op in (_op.LITERAL, _op.IN):
        return _set([(op, value)] if op is _op.LITERAL else value), True
    if op in (_op.AT, _op.ASSERT, _op.ASSERT_NOT):
        return [""], True
    if op is _op.SUBPATTERN:
        return _spelled(value[-1])
    if op is _op.BRANCH:
        return _branches(value[1])
    if op in (_op.MAX_REPEAT, _op.MIN_REPEAT):
        return _repeated(*value)
    return None, False


def _branches(branches: Iterable[Any]) -> tuple[list[str] | None, bool]:
    parts = [_spelled(branch) for branch in branches]
    every = dict.fromkeys(one for found, _ in parts for one in found)
    return list(every), all(whole for _, whole in parts)


def _repeated(least: int, most: Any, inner: Sequence[Any]) -> tuple[list[str] | None, bool]:
    once, whole = _spelled(inner)
    if once in ([" "], ["0"]):  # a run of joiners, or of digits, is one
        return (once if least else [*once, ""]), True
    if not whole:
        return (once, False) if least else (None, False)
    every: dict[str, None] = {}
    times = [""]
    for count in range(min(most, _REPEATS, max(least, _REPEATS)) + 1):
        if count >= least:
            every |= dict.fromkeys(times)
        times = [_joined(one, other) for one in times for other in once]
        if len(times) > _MOST:
            return (once, False) if least else (None, False)
    if most <= _REPEATS:
        return list(reversed(every)), True
    return (once, False) if least else (None, False)


def _set(members: Sequence[Any]) -> list[str] | None:
    letters: dict[str, None] = {}
    for op, value in members:
        if op is _op.LITERAL:
            letters[_letter(value)] = None
        elif op is _op.RANGE and value[1] - value[0] < 4 * _MOST_LETTERS:
            letters |= dict.fromkeys(map(_letter, range(value[0], value[1] + 1)))
        elif op is _op.CATEGORY and value is _op.CATEGORY_DIGIT:
            letters["0"] = None
        elif op is _op.CATEGORY and value is _op.CATEGORY_SPACE:
            letters[" "] = None
        else:
            return None
    return list(letters) if len(letters) <= _MOST_LETTERS else None


def _letter(code: int) -> str:
    letter = chr(code)
    if _JOINER.match(letter):
        return " "
    if letter in APOSTROPHES:
        return "'"
    return "0" if letter.isdecimal() else lettered(letter)
