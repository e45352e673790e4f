"""Places of China, Japan and Korea, which name the larger one first: "浙江省杭州市"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from extract.kinds.places import gazetteer
from extract.kinds.places.gazetteer import Region
from extract.kinds.places.place_name import Name

__all__ = ["is_unspaced", "outer_first"]

_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_KOREAN = re.compile(r"([\uac00-\ud7a3]{2,7})\s+([\uac00-\ud7a3]{1,5}[시군])(?!\w)")
_TOWN = re.compile(r"[^\s\W\d]{1,6}?[市区町村县縣]")
_GAP = " \u3000-"
_PREFECTURES = "都道府県"
_CHINESE = frozenset(("CN", "TW"))
_LONGEST_REGION = 8
"""Letters of the longest name of a region in Chinese: 新疆维吾尔自治区."""
_LONGEST_CITY = 5


def is_unspaced(words: str) -> bool:
    """Tell whether words have letters of Chinese or Japanese, which are written without spaces."""
    return _UNSPACED.search(words) is not None


def outer_first(name: Name) -> Iterator[Name]:
    """Yield the region that such a name begins with, and the town behind it; nothing if neither.

    >>> [part.words for part in outer_first(Name(0, 8, "長野県上田市古里"))]
    ['長野県', '上田市']
    >>> [part.words for part in outer_first(Name(0, 8, "四川成都高新西区"))]
    ['四川', '成都']
    """
    words = name.words
    spans: list[tuple[int, int]] = []
    if found := _KOREAN.match(words):
        spans = [found.span(1), found.span(2)] if gazetteer.regions(found[1]) else []
    elif is_unspaced(words):
        longest = range(min(len(words), _LONGEST_REGION), 1, -1)
        end = next((end for end in longest if _is_province(words[:end])), 0)
        start = end + len(words[end:]) - len(words[end:].lstrip(_GAP))
        spans = [(0, end), (start, _town_end(words, start, gazetteer.regions(words[:end])))]
    for number, (start, end) in enumerate(span for span in spans if span[0] < span[1]):
        yield replace(
            name,
            start=name.start + start,
            end=name.start + end,
            words=words[start:end],
            hard=name.hard and number == 0,
        )


def _is_province(words: str) -> bool:
    """Tell whether words are a prefecture with its type, or a province of China."""
    if not words[-1].isalnum():
        return False
    found = gazetteer.regions(words)
    return any(region.country in _CHINESE or words[-1] in _PREFECTURES for region in found)


def _town_end(words: str, start: int, regions: tuple[Region, ...]) -> int:
    """Return where the town ends that begins at `start`, or `start` if none does.

    A town ends with what says its kind. In Chinese that may be left out ("四川成都"): there the
    longest known city counts before a longer name that is unknown ("上海浦东新区").
    """
    typed = _TOWN.match(words, start)
    if typed and gazetteer.cities(typed.group()):
        return typed.end()
    if not regions or any(region.country in _CHINESE for region in regions):
        for end in range(min(len(words), start + _LONGEST_CITY), start + 1, -1):
            found = gazetteer.cities(words[start:end])
            if found and found[0].country in _CHINESE:
                return end
    return typed.end() if typed else start
