"""How likely a text advertises an opening: what code can see of it, whatever a model says.

No sign decides alone. A page about hiring names pay, places and requirements too, and a posting may
lack nearly all of them, so a logistic function weighs them together: the parts of a posting, a
header of particulars, an occupation at the top, the words of an offer, a headline that names
another kind of page, the form of the lines, and which words the text has. Where these leave it in
doubt, a second weighing with the vectors of the text's beginning counts as much, if the model
behind `extract.reading.vectors` is there. The weights in `advert.toml` and `advert_vectors.toml`
are learned from labelled pages in many languages. `python -m evals.scoring.openings` learns them,
and says how often they are right on pages that they were not learned from.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from extract.lexicon import pattern
from extract.lexicon.files import UNSPACED
from extract.reading import label_lines as labels
from extract.reading.condition import offers_none
from extract.reading.sections import Section, sections
from extract.reading.vectors import vector
from extract.values import Document

__all__ = ["DOUBT", "likelihood", "signs", "terms", "together"]

DOUBT = (0.1, 0.9)
"""Between these likelihoods a text's vectors are weighed too. They take half a second, and on pages
that are clearer than that they made no fewer errors."""

_READ = 50_000
_WORDS_READ = 6000
"""Characters of a text whose words count: what a page is shows at its beginning."""

_TOP = 5
_FIRST = 2
_HEAD = 8
_HEADLINE = 120
_PROSE = 250
"""Characters of a line that is a paragraph."""

_FENCES = ("---", "+++")
"""What the keys of a page in Markdown stand between. Posts of all sorts have them."""

_MENU = re.compile(r"[|•·/›»>].*[|•·/›»>]")
_HEADER = 40
_PARTS = {"responsibilities", "requirements", "benefits"}
_FILLED = 20
"""Characters under a heading that say something of the job."""
_WORD = re.compile(r"[^\W\d_]+")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.\w")
_BY_SEX = re.compile(
    r"\b[mfwhdx]\s?/\s?[mfwhdx]\b(?:\s?/\s?[dxi])?|[:*/]in(?:nen)?\b", re.IGNORECASE
)
# "2014 - 2018", "2019 - today": a résumé has many.
_YEARS = re.compile(r"\b(?:19|20)\d\d\s*[-–—]\s*(?:(?:19|20)\d\d|[A-Za-z]{3,})")


def likelihood(document: Document) -> float:
    """Return how likely the document is a posting, from 0 to 1, as far as code can see.

    >>> from extract.text.document import from_text
    >>> likelihood(from_text("Baker wanted in Leeds. Apply by Friday.", id="1", source="-")) > 0.5
    True
    >>> likelihood(from_text("How to write a cover letter: 9 tips", id="1", source="-")) > 0.5
    False
    """
    seen, words = signs(document), terms(document)
    likely = _weighed(_weights("advert"), seen, words)
    if DOUBT[0] <= likely <= DOUBT[1] and (numbers := vector(document)) is not None:
        return together(likely, _weighed(_weights("advert_vectors"), seen, words, numbers))
    return likely


def together(one: float, other: float) -> float:
    """Return the likelihood whose log odds are the mean of those of two, each from 0 to 1.

    Weighed so, the vectors of a page overrule its words less often where few pages are like it.

    >>> round(together(0.9, 0.5), 2)
    0.75
    """
    odds = math.sqrt(one * other)
    return odds / (odds + math.sqrt((1 - one) * (1 - other)))


def signs(document: Document) -> dict[str, float]:
    """Return what can be counted in a document, each as a number of about 0 to 6."""
    text = document.text
    lines = [document.quote(line.span) for line in document.lines]
    size, count = max(1, len(text)), max(1, len(lines))
    noun = pattern("occupations", "noun")
    offers = pattern("advert", "offers").finditer(text, 0, _READ)
    with_noun = [noun.search(words) is not None for words in lines[:_TOP]]
    return {
        "parts": len({found.role for found in sections(document) if _is_filled(found)} & _PARTS),
        "labelled": sum(bool(labels.values(document, name)) for name in ("title", "company")),
        "particulars": min(5, _particulars(document)),
        "offers": min(6, len({match.group().casefold() for match in offers})),
        "occupation at the top": float(any(with_noun)),
        "occupation first": float(any(with_noun[:_FIRST])),
        "headline of another kind": float(_is_about(lines)),
        "says there is none": float(offers_none(document)),
        "front matter": float(text.partition("\n")[0].strip() in _FENCES),
        "length": math.log10(size),
        "lines": math.log10(1 + len(lines)),
        "length of a line": min(4.0, size / count / 100),
        "paragraphs": sum(len(words) > _PROSE for words in lines) / count,
        "questions": min(3.0, 1000 * text.count("?") / max(500, size)),
        "spans of years": min(5, sum(1 for _ in _YEARS.finditer(text, 0, _READ))),
        "address": float(_EMAIL.search(text) is not None),
        "either sex": float(_BY_SEX.search(text) is not None),
    }


def terms(document: Document) -> set[str]:
    """Return the words at the beginning of a document, and its pairs of words, in lower case.

    A script without spaces gives pairs of letters.

    >>> from extract.text.document import from_text
    >>> sorted(terms(from_text("We bake. 募集中", id="1", source="-")))
    ['bake', 'we', 'we bake', '募集', '集中']
    """
    text = document.text[:_WORDS_READ].lower()
    return {term for line in text.splitlines() for term in _terms(line)}


def _terms(line: str) -> Iterator[str]:
    before = ""
    for word in _WORD.findall(line):
        if UNSPACED.search(word):
            yield from (word[at : at + 2] for at in range(len(word) - 1))
            before = ""
            continue
        yield word
        if before:
            yield f"{before} {word}"
        before = word


def _is_filled(section: Section) -> bool:
    """Tell whether more stands under a heading than a template has there: "Show more"."""
    return sum(line.end - line.start for line in section.lines) >= _FILLED


def _particulars(document: Document) -> int:
    """Count the labels in the header that stand before particulars of a post."""
    labelled = (labels.label_of(document, line) for line in document.lines[:_HEADER])
    return len({label for label in labelled if label and labels.is_label(label, "particulars")})


def _is_about(lines: list[str]) -> bool:
    """Tell whether a line at the top that is no menu names another kind of page."""
    about = pattern("advert", "about")
    return any(
        len(words) <= _HEADLINE and _MENU.search(words) is None and about.search(words) is not None
        for words in lines[:_HEAD]
    )


def _weighed(
    weights: Mapping[str, Any],
    seen: Mapping[str, float],
    words: set[str],
    numbers: Sequence[float] = (),
) -> float:
    """Return the logistic function of what is seen, times its weights."""
    sum_ = weights["bias"] + sum(weights["signs"][name] * value for name, value in seen.items())
    known = [weight for word in words if (weight := weights["words"].get(word))]
    if known:
        sum_ += math.fsum(known) / math.sqrt(len(known))
    sum_ += sum(a * b for a, b in zip(weights["vector"], numbers, strict=True))
    return 1 / (1 + math.exp(-sum_))


@cache
def _weights(name: str) -> Mapping[str, Any]:
    text = files("extract.reading").joinpath(f"{name}.toml").read_text("utf-8")
    return tomllib.loads(text)
