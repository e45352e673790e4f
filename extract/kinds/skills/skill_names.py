"""Hard skills as postings name them: found by code, and cut out of longer mentions.

Runs of up to six words are looked up in the vocabularies `skills_*`: names of tools in their own
spelling, subjects whatever the case. An everyday word counts only beside another skill.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from extract.kinds.skills.mentions import skill_groups
from extract.kinds.skills.word_stems import begins, unspaced_subjects, words_taken
from extract.lexicon import WordTable, compiled, pattern
from extract.values import Span

__all__ = ["is_field", "is_name", "known"]

_LONGEST = 6
_NEAR = 25
"""Characters between an everyday word and the skill beside it."""
_REACH = 40
_STUDIED = 120
_ACRONYM = 4

# A Latin name may touch kana on either side.
_WORD = re.compile(r"\.?[^\W_\u3040-\u30ff\u3400-\u9fff]+[+#]*|[\u3040-\u30ff\u3400-\u9fff]+")
_OBJECT = re.compile(r"\s(?:in|at|as|by|our|the|an?|your|new|this|with|all)\s")
_GAP = re.compile(r"[\s\u2010-\u2015-]+")
_STOP = re.compile(r"[.;!?]\s")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")


def known(text: str, within: Span) -> tuple[Span, ...]:
    """Return the skills of the vocabulary that stand in a stretch, the longest where they overlap.

    What may be an everyday word counts only beside a skill that is none, or right after words
    that introduce one; the subject of a degree is not a skill.

    >>> text = "Excel, SAP FI and data analysis; we go the extra mile"
    >>> [text[s.start : s.end] for s in known(text, Span(0, len(text)))]
    ['Excel', 'SAP FI', 'data analysis']
    """
    seen = _seen(text).known
    if within not in seen:
        seen[within] = _known(text, within)
    return seen[within]


def _known(text: str, within: Span) -> tuple[Span, ...]:
    found = list(_found(text, within))
    sure = [span for span, certain in found if certain]
    kept = [
        span
        for span, certain in found
        if certain or any(_beside(text, span, other) for other in sure) or _led(text, span, within)
    ]
    return tuple(sorted({span for span in kept if not _is_studied(text, span, within)}))


def _found(text: str, within: Span) -> Iterator[tuple[Span, bool]]:
    """Yield the entries of the vocabulary with whether they are a skill wherever they stand."""
    seen, place = _in(text, within), 0
    words = seen.words
    lengths = _lengths()
    for start, at, first in seen.openings:
        if at < place:
            continue
        for length in lengths.get(first, ()):
            last = at + length - 1
            if last >= len(words) or words[last][1] > within.end:
                continue
            span = Span(start, words[last][1])
            certain = _standing(text, span, within)
            if certain is not None:
                yield span, certain
                place = at + length
                break
        else:
            spans = words[at : at + _LONGEST] if begins(first) else ()
            taken = words_taken([text[s:e].casefold() for s, e in spans]) if spans else 0
            if taken and words[at + taken - 1][1] <= within.end:
                yield Span(start, words[at + taken - 1][1]), True
                place = at + taken
    if not text.isascii():
        for match in _unspaced().finditer(text, within.start, within.end):
            yield Span(*match.span()), True


class _Seen(NamedTuple):
    """Where the words of a text begin and end, and by stretches of it what is known there.

    `openings` has the words that may begin an entry: their places, numbers, and folded letters.
    """

    words: Sequence[tuple[int, int]]
    ends: Sequence[int]
    openings: Sequence[tuple[int, int, str]]
    known: dict[Span, tuple[Span, ...]]


def _in(text: str, within: Span) -> _Seen:
    """Return the words of a stretch: the text's own, unless its ends cut one in two."""
    seen = _seen(text)
    first, last = bisect_right(seen.ends, within.start), bisect_left(seen.words, (within.end,))
    if first < last and (seen.words[first][0] < within.start or seen.ends[last - 1] > within.end):
        return _opened(text, within)
    begin = bisect_left(seen.openings, (within.start,))
    openings = seen.openings[begin : bisect_left(seen.openings, (within.end,))]
    return seen._replace(openings=openings)


# Each line is looked at for what it asks, and again for all that the posting says.
@lru_cache(maxsize=64)
def _seen(text: str) -> _Seen:
    return _opened(text, Span(0, len(text)))


def _opened(text: str, within: Span) -> _Seen:
    words = [word.span() for word in _WORD.finditer(text, within.start, within.end)]
    lengths = _lengths()
    folded = enumerate(text[start:end].casefold() for start, end in words)
    opens = ((at, word) for at, word in folded if word in lengths or begins(word))
    openings = [(words[at][0], at, word) for at, word in opens]
    return _Seen(words, [end for _, end in words], openings, {})


def is_name(words: str) -> bool:
    """Tell whether words are a name that is certain wherever it stands.

    >>> is_name("PostgreSQL"), is_name("data analysis")
    (True, False)
    """
    said = " ".join(words.split())
    return said in _names().get(said.casefold(), (frozenset(), frozenset()))[0]


def is_field(words: str) -> bool:
    """Tell whether words name a whole field of work or study.

    >>> is_field("software engineering"), is_field("requirements engineering")
    (True, False)
    """
    return _GAP.sub(" ", words.casefold()) in _fields()


def _standing(text: str, span: Span, within: Span) -> bool | None:
    """Say whether words are a skill for sure (True), perhaps (False), or not (None)."""
    said = " ".join(text[span.start : span.end].replace("’", "'").split())
    spellings = _names().get(said.casefold())
    if spellings is not None:
        sure, doubtful = spellings
        if said in sure or (sure and len(said) > _ACRONYM and not said.islower()):
            return not (said in _verbs() and _opens(text, span, within))
        if said in doubtful:
            return False
    if _GAP.sub(" ", said.casefold()) not in _subjects():
        return None
    return " " in said or "-" in said or not said.isascii()


def _opens(text: str, span: Span, within: Span) -> bool:
    """Tell whether a word opens a sentence as a verb does: "Excel in a fast-paced team"."""
    before = text[within.start : span.start].rstrip(" \t*•-–·")
    opens = not before or before[-1] in ".!?:"
    return opens and _OBJECT.match(text, span.end, within.end) is not None


def _beside(text: str, one: Span, other: Span) -> bool:
    """Tell whether two stand in one list: nothing but its marks and short words between them."""
    first, second = min(one, other), max(one, other)
    between = text[first.end : second.start]
    return len(between) < _NEAR and not re.search(r"[.!?\n;]", between)


def _led(text: str, span: Span, within: Span) -> bool:
    begin = max(within.start, span.start - _REACH)
    return _leading().search(text[begin : span.start]) is not None


def _is_studied(text: str, span: Span, within: Span) -> bool:
    """Tell whether a subject is that of a degree: "BSc in computer science"."""
    if _names().get(text[span.start : span.end].casefold()):
        return False
    degree = pattern("skills_joints", "degree")
    begin = max(within.start, span.start - _STUDIED)
    for stop in _STOP.finditer(text, begin, span.start):
        begin = stop.end()
    if degree.search(text, begin, span.start) is not None:
        return True
    after, end = span.end, min(within.end, span.end + _REACH)
    while after < end and text[after] in " -":
        after += 1
    return degree.match(text, after, end) is not None


@cache
def _verbs() -> frozenset[str]:
    return frozenset(word for group in skill_groups("names_as_verbs") for word in group)


@cache
def _names() -> Mapping[str, tuple[frozenset[str], frozenset[str]]]:
    """Return the names by their folded form: the spellings that are sure, those that are not."""
    found: dict[str, tuple[set[str], set[str]]] = {}
    for at, table in enumerate(("names", "names_in_lists")):
        for group in skill_groups(table):
            for name in group:
                found.setdefault(name.casefold(), (set(), set()))[at].add(name)
    return {key: (frozenset(sure), frozenset(other)) for key, (sure, other) in found.items()}


@cache
def _subjects() -> frozenset[str]:
    return frozenset(
        _GAP.sub(" ", word.casefold()) for group in skill_groups("words") for word in group
    )


@cache
def _fields() -> frozenset[str]:
    return frozenset(word for group in skill_groups("fields") for word in group)


@cache
def _lengths() -> Mapping[str, Sequence[int]]:
    """Return by the first word of an entry how many words such entries have, most words first."""
    lengths: dict[str, set[int]] = {}
    for entry in (*_names(), *_subjects()):
        words = _WORD.findall(entry)
        if 0 < len(words) <= _LONGEST:
            lengths.setdefault(words[0], set()).add(len(words))
    return {first: sorted(counts, reverse=True) for first, counts in lengths.items()}


@cache
def _unspaced() -> WordTable:
    every = (word for group in skill_groups("words") for word in group)
    return compiled([*filter(_UNSPACED.search, every), *unspaced_subjects()])


@cache
def _leading() -> re.Pattern[str]:
    listed = compiled(word for group in skill_groups("leads") for word in group)
    return re.compile(rf"(?:{listed.pattern})\s+\Z", re.IGNORECASE)
