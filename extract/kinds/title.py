"""The job title as advertised, and each other title that the headline gives.

The headline of a stripped page can hold two titles run together ("Head of Grants Fundraising
Manager, Trusts"). Where the model names the second, what stands before it in the line is a title
too if it names an occupation of its own: then both are evidence, and the field is conflicting.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from extract.kinds.kind import Finding, Kind, Settled, Shape
from extract.kinds.phrase import likeness, words_of
from extract.kinds.title_words import PARTS, title_in
from extract.lexicon import pattern
from extract.lexicon.comparable import same_title
from extract.reading import label_lines as labels
from extract.reading.advert import likelihood
from extract.reading.job_titles import LONGEST, reads_like_title
from extract.reading.job_titles import likeness_to_titles as _likeness
from extract.values import Document, Line, Span, remembered

_LONGEST_HEADLINE = 160
_FEWEST_WORDS = 2
_HEAD = 20
"""Lines from the top in which a headline is looked for."""

_TOP = 4
"""Lines from the top in which a title stands that counts more than one further down."""

_HEADLINES = 60
"""Lines from the top in which a headline is looked for where the answer names none."""

_UNLIKE, _LIKE, _SURE = 0.1, 0.5, 0.9
"""How much words read like a title: hardly, rather than not, and certainly."""

_GENDERS = re.compile(r"\([mwfhdxk]\s?/\s?[mwfhdxk](?:\s?/\s?[dxi*])?\)", re.IGNORECASE)
_BRACKETS = re.compile(r"\([^()]*\)")
_SENTENCE = re.compile(r"[.!?。！？]$")
_UNFINISHED = re.compile(
    r"(?:[-–—/|,;:&+(]|\b(?:a|an|and|as|at|for|in|of|or|our|the|to|with))$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Title(Kind):
    """One title, of which the model gives every wording it sees in the headline."""

    shape: ClassVar[Shape] = "many"

    def given(self, document: Document) -> tuple[Span, ...]:
        """Return the labelled title, where no other headline stands above it."""
        labelled = labels.values(document, "title")
        if not labelled or not self.read(document, labelled[0]):
            return ()
        title = document.quote(labelled[0])
        if pattern("occupations", "noun").search(title) is None:
            return ()  # The page has a title too.
        above = [line for line in document.lines[:_HEAD] if _is_headline(document, line)]
        agree = all(
            line.span.overlaps(labelled[0]) or same_title(document.quote(line.span), title)
            for line in above
        )
        return labelled[:1] if agree else ()

    def expand(self, document: Document, span: Span) -> tuple[Span, ...]:
        """Return both titles of a headline in which another one stands before `span`.

        Of a line at the top that is a title as a whole, all of it counts ("Analyst for taxes"), and
        so does all of a labelled title.
        """
        top = _at_the_top(document)
        if top and _is_beginning(document, span, top):
            return (top,)
        for labelled in labels.values(document, "title"):
            if span.start == labelled.start and labelled.end - labelled.start <= LONGEST:
                opened = document.quote(labelled).count('"') % 2
                closed = opened and document.text.startswith('"', labelled.end)
                return (Span(labelled.start, labelled.end + bool(closed)),)
        line = document.line_at(span.start)
        if line is None or line.span.end - line.span.start > _LONGEST_HEADLINE:
            return (span,)
        before = document.quote(Span(line.span.start, span.start)).rstrip()
        if not (_is_title(before) and _is_title(document.quote(span))):
            return (span,)
        first = Span(line.span.start, line.span.start + len(before))
        return (first, Span(span.start, line.span.end))

    def read(self, document: Document, span: Span) -> tuple[str, ...]:
        """Return the title that stands there, if it names neither a page of jobs nor a part of one.

        Of a headline that says who seeks whom it is the words for whom.
        """
        return _titles_in(document, span)

    def instead(self, document: Document) -> tuple[Span, ...]:
        """Return the labelled title, else what reads most surely like one in an advert.

        That is the first line at the top that certainly does, the first headline or line for all
        genders that does rather than not, an occupation under a label of its own, or the first
        line.
        """
        labelled = [span for span in labels.values(document, "title") if self.read(document, span)]
        if labelled or likelihood(document) < _LIKE:
            return tuple(labelled[:1])
        if top := _at_the_top(document):
            return (top,)
        headlines = (
            line.span for line in document.lines[:_HEADLINES] if _is_marked(document, line.span)
        )
        for span in (*headlines, *labels.values(document, "job_family")):
            short = span.end - span.start <= LONGEST
            if short and self.read(document, span) and _likeness(document.quote(span)) >= _LIKE:
                return (span,)
        for line in document.lines[:1]:
            words = document.quote(line.span)
            certain = len(words) <= LONGEST and (reads_like_title(words) or 0.0) >= _SURE
            if certain and self.read(document, line.span):
                return (line.span,)
        return ()

    def settle(self, document: Document, findings: Sequence[Finding]) -> Settled:
        """Keep the first wording; a later one that is not the same title makes a conflict.

        Words below a line at the top that certainly reads like a title give way to that line, and
        so do words beside it that name no occupation. Words that do not read like a title give way
        to a headline that does.
        """
        top = _at_the_top(document)
        if top and all(_yields(document, found, top) for found in findings):
            findings = [Finding(top, value) for value in self.read(document, top)]
        elif all(_likeness(found.value) < _UNLIKE for found in findings):
            better = [
                Finding(span, value)
                for span in self.instead(document)
                for value in self.read(document, span)
            ]
            if any(_likeness(found.value) >= _SURE for found in better):
                findings = better
        ordered = sorted(findings, key=lambda finding: finding.span)
        value = ordered[0].value
        others = [found.value for found in ordered[1:] if not same_title(value, found.value)]
        evidence = tuple(("", found.span) for found in ordered)
        if not others:
            return Settled(value, evidence, "stated")
        note = f"the first of several: {'; '.join([value, *others])}"
        return Settled(value, evidence, "conflicting", note)

    def similarity(self, found: Any, expected: Any) -> float:
        """Return the token-sort ratio of two titles."""
        return likeness(found, expected)


@remembered
def _at_the_top(document: Document) -> Span | None:
    """Return the first of the top lines that names an occupation and reads like its title."""
    for line in document.lines[:_TOP]:
        words = document.quote(line.span)
        if len(words) > LONGEST or _SENTENCE.search(words):
            continue
        if labels.is_header(document, line) or not _titles_in(document, line.span):
            continue
        named = pattern("occupations", "noun").search(words) is not None
        if named and (reads_like_title(words) or 0.0) >= _SURE:
            return line.span
    return None


def _titles_in(document: Document, span: Span) -> tuple[str, ...]:
    title = title_in(words_of(document, span) or "")
    return () if title is None else (title,)


def _is_headline(document: Document, line: Line) -> bool:
    """Tell whether a line is a Markdown headline, or the first line without being a label."""
    if document.text.endswith("# ", 0, line.span.start):
        return True
    return line is document.lines[0] and not labels.is_header(document, line)


def _is_marked(document: Document, span: Span) -> bool:
    """Tell whether a line is a Markdown headline, or says that all genders are meant: "(m/w/d)"."""
    headline = document.text.endswith("# ", 0, span.start)
    return headline or _GENDERS.search(document.quote(span)) is not None


def _is_beginning(document: Document, span: Span, top: Span) -> bool:
    """Tell whether a title begins a line that goes on in words, but with no other occupation.

    "(m/f)" behind it is not missed.
    """
    if span.start != top.start or not top.covers(span) or PARTS.search(document.quote(top)):
        return False
    rest = _BRACKETS.sub("", document.text[span.end : top.end])
    goes_on = any(char.isalpha() for char in rest)
    return goes_on and pattern("occupations", "noun").search(rest) is None


def _yields(document: Document, found: Finding, top: Span) -> bool:
    """Tell whether what was found stands apart from a title at the top, and is none beside it."""
    if found.span.overlaps(top):
        return False
    beside = document.lines[:_TOP][-1].span.end
    named = pattern("occupations", "noun").search(document.quote(found.span)) is not None
    return found.span.start >= beside or not named


def _is_title(words: str) -> bool:
    if len(words.split()) < _FEWEST_WORDS or _UNFINISHED.search(words):
        return False
    return pattern("occupations", "noun").search(words) is not None
