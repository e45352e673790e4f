"""Hard skills as postings name them: found by code, and cut out of longer mentions.

A text is cut into words, and runs of up to six of them are looked up in the vocabularies
`skills_*`: names of tools in their own spelling, subjects whatever the case. A name that is also
an everyday word counts only beside another skill. What a mention holds besides the name ("good
knowledge of") is no part of it, and a mention with nothing but a trait in it ("team player") is
none.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache

from extract.lexicon import WordTable, compiled, load, names, pattern
from extract.values import Span

__all__ = ["is_field", "is_name", "items", "known", "soft"]

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
_EDGE = " \t\n.,;:|•·*\"'“”()[]-–—/&"


def known(text: str, within: Span) -> tuple[Span, ...]:
    """Return the skills of the vocabulary that stand in a stretch, the longest where they overlap.

    What may be an everyday word counts only beside a skill that is none, or right after words
    that introduce one; the subject of a degree is not a skill.

    >>> text = "Excel, SAP FI and data analysis; we go the extra mile"
    >>> [text[s.start : s.end] for s in known(text, Span(0, len(text)))]
    ['Excel', 'SAP FI', 'data analysis']
    """
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
    words, openings = _in(text, within)
    place = 0
    for start, at in openings:
        if at < place:
            continue
        for length in _lengths()[text[slice(*words[at])].casefold()]:
            if at + length > len(words):
                continue
            span = Span(start, words[at + length - 1][1])
            certain = _standing(text, span, within)
            if certain is not None:
                yield span, certain
                place = at + length
                break
    if not text.isascii():
        for match in _unspaced().finditer(text, within.start, within.end):
            yield Span(*match.span()), True


_Words = tuple[Sequence[tuple[int, int]], Sequence[tuple[int, int]]]
"""Where words are; and which of them may begin an entry: place and number."""


def _in(text: str, within: Span) -> _Words:
    """Return the words of a stretch: the text's own, unless its ends cut one in two."""
    words, openings = _words(text)
    first = bisect_right(words, within.start, key=lambda word: word[1])
    last = bisect_left(words, (within.end,))
    if first < last and (words[first][0] < within.start or words[last - 1][1] > within.end):
        return _opened(text, [one.span() for one in _WORD.finditer(text, within.start, within.end)])
    begin, end = bisect_left(openings, (within.start,)), bisect_left(openings, (within.end,))
    return words[:last], openings[begin:end]


# Each line is looked at for what it asks, and again for all that the posting says.
@lru_cache(maxsize=64)
def _words(text: str) -> _Words:
    return _opened(text, [word.span() for word in _WORD.finditer(text)])


def _opened(text: str, words: Sequence[tuple[int, int]]) -> _Words:
    lengths = _lengths()
    opens = (text[start:end].casefold() in lengths for start, end in words)
    return words, [(words[at][0], at) for at, possible in enumerate(opens) if possible]


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
        if span is not None and not soft(text[span.start : span.end]):
            yield span
        start = joint.end() if joint else end


def soft(words: str) -> bool:
    """Tell whether words name a trait of character and no skill.

    >>> soft("excellent communication skills"), soft("communication protocols")
    (True, False)
    """
    rest = _traits().sub(" ", words)
    if rest == words:
        return False
    return not any(char.isalnum() for char in _filling().sub(" ", rest))


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
    before = text[max(within.start, span.start - _REACH) : span.start]
    return _leading().search(before) is not None


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
    return frozenset(word for group in _groups("names_as_verbs") for word in group)


@cache
def _names() -> Mapping[str, tuple[frozenset[str], frozenset[str]]]:
    """Return the names by their folded form: the spellings that are sure, those that are not."""
    found: dict[str, tuple[set[str], set[str]]] = {}
    for at, table in enumerate(("names", "names_in_lists")):
        for group in _groups(table):
            for name in group:
                found.setdefault(name.casefold(), (set(), set()))[at].add(name)
    return {key: (frozenset(sure), frozenset(other)) for key, (sure, other) in found.items()}


@cache
def _subjects() -> frozenset[str]:
    return frozenset(_GAP.sub(" ", word.casefold()) for group in _groups("words") for word in group)


@cache
def _fields() -> frozenset[str]:
    return frozenset(word for group in _groups("fields") for word in group)


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
    every = (word for group in _groups("words") for word in group)
    return compiled(word for word in every if _UNSPACED.search(word))


def _groups(table: str) -> list[list[str]]:
    files = [load(name) for name in names() if name.startswith("skills_")]
    return [group for file in files for group in file.get(table, {}).values()]


@cache
def _traits() -> WordTable:
    return compiled(word for group in _groups("soft") for word in group)


@cache
def _filling() -> WordTable:
    """Return what may stand beside a trait without making it a skill."""
    tables = ("heads", "tails", "fillers")
    return compiled(word for table in tables for group in _groups(table) for word in group)


@cache
def _heads() -> WordTable:
    return compiled(word for group in _groups("heads") for word in group)


@cache
def _leading() -> re.Pattern[str]:
    listed = compiled(word for group in _groups("leads") for word in group)
    return re.compile(rf"(?:{listed.pattern})\s+\Z", re.IGNORECASE)


@cache
def _tails() -> re.Pattern[str]:
    listed = compiled(word for group in _groups("tails") for word in group)
    return re.compile(rf"(?:{listed.pattern})\W*\Z", re.IGNORECASE)


@cache
def _joints() -> re.Pattern[str]:
    """Return what stands between the items of a list; a slash with spaces or between names."""
    words = compiled(word for group in _groups("joints") for word in group)
    marks = r"\s*[,;•·|()\[\]、，・（）]\s*|\s+/\s+|(?<=[^\W_]{3})/(?=[^\W_]{3})|\s[–—-]\s"
    return re.compile(rf"{marks}|\s*(?:{words.pattern})\s*", re.IGNORECASE)
