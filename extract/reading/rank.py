"""Whether words of rank speak of the advertised job, or of others around it."""

from __future__ import annotations

import re
from functools import cache

from extract.lexicon import WordTable, words
from extract.lexicon.wording import Match, compiled
from extract.values import Document, Line, Span

__all__ = ["of_the_job"]

# The title stands in the first lines, near their beginning; in prose nearer still.
TITLE_LINES = 4
TITLE_START = 400
TITLE_REACH = 100
PROSE_LENGTH = 160
PROSE_REACH = 60
LABEL_REACH = 40
LABEL_LENGTH = 45
ROLE_REACH = 90
ROLE_WORDS = 5
TAG_LENGTH = 20

_SENTENCE_END = re.compile(r"[.;!?,]\s")
# Behind one of these a sentence that names the role speaks of something else.
_ASIDE = re.compile(
    r"[.;:!?•|]|\b(?:to|with|our|by|from|who|that|of|for|und|mit|für|avec|pour|con|para|que|med|och|för)\b",
    re.IGNORECASE,
)


def of_the_job(document: Document, match: Match, vocabulary: str) -> bool:
    """Tell whether the words stand in the title, behind a label, or in a sentence on the role.

    The vocabulary's tables title, label, role and called hold the words to look for around them.
    Below a label of its table superior stands the rank of whom the job reports to.

    >>> from extract.values import Line
    >>> text = "Senior Cook"
    >>> document = Document("a", "a", text, (Line(1, Span(0, len(text))),))
    >>> of_the_job(document, Match(0, 6, "senior"), "seniority")
    True
    """
    line = document.line_at(match.start)
    above = "" if line is None else _line_above(document, line)
    if line is None or _is_label(above, _use(vocabulary, "superior")):
        return False
    offset = match.start - line.span.start
    length = line.span.end - line.span.start
    begun = line.span.start - document.lines[0].span.start
    reach = PROSE_REACH if length > PROSE_LENGTH else TITLE_REACH
    if line.number <= TITLE_LINES and begun <= TITLE_START and offset <= reach:
        return True
    if offset == 0 and match.end == line.span.end and length <= TAG_LENGTH:
        return True
    if offset <= TITLE_REACH and _labelled(
        document.text, Span(line.span.start, match.start), above, _use(vocabulary, "title")
    ):
        return True
    near = Span(max(line.span.start, match.start - LABEL_REACH), match.start)
    if _labelled(document.text, near, above, _use(vocabulary, "label")):
        return True
    return _names_the_role(document.text, line.span, match, vocabulary)


def _line_above(document: Document, line: Line) -> str:
    return document.quote(document.lines[line.number - 2].span) if line.number > 1 else ""


def _labelled(text: str, before: Span, above: str, label: WordTable) -> bool:
    """Tell whether a label stands in the text before a word, or alone on the line above."""
    for match in label.finditer(text, before.start, before.end):
        behind = text[match.end() : before.end]
        if not _SENTENCE_END.search(behind) and (
            ":" in behind or "|" in behind or not behind.strip()
        ):
            return True
    return _is_label(above, label)


def _is_label(line: str, label: WordTable) -> bool:
    """Tell whether a line holds a label and nothing else."""
    alone = line.strip().rstrip(":：").strip()
    return len(alone) <= LABEL_LENGTH and label.fullmatch(alone) is not None


def _names_the_role(text: str, line: Span, match: Match, vocabulary: str) -> bool:
    """Tell whether the sentence asks for, or calls, the job by this rank."""
    behind = text[match.end : min(line.end, match.end + LABEL_REACH)]
    if re.match(
        rf"[\s-]*(?:level[\s-]+)?{_use(vocabulary, 'called').pattern}", behind, re.IGNORECASE
    ):
        return True
    left = max(line.start, match.start - ROLE_REACH)
    for cue in _use(vocabulary, "role").finditer(text, left, match.start):
        between = text[cue.end() : match.start]
        if not _ASIDE.search(between) and len(between.split()) <= ROLE_WORDS:
            return True
    return False


@cache
def _use(vocabulary: str, table: str) -> WordTable:
    return compiled(words(vocabulary, table))
