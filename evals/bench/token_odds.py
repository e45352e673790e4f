"""Whether the model's own token probabilities tell right values from wrong ones.

    postings eval evals/datasets/postings --replay --split dev -o closed.json
    python -m evals.bench.token_odds closed.json --cassettes cassettes/postings -o odds.jsonl

The embedded model is asked each recorded question once more, now with `logprobs`; what is in `-o`
already is not asked again. A field's odds are the log-probabilities of the tokens of its value:
their sum, their mean and the least of them. For each it prints the correlation with being right,
and the log loss of the confidence out of fold, without and with them as a further signal. A field
that was not asked has the mean.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import httpx2
import numpy as np
import typer

from evals.data.label_files import objects
from evals.scoring import calibrate, runlog
from evals.scoring.calibrate import LabelledField
from extract.asking.confidence import SIGNALS
from extract.models.local import LocalServer, ServerOptions
from extract.models.tape import JsonBodies

__all__ = ["main", "spans_of_values"]

_TIMEOUT = 900.0
_FOLDS = 10
_LEAST = 0.001
_SIGNAL = "odds"
_BETWEEN = re.compile(r"[\s,:]*")

Token = tuple[str, float]


def main(
    run: Annotated[Path, typer.Argument(help="The log of a run over the recorded documents.")],
    cassettes: Annotated[Path, typer.Option(help="The recordings.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="Where the answers are kept.")],
    most: Annotated[int, typer.Option(help="Documents to ask about.")] = 200,
) -> None:
    """Ask with token probabilities, and compare the confidence without and with them."""
    cases = [case for case in runlog.read(run).cases if case.record][:most]
    kept = {row["id"]: row for row in objects(output)} if output.exists() else {}
    _ask([case.id for case in cases if case.id not in kept], cassettes, output)
    odds = {row["id"]: _odds(row["content"], row["tokens"]) for row in objects(output)}
    folds = [
        (calibrate.fold_of(case.origin, _FOLDS), case.id, field)
        for case in cases
        for field in calibrate.fields_seen(case)
    ]
    print(f"{len(cases)} documents, {sum(one.total for _, _, one in folds)} values")
    print(f"without: log loss {_loss([(fold, one) for fold, _, one in folds], SIGNALS):.4f}")
    for at, name in enumerate(("sum", "mean", "least")):
        known = [(odds[id_][one.field][at], one) for _, id_, one in folds if one.field in odds[id_]]
        mean = float(np.mean([value for value, _ in known]))
        right = [one.right / one.total for _, one in known]
        together = float(np.corrcoef([value for value, _ in known], right)[0, 1])
        seen = [
            (fold, _with(one, odds[id_][one.field][at] if one.field in odds[id_] else mean))
            for fold, id_, one in folds
        ]
        loss = _loss(seen, (*SIGNALS, _SIGNAL))
        print(f"{name}: correlation {together:.2f} ({len(known)} fields), log loss {loss:.4f}")


def spans_of_values(text: str) -> dict[str, tuple[int, int]]:
    """Return where the value of each key of a JSON object begins and ends in its text.

    >>> spans_of_values('{"a": 1, "b": ["x"]}')
    {'a': (6, 7), 'b': (14, 19)}
    """
    decoder, found = json.JSONDecoder(), {}
    at = _past(text, text.index("{") + 1)
    while text[at] != "}":
        key, at = decoder.raw_decode(text, at)
        start = _past(text, at)
        _, at = decoder.raw_decode(text, start)
        found[key] = (start, at)
        at = _past(text, at)
    return found


def _past(text: str, at: int) -> int:
    match = _BETWEEN.match(text, at)
    return match.end() if match else at


def _ask(ids: Sequence[str], cassettes: Path, output: Path) -> None:
    if not ids:
        return
    # A token that the server drafts from the prompt has no probability: it says 0.0 for it.
    undrafted = ServerOptions(draft=0)
    with LocalServer(options=undrafted) as server, httpx2.Client(timeout=_TIMEOUT) as http:
        for number, id_ in enumerate(ids, 1):
            recorded = JsonBodies.deserialize((cassettes / f"{id_}.yaml").read_text("utf-8"))
            asked = json.loads(recorded["interactions"][0]["request"]["body"])
            response = http.post(
                f"{server.base_url}/chat/completions",
                json={**asked, "logprobs": True},
                headers={"authorization": f"Bearer {server.api_key}"},
            )
            choice = response.raise_for_status().json()["choices"][0]
            tokens = [(each["token"], each["logprob"]) for each in choice["logprobs"]["content"]]
            row = {"id": id_, "content": choice["message"]["content"], "tokens": tokens}
            with output.open("a", encoding="utf-8") as file:
                file.write(json.dumps(row) + "\n")
            print(f"{number}/{len(ids)} {id_}")


def _odds(content: str, tokens: Sequence[Token]) -> dict[str, tuple[float, float, float]]:
    """Return the sum, the mean and the least log-probability of the tokens of each value."""
    ends = np.cumsum([len(token) for token, _ in tokens])
    placed = [
        (end - len(token), end, odds) for (token, odds), end in zip(tokens, ends, strict=True)
    ]
    found = {}
    for name, (start, stop) in spans_of_values(content).items():
        inside = [odds for begin, end, odds in placed if begin < stop and end > start]
        if inside:
            found[name] = (sum(inside), sum(inside) / len(inside), min(inside))
    return found


def _with(field: LabelledField, odds: float) -> LabelledField:
    return replace(field, seen={**field.seen, _SIGNAL: odds})


def _loss(fields: Sequence[tuple[int, LabelledField]], names: Sequence[str]) -> float:
    """Return the mean log loss of the values, each judged by weights learned without its fold."""
    losses = list(_losses(fields, names))
    return sum(losses) / sum(one.total for _, one in fields)


def _losses(fields: Sequence[tuple[int, LabelledField]], names: Sequence[str]) -> Iterator[float]:
    for held in sorted({fold for fold, _ in fields}):
        weights = calibrate.learned([one for fold, one in fields if fold != held], names)
        for one in (one for fold, one in fields if fold == held):
            likely = weights.likelihood(one.field, one.basis, one.seen)
            likely = min(max(likely, _LEAST), 1 - _LEAST)
            wrong = one.total - one.right
            yield -(one.right * math.log(likely) + wrong * math.log(1 - likely))


if __name__ == "__main__":
    typer.run(main)
