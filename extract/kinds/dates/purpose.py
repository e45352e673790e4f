"""What a date is for, by the words around it: the nearest one decides."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Sequence
from functools import cache
from itertools import pairwise

from extract.kinds.dates.calendar import Written, weekdays
from extract.lexicon import WordTable, compiled, pattern, words
from extract.values import Document

__all__ = ["PERIOD", "WINDOWS", "purpose"]

WINDOWS = ("window", "shown")
"""The tables of words for the days on which a posting is shown."""
_STRONG = ("posted", "closes", "starts", "other", *WINDOWS)
_REACH = 160  # How far before a date its word may stand, in characters.
_WEAK_REACH = 40  # "until", "from": these belong to a date close by.
_SEVERAL_WORDS = 2
_LABEL_LENGTH = 60  # A heading or label on a line of its own is short.
_AFTER_REACH = 40
_KEY_LENGTH = 4  # Shorter words without their accents are other words.
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_BREAK = re.compile(r"[\n\r•]|[.!?](?=\s+[^\W\d_a-z])|<[^<>]{0,200}>")
_KEY_JOINT = re.compile(r"(?<=[a-zß-ÿ])(?=[A-Z])|_|(?<=\w)\.(?=[a-z])")
_LETTERS = re.compile(r"[^\W\d_]{2,}")
PERIOD = re.compile(
    r"[^\S\n]*(?:[-–—~～〜]|(?:to|until|till|bis(?: zum)?|au|al|hasta el|t/m|tot|a|och)(?!\w)|から)"
    r"[^\S\n]*",
    re.IGNORECASE,
)
"""What stands between the two days of a period."""


def purpose(document: Document, written: Written, floor: int) -> str | None:
    """Say what a date is for; words before `floor` belong to the date before this one."""
    span = written.span
    reach = max(0, span.start - _REACH)
    *labels, sentence = _segments(document, max(floor, reach), span.start)
    if labels and not _LETTERS.search(sentence):
        # Two labels in a row belong to a table whose order the text has lost.
        stacked = [label for label in labels[-2:] if _is_label(label) and _nearest(label)]
        if len(stacked) == 1 and _is_label(labels[-1]):
            return _nearest(labels[-1]) or _plain_label(labels[-1])
    if labels and not sentence and _weakly(labels[-1]):
        sentence = labels[-1]  # A line was broken between the word and its date.
    after = _BREAK.split(document.text[span.end : span.end + _AFTER_REACH])[0]
    whole = f"{_segments(document, reach, span.start)[-1] or sentence} {after}"
    sentence = _between().sub("", sentence)
    told = _following(after) or _weak(sentence, whole, after)
    if (found := told or _nearest(sentence)) == "closes" and _stays_open(sentence):
        return "other"
    return found or _plain_label(sentence)


def _stays_open(sentence: str) -> bool:
    """Tell whether a posting is open until filled, so that a later date is that of a review.

    "Open until filled or 3 May" has a deadline all the same.
    """
    filled = list(pattern("dates", "until_filled").finditer(sentence))
    return bool(filled) and len(sentence[filled[-1].end() :].split()) >= _SEVERAL_WORDS


def _is_label(words: str) -> bool:
    return len(words) <= _LABEL_LENGTH


def _segments(document: Document, start: int, end: int) -> list[str]:
    """Cut the text before a date at lines and sentences, blanks left out but for the last."""
    text = document.text
    cuts = {start}
    cuts.update(found.end() for found in _BREAK.finditer(text, start, end))
    first = bisect_left(document.lines, start, key=lambda line: line.span.start)
    for line in document.lines[first:]:
        if line.span.start > end:
            break
        cuts.add(line.span.start)
    ordered = sorted(cuts)
    parts = [text[cut:next_cut].strip() for cut, next_cut in pairwise([*ordered, end])]
    spelt = [_KEY_JOINT.sub(" ", part) for part in parts]
    return [part for part in spelt[:-1] if _LETTERS.search(part)] + spelt[-1:]


def _nearest(words: str) -> str | None:
    """Return the kind of the word that ends last; of two that end together, the longer."""
    found = _last(words, _STRONG)
    return found[2] if found else None


def _last(words: str, kinds: Sequence[str]) -> tuple[int, int, str] | None:
    return max(
        (
            (found.end(), found.end() - found.start(), kind)
            for kind in kinds
            for found in _keyed(kind).finditer(words)
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


def _weak(sentence: str, whole: str, after: str) -> str | None:
    """Judge "until", "from" and their like by what the whole sentence is about."""
    kinds = ("until", "from", "period") if PERIOD.match(after) else ("until", "from")
    found = _last(sentence[-_WEAK_REACH:], kinds)
    if found is None or _LETTERS.search(sentence[-_WEAK_REACH:], found[0]):
        return None
    fuller = _last(sentence[-_WEAK_REACH:], _STRONG)
    if fuller and fuller[:2] >= found[:2]:
        return None  # "no later than", "befristet bis": the fuller wording decides.
    if (strong := _nearest(sentence)) in ("other", *WINDOWS):
        return strong
    applying = pattern("dates", "applying").search(whole) is not None
    if found[2] == "until":
        return "closes" if applying else "other"
    employing = pattern("dates", "employing").search(whole) is not None
    return "starts" if employing and not applying else "other"


def _weakly(line: str) -> bool:
    """Tell whether a line ends with a word that wants a date: "send it by"."""
    found = _last(line[-_WEAK_REACH:], ("until", "from"))
    return found is not None and found[0] == len(line[-_WEAK_REACH:])


def _following(after: str) -> str | None:
    for kind in ("posted", "closes", "starts"):
        found = pattern("dates", f"{kind}_after").search(after)
        if found and not re.search(r"\w", after[: found.start()]):
            rest = after[found.end() :].lstrip(")*_ ")
            if not rest.startswith((":", "=")) and not re.match(r"\d", rest):
                return kind
    return None


def _plain_label(words: str) -> str | None:
    """Take a bare "date:" at the head of a line for the day the posting was put up."""
    label = re.sub(r"^\W+|\W+$", "", words)
    return "posted" if pattern("dates", "date").fullmatch(label) else None
