"""Human languages that a posting asks for, by their English names.

A name (`extract.kinds.language_names`) counts where its line speaks of mastering a language:
"German" in "fluent German", not in "a German company".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, ClassVar

from extract.kinds.kind import Finding, JsonSchema, Kind, Settled, Shape, settle_many
from extract.kinds.language_names import LanguageName, language_names, language_of
from extract.lexicon import pattern
from extract.reading.denial import is_denied, is_denied_behind
from extract.reading.numerals import JOINED
from extract.reading.sections import sections
from extract.values import Document, Span

__all__ = ["Languages"]

_REACH = 120  # How far from a name the word that asks for it may stand, in characters.
_BREAK = re.compile(r"[\n\r•]|[.!?](?=\s+[^\W\d_a-z])")
_CUE_INSIDE = re.compile(
    r"kenntnis|spr[aeå]c?[hk]|talig|kunskap|talande|sign language|会話|jazy|nyelv|kunnátt|keel"
    r"| dil",
    re.IGNORECASE,
)
# Between a name and what denies it: "(B1):".
_LEVEL = re.compile(r"(?:\s*\([^()]{1,12}\))?[\s:–-]*")
_HEADING = 60
# A page's choice of languages names many in a row, with nothing between them.
_MENU = 4
_MENU_GAP = 30
_LISTED = re.compile(rf"[,;/&+、]|{JOINED}", re.IGNORECASE)
_MOST = 12
_ENOUGH = 500  # mentions looked at
_READ = 300_000  # A posting is shorter; a hostile document is not read to its end.


@dataclass(frozen=True, slots=True)
class Languages(Kind):
    """Languages asked for; a value is an English name ("German").

    >>> document = Document("1", "here", "Fluent French; Englischkenntnisse von Vorteil", ())
    >>> [document.quote(span) for span in Languages().propose(document)]
    ['French', 'Englischkenntnisse']
    >>> Languages().read(document, Span(7, 13))
    ('French',)
    """

    shape: ClassVar[Shape] = "many"
    asked: ClassVar[bool] = False

    @property
    def parts(self) -> Mapping[str, JsonSchema]:
        """The language's English name."""
        return {"value": {"type": "string"}}

    def stated(self, document: Document, span: Span, parts: Mapping[str, Any]) -> str:
        """Return the English name that the CLDR has for a language, else the one given."""
        name = str(parts["value"]).strip()
        if not name:
            raise ValueError("a language without a name")
        folded = name.casefold()
        mention = next(language_names(folded, 0, len(folded)), None)
        whole = mention is not None and mention.span == Span(0, len(folded))
        return language_of(mention.code) if mention and whole else name

    def given(self, document: Document) -> tuple[Span, ...]:
        """Return the languages with a cue that they are asked for: it leaves nothing to choose."""
        return self.propose(document)

    def propose(self, document: Document) -> tuple[Span, ...]:
        """Return the first mention of each language that is asked for."""
        seen: dict[str, Span] = {}
        for span, name in _asked(document, 0, min(_READ, len(document.text))):
            if name not in seen:
                seen[name] = span
                if len(seen) == _MOST:
                    break
        return tuple(seen.values())

    def read(self, document: Document, span: Span) -> tuple[str, ...] | None:
        """Return the languages that the span names and the words around ask for."""
        start, end = max(0, span.start - _REACH), min(len(document.text), span.end + _REACH)
        found = [name for at, name in _asked(document, start, end) if at.overlaps(span)]
        return tuple(dict.fromkeys(found)) or None

    def settle(self, document: Document, findings: Sequence[Finding]) -> Settled:
        """Take all the languages found."""
        del document
        return settle_many(findings)

    def similarity(self, found: str, expected: str) -> float:
        """Tell whether both name the same language, by any of its names (Mandarin, Chinese)."""
        return float(_english(found) == _english(expected))


def _is_name(words: str) -> bool:
    """Tell whether words are the name of a language and nothing else, or none at all."""
    plain = words.strip().casefold()
    mention = next(language_names(plain, 0, len(plain)), None)
    return not plain or (mention is not None and mention.span == Span(0, len(plain)))


def _english(name: str) -> str:
    plain = name.casefold().strip()
    mention = next(language_names(plain, 0, len(plain)), None)
    return language_of(mention.code) if mention and mention.span == Span(0, len(plain)) else plain


def _asked(document: Document, start: int, end: int) -> Iterator[tuple[Span, str]]:
    """Yield the languages asked for in a part of the text, with their places."""
    found = list(islice(language_names(document.text, start, end), _ENOUGH))
    menus = _menus(document.text, found)
    for number, mention in enumerate(found):
        if number not in menus and _is_asked(document, mention.span):
            yield mention.span, language_of(mention.code)


def _menus(text: str, found: Sequence[LanguageName]) -> set[int]:
    """Return the numbers of the mentions that make up a page's choice of languages."""
    menus: set[int] = set()
    run: set[int] = set()
    codes: set[str] = set()
    for number, mention in enumerate(found):
        gap = text[found[number - 1].span.end : mention.span.start] if number else ""
        if _LISTED.search(gap) or len(gap) > _MENU_GAP:
            run, codes = set(), set()
        run.add(number)
        codes.add(mention.code)
        if len(codes) >= _MENU:
            menus |= run
            run = set()
    return menus


def _is_asked(document: Document, span: Span) -> bool:
    name = document.quote(span)
    if name == "polish":
        return False
    before, after = _sentence(document, span)
    of_another = pattern("languages", "not_before").match(after.lstrip(" -–"))
    if of_another or pattern("languages", "others").search(before) or _is_denied(before, after):
        return False
    leads = [found.end() for found in pattern("languages", "not_after").finditer(before)]
    if leads and not re.search(r"\w", before[leads[-1] :]):
        return False
    if _CUE_INSIDE.search(name) or _opens_requirement(document, span):
        return True
    return pattern("languages", "cue").search(f"{before} … {after}") is not None


def _is_denied(before: str, after: str) -> bool:
    """Tell whether a sentence says that a language is not asked for, nor wished for after all."""
    if is_denied(before, len(before), 0, directly=True):
        return True
    behind = _LEVEL.match(after)
    denied = is_denied_behind(after, behind.end() if behind else 0, len(after))
    return denied and pattern("languages", "but").search(after) is None


def _opens_requirement(document: Document, span: Span) -> bool:
    """Tell whether a line under a heading that asks for something begins with the name."""
    line = document.line_at(span.start)
    if line is None or re.search(r"\w", document.text[line.span.start : span.start]):
        return False
    return any(
        section.role == "requirements" and line.span in section.lines
        for section in sections(document)
    )


def _sentence(document: Document, span: Span) -> tuple[str, str]:
    """Return the words before and after a span in its sentence; a short label before it too."""
    line = document.line_at(span.start)
    low = max(0, span.start - _REACH)
    high = span.end + _REACH
    if line:
        high = min(high, line.span.end)
    before = _BREAK.split(document.text[low : span.start])
    after = _BREAK.split(document.text[span.end : high])[0]
    own = before[-1]
    if not re.search(r"[^\W\d_]{3,}", own) and len(before) > 1:
        heading = next((part for part in reversed(before[:-1]) if not _is_name(part)), "")
        own = f"{heading} {own}" if len(heading) <= _HEADING else own
    return own, after
