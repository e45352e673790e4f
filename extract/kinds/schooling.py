"""The level of education a posting asks for."""

from __future__ import annotations

import heapq
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, get_args

from extract.kinds.kind import Finding, JsonSchema, Kind, Settled, Shape
from extract.lexicon import WordTable, pattern, words
from extract.lexicon.wording import Match, Tables, clause, compiled, matches, sentence
from extract.reading.denial import is_denied
from extract.reading.importance import importance
from extract.reading.links import in_link
from extract.reading.others import is_of_others
from extract.values import Document, Education, EducationLevel, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

__all__ = ["Schooling"]

LEVELS: tuple[EducationLevel, ...] = get_args(EducationLevel)
_LEVEL: dict[str, EducationLevel] = {level: level for level in LEVELS}
READ_REACH = 120
# Letters behind a name, the name before them, and what goes on where they are part of it.
_LETTERS = re.compile(
    r"(?:Ph\.? ?D|M\.? ?D|J\.? ?D|Ed\.? ?D|MBA|M\.B\.A|M\.? ?Sc|B\.? ?Sc|MPH|MSW|MSN|BSN|DVM|"
    r"DNP|Pharm\.?D)\.?",
    re.IGNORECASE,
)
_PERSON = re.compile(
    r"(?<!\w)(?P<titled>(?:Dr|Prof|Professor|Mrs?|Ms)\.?\s)?"
    r"(?P<name>(?:[A-ZÀ-Ž][^\W\d_]*[.'’-]?[^\W\d_]*[ ]"
    r"(?:(?:van|von|de|del|da|la|bin|ter)[ ]){0,2}){1,3}[A-ZÀ-Ž][^\W\d_]+"
    r"(?:[-'’][^\W\d_]+)?)(?:,\s?(?:[A-Z][A-Za-z.]{1,5},\s?){0,2}|\s)\Z"
)
_ENDS_NAME = re.compile(
    r"[ ]*(?:$|(?<=\.)(?=\s)|[,;:)\n|–—]|-\s|\.(?=\s|$)|"
    r"(?:is|was|who|will|leads?|heads?|at|has|and)(?!\w))"
    r"(?!\s*(?:required|preferred|desired|or|degree|in|is\s+(?:required|preferred|a\s+plus))(?!\w))",
    re.IGNORECASE,
)
_NAME_REACH = 60
# What begins something else, and what joins alternatives.
_PARTED = re.compile(r"[,;]|\s[-–—]\s|(?<!\w)(?:with|mit|avec|con)(?!\w)")
_ALTERNATIVE = re.compile(
    r"/|(?<!\w)(?:or|and|oder|bzw|ou|o|nebo|či|lub|of|eller)(?!\w)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Schooling(Kind):
    """Degrees and school certificates as levels; settled to the lowest one that is accepted.

    Levels follow ISCED 2011: vocational training is high_school, a degree of no named level is a
    bachelor's. Preferred ones, and those that experience may stand in for, are not required.

    >>> from extract.values import Line
    >>> text = "Bachelor's degree in law required. A master's is a plus."
    >>> document = Document("a", "a", text, (Line(1, Span(0, len(text))),))
    >>> kind = Schooling()
    >>> spans = kind.propose(document)
    >>> findings = [Finding(span, value) for span in spans for value in kind.read(document, span)]
    >>> kind.settle(document, findings).value
    Education(level='bachelor', required=True)
    """

    shape: ClassVar[Shape] = "many"
    gives: ClassVar[type] = Education
    asked: ClassVar[bool] = False

    def given(self, document: Document) -> tuple[Span, ...]:
        """Return every statement of schooling: the lowest is asked for, so all are needed."""
        return self.propose(document)

    def propose(self, document: Document) -> tuple[Span, ...]:
        """Return the clauses that name a degree or certificate; the same words are given once.

        >>> from extract.values import Line
        >>> text = "PhD students and a 360 degree view; a PhD in physics"
        >>> document = Document("a", "a", text, (Line(1, Span(0, len(text))),))
        >>> [document.quote(span) for span in Schooling().propose(document)]
        ['a PhD in physics']
        """
        spans: list[Span] = []
        said: set[str] = set()
        lines = [line.span for line in document.lines]
        either = (tables.among(document.text, lines) for tables in (_tables(), _unnamed()))
        for line in sorted({line for found in either for line in found}):
            start = line.start
            for match in _degrees(document.text, line):
                if match.start < start:
                    continue
                span = clause(document.text, Span(match.start, match.end), Span(start, line.end))
                start = span.end
                quote = document.quote(span).casefold()
                if quote not in said:
                    said.add(quote)
                    spans.append(span)
        return tuple(spans)

    def read(self, document: Document, span: Span) -> tuple[Education, ...] | None:
        """Return each level the span names, with how the text around it weighs that level."""
        window = document.around(span, READ_REACH)
        found = [
            Education(level=_LEVEL[match.name], required=_required(document, match))
            for match in _degrees(document.text, window)
            if match.start < span.end and span.start < match.end
        ]
        return tuple(dict.fromkeys(found)) or None

    def settle(self, document: Document, findings: Sequence[Finding]) -> Settled:
        """Take the lowest required level, or the lowest preferred one where none is required."""
        asked = [finding.value for finding in findings]
        required = [value for value in asked if value.required]
        lowest = min(required or asked, key=lambda value: LEVELS.index(value.level))
        return Settled(lowest, tuple(("", finding.span) for finding in findings), "stated")

    @property
    def parts(self) -> Mapping[str, JsonSchema]:
        """The level, and whether it is required."""
        return {"level": {"type": "string", "enum": list(LEVELS)}, "required": {"type": "boolean"}}

    def stated(self, document: Document, span: Span, parts: Mapping[str, Any]) -> Education:
        """Return the level that a model reads in the quote, in whatever language."""
        return Education.model_validate(parts)

    def agrees(self, one: Education, other: Education) -> bool:
        """Tell whether two statements name the same level."""
        return one.level == other.level

    def similarity(self, found: Any, expected: Any) -> float:
        """Return 1.0 for the same level and weight, 0.5 for the same level only, else 0.0."""
        if found is None or expected is None or found.level != expected.level:
            return float(found == expected)
        return 1.0 if found.required == expected.required else 0.5


@cache
def _tables() -> Tables:
    return Tables({name: words("education", name) for name in (*LEVELS, "not")})


@cache
def _unnamed() -> Tables:
    return Tables({"bachelor": words("education", "degree"), "not": words("education", "not")})


@cache
def _instead() -> WordTable:
    return compiled(words("importance", "instead"))


def _degrees(text: str, window: Span) -> Iterator[Match]:
    named = list(matches(_tables(), text, window))
    unnamed = matches(_unnamed(), text, window)
    for match in heapq.merge(named, _apart(unnamed, named), key=lambda match: match.start):
        unsaid = match.name != "none" and is_denied(text, match.start, window.start)
        if match.name == "not" or unsaid or _is_of_a_person(text, match):
            continue
        if in_link(text, match.start, window.start):
            continue
        if not is_of_others(text, Span(match.start, match.end), window.start):
            yield match


def _is_of_a_person(text: str, match: Match) -> bool:
    """Tell whether letters stand behind somebody's name: "Marie Curie, Ph.D., leads the team".

    Behind the name of a field ("in Computer Science, PhD") or of a job they do not.
    """
    letters = text[match.start : match.end]
    if not _LETTERS.fullmatch(letters) or not _ENDS_NAME.match(text, match.end):
        return False
    named = _PERSON.search(text, max(0, match.start - _NAME_REACH), match.start)
    if named is None:
        return False
    name = named["name"]
    other = pattern("occupations", "noun").search(name) or pattern("education", "field").search(
        name
    )
    return named["titled"] is not None or other is None


def _apart(unnamed: Iterable[Match], named: Sequence[Match]) -> Iterator[Match]:
    """Yield the matches, in reading order, that overlap none of the named ones."""
    place = 0
    for match in unnamed:
        while place < len(named) and named[place].end <= match.start:
            place += 1
        if place == len(named) or match.end <= named[place].start:
            yield match


def _next_asked(document: Document, match: Match) -> int | None:
    """Return where the sentence goes on to another degree, or behind a comma to experience.

    "A BS in physics, a PhD preferred" and "a BS in physics, experience preferred" do. Alternatives
    ("bachelor's or master's, or a PhD") are weighed together.
    """
    around = sentence(document, Span(match.start, match.end))
    text = document.text
    for other in _degrees(text, Span(match.end, around.end)):
        parted = _PARTED.search(text, match.end, other.start)
        if parted and not _ALTERNATIVE.search(text, match.end, around.end):
            return other.start
        return None
    for experience in pattern("years", "experience").finditer(text, match.end, around.end):
        comma = max(text.rfind(mark, match.end, experience.start()) for mark in ",;")
        if comma >= 0 and _ALTERNATIVE.match(text[comma + 1 : experience.start()].lstrip()) is None:
            return comma
    return None


def _required(document: Document, match: Match) -> bool:
    """Tell whether the level is required: not preferred, nor replaced by experience."""
    span = Span(match.start, match.end)
    if match.name == "none" or importance(document, span, _next_asked(document, match)) is False:
        return False
    # The equivalent of a school certificate is another certificate, not experience.
    if match.name == "high_school":
        return True
    around = sentence(document, span)
    return _instead().search(document.text, around.start, around.end) is None
