"""Find where run-together text starts something new: bullets, headings, labels, navigation.

Scrapers lose line breaks. The marks of lists, headings and labels show where they were; text
without clear marks is left alone.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal

from extract.lexicon import words

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Cut", "Cuts"]

Mark = Literal["item", "label", "heading", "text"]


@dataclass(frozen=True, slots=True, order=True)
class Cut:
    """A new piece starts at `at`; its words start at `words`, after the bullet."""

    at: int
    words: int
    mark: Mark


_RUN_TOGETHER = 120
_BULLET = re.compile(
    r"[•▪●■◦‣►➢➤✓✔✅❖◆◇★☆▶▸∙⁃\uf0a7\uf0b7\uf0d8\uf076]"
    r"(?:(?<!\S.)\s*(?=[^\s•])|(?<=[•●■▪])\s*(?=\w))"
)
_DOT = re.compile(r"\s·\s+(?=\w)")
_DASH = re.compile(r"(?<=\s)[-–—*]\s+(?=\S)")
_DASH_START = re.compile(r"[:.;!?)]\s*$")
_NUMBER = re.compile(r"(?<!\S)\(?(\d{1,2}|[a-h])[.)]\s+(?=\w)")
_COLON = re.compile(r"\s?[:：](?=\s)")
_WORD = re.compile(r"\S+")
_SMALL_WORDS = (
    "a an and the of for to in on with at by or we you your our us this be is are do will have who "
    "& / - – de la le les des du et en y el los las del un una que se und der die das für von mit "
    "wir sie du dich uns bei zu och att som vi i na pro co v s z o od po"
)
_SMALL = frozenset(_SMALL_WORDS.split())
_CAPITAL = re.compile(r"(?<!\S)[^\W\d_a-z][\w#]*")
_GAP = 130
_SHORT = 6


class Cuts:
    """The cuts of a text. All bullets are found at once; other marks only in run-together text.

    `edges` are the text's `interface_edges`.
    """

    def __init__(self, text: str, edges: Sequence[int] = ()) -> None:
        self._text = text
        self._edges = edges
        self._bullets = [match.span() for match in _BULLET.finditer(text)]
        self._dots = [match.span() for match in _DOT.finditer(text)]

    def inside(self, start: int, end: int) -> list[Cut]:
        """Return the cuts inside a stretch of the text, in order.

        >>> text = "Duties: • Grill • Fry " + "and keep the kitchen clean at all times. " * 4
        >>> [text[cut.words :][:3] for cut in Cuts(text).inside(0, len(text))]
        ['Gri', 'Fry']
        """
        text = self._text
        found: list[Cut] = []
        if self._bullets:
            found += [Cut(at, words, "item") for at, words in _within(self._bullets, start, end)]
        if self._dots:
            dots = _within(self._dots, start, end)
            if len(dots) > 1 and (end - start) / len(dots) > 40:  # noqa: PLR2004
                found += [Cut(at + 1, words, "item") for at, words in dots]
        if not found and end - start < _RUN_TOGETHER:
            return []
        found += _dashes(text, start, end)
        found += _numbers(text, start, end)
        found += _colons(text, start, end)
        found += _rows(text, start, end)
        edges = self._edges[bisect_left(self._edges, start) : bisect_left(self._edges, end)]
        found += [Cut(at, at, "text") for at in edges]
        by_place: dict[int, Cut] = {}
        for cut in sorted(found):
            if start < cut.at < end or (cut.at == start and cut.words > start):
                by_place.setdefault(cut.at, cut)
        return list(by_place.values())


def _within(marks: Sequence[tuple[int, int]], start: int, end: int) -> list[tuple[int, int]]:
    """Return the marks inside a stretch, without one at its very end."""
    first, last = bisect_left(marks, (start, 0)), bisect_left(marks, (end, 0))
    return [mark for mark in marks[first:last] if mark[1] < end]


def _dashes(text: str, start: int, end: int) -> list[Cut]:
    """Find ` - Item - Item` lists, which follow a colon or a sentence; items have a capital."""
    found: list[Cut] = []
    run: list[Cut] = []
    for mark in _DASH.finditer(text, start, end):
        capital = text[mark.end()].isupper() or text[mark.end()] in '¿¡"“'
        if run and mark.start() - run[-1].at > 400:  # noqa: PLR2004
            found += run if len(run) > 1 else []
            run = []
        if capital and (
            run or _DASH_START.search(text, max(start, mark.start() - 4), mark.start())
        ):
            run.append(Cut(mark.start(), mark.end(), "item"))
    return found + (run if len(run) > 1 else [])


def _numbers(text: str, start: int, end: int) -> list[Cut]:
    """Find `1. Item 2. Item` lists: numbers or letters that count up, before long enough items."""
    found: list[Cut] = []
    run: list[Cut] = []
    due = ""
    for mark in [*_NUMBER.finditer(text, start, end), None]:
        if mark is not None and run and mark[1] == due:
            run.append(Cut(mark.start(), mark.end(), "item"))
            due = _next(mark[1])
            continue
        if mark is None or mark[1] in ("1", "a"):
            if len(run) > 1 and (run[-1].at - run[0].at) / (len(run) - 1) > 30:  # noqa: PLR2004
                found += run
            run = [Cut(mark.start(), mark.end(), "item")] if mark else []
            due = _next(mark[1]) if mark else ""
    return found


def _next(number: str) -> str:
    return str(int(number) + 1) if number.isdigit() else chr(ord(number) + 1)


@cache
def _labels(table: str) -> dict[str, tuple[tuple[str, ...], ...]]:
    """Return the labels by their first word: each label is a tuple of words, longest first."""
    by_first: dict[str, list[tuple[str, ...]]] = {}
    for label in dict.fromkeys(words("layout", table)):
        parts = tuple(label.split())
        by_first.setdefault(parts[0], []).append(parts)
    return {first: tuple(sorted(same, key=len, reverse=True)) for first, same in by_first.items()}


@cache
def _starters() -> frozenset[str]:
    return frozenset(words("layout", "headings"))


def _colons(text: str, start: int, end: int) -> list[Cut]:
    found: list[Cut] = []
    for colon in _COLON.finditer(text, start, end):
        floor = max(start, colon.start() - 90)
        before = list(_WORD.finditer(text, floor, colon.start()))[-9:]
        if not before or (before[0].start() == floor > start and len(before) == 1):
            continue
        before, stopped = _since_stop(before)
        listed = _BULLET.match(text, colon.end() + 1) is not None or _is_dash(
            text, colon.end(), end
        )
        at = _label_start(before)
        if at is not None and stopped and len(before) < _SHORT - 1:
            at = before[0].start()
        mark: Mark = "label"
        if at is None:
            at, mark = _heading_start(before, listed=listed, alone=stopped), "heading"
        if at is None:
            continue
        found.append(Cut(at, at, mark))
        if mark == "heading" and not listed:
            after = _WORD.search(text, colon.end(), end)
            if after is not None:
                found.append(Cut(after.start(), after.start(), "text"))
    return found


def _is_dash(text: str, at: int, end: int) -> bool:
    return _DASH.match(text, at + 1, end) is not None


def _since_stop(before: list[re.Match[str]]) -> tuple[list[re.Match[str]], bool]:
    for place in range(len(before) - 1, -1, -1):
        if before[place][0][-1] in ".!?;:•。)" or before[place][0] in "-–—*|":
            return before[place + 1 :], before[place][0][-1] in ".!?"
    return before, False


def _label_start(before: list[re.Match[str]]) -> int | None:
    for place in range(max(0, len(before) - 5), len(before)):
        parts = tuple(word[0] for word in before[place:])
        if parts in _labels("labels").get(parts[0], ()):
            return before[place].start()
    return None


def _heading_start(before: list[re.Match[str]], *, listed: bool, alone: bool) -> int | None:
    """Return where the heading before a colon starts: at the first of its capitalised words."""
    if listed and alone and 0 < len(before) <= _SHORT and before[0][0][:1].isupper():
        return before[0].start()
    run: list[re.Match[str]] = []
    for word in reversed(before):
        first = word[0].lstrip("(\"“'’¿¡*")[:1]
        if word[0].casefold() not in _SMALL and not (first.isupper() or first.isdigit()):
            break
        run.insert(0, word)
    for word in run:
        if word[0] in _starters():
            return word.start()
    capital = [word for word in run if word[0][0].isupper()]
    return capital[0].start() if listed and capital and len(run) < _SHORT else None


def _rows(text: str, start: int, end: int) -> list[Cut]:
    """Find labels without colons that stand close together, as in page footers."""
    places: list[tuple[int, bool]] = []
    for word in _CAPITAL.finditer(text, start, end):
        for parts in _labels("labels").get(word[0], ()):
            label = " ".join(parts)
            after = word.start() + len(label)
            if text.startswith(label, word.start()) and (after >= end or not text[after].isalnum()):
                telling = parts in _labels("telling").get(parts[0], ())
                if not (places and word.start() < places[-1][0] + len(label)):
                    places.append((word.start(), telling))
                break
    found: list[Cut] = []
    row: list[tuple[int, bool]] = []
    for place in [*places, (end + 10 * _GAP, False)]:
        if row and place[0] - row[-1][0] > _GAP:
            if len(row) > 1 and any(telling for _, telling in row):
                found += [Cut(at, at, "label") for at, _ in row]
            row = []
        row.append(place)
    return found
