"""Where in a text the words of a vocabulary can begin, so that they are tried nowhere else.

An expression of hundreds of words is slow to search with: `re` tries it at every character. Here
a text is cut once into the places where words begin, kept by their first letters, and the first
letters of every word of a vocabulary are known from how it is written. So an expression is tried
only at the few places where one of its words has begun.
"""

from __future__ import annotations

import re
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from extract.lexicon.alternation import branches, group

__all__ = ["Openings", "needle", "openings", "places"]

_LETTERS = 3
_LONGEST = 200_000
"""Characters of a text that is cut: a posting is shorter, a hostile text must not fill memory."""

# Scripts written without spaces: a word there may begin anywhere.
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_WORD = re.compile(r"[^\W_]+")
# Stripped pages run words together ("HybridUS Citizens"): a change of case begins a word too.
_HUMP = re.compile(r"[A-Z](?<=[a-zß-ÿ].)")
_HEAD = re.compile(rf"[^\W_]{{1,{_LETTERS}}}")
_LETTER = r"[^\W_](?![?*{])"
_PLAIN = re.compile(rf"(?:{_LETTER})+")
_ENDED = re.compile(r"$|\\s(?![?*{])|\(\?=\\W\|\$\)|\[\\s[^\]\w\\]*\](?![?*{])")
_MAYBE = re.compile(rf"((?:{_LETTER})+)([^\W_])\?(.*)", re.DOTALL)
# What a word may hold, or in some vocabularies must: a point; a hyphen, which may be missing.
_JOINT = re.compile(
    r"\\s\?|\\\.\?|\\-\??|-\??|'\?|\[(?:\\s|\\-|[\s.'’_-])+\]\?|(?P<must>\\\.)(?![?*{])"
)
# What only looks at what stands before a match.
_BEFORE = re.compile(r"\A(?:\\b|\(\?<[=!](?:\[[^\]]*\]|[^()\[])*\))+")
_DIGIT = re.compile(r"(?:\\d|\[\d-\d\])(?!\?|\*|\{0|\{,)")
# `re` takes these for letters of ASCII where case does not count.
_ALIKE = str.maketrans({"\u0130": "i", "\u0131": "i", "\u017f": "s", "\u212a": "k"})


@dataclass(frozen=True, slots=True, eq=False)
class Openings:
    """What every match of an expression begins with or holds, as `_folded` has it.

    `heads` are the first three letters, or all of a shorter word; a longer word may go on from
    one of `stems`, which are shorter. Where it may begin with anything, it holds one of `needles`.
    """

    heads: frozenset[str]
    stems: tuple[str, ...]
    needles: tuple[str, ...]


def openings(words: Iterable[str]) -> Openings | None:
    r"""Return what matches of words begin with; None where nothing is known of one.

    A word that starts with `~` is a regular expression.

    >>> found = openings(["senior cook", "a la carte", "~(?:sous|co)-?chef", r"~\w*meister"])
    >>> sorted(found.heads), found.stems, found.needles
    (['a', 'co', 'coc', 'sen', 'sou'], (), ('meister',))
    """
    heads: set[str] = set()
    stems: set[str] = set()
    needles: set[str] = set()
    for branch in (branch for word in words for branch in _branches(word)):
        if _UNSPACED.search(branch) and _UNSPACED.search(needle(branch)):
            continue  # It can match only in a text that is not cut.
        if _PLAIN.match(branch):
            whole, begun = _begun(branch)
            heads |= whole
            stems |= begun
        elif _DIGIT.match(branch):
            stems.update("0123456789?")
        else:
            needles.add(_folded(needle(branch)))
    if "" in needles:
        return None
    return Openings(frozenset(heads), tuple(sorted(stems)), tuple(sorted(needles)))


def _begun(branch: str) -> tuple[set[str], set[str]]:
    """Return the heads and the stems of an expression that begins with a letter.

    At a point or hyphen the word ends, and where that may be missing it also goes on.
    """
    if maybe := _MAYBE.match(branch):
        with_it, without = _begun(maybe[1] + maybe[2] + maybe[3]), _begun(maybe[1] + maybe[3])
        return with_it[0] | without[0], with_it[1] | without[1]
    heads: set[str] = set()
    letters, at = "", 0
    while plain := _PLAIN.match(branch, at):
        letters += plain.group()
        at = plain.end()
        if len(letters) >= _LETTERS or _ENDED.match(branch, at):
            return heads | {_folded(letters[:_LETTERS])}, set()
        joint = _JOINT.match(branch, at)
        if joint is None:
            break
        heads.add(_folded(letters))
        if joint["must"]:
            return heads, set()
        at = joint.end()
    return heads, {_folded(letters)}


def needle(expression: str) -> str:
    """Return the longest run of characters that every match of `expression` holds.

    >>> needle(r"(?:for )?apply (?:now|here) today")
    'apply'
    """
    plain = re.sub(r"\\.[?*+]?|\[[^\]]*\](?:[?*+]|\{[^}]*\})?", "\0", expression)
    while (inner := re.sub(r"\([^()]*\)(?:[?*+]+|\{[^}]*\}\??)?", "\0", plain)) != plain:
        plain = inner
    if "|" in plain:
        return ""
    plain = re.sub(r".[?*]|.\{[^}]*\}|[.+^$]", "\0", plain)
    return max(re.split("\0| ", plain), key=len)


def places(found: Openings, text: str) -> Sequence[int] | None:
    """Return in order where a match may begin; None where that can be anywhere.

    >>> list(places(openings(["cook", "chef"]), "Chef, or a cook who cooks"))
    [0, 11, 20]
    """
    return None if len(text) > _LONGEST else _places(found, text)


# Of a batch 64 documents are on their way at once, and some twenty vocabularies ask of each.
@lru_cache(maxsize=1_280)
def _places(found: Openings, text: str) -> Sequence[int] | None:
    index = _index(text)
    if index is None or any(needle in index.folded for needle in found.needles):
        return None
    heads = index.begins.keys() & found.heads
    if found.stems:
        heads |= {head for head in index.begins if head.startswith(found.stems)}
    return array("I", sorted({at for head in heads for at in index.begins[head]}))


@dataclass(frozen=True, slots=True)
class _Index:
    """A text as `_folded` has it, and where its words begin, by their first letters."""

    folded: str
    begins: Mapping[str, Sequence[int]]


@lru_cache(maxsize=64)
def _index(text: str) -> _Index | None:
    if _UNSPACED.search(text):
        return None
    folded = _folded(text)
    begins: dict[str, array[int]] = defaultdict(lambda: array("I"))
    for word in _WORD.finditer(text):
        start, end = word.span()
        begins[folded[start : min(end, start + _LETTERS)]].append(start)
    for hump in _HUMP.finditer(text):
        at = hump.start()
        if head := _HEAD.match(text, at):
            begins[folded[at : head.end()]].append(at)
        # A short word may end here.
        for length in range(1, min(at + 1, _LETTERS)):
            begins[folded[at - length : at]].append(at - length)
    return _Index(folded, dict(begins))


def _folded(text: str) -> str:
    """Return the letters of ASCII in lower case, and for each other character a question mark."""
    return text.translate(_ALIKE).lower().encode("ascii", "replace").decode("ascii")


def _branches(word: str) -> Iterable[str]:
    """Return the branches of a word, without regard to case or to what stands before them."""
    if not word.startswith("~"):
        return [r"\s+".join(map(re.escape, word.split())).replace("'", "'?")]
    return _spelled(word[1:].replace("(?-i:", "(?:"))


def _spelled(expression: str) -> Iterator[str]:
    """Yield the branches of an expression, those of a group at the start spelled out."""
    for listed in branches(expression):
        branch = _BEFORE.sub("", listed, count=1)
        inner, rest = group(branch)
        if inner is None or rest[:1] in {"*", "+", "{"}:
            yield branch
            continue
        if rest.startswith("?"):
            rest = rest[1:].removeprefix("?")
            yield from _spelled(rest)
        for one in branches(inner):
            yield from _spelled(one + rest)
