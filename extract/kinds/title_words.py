"""The title in a headline: not the name of the page, and of who seeks whom the words for whom."""

from __future__ import annotations

import re

from extract.lexicon import pattern
from extract.reading.job_titles import likeness_to_titles
from extract.reading.page_names import is_page_name

__all__ = ["PARTS", "title_in"]

_NAME = 0.03
"""How much words read like a title that do not at all. Occupations of one word that the vocabulary
lacks read like one by 0.05 and more ("Kellner")."""

_LIKE = 0.5
"""How much words read like a title that do rather than not."""

# Of a headline of Markdown, as Pandoc writes them: "Baker {#baker .job}".
_ATTRIBUTES = re.compile(r"\s*\{[#.][^{}\n]*\}\s*\Z")
PARTS = re.compile(r"\s+[-–—|·]\s+|\s*[｜|]\s*")


def title_in(headline: str) -> str | None:
    """Return the title that a headline holds, or None if it names a page of jobs or a part of one.

    >>> title_in("Baker {#baker}"), title_in("About us"), title_in("Oven & Sons seeks a Baker")
    ('Baker', None, 'Baker')
    """
    words = _ATTRIBUTES.sub("", headline)
    return None if not words or _is_of_the_page(words) else _sought(words)


def _is_of_the_page(words: str) -> bool:
    """Tell whether words are the name of a page of jobs, alone or beside that of the employer.

    So are those of another part of a posting ("About us").
    """
    plain = words.strip(" \t#*_:：").replace("’", "'")
    of_part = pattern("sections", "other").fullmatch(plain)
    if of_part or is_page_name(words) or pattern("labels", "unnamed").fullmatch(words):
        return True
    parts = PARTS.split(words)
    others = [part for part in parts if not is_page_name(part)]
    return len(others) < len(parts) and all(likeness_to_titles(part) < _NAME for part in others)


def _sought(headline: str) -> str:
    """Return what stands behind "Oven & Sons seeks a" in a headline, or before "wanted".

    >>> _sought("Oven & Sons is hiring a Pastry Chef"), _sought("Chef seeks Kitchen")
    ('Pastry Chef', 'Chef seeks Kitchen')
    >>> _sought("Pastry Chef wanted!")
    'Pastry Chef'
    """
    shown = headline.rstrip(" .!！")
    for wanted in pattern("labels", "wanted").finditer(shown):
        if wanted.end() == len(shown) and wanted.start():
            headline = shown[: wanted.start()].rstrip(" :–-") or headline
    found = pattern("labels", "seeks").search(headline)
    if found is None:
        return headline
    before, rest = headline[: found.start()].strip(), headline[found.end() :].strip(" :–-")
    noun = pattern("occupations", "noun")
    named = noun.search(rest) or (rest and before and not noun.search(before))
    return (
        rest if named or (rest and not before and likeness_to_titles(rest) >= _LIKE) else headline
    )
