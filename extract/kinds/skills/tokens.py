"""What is seen of each word of a posting that may belong to the name of a skill.

The words are described one by one, each with its neighbours, the vocabularies' verdict, and the
part of the posting that its line stands in. `extract.kinds.skills.tagger` weighs what is seen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from extract.kinds.skills.skill_names import is_field, is_name, known
from extract.reading.boilerplate import boilerplate
from extract.reading.sections import sections
from extract.reading.tongue import function_words, spoken
from extract.values import Document, Line, Span

__all__ = ["TokenLine", "token_lines"]

_LEFT, _RIGHT = 3, 2
"""Neighbours of a word that are seen as they are."""

_BEFORE = 8
"""Words before a word whose stems are seen whatever their place: "experience with Java and"."""

_STEM = 6
_HEADING_WORDS = 5
_TENTHS = 10

# Chinese and Japanese are written without spaces: each character is a token. An article that has
# lost its vowel ("l'analyse") is one too.
_UNSPACED = r"[\u3040-\u30ff\u3400-\u9fff]"
_LETTERS = rf"(?:(?!{_UNSPACED})\w)+"
_TOKEN = re.compile(
    rf"{_UNSPACED}|\b(?:[dlnscjmt]|qu|dell|nell|all|sull|un)['’](?=\w)"
    rf"|\.?{_LETTERS}(?:['’]{_LETTERS})?[+#]*|[^\w\s]",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w+")
_SEPARATORS = frozenset(",;/•|·、，")


@dataclass(frozen=True, slots=True)
class TokenLine:
    """The tokens of a line, and what is seen of each."""

    spans: tuple[Span, ...]
    seen: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class _LineWords:
    """The tokens of a line in several forms, place by place."""

    spans: tuple[Span, ...]
    folded: tuple[str, ...]
    shapes: tuple[str, ...]
    verdicts: tuple[str, ...]
    function: tuple[bool, ...]


def token_lines(document: Document) -> Iterator[TokenLine]:
    r"""Yield the lines of a document with what is seen of their tokens.

    >>> from extract.values import Line
    >>> one = Document("1", "-", "Use Excel", (Line(1, Span(0, 9)),))
    >>> [[one.quote(span) for span in line.spans] for line in token_lines(one)]
    [['Use', 'Excel']]
    >>> "word excel" in next(token_lines(one)).seen[1]
    True
    """
    places = _places(document)
    idle, language = boilerplate(document), "".join(spoken(document.text)[:1])
    count = len(document.lines)
    for at, line in enumerate(document.lines):
        words = _words(document, line)
        if words.spans:
            role, heading = places.get(line.span.start, ("none", ()))
            of_line = (
                f"in {role}",
                f"idle {line.number in idle}",
                f"language {language}",
                f"fifth {5 * at // count}",
                *heading,
                *_of_line(words),
            )
            seen = (tuple(_seen(words, place, role, of_line)) for place in range(len(words.spans)))
            yield TokenLine(words.spans, tuple(seen))


def _places(document: Document) -> dict[int, tuple[str, tuple[str, ...]]]:
    """Return by the start of a line the role of its section and the words of its heading."""
    found: dict[int, tuple[str, tuple[str, ...]]] = {}
    for section in sections(document):
        words = _WORD.findall(document.quote(section.heading).casefold())[:_HEADING_WORDS]
        heading = tuple(f"under {word}" for word in words)
        for line in section.lines:
            found[line.start] = section.role or "unknown", heading
    return found


def _words(document: Document, line: Line) -> _LineWords:
    text = document.text
    found = list(_TOKEN.finditer(text, line.span.start, line.span.end))
    spans = tuple(Span(*match.span()) for match in found)
    folded = tuple(match.group().casefold() for match in found)
    function = function_words()
    return _LineWords(
        spans,
        folded,
        tuple(_shape(match.group()) for match in found),
        tuple(_verdicts(document, line, spans)),
        tuple(word in function for word in folded),
    )


def _verdicts(document: Document, line: Line, spans: Sequence[Span]) -> Iterator[str]:
    """Yield for each token what the vocabularies say of it: "", or a kind and which word it is."""
    listed = iter(known(document.text, line.span))
    entry = next(listed, None)
    kind = ""
    for span in spans:
        while entry is not None and entry.end <= span.start:
            entry = next(listed, None)
        if entry is None or span.end <= entry.start:
            yield ""
            continue
        if span.start <= entry.start:
            kind = _kind(document.quote(entry))
        yield f"{'first' if span.start <= entry.start else 'later'} of a {kind}"


def _kind(words: str) -> str:
    if is_name(words):
        return "name"
    return "field" if is_field(words) else "subject"


def _of_line(words: _LineWords) -> Iterator[str]:
    size = len(words.spans)
    entries = sum(verdict.startswith("first") for verdict in words.verdicts)
    marks = sum(word in _SEPARATORS for word in words.folded)
    yield f"long {min(6, size // 4)}"
    yield f"entries {min(3, entries)}"
    yield f"dense {min(4, _TENTHS * entries // size)}"
    yield f"marks {min(4, _TENTHS * marks // size)}"


def _seen(words: _LineWords, place: int, role: str, of_line: tuple[str, ...]) -> Iterator[str]:
    yield from of_line
    word, verdict, size = words.folded[place], words.verdicts[place], len(words.spans)
    yield f"word {word}"
    yield f"ends {word[-3:]}"
    yield f"begins {word[:4]}"
    yield f"stem {word[:_STEM]}"
    yield f"shape {words.shapes[place]}"
    yield f"is {verdict}"
    yield f"is {verdict} in {role}"
    yield f"function {words.function[place]}"
    for offset in (*range(-_LEFT, 0), *range(1, _RIGHT + 1)):
        yield from _neighbour(words, place + offset, offset)
    for other in words.folded[max(0, place - _BEFORE) : place]:
        yield f"after {other[:_STEM]}"
    if place == 0:
        yield "opens"
    if place == size - 1:
        yield "closes"


def _neighbour(words: _LineWords, place: int, offset: int) -> Iterator[str]:
    if not 0 <= place < len(words.spans):
        yield f"{offset} edge"
        return
    other = words.folded[place]
    yield f"{offset} word {other}"
    if abs(offset) <= _RIGHT:
        yield f"{offset} shape {words.shapes[place]}"
        yield f"{offset} is {words.verdicts[place]}"
        yield f"{offset} function {words.function[place]}"
    if abs(offset) == 1:
        yield f"{offset} ends {other[-3:]}"
        yield f"{offset} begins {other[:5]}"


def _shape(word: str) -> str:
    """Return how a token is written: in capitals, with one, with one inside, in digits, a mark."""
    if word.isupper() and len(word) > 1:
        return "capitals"
    if word[:1].isupper():
        return "camel" if any(char.isupper() for char in word[1:]) else "capital"
    if word.isdigit():
        return "digits"
    if word.isalpha():
        return "small"
    return "mixed" if any(char.isalnum() for char in word) else "mark"
