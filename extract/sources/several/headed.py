"""Find postings under headings of their own: marked, numbered, or set apart by blank lines.

A heading starts a posting if it names an occupation, another such heading follows, and both have
particulars under them: pay, hours, a number, a labelled place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from extract.lexicon import WordTable, compiled, words
from extract.lexicon.comparable import same_title
from extract.reading.condition import closed
from extract.sources.several.layout import Row, listed, normal
from extract.sources.several.titles import is_section, is_title
from extract.values import Span

__all__ = ["Block", "headed"]

_FIGURES = re.compile(
    r"[$€£¥₹]\s?\d|\d\s?(?:€|£|kč|kr\b|円|万|usd|eur|gbp|chf|czk|sek|pln|brl)|\d\s*\+?\s*(?:years?|yrs?|"
    r"jahre|ans\b|años?|let\b|roky|år|年|h\b|hours?|hrs|std|stunden|heures|horas|hodin|timmar|時間)|"
    r"\d{1,2}[./]\s?\d{1,2}[./]\s?\d{2,4}|\d{4}-\d\d-\d\d",
    re.IGNORECASE,
)
_EMPLOYMENT = ("full_time", "part_time", "contract", "temporary", "internship", "volunteer")
_SHORTEST_BODY = 40
_META = 120
_FEW = 2
_CELLS = 3
_HALF = 0.5


@dataclass(frozen=True, slots=True)
class _Layout:
    """One way to set headings: how to find them, and which share must have particulars."""

    find: Callable[[Sequence[Row]], list[int]]
    share: float


@dataclass(frozen=True, slots=True)
class Block:
    """The stretch of one posting, and whether it can still be applied for."""

    span: Span
    is_open: bool


def headed(rows: Sequence[Row], end: int) -> tuple[Block, ...]:
    """Return the postings in `rows`, each from its heading on, or nothing.

    Closed ones are among them, but there are at least two others.
    """
    for layout in (
        _Layout(_numbered, _HALF),
        _Layout(_marked, _HALF),
        _Layout(_set_apart, 1.0),
        _Layout(_piped, 0.0),
    ):
        starts = _distinct(rows, layout.find(rows))
        if len(starts) < _FEW:
            continue
        blocks = [rows[one:next_] for one, next_ in pairwise([*starts, len(rows)])]
        open_ = [not _is_closed(block) for block in blocks]
        if sum(open_) < _FEW:
            continue
        particular = sum(map(_has_particulars, blocks))
        if particular >= max(len(blocks) * layout.share, _FEW * (layout.share > 0)):
            last = _last(blocks)
            edges = [*(rows[start].start for start in starts), end if last is None else last.start]
            return tuple(map(Block, (Span(*edge) for edge in pairwise(edges)), open_))
    return ()


def _numbered(rows: Sequence[Row]) -> list[int]:
    """Return the first run of headings that count up from 1 and name persons or postings."""
    run: list[int] = []
    for place, row in enumerate([*rows, None]):
        number = 0 if row is None else row.number or _ordinal(row)
        if number == len(run) + 1 and number:
            run.append(place)
        elif row is None or number == 1:
            titled = sum(_ordinal(rows[at]) > 0 or _is_heading(rows[at]) for at in run)
            if len(run) > 1 and titled >= len(run) * _HALF:
                return run
            run = [place] if number == 1 else []
    return []


def _ordinal(row: Row) -> int:
    found = _ordinals().match(f"{row.key} {row.words}".strip())
    return int(found[1]) if found else 0


def _is_heading(row: Row) -> bool:
    return is_title(row.key if row.key and len(row.words) > _META / 2 else row.words or row.key)


def _marked(rows: Sequence[Row]) -> list[int]:
    """Return the headings that name persons, and others among them that look the same."""
    marked = [place for place, row in enumerate(rows) if row.mark == "#"]
    titled = [place for place in marked if is_title(rows[place].words)]
    if len(titled) < _FEW or not all(_has_meta(rows, place) for place in titled):
        return titled
    ends = dict(pairwise([*marked, len(rows)]))
    return [
        place
        for place in marked
        if place >= titled[0]
        and not is_section(rows[place].words)
        and _has_meta(rows, place)
        # What follows the last that names a person may be the page's own: its hours, its address.
        and (place <= titled[-1] or _has_particulars(rows[place : ends[place]]))
    ]


def _has_meta(rows: Sequence[Row], place: int) -> bool:
    """Tell whether a short line of particulars follows, that is no sentence."""
    following = rows[place + 1] if place + 1 < len(rows) else None
    return (
        following is not None
        and following.mark != "#"
        and following.end - following.start < _META
        and following.words[-1:] not in (".", "!", "?")
    )


def _set_apart(rows: Sequence[Row]) -> list[int]:
    """Return the lines that stand alone, or above a label, and name persons."""
    return [
        place
        for place, row in enumerate(rows)
        if row.mark == ""
        and not row.key
        and (row.apart or (place + 1 < len(rows) and _is_particular(rows[place + 1])))
        and is_title(row.words)
    ]


def _piped(rows: Sequence[Row]) -> list[int]:
    """Return the first lines of hiring-thread comments: cells between bars, one a title."""
    cells = [[], *map(_cells, rows), []]
    return [
        place
        for place, (above, own, below) in enumerate(zip(cells, cells[1:], cells[2:], strict=False))
        if own and not above and not below and any(map(is_title, own))
    ]


def _cells(row: Row) -> list[str]:
    if row.mark == "#" or row.words.count("|") < _CELLS - 1:
        return []
    line = f"{row.key}: {row.words}" if row.key else row.words
    cells = [cell.strip() for cell in line.split(" | ")]
    return cells if len(cells) >= _CELLS else []


def _distinct(rows: Sequence[Row], found: Sequence[int]) -> list[int]:
    """Leave out headings without a text, and of two of one title the one with the shorter."""
    starts = [
        one
        for one, next_ in pairwise([*found, len(rows)])
        if sum(row.end - row.start for row in rows[one + 1 : next_]) >= _SHORTEST_BODY
    ]
    length = {one: next_ - one for one, next_ in pairwise([*starts, len(rows)])}
    kept: dict[str, int] = {}
    for place in sorted(starts, key=lambda start: (-length[start], start)):
        kept.setdefault(rows[place].words.casefold(), place)
    # Two headings may be one posting's headline and its shorter form; of more, each is its own.
    if len(kept) == _FEW and same_title(*kept):
        kept.popitem()
    return sorted(kept.values())


def _has_particulars(block: Sequence[Row]) -> bool:
    return any(
        _is_particular(row)
        or _FIGURES.search(row.words) is not None
        or _employment().search(row.words) is not None
        for row in block[1:]
    )


def _is_closed(block: Sequence[Row]) -> bool:
    return any(closed(row.words) is not None for row in block)


def _is_particular(row: Row) -> bool:
    return row.key != "" and row.words != "" and normal(row.key) in listed("particular")


def _last(blocks: Sequence[Sequence[Row]]) -> Row | None:
    """Return the line with which the last posting is over, None where it goes on to the end."""
    known = {row.words.casefold() for block in blocks[:-1] for row in block if row.mark == "#"}
    most = max(sum(row.apart and not row.mark for row in block[1:]) for block in blocks[:-1])
    paragraphs = 0
    for row in blocks[-1][1:]:
        paragraphs += row.apart and not row.mark
        if row.mark == "#" and row.words.casefold() not in known:
            return row
        if blocks[0][0].number and paragraphs > most and row.apart:
            return row
    return None


@cache
def _ordinals() -> re.Pattern[str]:
    names = "|".join(sorted(map(re.escape, words("roles", "numbered"))))
    return re.compile(rf"(?:{names})\s?(?:#|№|n[or°º]\.?)?\s?(\d{{1,2}})(?!\w)", re.IGNORECASE)


@cache
def _employment() -> WordTable:
    listed_ = [word for table in _EMPLOYMENT for word in words("employment_types", table)]
    return compiled(listed_)
