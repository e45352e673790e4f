"""How far a small model's own odds tell postings from other pages where code is in doubt.

    python -m evals.bench.opening_odds PAGES.jsonl -o odds.jsonl

A line of PAGES has an `id`, the `text` (as scraped) and `is_posting`. Of each page that code finds
neither certain nor impossible the embedded model is asked how sure it is of its "is_posting", as
the extractor asks it; what is in `-o` already is not asked again. Printed are the area under the
ROC curve, the errors and the log loss of code alone and of both, and the weights of a logistic
regression in which what code sees has the weight one: those of `extract.asking.derivation`.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Annotated, NamedTuple

import numpy as np
import typer
from numpy.typing import ArrayLike
from scipy.optimize import minimize
from scipy.special import log_expit, logit
from scipy.stats import rankdata

from evals.data.label_files import objects
from extract.asking import prompt
from extract.asking.derivation import question_of
from extract.asking.extractor import how_sure
from extract.asking.schema import schema_of
from extract.errors import InputError
from extract.models.client import Client, Model
from extract.models.local import LocalServer
from extract.posting import Posting
from extract.reading.advert import likelihood
from extract.text.document import from_bytes
from extract.values import Document

__all__ = ["WeighedPage", "fitted", "main", "roc_area"]

_CERTAIN = 0.97
"""How sure code is of the pages that are left out."""


class WeighedPage(NamedTuple):
    """How likely code finds a page a posting, the model's odds, and what it is."""

    seen: float
    odds: float
    is_posting: bool


def main(
    pages: Annotated[Path, typer.Argument(help="Pages with an id, a text and is_posting.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="Where the odds are kept.")],
) -> None:
    """Ask for the odds of the doubtful pages, and compare code without and with them."""
    rows = list(objects(pages))
    read = {}
    for row in rows:
        with suppress(InputError):  # a page without text is read by no model
            read[row["id"]] = from_bytes(row["text"].encode(), id=row["id"])
    seen = {id_: likelihood(document) for id_, document in read.items()}
    doubted = [id_ for id_ in read if 1 - _CERTAIN <= seen[id_] <= _CERTAIN]
    kept = {row["id"] for row in objects(output)} if output.exists() else set()
    asyncio.run(_ask([read[id_] for id_ in doubted if id_ not in kept], output))
    odds = {row["id"]: row["odds"] for row in objects(output)}
    truth = {row["id"]: bool(row["is_posting"]) for row in rows}
    known = [WeighedPage(seen[id_], odds[id_], truth[id_]) for id_ in doubted if id_ in odds]
    print(f"{len(known)} pages, {sum(page.is_posting for page in known)} postings")
    weight, sum_ = fitted(known)
    code, right = logit([page.seen for page in known]), [page.is_posting for page in known]
    both = code + weight * np.array([page.odds for page in known]) + sum_
    for name, scores in (("code", code), ("both", both)):
        wrong = int(np.sum((scores > 0) != right))
        loss = _loss(scores, right)
        print(f"{name}: area {roc_area(scores, right):.3f}, errors {wrong}, log loss {loss:.3f}")
    print(f"weight of the odds {weight:.2f}, added {sum_:.2f}")


def fitted(pages: Sequence[WeighedPage]) -> tuple[float, float]:
    """Return the weight of the odds, and what is added, with which the pages are likeliest."""
    code, odds, right = (np.array(column) for column in zip(*pages, strict=True))
    code = logit(code)

    def loss(weights: np.ndarray) -> float:
        return _loss(code + weights[0] * odds + weights[1], right)

    weight, sum_ = minimize(loss, np.zeros(2)).x
    return float(weight), float(sum_)


def roc_area(scores: ArrayLike, right: ArrayLike) -> float:
    """Return the chance that a posting scores higher than another page, halved for equal scores.

    >>> roc_area([0.2, 0.9, 0.4], [False, True, False])
    1.0
    """
    ranks, truth = rankdata(np.asarray(scores)), np.asarray(right, bool)
    many = int(truth.sum())
    below = ranks[truth].sum() - many * (many + 1) / 2
    return float(below / (many * (len(truth) - many)))


def _loss(scores: np.ndarray, right: ArrayLike) -> float:
    return float(-log_expit(np.where(right, scores, -scores)).mean())


async def _ask(documents: Sequence[Document], output: Path) -> None:
    if not documents:
        return
    schema, template = schema_of(Posting), prompt.load()
    with LocalServer() as server:
        client = Client(Model(server.name, server.base_url, server.api_key, reading="closed"))
        try:
            for number, document in enumerate(documents, 1):
                asked = question_of(schema, document, "closed")
                found = await how_sure(client, template.messages(asked))
                with output.open("a", encoding="utf-8") as file:
                    file.write(json.dumps({"id": document.id, "odds": found.log}) + "\n")
                print(f"{number}/{len(documents)} {document.id}")
        finally:
            await client.close()


if __name__ == "__main__":
    typer.run(main)
