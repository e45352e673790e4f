"""What each line of a posting is about: the work, what is asked for, what is offered, or none.

Code reads this from headings (vocabularies `sections` and `parts`), from labels, and from the words
of each sentence. It serves what a model pointed at: sentences on how to apply are taken out of a
list of requirements, and a section ends where the next one begins, even if nothing is asked there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from extract.lexicon import words
from extract.lexicon.table import WordTables
from extract.reading.boilerplate import boilerplate
from extract.reading.sections import bullet, little_more, plain_heading
from extract.text.sentences import SentenceStarts
from extract.values import Document, Line, Span, remembered

__all__ = ["PostingPart", "Role", "parts"]

Role = Literal["responsibilities", "requirements", "benefits", "pay", "other"]

_ROLES: tuple[Role, ...] = ("pay", "responsibilities", "requirements", "benefits", "other")
_SIGNS = ("apply", "doing", "gain", "giving", "asking")
_LONGEST, _MOST_WORDS = 60, 9
_LABEL = re.compile(r"([^:：|\n]{2,60}?)\s*(?:[:：]\s+|\s\|\s|[:：](?=[^\x00-\x7f]))(?=\S)")
_KEY = re.compile(r"[a-z][\w-]*(?:\.[\w-]+)*:")
_SENTENCE_END = re.compile(r"[.!;,。！…]$")
_OF_FACT = re.compile(
    r"(?:experience|education|qualification|age|licen[cs]e|language|vzdělání|jazyky|experiencia|"
    r"escolaridad|estudios|idiomas|edad|expérience|niveau d['’]études|ausbildung|必須|歓迎)",
    re.IGNORECASE,
)
"""Labels that belong to what they introduce: "Experience: 2 years" says little without it."""


@dataclass(frozen=True, slots=True)
class PostingPart:
    """A stretch of one line with what it is about; None if neither a heading nor a word says.

    `headed`: a heading says so, not only the words of the stretch.
    """

    span: Span
    role: Role | None
    headed: bool = False


@dataclass(slots=True)
class _State:
    """The part that the walk is in: its role, how many lines it has, and whether it is a list."""

    role: Role | None = None
    count: int = 0
    listed: bool = False
    single: bool = False

    def ends(self, gap: str, *, item: bool) -> bool:
        """Tell whether the part ends before a line that stands after `gap`.

        What stands on the line of its label ends with it; a list ends before a paragraph.
        """
        if item:
            return False
        paragraph = gap.count("\n") > 1
        return (self.single and "\n" in gap) or (self.listed and self.count > 0 and paragraph)

    def begin(self, role: Role | None, *, single: bool = False) -> None:
        self.role, self.count, self.listed, self.single = role, 0, False, single


@remembered
def parts(document: Document) -> tuple[PostingPart, ...]:
    r"""Return the stretches of a document in order, each with its role. Headings are left out.

    >>> from extract.values import Line
    >>> text = "What we offer\n30 days of leave. Send us your CV."
    >>> lines = (Line(1, Span(0, 13)), Line(2, Span(14, 48)))
    >>> [(document.quote(p.span), p.role) for document in [Document("1", "-", text, lines)]
    ...  for p in parts(document)]
    [('30 days of leave.', 'benefits'), ('Send us your CV.', 'other')]
    """
    starts = SentenceStarts(document.text)
    unneeded = boilerplate(document)
    return tuple(_joined(document, _walk(document, starts, frozenset(unneeded))))


def _walk(
    document: Document, starts: SentenceStarts, unneeded: frozenset[int]
) -> Iterator[PostingPart]:
    state = _State()
    last: Line | None = None
    for line in document.lines:
        if line.number in unneeded:
            continue
        text = document.text
        gap = text[last.span.end : line.span.start] if last else "\n"
        item = bullet(document, line.span)
        if state.ends(gap, item=item) or _KEY.match(document.quote(line.span)):
            state.begin(None)
        last = line
        role, rest = _heading(document, line.span, item=item)
        if role == "fact":
            yield PostingPart(line.span, "requirements", headed=True)
            continue
        if role != "none":
            if rest is None:
                if role != "unknown":
                    state.begin(role)
                elif state.count or not state.role:
                    state.begin(None)
                continue
            state.begin(None if role == "unknown" else role, single=True)
            yield from _sentences(document, rest, state, starts)
            continue
        state.listed = state.listed or item
        yield from _sentences(document, line.span, state, starts)


def _sentences(
    document: Document, span: Span, state: _State, starts: SentenceStarts
) -> Iterator[PostingPart]:
    """Yield the sentences of a stretch; one on how to apply ends a part that is no list."""
    text = document.text
    ends = [*starts.inside(span.start, span.end), span.end]
    begin = span.start
    for end in ends:
        last = end
        while last > begin and text[last - 1].isspace():
            last -= 1
        sentence = Span(begin, last)
        begin = end
        if sentence.start >= sentence.end:
            continue
        if (named := _named(document.quote(sentence), loosely=False)) is not None:
            state.begin(named, single=last < span.end)
            continue
        state.count += 1
        headed = state.role is not None
        role = _role(text, sentence, state)
        yield PostingPart(sentence, role, headed=headed)
        if state.role is None and role is not None and text[sentence.end - 1] in ":：":
            state.begin(role)


def _role(text: str, span: Span, state: _State) -> Role | None:
    signs = [_SIGNS[number] for *_, number in _signs().finditer(text, span.start, span.end)]
    if "apply" in signs:
        if not state.listed and state.role != "pay":
            state.begin("other")
        return "other"
    if state.role == "pay":
        return "benefits" if "gain" in signs else "pay"
    if state.role is not None:
        return state.role
    if "doing" in signs:
        return "responsibilities"
    if signs.count("gain") > 1 or "giving" in signs:
        return "benefits"
    return "requirements" if "asking" in signs and "gain" not in signs else None


@cache
def _signs() -> WordTables:
    return WordTables([words("parts", table) for table in _SIGNS], "plain")


def _joined(document: Document, found: Iterator[PostingPart]) -> Iterator[PostingPart]:
    """Join neighbours of one line that have the same role."""
    held: PostingPart | None = None
    for part in found:
        if held is not None:
            between = document.text[held.span.end : part.span.start]
            if held.role == part.role and not between.strip() and "\n" not in between:
                held = PostingPart(
                    Span(held.span.start, part.span.end), part.role, headed=held.headed
                )
                continue
            yield held
        held = part
    if held is not None:
        yield held


def _heading(
    document: Document, span: Span, *, item: bool
) -> tuple[Role | Literal["none", "unknown", "fact"], Span | None]:
    """Return the role of the heading in a line, and what the line says after it.

    "unknown" is a heading of no known part, "none" no heading, "fact" a label that belongs to what
    it introduces.
    """
    quote = document.quote(span)
    if (label := _LABEL.match(quote)) and (role := _named(label[1], loosely=False)):
        if _OF_FACT.search(label[1]) and role == "requirements":
            return "fact", span
        return role, Span(span.start + label.end(), span.end)
    if len(quote) > _LONGEST or len(quote.split()) > _MOST_WORDS or _KEY.match(quote):
        return "none", None
    before = document.text[max(0, span.start - 8) : span.start].rsplit("\n", 1)[-1]
    return _title(quote, marked="#" in before or "■" in before, item=item), None


def _title(quote: str, *, marked: bool, item: bool) -> Role | Literal["none", "unknown"]:
    """Return the role of a short line if it is a heading."""
    colon = quote.rstrip("*_ ").endswith((":", "：", "?", "…"))
    plain = (not item or marked) and not _SENTENCE_END.search(quote)
    exact = _named(quote, loosely=False)
    if exact is not None and (plain or colon):
        return exact
    if marked or colon or quote.isupper():
        near = _named(quote, loosely=True)
        if near is not None:
            return near
    introduces = colon and plain and quote[-1] != "?"
    return "unknown" if marked or introduces else "none"


def _named(heading: str, *, loosely: bool) -> Role | None:
    """Return the role of a heading; of several words that fit loosely the longest decides."""
    text, listed, known = plain_heading(heading), _vocabulary(), _headings()
    if text in listed or not (loosely and (text.startswith(known) or text.endswith(known))):
        return listed.get(text)
    fitting = [word for word in listed if little_more(text, word)]
    return listed[max(fitting, key=len)] if fitting else None


@cache
def _headings() -> tuple[str, ...]:
    return tuple(_vocabulary())


@cache
def _vocabulary() -> dict[str, Role]:
    """Return the known headings with their roles; where two tables share one, the first decides."""
    listed: dict[str, Role] = {}
    for table in ("parts", "sections"):
        for role in _ROLES:
            if (table, role) != ("sections", "pay"):
                for word in words(table, role):
                    listed.setdefault(word.casefold().replace("’", "'"), role)
    return listed
