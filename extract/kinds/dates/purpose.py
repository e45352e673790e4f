"""What a date is for, by the words around it: the nearest one decides."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from extract.kinds.dates.calendar import weekdays
from extract.lexicon import WordTable, compiled, pattern, words
from extract.values import Document, Span

__all__ = ["PERIOD", "WINDOWS", "purpose"]

WINDOWS = ("window", "shown")
"""The tables of words for the days on which a posting is shown."""
_STRONG = ("posted", "closes", "starts", "other", *WINDOWS)
_REACH = 160  # How far before a date its word may stand, in characters.
_WEAK_REACH = 40  # "until", "from": these belong to a date close by.
_SEVERAL_WORDS = 2
_CONTINUED = 2
_LABEL_LENGTH = 60  # A heading or label on a line of its own is short.
_AFTER_REACH = 40
_KEY_LENGTH = 4  # Shorter words without their accents are other words.
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_BREAK = re.compile(r"[\n\r•]|[.!?](?=\s+[^\W\d_a-z])|<[^<>]{0,200}>")
_KEY_JOINT = re.compile(r"(?<=[a-zß-ÿ])(?=[A-Z])|_|(?<=\w)\.(?=[a-z])")
_LETTERS = re.compile(r"[^\W\d_]{2,}")
_WORD = re.compile(r"\w")
PERIOD = re.compile(
    r"[^\S\n]*(?:[-–—~～〜]|(?:to|until|till|bis(?: zum)?|au|al|hasta el|t/m|tot|a|och)(?!\w)|から)"
    r"[^\S\n]*",
    re.IGNORECASE,
)
"""What stands between the two days of a period."""


class _Words(NamedTuple):
    """Words of a text, which is the document's or, where they are a key, spells it as words."""

    text: str
    start: int
    end: int

    @property
    def last(self) -> _Words:
        """The words that belong to what stands close behind."""
        return self._replace(start=max(self.start, self.end - _WEAK_REACH))

    def __bool__(self) -> bool:
        return self.start < self.end


def purpose(document: Document, span: Span, floor: int) -> str | None:
    """Say what the date at `span` is for; words before `floor` belong to the date before it."""
    text = document.text
    reach = max(0, span.start - _REACH)
    *labels, sentence = _segments(document, max(floor, reach), span.start)
    if labels and not _LETTERS.search(*sentence):
        # Two labels in a row belong to a table whose order the text has lost.
        stacked = [label for label in labels[-2:] if _is_label(label) and _nearest(label)]
        if len(stacked) == 1 and _is_label(labels[-1]):
            return _nearest(labels[-1]) or _plain_label(labels[-1])
    if labels and not sentence and _weakly(labels[-1]):
        sentence = labels[-1]  # A line was broken between the word and its date.
    stop = min(len(text), span.end + _AFTER_REACH)
    broken = _BREAK.search(text, span.end, stop)
    after = _Words(text, span.end, broken.start() if broken else stop)
    whole = [_segments(document, reach, span.start)[-1] or sentence, after]
    if sentence.text[sentence.start : sentence.start + 1].islower():
        whole += labels[-_CONTINUED:]  # A line that begins like this goes on with the ones above.
    if between := _between().search(*sentence):
        sentence = sentence._replace(end=between.start())
    told = _following(after) or _weak(sentence, whole, after)
    if (found := told or _nearest(sentence)) == "closes" and _stays_open(sentence):
        return "other"
    return found or _plain_label(sentence)


def _stays_open(sentence: _Words) -> bool:
    """Tell whether a posting is open until filled, so that a later date is that of a review.

    "Open until filled or 3 May" has a deadline all the same.
    """
    filled = list(pattern("dates", "until_filled").finditer(*sentence))
    if not filled:
        return False
    return len(sentence.text[filled[-1].end() : sentence.end].split()) >= _SEVERAL_WORDS


def _is_label(words: _Words) -> bool:
    return words.end - words.start <= _LABEL_LENGTH


def _segments(document: Document, start: int, end: int) -> list[_Words]:
    """Cut the text before a date at lines and sentences, blanks left out but for the last."""
    text = document.text
    cuts = {start}
    cuts.update(found.end() for found in _BREAK.finditer(text, start, end))
    first = bisect_left(document.lines, start, key=lambda line: line.span.start)
    for line in document.lines[first:]:
        if line.span.start > end:
            break
        cuts.add(line.span.start)
    parts = [_spelt(text, *cut) for cut in pairwise([*sorted(cuts), end])]
    return [part for part in parts[:-1] if _LETTERS.search(*part)] + parts[-1:]


def _spelt(text: str, start: int, end: int) -> _Words:
    """Return a part of a text without white space around it; a key as the words it is made of."""
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    if not _KEY_JOINT.search(text, start, end):
        return _Words(text, start, end)
    words = _KEY_JOINT.sub(" ", text[start:end])
    return _Words(words, 0, len(words))


def _nearest(words: _Words) -> str | None:
    """Return the kind of the word that ends last; of two that end together, the longer."""
    if found := _last(words, _STRONG):
        return found[2]
    return "starts" if _is_one(words, "starts_alone") else None


def _is_one(words: _Words, table: str) -> bool:
    """Tell whether words are one of a table, marks around them aside."""
    bare = re.sub(r"^\W+|\W+$", "", words.text[words.start : words.end])
    return pattern("dates", table).fullmatch(bare) is not None


def _last(words: _Words, kinds: Sequence[str]) -> tuple[int, int, str] | None:
    return max(
        (
            (found.end(), found.end() - found.start(), kind)
            for kind in kinds
            for found in _keyed(kind).finditer(*words)
        ),
        default=None,
    )


@cache
def _keyed(kind: str) -> WordTable:
    """Return the words of a kind, also as keys spell them: without accents and umlauts."""
    listed = words("dates", kind)
    long = [word for word in listed if len(word) >= _KEY_LENGTH and not word.startswith("~")]
    spelt = {_plain(form) for word in long for form in (word, word.translate(_UMLAUTS))}
    return compiled({*listed, *spelt})


def _plain(word: str) -> str:
    # Latin accents only: the voicing marks of kana come back.
    split = unicodedata.normalize("NFD", word)
    return unicodedata.normalize("NFC", re.sub("[\u0300-\u036f]", "", split))


@cache
def _between() -> re.Pattern[str]:
    """Return what may stand between a word and its date: "noon on Friday, the"."""
    day = compiled((*words("dates", "hour"), *weekdays())).pattern
    more = compiled((*words("dates", "hour"), *words("dates", "article"), *weekdays())).pattern
    return re.compile(rf"(?:{day})[\s,.]{{0,3}}(?:(?:{more})[\s,.]{{0,3}}){{0,4}}$", re.IGNORECASE)


def _weak(sentence: _Words, whole: Sequence[_Words], after: _Words) -> str | None:
    """Judge "until", "from" and their like by what the whole sentence is about."""
    kinds = ("until", "from", "period") if PERIOD.match(*after) else ("until", "from")
    found = _last(sentence.last, kinds)
    if found is None or _LETTERS.search(sentence.text, found[0], sentence.end):
        return None
    fuller = _last(sentence.last, _STRONG)
    if fuller and fuller[:2] >= found[:2]:
        return None  # "no later than", "befristet bis": the fuller wording decides.
    strong = _nearest(sentence)
    if strong in ("other", *WINDOWS) or _is_one(sentence, "starts_alone"):
        return strong
    applying = any(pattern("dates", "applying").search(*words) for words in whole)
    if found[2] == "until":
        return "closes" if applying else "other"
    employing = any(pattern("dates", "employing").search(*words) for words in whole)
    return "starts" if employing and not applying else "other"


def _weakly(line: _Words) -> bool:
    """Tell whether a line ends with a word that wants a date: "send it by"."""
    found = _last(line.last, ("until", "from"))
    return found is not None and found[0] == line.end


def _following(after: _Words) -> str | None:
    text, start, end = after
    for kind in ("posted", "closes", "starts"):
        found = pattern("dates", f"{kind}_after").search(text, start, end)
        if found and not _WORD.search(text, start, found.start()):
            rest = text[found.end() : end].lstrip(")*_ ")
            if not rest.startswith((":", "=")) and not rest[:1].isdecimal():
                return kind
    return None


def _plain_label(words: _Words) -> str | None:
    """Take a bare "date:" at the head of a line for the day the posting was put up."""
    return "posted" if _is_one(words, "date") else None
