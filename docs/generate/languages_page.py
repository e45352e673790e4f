"""The page of languages: how many words each vocabulary of `extract/lexicon` has in each."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from docs.generate.tables import table

__all__ = ["LANGUAGES", "NOTE", "page"]

LANGUAGES = {
    "en": "English",
    "de": "German",
    "fr": "French",
    "es": "Spanish",
    "it": "Italian",
    "pt": "Portuguese",
    "nl": "Dutch",
    "cs": "Czech",
    "pl": "Polish",
    "sv": "Swedish",
    "ja": "Japanese",
    "da": "Danish",
    "no": "Norwegian",
    "fi": "Finnish",
    "ru": "Russian",
    "zh": "Chinese",
    "uk": "Ukrainian",
    "tr": "Turkish",
    "hu": "Hungarian",
    "bg": "Bulgarian",
    "ko": "Korean",
    "ar": "Arabic",
    "hi": "Hindi",
    "th": "Thai",
    "vi": "Vietnamese",
    "id": "Indonesian",
    "el": "Greek",
    "he": "Hebrew",
    "ro": "Romanian",
    "hr": "Croatian",
    "sk": "Slovak",
    "sl": "Slovenian",
    "lt": "Lithuanian",
    "lv": "Latvian",
    "et": "Estonian",
    "az": "Azerbaijani",
    "sr": "Serbian",
    "mk": "Macedonian",
    "ca": "Catalan",
    "gl": "Galician",
    "is": "Icelandic",
    "fa": "Persian",
    "ms": "Malay",
}
"""The languages by their codes (ISO 639-1); the first eleven are covered by most vocabularies."""

NOTE = "<!-- Written by `make pages` from {source}. Do not edit by hand. -->\n\n"
"""The first line of a page that is written from something else."""

_COVERED = tuple(LANGUAGES)[:11]
_EVERY = {*LANGUAGES, "any"}
_LEXICON = Path(__file__).parents[2] / "extract" / "lexicon"
_ABOUT = """# Languages

In *closed* reading code recognises the candidates for an answer by the words of eleven languages:
{covered}. Some vocabularies (places, years, education, contracts, dates, skills) also have words of
some of these languages, as the tables show: {others}. In *open* reading a capable model reads any
language, and these words only give code a second opinion.

The tables are counted from the files in `extract/lexicon/`. A word there can be a regular
expression that stands for many spellings, so a smaller number can cover as much. Names of places,
countries, currencies and months come from GeoNames, ISO and the Unicode CLDR and are not counted.

## Words in each vocabulary

"any" counts words that are used in a text of any language. A dash means that there are none.

"""
_GAPS = """
## Where words are missing

The sections of each vocabulary that have words in some languages, but not in all of the eleven.
Not every gap is a fault: some languages need no word there. To add words, put them into that
section of the TOML file under the code of the language. The file's first lines name its sources.

"""


def page() -> str:
    """Return the page."""
    tables = {path.stem: dict(_tables(path)) for path in sorted(_LEXICON.glob("*.toml"))}
    tables = {name: found for name, found in tables.items() if found}
    names = list(LANGUAGES.values())
    about = _ABOUT.format(covered=_and(names[:11]), others=_and(names[11:]))
    counts = table(
        ["vocabulary", *LANGUAGES, "any"],
        [[f"`{name}`", *_counts(found)] for name, found in tables.items()],
    )
    codes = ", ".join(f"{code} {name}" for code, name in LANGUAGES.items())
    gaps = [[f"`{name}`", row] for name, found in tables.items() if (row := _gaps(found))]
    note = NOTE.format(source="extract/lexicon/*.toml")
    return f"{note}{about}{counts}\n{codes}.\n{_GAPS}{table(['vocabulary', 'no words in'], gaps)}"


def _tables(path: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the tables of a file whose keys are languages, by their names.

    Raises ValueError for a language that the page does not name.
    """

    def below(table: Mapping[str, Any], name: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
        if table.keys() <= _EVERY:
            yield name, table
            return
        # languages.toml has names of languages, by what they name.
        unknown = sorted(table.keys() - _EVERY)
        if "en" in table and path.stem != "languages":
            raise ValueError(f"{path.name}, {name}: add {', '.join(unknown)} to LANGUAGES")
        for key, value in table.items():
            if isinstance(value, dict):
                yield from below(value, f"{name}.{key}" if name else key)

    yield from below(tomllib.loads(path.read_text("utf-8")), "")


def _counts(found: Mapping[str, Mapping[str, Any]]) -> list[str]:
    sums = [sum(_words(each.get(code, [])) for each in found.values()) for code in LANGUAGES]
    sums.append(sum(_words(each.get("any", [])) for each in found.values()))
    return [str(number) if number else "–" for number in sums]


def _words(value: Any) -> int:
    if isinstance(value, dict | list):
        return len(value)
    return 1 if value else 0


def _gaps(found: Mapping[str, Mapping[str, Any]]) -> str:
    """Say which sections lack which of the covered languages, those that lack the same together."""
    lacking: dict[tuple[str, ...], list[str]] = {}
    for name, each in found.items():
        missing = tuple(code for code in _COVERED if code not in each)
        if missing and set(each) != {"any"}:
            lacking.setdefault(missing, []).append(f"`{name}`" if name else "the file")
    return "; ".join(f"{', '.join(codes)}: {', '.join(of)}" for codes, of in lacking.items())


def _and(names: list[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}"
