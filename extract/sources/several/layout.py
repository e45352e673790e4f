"""Read the physical lines of a text by its layout: their mark, their label, their words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from extract.lexicon import words

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Row", "listed", "normal", "rows"]

_MARK = re.compile(
    r"(?:#{1,6}[ \t]+)|\(?(\d{1,3})[.):](?!\d)[ \t]*|(?:[•·▪●■◦‣►➢✓✔*+–—-]|o)[ \t]+|>[ \t]?"
)
_KEY = re.compile(r"([^\W_][\w.@#/()&'’ -]{0,48}?)[ \t]{0,12}[:：](?:[ \t]+|$|(?=[^\W\d_/]))")
_LONGEST_LABEL = 4
_CAMEL = re.compile(r"(?<=[a-zß-ÿ\d])(?=[A-Z])|[_@./-]+")
_SOLID = re.compile(r"[^\W_]")
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Row:
    """One line with a letter or a digit.

    `mark` is "#" for a heading, "•" for an item, "1" for a numbered one, "" for none; `number` is
    that of a numbered one. `key` is the label before a colon as written, `words` what follows it,
    or the words of the line. `apart`: a blank line, a rule or the start of the text stands before.
    """

    start: int
    end: int
    mark: str
    number: int
    key: str
    words: str
    apart: bool


def rows(text: str) -> Iterator[Row]:
    r"""Yield the lines of `text` that hold a letter or a digit.

    >>> [(row.mark, row.key, row.words) for row in rows("# Cook\n\nPay: 9\n2) Baker")]
    [('#', '', 'Cook'), ('', 'Pay', '9'), ('1', '', 'Baker')]
    """
    at, apart = 0, True
    for line in text.split("\n"):
        bare = line.strip()
        if _SOLID.search(bare):
            start = at + len(line) - len(line.lstrip())
            yield _row(bare, start, apart=apart)
            apart = False
        else:
            apart = True
        at += len(line) + 1


def _row(bare: str, start: int, *, apart: bool) -> Row:
    end = start + len(bare)
    found = _MARK.match(bare)
    mark, number = "", 0
    if found is not None:
        number = int(found[1] or 0)
        mark = "1" if found[1] else "#" if bare[0] == "#" else "•"
        bare = bare[found.end() :].strip()
    label = _KEY.match(bare)
    if label is None or len(label[1].split()) > _LONGEST_LABEL:
        return Row(start, end, mark, number, "", bare, apart)
    return Row(start, end, mark, number, label[1], bare[label.end() :].strip(), apart)


@cache
def listed(table: str) -> frozenset[str]:
    """Return the plain words of a table in the lexicon file `roles`."""
    return frozenset(word for word in words("roles", table) if not word.startswith("~"))


def normal(key: str) -> str:
    """Return the last part of a key in plain words.

    >>> normal("Jobs.jobTitle"), normal("hiring_organization")
    ('job title', 'hiring organization')
    """
    last = key.rpartition(".")[2]
    return _SPACES.sub(" ", _CAMEL.sub(" ", last)).strip(" #").casefold()
