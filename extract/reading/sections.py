"""The parts of a posting that have a heading, found by code.

A heading is a short line that introduces the lines after it, or a label that its own line goes on
from ("Duties: bake bread"). Known headings (vocabulary `sections`) tell what they introduce. An
unknown heading is a section of its own, except where a known one is divided by it: then it and
what it introduces belong to the known one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from extract.lexicon import words
from extract.values import Document, Span, remembered

__all__ = ["Section", "bullet", "little_more", "plain_heading", "sections"]

_ROLES = ("responsibilities", "requirements", "benefits", "other")
_LONGEST = 60
_MOST_WORDS = 8
_MOST_LABEL_WORDS = 5
_OWN_LINES = 2
"""A known section with more lines than this before an unknown heading is not divided by it."""

_MOST_EXTRA = 3
_SMALL = 3
"""Characters of words that a title may leave in lower case."""

_MARK = re.compile(
    r"(?:^|(?<=\s))([•·▪●■◦‣►➢➤✓✔✅❖◆★∙⁃・◎○※*+\uf0a7\uf0b7–—-]|#{1,6}|\(?(?:\d{1,2}|[a-z])[.)])\s*\Z"
)
_LABEL = re.compile(r"[^:：\n]{2,60}[:：]\s+(?=\S)")


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with the lines under it. `role` is a table of the vocabulary, None if unknown."""

    heading: Span
    role: str | None
    lines: tuple[Span, ...]


@dataclass(slots=True)
class _OpenSection:
    heading: Span
    role: str | None
    lines: list[Span]
    divided: bool = False


@remembered
def sections(document: Document) -> tuple[Section, ...]:
    r"""Return the sections in order; those that hold no line are left out.

    >>> from extract.values import Line
    >>> text = "Duties\nBake bread\nClean up"
    >>> spans = [Span(0, 6), Span(7, 17), Span(18, 26)]
    >>> document = Document("1", "-", text, tuple(Line(n, s) for n, s in enumerate(spans, 1)))
    >>> [(found.role, len(found.lines)) for found in sections(document)]
    [('responsibilities', 2)]
    """
    spans = [line.span for line in document.lines]
    return tuple(
        Section(found.heading, found.role, tuple(found.lines))
        for found in _opened(document, spans)
        if found.lines
    )


def _opened(document: Document, spans: Sequence[Span]) -> Iterator[_OpenSection]:
    current: _OpenSection | None = None
    for place, span in enumerate(spans):
        following = spans[place + 1] if place + 1 < len(spans) else None
        heading, role, rest = _heading(document, span, following)
        if heading is None:
            if current is not None and _ends_list(document, spans[place - 1], span):
                yield current
                current = None
            elif current is not None:
                current.lines.append(span)
            continue
        if current is not None and role is None and _divides(current):
            current.divided = True
            continue
        if current is not None:
            yield current
        current = _OpenSection(heading, role, [rest] if rest is not None else [])
    if current is not None:
        yield current


def _ends_list(document: Document, last: Span, span: Span) -> bool:
    """Tell whether a paragraph that is no bullet follows a list of bullets after a blank line."""
    if not bullet(document, last) or _mark(document.text, span.start):
        return False
    return document.text[last.end : span.start].count("\n") > 1


def _divides(current: _OpenSection) -> bool:
    known = current.role not in (None, "other")
    return known and (current.divided or len(current.lines) < _OWN_LINES)


def _heading(
    document: Document, span: Span, following: Span | None
) -> tuple[Span | None, str | None, Span | None]:
    """Return the heading in this line, its role, and what the line says after it."""
    quote = document.quote(span)
    if label := _LABEL.match(quote):
        role = _role(label.group(), loosely=True)
        if role is not None and len(label.group().split()) <= _MOST_LABEL_WORDS:
            end = span.start + len(label.group().rstrip())
            return Span(span.start, end), role, Span(span.start + label.end(), span.end)
    if len(quote) > _LONGEST or len(quote.split()) > _MOST_WORDS:
        return None, None, None
    mark = _mark(document.text, span.start)
    if not mark and _is_labelled(quote):
        return span, "other", None
    introduces = quote.rstrip("*_ ").endswith((":", "：", "?"))
    marked = mark.startswith("#")
    apart = marked or introduces or (not mark and quote[-1] not in ".!;," and _is_titled(quote))
    role = _role(quote, loosely=apart)
    if role is not None:
        return span, role, None
    lists = following is not None and bullet(document, following)
    over_list = lists and not mark and quote[-1].isalpha()
    heads = marked or over_list or (introduces and quote[-1] != "?")
    if heads and not quote[0].islower() and not any(char.isdigit() for char in quote):
        return span, None, None
    return None, None, None


def _is_titled(quote: str) -> bool:
    return all(word[0].isupper() for word in quote.split() if len(word) > _SMALL)


def _is_labelled(quote: str) -> bool:
    """Tell whether the line is a label and its value, of which the colon is lost."""
    folded, listed = quote.casefold(), words("sections", "label")
    # At once for all words, since most lines begin with none.
    if not folded.startswith(listed):
        return False
    for word in listed:
        if folded.startswith(f"{word} "):
            value = quote[len(word) :].lstrip()
            return value[:1].isdigit() or value[:1].isupper()
    return False


def bullet(document: Document, span: Span) -> bool:
    """Tell whether a line has the mark of a bullet, not that of a heading."""
    mark = _mark(document.text, span.start)
    return mark != "" and not mark.startswith("#")


def _mark(text: str, start: int) -> str:
    """Return what stands before a line: the mark of a bullet or a heading, or nothing."""
    found = _MARK.search(text, max(0, start - 10), start)
    return found[1] if found else ""


def _role(heading: str, *, loosely: bool) -> str | None:
    text = plain_heading(heading)
    roles = _known()
    if not loosely or not (text.startswith(_headings()) or text.endswith(_headings())):
        return roles.get(text)
    for role in _ROLES:
        listed = words("sections", role)
        near = text.startswith(listed) or text.endswith(listed)
        if roles.get(text) == role or (near and any(little_more(text, word) for word in listed)):
            return role
    return None


@cache
def _known() -> dict[str, str]:
    """Return the roles of the headings that are known; of two roles the first."""
    return {word: role for role in reversed(_ROLES) for word in words("sections", role)}


@cache
def _headings() -> tuple[str, ...]:
    return tuple(_known())


def plain_heading(heading: str) -> str:
    """Return a heading as vocabularies have it: without case and the marks around it."""
    start, end = 0, len(heading)
    while start < end and (heading[start].isdecimal() or not heading[start].isalnum()):
        start += 1
    while start < end and not _is_of_word(heading[end - 1]):
        end -= 1
    return heading[start:end].casefold().replace("’", "'")


def _is_of_word(char: str) -> bool:
    """Tell whether a character is a letter, a figure, or a vowel sign, as Thai and Hindi have."""
    return char.isalnum() or (char > "\u02ff" and unicodedata.category(char)[0] == "M")


def little_more(text: str, word: str) -> bool:
    """Tell whether a heading is `word` and little more ("Duties of the post", "Key skills")."""
    if text.startswith(word):
        rest, joint = text[len(word) :], text[len(word) : len(word) + 1]
    elif text.endswith(word):
        rest, joint = text[: -len(word)], text[-len(word) - 1]
    else:
        return False
    return not _is_of_word(joint) and len(rest.split()) <= _MOST_EXTRA
