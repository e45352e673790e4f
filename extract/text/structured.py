"""Turn JSON-LD and JSON into `key: value` lines, so that they are evidence like any text.

Keys are the source's property names (schema.org's in JSON-LD), joined with dots. Left out is what
says nothing of the job: empty values, ids of things, pictures, coordinates, `@context`, and pay
that a job board has estimated.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from extract.text.literal import parse

__all__ = ["flattened", "item", "job_postings"]

_NOISE = re.compile(
    r"@\w+|logo\w*|image\w*|picture|avatar|icon|photo|"
    r"thumbnail|sameAs|lat|lng|lon|latitude|"
    r"longitude|geo|"
    r"geo_?location|coordinates|color|potentialAction|mainEntityOfPage|breadcrumb|private_?id|uuid|"
    r"guid|slug|hash|tracking\w*|.*_?(?:token|etag)|estimated_?(?:salary|pay)\w*",
    re.IGNORECASE,
)
_CODE = re.compile(r"(?:.*_)?(?:id|code|key|_type|@type)", re.IGNORECASE)
_LABEL = re.compile(
    r"value|name|label|text|title|description|displayName|Value|Name", re.IGNORECASE
)
# A picture says nothing, and a false flag only where it is about the place of work.
_PICTURE = re.compile(
    r"(?:https?:)?//\S+\.(?:png|jpe?g|gif|svg|webp|ico)\S*|https?://media\.\S+", re.IGNORECASE
)
_TELLING = re.compile(r"remote|tele|home|onsite|hybrid", re.IGNORECASE)
_LONG = 60
_TITLE = "title"
"""The property of schema.org JobPosting that is no prose, however long it is."""
_SHORT_LIST = 12
_DEEPEST = 60
_KEPT_ITEMS = 2000

Reduce = Callable[[str], str]


def item(text: str) -> Any | None:
    r"""Return the object or list that the whole of `text` is, or None if it is neither.

    JSON Lines (an object in each line) are a list.

    >>> item("{title: 'Cook'}"), item("[Cook] wanted")
    ({'title': 'Cook'}, None)
    >>> item('{"title": "Cook"}\n{"title": "Baker"}')
    [{'title': 'Cook'}, {'title': 'Baker'}]
    """
    bare = text.strip().rstrip(";,").rstrip()
    if (
        not bare
        or bare[0] + bare[-1] not in ("{}", "[]")
        or not re.match(r"[{\[]\s*[{\"'\w}\]]", bare)
    ):
        return None
    if ":" not in bare:
        return None
    value = _json_lines(bare) or parse(bare)
    if isinstance(value, list):
        return value if value and all(isinstance(one, dict) for one in value) else None
    return value


def _json_lines(text: str) -> list[Any] | None:
    lines = [line for line in map(str.strip, text.split("\n")) if line]
    if len(lines) == 1 or not all(line[0] == "{" and line[-1] == "}" for line in lines):
        return None
    try:
        return [json.loads(line, strict=False) for line in lines]
    except (ValueError, RecursionError):
        return None


def job_postings(block: str) -> list[dict[str, Any]]:
    """Return the schema.org JobPosting objects of a JSON-LD block: nested, listed or in a graph.

    >>> job_postings('{"@graph": [{"@type": "JobPosting", "title": "Cook"}]}, oops')
    [{'@type': 'JobPosting', 'title': 'Cook'}]
    """
    found: list[dict[str, Any]] = []
    waiting = [parse(block)]
    while waiting:
        value = waiting.pop(0)
        if isinstance(value, list):
            waiting = value + waiting
        elif isinstance(value, dict):
            if _is_job(value.get("@type")):
                found.append(value)
            else:
                waiting = list(value.values()) + waiting
    return found


def _is_job(name: Any) -> bool:
    names = name if isinstance(name, list) else [name]
    return any(isinstance(one, str) and one.rpartition("/")[2] == "JobPosting" for one in names)


def flattened(value: Any, reduce: Reduce, shown: str = "") -> str:
    r"""Return `value` as lines; `reduce` turns the HTML of a value into text.

    A long text that `shown`, the visible text, already has is left out. Texts of several lines
    stand below their key.

    >>> flattened({"pay": {"min": 17, "id": 3}, "tags": ["a", "b"], "logo": "x"}, str.strip)
    'pay.min: 17\npay.id: 3\ntags: a, b'
    """
    while isinstance(value, dict) and len(value) == 1:
        inner = next(iter(value.values()))
        if not isinstance(inner, dict):
            break
        value = inner
    seen = _bare(shown)
    lines: list[str] = []
    for key, words in _pairs("", value, reduce, 0):
        if len(lines) > _KEPT_ITEMS:
            break
        if len(words) > _LONG and key != _TITLE and seen and _is_shown(words, seen):
            continue
        if not key:
            lines.append(words)
        elif "\n" in words:
            lines.append(f"\n{key}:\n{words}\n")
        else:
            lines.append(f"{key}: {words}")
    return "\n".join(lines)


def _bare(text: str) -> str:
    return re.sub(r"\W+", "", text).casefold()


def _is_shown(words: str, seen: str) -> bool:
    """Compare letters only, because spaces, bullets and quotes differ between the two."""
    bare = _bare(words)
    samples = [bare[at : at + 80] for at in range(0, len(bare), max(1, len(bare) // 8))]
    return sum(sample in seen for sample in samples) > 0.8 * len(samples)


def _pairs(key: str, value: Any, reduce: Reduce, depth: int) -> Iterator[tuple[str, str]]:
    if depth > _DEEPEST:
        return
    if isinstance(value, dict):
        kept = {name: one for name, one in value.items() if not _left_out(str(name), one)}
        lone = _label(kept) if key else None
        if lone is not None:
            yield from _pairs(key, lone, reduce, depth + 1)
            return
        for name, one in kept.items():
            yield from _pairs(f"{key}.{name}" if key else str(name), one, reduce, depth + 1)
    elif isinstance(value, list):
        yield from _listed(key, value, reduce, depth)
    else:
        words = _words(value, reduce)
        if words:
            yield key, words


def _listed(key: str, values: list[Any], reduce: Reduce, depth: int) -> Iterator[tuple[str, str]]:
    kept = [_plain(one) for one in values]
    if not all(isinstance(one, str | int | float) for one in kept):
        for at, one in enumerate(values):
            if at and not key:
                yield "", ""
            yield from _pairs(key, one, reduce, depth + 1)
        return
    texts = [words for one in kept if (words := _words(one, reduce))]
    if not texts:
        return
    if len(texts) == 1:
        yield key, texts[0]
    elif max(map(len, texts)) <= _LONG and (
        len(texts) <= _SHORT_LIST or max(map(len, texts)) < _LONG / 2
    ):
        yield key, ", ".join(texts)
    else:
        yield key, "\n".join(f"• {' '.join(words.split())}" for words in texts) + "\n"


def _plain(value: Any) -> Any:
    """Return the label of an object that has only an id and a label, else the value itself."""
    if isinstance(value, dict):
        kept = {name: one for name, one in value.items() if not _left_out(str(name), one)}
        lone = _label(kept)
        return value if lone is None else lone
    return value


def _label(kept: dict[Any, Any]) -> Any | None:
    telling = [name for name in kept if not _CODE.fullmatch(str(name))]
    if len(telling) == 1 and _LABEL.fullmatch(str(telling[0])):
        value = kept[telling[0]]
        return value if isinstance(value, str | int | float) else None
    return None


def _left_out(name: str, value: Any) -> bool:
    if value in (None, "", [], {}) or _NOISE.fullmatch(name):
        return True
    if value is False:
        return _TELLING.search(name) is None
    return isinstance(value, str) and _PICTURE.fullmatch(value.strip()) is not None


def _words(value: Any, reduce: Reduce) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return reduce(value).strip()
    return "" if value is None else str(value)
