"""Whether the text calls something required or only preferred."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from extract.lexicon import words
from extract.lexicon.wording import Match, Tables, clause, matches, sentence
from extract.values import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from extract.values import Document, Line

__all__ = ["heading_above", "importance"]

HEADING_LENGTH = 80
HEADING_WORDS = 9
# A heading rules over the lines below it, up to this many.
HEADING_LINES = 40

_ANOTHER = 3
"""Words before a cue in brackets that say what it weighs: "(a master's in law is a plus)"."""

_BULLET = re.compile(r"(?:[-*•·▪‣–—●○◦■□➢✓✔・]|\d{1,2}[.)]|[a-z]\))\s*$")
_MARKUP = "#*_=~: \t：-"
_TERMINAL = re.compile(r"[.!?;,。！？]$")
# Such a cue belongs to what stands before it ("English required, German …").
_CLOSED = re.compile(
    r"\s*(?:[,;.)]|(?:and|but|und|aber|et|mais|y|pero|ale|och|men)\b)", re.IGNORECASE
)
# A figure or a value behind a label is a statement, not a heading.
_DETAILED = re.compile(r"\d|[:：]\s*\S")
# "(preferred) or …" weighs one alternative only, not the whole of what is asked for.
_ALTERNATIVE = re.compile(r"\s*\)?\s*(?:or|and|oder|und|ou|et|o|y|nebo|eller|/|,)\b", re.IGNORECASE)


def importance(document: Document, span: Span, end: int | None = None) -> bool | None:
    """Tell whether what the span asks for is required (True) or only preferred (False).

    The words of its own sentence or bullet decide, the nearest behind the span first; else the
    heading above. None where neither says it. From `end` on the sentence asks for something else.

    >>> from extract.values import Document, Line, Span
    >>> text = "Czech is a must, Polish is an advantage."
    >>> document = Document("a", "a", text, (Line(1, Span(0, len(text))),))
    >>> importance(document, Span(0, 5)), importance(document, Span(17, 23))
    (True, False)
    """
    said = _in_sentence(document, span, end)
    if said is not None:
        return said
    heading = heading_above(document, span)
    if heading is None:
        return None
    weights = {match.name for match in matches(_weights(), document.text, heading.span)}
    if weights & {"preferred", "ahead"}:
        return False
    return True if "required" in weights else None


def heading_above(document: Document, span: Span) -> Line | None:
    r"""Return the nearest heading above: a short line that ends with a colon or stands alone.

    >>> from extract.values import Document, Line, Span
    >>> text = "Nice to have:\n- Polish"
    >>> lines = (Line(1, Span(0, 13)), Line(2, Span(16, 22)))
    >>> heading_above(Document("a", "a", text, lines), Span(16, 22)).number
    1
    """
    line = document.line_at(span.start)
    if line is None:
        return None
    for number in range(line.number - 1, max(0, line.number - 1 - HEADING_LINES), -1):
        above = document.lines[number - 1]
        if _is_heading(document, above):
            return above
    return None


def _is_heading(document: Document, line: Line) -> bool:
    text = document.text
    if line.span.end - line.span.start > HEADING_LENGTH:
        return False
    quote = document.quote(line.span).strip()
    bare = quote.strip(_MARKUP)
    if not bare or len(bare.split()) > HEADING_WORDS:
        return False
    before = text[max(0, line.span.start - 4) : line.span.start].rsplit("\n", 1)[-1]
    marked = quote.startswith(("#", "**")) or before.lstrip().startswith("#")
    if marked or quote.rstrip("*_ ").endswith((":", "：")):
        return True
    if _BULLET.search(before) or _TERMINAL.search(bare):
        return False
    following = document.lines[line.number : line.number + 1]
    bulleted = bool(following) and bool(
        _BULLET.search(
            text[max(line.span.end, following[0].span.start - 4) : following[0].span.start]
        )
    )
    weighs = any(match.name != "not" for match in matches(_weights(), text, line.span))
    return bulleted or (weighs and not _DETAILED.search(bare))


@cache
def _weights() -> Tables:
    return Tables(
        {name: words("importance", name) for name in ("required", "preferred", "ahead", "not")}
    )


def _in_sentence(document: Document, span: Span, end: int | None) -> bool | None:
    around = sentence(document, span)
    if end is not None:
        around = Span(around.start, min(around.end, end))
    cues = list(_cues(document, span, around))
    ahead = [cue for cue in cues if cue.end <= span.start and not _closes(document.text, cue)]
    others = [cue for cue in cues if cue.end > span.start and cue.name != "ahead"]
    nearest = others[0] if others else ahead[-1] if ahead else None
    return None if nearest is None else nearest.name == "required"


def _closes(text: str, cue: Match) -> bool:
    """Tell whether a cue ends its clause, so that it weighs what stands before it."""
    return cue.name != "ahead" and _CLOSED.match(text, cue.end) is not None


def _cues(document: Document, span: Span, around: Span) -> Iterator[Match]:
    """Yield the cues of a sentence, without those in brackets that weigh something else."""
    text = document.text
    for cue in matches(_weights(), text, around):
        if cue.name == "not":
            continue
        opened = text.rfind("(", around.start, cue.start)
        closed = text.find(")", cue.end, around.end)
        bracketed = opened >= 0 and closed >= 0 and text.find(")", opened, cue.start) < 0
        if bracketed and not opened <= span.start <= closed:
            own = clause(text, span, around)
            apart = opened > own.end + 1 or opened < span.start
            if apart or len(text[opened + 1 : cue.start].split()) >= _ANOTHER:
                continue
            if cue.end - opened < closed - opened - 1 or _ALTERNATIVE.match(text, closed + 1):
                continue
        yield cue
