"""Tell whether a short line could be the title of a posting."""

from __future__ import annotations

import re
from functools import cache

from extract.lexicon import WordTable, compiled, pattern, words

__all__ = ["is_section", "is_title"]

_LONGEST = 100
_MOST_WORDS = 12
_HEADING_WORDS = 4
_OF = frozenset(("for", "of", "as", "für", "von", "als", "pour", "de", "del", "para", "per", "di"))
_CRUMB = re.compile(r"\s[>›»→]\s")
_TOKEN = re.compile(r"[^\W\d_]+(?:[-'’:*/][^\W\d_]+)*")
_JOINT = re.compile(r"[-/:*]")
_ENDS = (".", "!", "?", ";", ",", ":", "…", "。", "！", "？")
_SECTIONS = ("responsibilities", "requirements", "benefits", "other", "label")


def is_title(line: str) -> bool:
    """Tell whether `line` names a person by occupation and is neither a sentence nor a heading.

    >>> is_title("Night Bakers (m/f/d)"), is_title("What our bakers say"), is_title("Benefits")
    (True, False, False)
    """
    line = line.strip()
    if not line or len(line) > _LONGEST or line.endswith(_ENDS) or len(line.split()) > _MOST_WORDS:
        return False
    if (
        not line[0].isalnum()
        or line[0].islower()
        or _CRUMB.search(line)
        or _openings().match(line.casefold())
        or is_section(line)
    ):
        return False
    return pattern("roles", "gender").search(line) is not None or _names_person(line)


def is_section(line: str) -> bool:
    """Tell whether `line` is a known heading of a part of one posting, also with its title.

    >>> is_section("Qualifications for Night Bakers"), is_section("Night Baker Responsibilities")
    (True, True)
    >>> is_section("Head of Benefits"), is_section("Analyst, Benefits")
    (False, False)
    """
    words_ = line.casefold().strip(" *_:?").replace("’", "'").split()
    known = _section_headings()
    if " ".join(words_) in known:
        return True
    for at in range(1, min(_HEADING_WORDS, len(words_) - 1) + 1):
        if " ".join(words_[:at]) in known and words_[at] in _OF:
            return True
        before = words_[-at - 1]
        if " ".join(words_[-at:]) in known and before not in _OF and before[-1].isalnum():
            return True
    return False


def _names_person(line: str) -> bool:
    tokens = _TOKEN.findall(line.casefold())
    forms = {*tokens, *(part for token in tokens for part in _JOINT.split(token))}
    return not _nouns().isdisjoint(forms) or _endings().search(line) is not None


@cache
def _section_headings() -> frozenset[str]:
    return frozenset(word for table in _SECTIONS for word in words("sections", table))


@cache
def _openings() -> re.Pattern[str]:
    listed = "|".join(map(re.escape, words("roles", "not_title")))
    return re.compile(rf"(?:{listed})(?![^\W_])")


@cache
def _nouns() -> frozenset[str]:
    """Return the words for occupations and persons, also with an "s"."""
    both = (*words("occupations", "noun"), *words("roles", "person"))
    plain = [word for word in both if not word.startswith("~")]
    return frozenset({*plain, *(f"{word}s" for word in plain)})


@cache
def _endings() -> WordTable:
    both = (*words("occupations", "noun"), *words("roles", "person"))
    return compiled([word for word in both if word.startswith("~")])
