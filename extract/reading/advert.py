"""Whether a text advertises an opening at all: what code can see of it, whatever a model says.

A page about hiring names pay, places and requirements too; what it lacks is an occupation at its
top, the parts of a posting, a header of particulars, and the words of an offer. Often a line at its
top says what it is instead: a guide, a policy, an error. Notices of public employers look for
nobody: they announce a competition for a post, with a grade and a date by which to apply.
"""

from __future__ import annotations

import re

from extract.lexicon import pattern
from extract.reading import label_lines as labels
from extract.reading.sections import sections
from extract.values import Document

__all__ = ["advertises"]

_SHORT = 400
"""Characters of a text too short to hold more than a headline and a place."""
_READ = 50_000
_TOP = 5
_HEAD = 8
_HEADLINE = 120
_MENU = re.compile(r"[|•·/›»>].*[|•·/›»>]")
_HEADER = 40
_ENOUGH = 2
_SEVERAL = 3
_PARTS = {"responsibilities", "requirements", "benefits"}


def advertises(document: Document, title: str | None = None) -> bool:
    """Tell whether the document can be a posting; `title` is what was taken for its title.

    >>> from extract.text.document import from_text
    >>> advertises(from_text("Baker wanted in Leeds", id="1", source="-"))
    True
    >>> advertises(from_text("Our pay bands are reviewed every year. " * 20, id="1", source="-"))
    False
    """
    parts = {found.role for found in sections(document)} & _PARTS
    labelled = sum(bool(labels.values(document, table)) for table in ("title", "company"))
    if labelled < _ENOUGH and len(parts) < _ENOUGH and _is_about(document):
        return False
    if len(document.text) <= _SHORT:
        return True
    noun = pattern("occupations", "noun")
    top = [document.quote(line.span) for line in document.lines[:_TOP]]
    if any(noun.search(words) for words in (title or "", *top)):
        return True
    if labelled == _ENOUGH or _particulars(document) >= _SEVERAL:
        return True
    offers = pattern("advert", "offers").finditer(document.text, 0, _READ)
    said = {match.group().casefold() for match in offers}
    return len(parts) + len(said) >= _ENOUGH


def _particulars(document: Document) -> int:
    """Count the labels in the header that stand before particulars of a post."""
    labelled = (labels.label_of(document, line) for line in document.lines[:_HEADER])
    return len({label for label in labelled if label and labels.is_label(label, "particulars")})


def _is_about(document: Document) -> bool:
    """Tell whether a line at the top that is no menu names another kind of page."""
    about = pattern("advert", "about")
    top = (document.quote(line.span) for line in document.lines[:_HEAD])
    return any(
        len(words) <= _HEADLINE and _MENU.search(words) is None and about.search(words) is not None
        for words in top
    )
