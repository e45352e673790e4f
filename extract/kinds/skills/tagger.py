"""Hard skills found in running text by a sequence tagger that was learned from labelled postings.

Whether words name a skill depends on what they are and on what stands around them: "design" in a
list of tools is one, in "design team" it is none. A linear-chain conditional random field weighs
both (Lafferty, McCallum and Pereira 2001, "Conditional Random Fields", ICML): each token opens the
name of a skill, goes on with it, or stands outside. The weights in `tagger.json` are learned by
`python -m evals.scoring.skill_weights`, which says how often they are right on pages that they were
not learned from.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from extract.kinds.skills.tokens import TokenLine, token_lines
from extract.values import Document, Span, remembered

__all__ = ["LABELS", "Tagger", "Tagging", "mentions", "tagged"]

LABELS = ("outside", "opens", "goes on")

LEAST = 0.5
"""How likely each word of a name must be part of one. Out of fold, F1 differs by less than 0.02
between 0.35 and 0.55."""

_ANEW = 0.5
"""Share of a word's likelihood from which it opens a name of its own."""


class Tagging(NamedTuple):
    """How likely a token is part of the name of a skill, and that it opens one, from 0 to 1."""

    part: float
    opens: float


@dataclass(frozen=True, slots=True)
class Tagger:
    """The weights of what is seen of a token, and of two labels in a row, in order of `LABELS`."""

    seen: Mapping[str, Sequence[float]]
    steps: Sequence[Sequence[float]]

    def tag(self, line: TokenLine) -> list[Tagging]:
        """Return the tagging of each token of a line, by the forward-backward algorithm."""
        steps = [[math.exp(weight) for weight in row] for row in self.steps]
        odds = [self._odds(seen) for seen in line.seen]
        ahead = _forward(odds, steps)
        behind = _forward(odds[::-1], [list(column) for column in zip(*steps, strict=True)])[::-1]
        return [_tagging(*each) for each in zip(ahead, behind, odds, strict=True)]

    def _odds(self, seen: Sequence[str]) -> list[float]:
        """Return what speaks for each label of a token, the strongest being 1."""
        sums = [0.0] * len(LABELS)
        for name in seen:
            if (weights := self.seen.get(name)) is not None:
                for at, weight in enumerate(weights):
                    sums[at] += weight
        most = max(sums)
        return [math.exp(one - most) for one in sums]


def tagged(document: Document) -> tuple[Span, ...]:
    r"""Return the names of skills in a document, in the order of the text.

    >>> from extract.text.document import from_text
    >>> page = from_text("Requirements\nKnowledge of Docker and PostgreSQL", id="1", source="-")
    >>> [page.quote(span) for span in tagged(page)]
    ['Docker', 'PostgreSQL']
    """
    return _tagged(document)


@remembered
def _tagged(document: Document) -> tuple[Span, ...]:
    tagger = _learned()
    lines = token_lines(document)
    return tuple(span for one in lines for span in mentions(one, tagger.tag(one), document))


def mentions(
    line: TokenLine, taggings: Sequence[Tagging], document: Document, least: float = LEAST
) -> Iterator[Span]:
    """Yield the runs of tokens that are likely enough part of a name, without marks at the ends."""
    run: list[Span] = []
    for span, tagging in zip(line.spans, taggings, strict=True):
        if run and (tagging.part < least or tagging.opens >= _ANEW * tagging.part):
            yield from _trimmed(run, document)
            run = []
        if tagging.part >= least:
            run.append(span)
    yield from _trimmed(run, document)


def _trimmed(run: list[Span], document: Document) -> Iterator[Span]:
    words = [span for span in run if any(map(str.isalnum, document.quote(span)))]
    if words:
        span = Span(words[0].start, words[-1].end)
        said = document.quote(span)
        closes = said.count("(") > said.count(")") and document.text[span.end :][:1] == ")"
        yield Span(span.start, span.end + closes)


def _forward(
    odds: Sequence[Sequence[float]], steps: Sequence[Sequence[float]]
) -> list[list[float]]:
    """Return how likely the labels of each token are by the tokens up to it, with a sum of 1."""
    found: list[list[float]] = []
    columns = list(zip(*steps, strict=True))
    for own in odds:
        likely = list(own)
        if found:
            before = found[-1]
            likely = [
                one * sum(was * weight for was, weight in zip(before, column, strict=True))
                for one, column in zip(own, columns, strict=True)
            ]
        total = sum(likely)
        found.append([one / total for one in likely])
    return found


def _tagging(ahead: Sequence[float], behind: Sequence[float], odds: Sequence[float]) -> Tagging:
    both = [a * b / own if own else 0.0 for a, b, own in zip(ahead, behind, odds, strict=True)]
    total = sum(both)
    outside, opens, _ = both
    return Tagging(1 - outside / total, opens / total)


@cache
def _learned() -> Tagger:
    # JSON loads ten times as fast as TOML, and there are tens of thousands of weights.
    weights = json.loads(files("extract.kinds.skills").joinpath("tagger.json").read_text("utf-8"))
    return Tagger(weights["seen"], weights["steps"])
