"""The names of languages in 40 languages, and where they stand in a text.

The names come from the CLDR (through babel) and from the vocabulary `languages`. Whether a posting
asks for a language is for `extract.kinds.languages` to say.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from babel import Locale

from extract.lexicon import folding, load
from extract.lexicon.files import UNSPACED
from extract.lexicon.folding import lettered
from extract.lexicon.made_once import made_once
from extract.values import Span

__all__ = ["LanguageName", "language_names", "language_of", "names_language"]

_LOCALES = (
    "en", "de", "fr", "es", "cs", "sv", "ja", "it", "nl", "pt", "pl",
    "ar", "da", "el", "ko", "nb", "ro", "ru", "tr", "uk", "vi", "zh",
    "az", "bg", "et", "fi", "hr", "hu", "id", "lt", "lv", "sk", "sl", "th",
    "ca", "fa", "he", "is", "mk", "sr",
)  # fmt: skip
_WORD = re.compile(r"(?<!\w)[^\W\d_]{2,3}")
# Three letters that each match of an expression begins with: neither may be left out.
_LETTERS = re.compile(r"[^\W_]{3}(?![?*{|])")
_SLAVIC = ("кий", "ька")
_BALKAN = "ски"
_INFLECTED = {"sk": "ina", "sl": "ina", "hr": "ki"}
"""Endings of names whose last letter changes with the case."""
_BARE = ("{name}",)


@dataclass(frozen=True, slots=True)
class LanguageName:
    """Where a language is named, and its ISO 639 code."""

    span: Span
    code: str


def language_names(text: str, start: int, end: int) -> Iterator[LanguageName]:
    """Yield every language name in a part of the text, without overlaps, asked for or not.

    >>> [name.code for name in language_names("Englischkenntnisse, français", 0, 28)]
    ['en', 'fr']
    """
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
            yield LanguageName(Span(*match.span()), str(match.lastgroup))


def names_language(words: str) -> bool:
    """Tell whether a language is named in words.

    >>> names_language("Englischkenntnisse in Wort und Schrift"), names_language("Excel")
    (True, False)
    """
    return any(True for _ in language_names(words, 0, len(words)))


def language_of(code: str) -> str:
    """Return the English name that the CLDR has for a language code, or the code."""
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
    frames = vocabulary["frames"]
    table: dict[str, list[str]] = {code: [] for code in vocabulary["codes"]}
    for locale in _LOCALES:
        listed = Locale(locale).languages
        for code, forms in table.items():
            name = lettered(listed.get(code, ""))
            if name and "(" not in name:
                forms += [_form(name, locale, frame) for frame in frames.get(locale, _BARE)]
    for code, more in vocabulary["names"].items():
        table[code].extend(word[1:] if word[0] == "~" else re.escape(word) for word in more)
    return json.dumps({code: list(dict.fromkeys(forms)) for code, forms in table.items()})


def _form(name: str, locale: str, frame: str) -> str:
    if locale == "cs" and name.endswith("ina"):
        stem = re.escape(name.removesuffix("a"))
        adjective = re.escape(name.removesuffix("ština")) + r"sk\w{1,3} jazy\w{1,3}"
        return rf"{stem}\w{{1,3}}" + (f"|{adjective}" if name.endswith("ština") else "")
    if (ending := _INFLECTED.get(locale)) and name.endswith(ending):
        return rf"{re.escape(name[:-1])}\w{{1,3}}"
    if locale == "is" and name.endswith("a"):
        return rf"{re.escape(name[:-1])}[au](?:kunnátt\w*)?"
    if locale in ("mk", "sr") and name.endswith(_BALKAN):
        return rf"{re.escape(name[:-1])}\w{{1,3}}"
    if locale in ("ru", "uk") and name.endswith(_SLAVIC):
        return rf"{re.escape(name[:-2])}\w{{2,3}}"
    return frame.replace("{name}", re.escape(name))


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
