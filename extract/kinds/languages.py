"""Human languages that a posting asks for, by their English names.

Language names come from the CLDR (through babel) in 22 languages, and from the vocabulary
`languages`. A name counts where its line speaks of mastering a language: "German" in "fluent
German", not in "a German company".
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import islice
from typing import Any, ClassVar

from babel import Locale

from extract.kinds.kind import Finding, JsonSchema, Kind, Settled, Shape, settle_many
from extract.lexicon import folding, load, pattern
from extract.lexicon.files import UNSPACED
from extract.lexicon.folding import lettered
from extract.lexicon.made_once import made_once
from extract.reading.numerals import JOINED
from extract.reading.sections import sections
from extract.values import Document, Span

__all__ = ["Languages", "names_language"]

_LOCALES = (
    "en", "de", "fr", "es", "cs", "sv", "ja", "it", "nl", "pt", "pl",
    "ar", "da", "el", "ko", "nb", "ro", "ru", "tr", "uk", "vi", "zh",
)  # fmt: skip
_REACH = 120  # How far from a name the word that asks for it may stand, in characters.
_BREAK = re.compile(r"[\n\r•]|[.!?](?=\s+[^\W\d_a-z])")
_WORD = re.compile(r"(?<!\w)[^\W\d_]{2,3}")
# Three letters that each match of an expression begins with: neither may be left out.
_LETTERS = re.compile(r"[^\W_]{3}(?![?*{|])")
_CUE_INSIDE = re.compile(
    r"kenntnis|spr[aeå]c?[hk]|talig|kunskap|talande|sign language|会話|jazy", re.IGNORECASE
)
_HEADING = 40
# A page's choice of languages names many in a row, with nothing between them.
_MENU = 4
_MENU_GAP = 30
_LISTED = re.compile(rf"[,;/&+、]|{JOINED}", re.IGNORECASE)
_SLAVIC = ("кий", "ька")
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
        mention = next(_named(folded, 0, len(folded)), None)
        whole = mention is not None and mention.span == Span(0, len(folded))
        return _value(mention.code) if mention and whole else name

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


@dataclass(frozen=True, slots=True)
class _Mention:
    span: Span
    code: str


def _english(name: str) -> str:
    plain = name.casefold().strip()
    mention = next(_named(plain, 0, len(plain)), None)
    return _value(mention.code) if mention and mention.span == Span(0, len(plain)) else plain


def _asked(document: Document, start: int, end: int) -> Iterator[tuple[Span, str]]:
    """Yield the languages asked for in a part of the text, with their places."""
    found = list(islice(_named(document.text, start, end), _ENOUGH))
    menus = _menus(document.text, found)
    for number, mention in enumerate(found):
        if number not in menus and _is_asked(document, mention.span):
            yield mention.span, _value(mention.code)


def _menus(text: str, found: Sequence[_Mention]) -> set[int]:
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
    if pattern("languages", "not_before").match(after.lstrip(" -–")):
        return False
    if pattern("languages", "others").search(before):
        return False
    leads = [found.end() for found in pattern("languages", "not_after").finditer(before)]
    if leads and not re.search(r"\w", before[leads[-1] :]):
        return False
    if _CUE_INSIDE.search(name) or _opens_requirement(document, span):
        return True
    return pattern("languages", "cue").search(f"{before} … {after}") is not None


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
        heading = next((part for part in reversed(before[:-1]) if part.strip()), "")
        own = f"{heading} {own}" if len(heading) <= _HEADING else own
    return own, after


def names_language(words: str) -> bool:
    """Tell whether a language is named in words.

    >>> names_language("Englischkenntnisse in Wort und Schrift"), names_language("Excel")
    (True, False)
    """
    return any(True for _ in _named(words, 0, len(words)))


def _named(text: str, start: int, end: int) -> Iterator[_Mention]:
    """Yield every language name in a part of the text, asked for or not."""
    found = []
    known = _openings()
    for word in _WORD.finditer(text[start:end]):
        # Three letters leave only few of the hundreds of names.
        letters = lettered(word.group())
        if letters in known or letters[:2] in known:
            match = _beginning(letters[:2]).match(text, start + word.start(), end)
            if match:
                found.append(match)
    if UNSPACED.search(text, start, end):
        found.extend(_unspaced().finditer(text, start, end))
    last = start
    for match in sorted(found, key=lambda match: (match.start(), -match.end())):
        if match.start() >= last:
            last = match.end()
            yield _Mention(Span(*match.span()), str(match.lastgroup))


def _value(code: str) -> str:
    return str(Locale("en").languages.get(code, code))


@cache
def _names() -> dict[str, list[str]]:
    """Return the expressions for each language by its code."""
    words = files("extract.lexicon").joinpath("languages.toml")
    names: dict[str, list[str]] = json.loads(
        made_once("language_names", _made, ["babel"], str(words), folding.__file__)
    )
    return names


def _made() -> str:
    vocabulary = load("languages")
    endings = vocabulary["endings"]
    table: dict[str, list[str]] = {code: [] for code in vocabulary["codes"]}
    for locale in _LOCALES:
        listed = Locale(locale).languages
        for code, forms in table.items():
            name = lettered(listed.get(code, ""))
            if name and "(" not in name:
                forms.append(_form(name, locale, endings.get(locale, "")))
    for code, more in vocabulary["names"].items():
        table[code].extend(word[1:] if word[0] == "~" else re.escape(word) for word in more)
    return json.dumps({code: list(dict.fromkeys(forms)) for code, forms in table.items()})


def _form(name: str, locale: str, ending: str) -> str:
    if locale == "cs" and name.endswith("ina"):
        stem = re.escape(name.removesuffix("a"))
        adjective = re.escape(name.removesuffix("ština")) + r"sk\w{1,3} jazy\w{1,3}"
        return rf"{stem}\w{{1,3}}" + (f"|{adjective}" if name.endswith("ština") else "")
    if locale in ("ru", "uk") and name.endswith(_SLAVIC):
        return rf"{re.escape(name[:-2])}\w{{2,3}}"
    return re.escape(name) + ending


@cache
def _spaced() -> dict[str, dict[str, list[str]]]:
    """Return the expressions of spaced scripts by their first two letters and their language."""
    table: dict[str, dict[str, list[str]]] = {}
    for code, forms in _names().items():
        for form in sorted(forms, key=lambda form: (-len(form), form)):
            if not UNSPACED.search(form):
                beginning = form.replace("\\", "")[:2]
                table.setdefault(beginning, {}).setdefault(code, []).append(form)
    return table


@cache
def _openings() -> frozenset[str]:
    """Return the first three letters of each expression, or two where the third may vary."""
    plain = (
        form.replace("\\", "")
        for forms in _spaced().values()
        for listed in forms.values()
        for form in listed
    )
    return frozenset(
        form[:3] if _LETTERS.match(form) and "|" not in form else form[:2] for form in plain
    )


@cache
def _beginning(letters: str) -> re.Pattern[str]:
    """Return one expression for the names that begin so; a group names the language."""
    groups = (f"(?P<{code}>{'|'.join(forms)})" for code, forms in _spaced()[letters].items())
    return re.compile(rf"(?:{'|'.join(groups)})(?!\w)", re.IGNORECASE)


@cache
def _unspaced() -> re.Pattern[str]:
    """Return one expression for the names of unspaced scripts; a group names the language."""
    groups = []
    for code, forms in _names().items():
        far = [form for form in forms if UNSPACED.search(form)]
        if far:
            ordered = sorted(far, key=lambda form: (-len(form), form))
            groups.append(f"(?P<{code}>{'|'.join(ordered)})")
    return re.compile(rf"(?={UNSPACED.pattern})(?:{'|'.join(groups)})")
