"""A fifth of all answers faulty, in every way there is: no row is lost, no token miscounted.

    python -m evals.bench.chaos
    python -m evals.bench.chaos --count 300 --faulty 0.5 --seed 2

Every document must end as exactly one row, a record or a reason, and the tokens in the rows must
be those that the server told. Told is what counts: where the connection was cut after the tokens
were made, no client can know of them; the provider bills them, and the report names them.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Annotated, Any

import typer

from evals.bench.loopback import FaultPlan, Loopback, Notice, postings, serving
from extract import extract_many
from extract.models.client import Model
from extract.posting import Posting
from extract.record import Failure, Record
from extract.values import Document, Usage

__all__ = ["Ended", "ended", "main"]

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended: rows by document, failures by reason, and tokens on both sides."""

    rows: Counter[str]
    failures: Counter[str]
    spent: Usage
    told: tuple[int, int]
    made: tuple[int, int]
    faults: Counter[str]
    seconds: float

    def wrong(self, ids: AbstractSet[str]) -> list[str]:
        """Say what is wrong: documents without a row or with several, and tokens that differ."""
        found = [
            f"{one}: {self.rows[one]} rows"
            for one in sorted({*ids, *self.rows})
            if self.rows[one] != (one in ids)
        ]
        if (self.spent.prompt, self.spent.completion) != self.told:
            found.append(
                f"tokens: {self.spent.prompt} + {self.spent.completion} in the rows, "
                f"{self.told[0]} + {self.told[1]} told by the server"
            )
        return found


def main(
    count: Annotated[int, typer.Option(help="Documents.")] = 10_000,
    faulty: Annotated[float, typer.Option(help="Share of the answers that are faulty.")] = 0.2,
    seed: Annotated[int, typer.Option(help="Draws which are.")] = 1,
    concurrency: Annotated[int, typer.Option(help="Requests under way at once.")] = 64,
    size: Annotated[int, typer.Option(help="Characters of a posting.")] = 1000,
    timeout: Annotated[float, typer.Option(help="Seconds for one attempt.")] = 10.0,
    attempts: Annotated[int, typer.Option(help="Attempts at one question.")] = 3,
    small: Annotated[bool, typer.Option(help="Ask for two fields only.")] = False,
    workers: Annotated[int, typer.Option(help="Processes that read; 1: none but this.")] = 1,
) -> None:
    """Run documents against a server that misbehaves; fail if a row or a token is lost."""
    plan = FaultPlan(seed, faulty, delay=0.02, retry_after=0.2, hold=timeout * 2)
    model = Model("loopback", api_key="none", timeout=timeout, attempts=attempts)
    with serving(plan) as server:
        schema = Notice if small else Posting
        given = postings(count, size)
        found = asyncio.run(ended(server, model, given, schema, concurrency, workers))
    for name, number in sorted(found.faults.items()):
        print(f"fault  {name:16} {number:6}")
    for name, number in found.failures.most_common():
        print(f"failed {name:16} {number:6}")
    lost = (found.made[0] - found.told[0], found.made[1] - found.told[1])
    print(
        f"{count} documents in {found.seconds:.0f} s: {sum(found.rows.values())} rows, "
        f"{sum(found.failures.values())} failures; tokens {found.spent.prompt} + "
        f"{found.spent.completion}, told {found.told[0]} + {found.told[1]}; "
        f"made but lost on the way {lost[0]} + {lost[1]}"
    )
    wrong = found.wrong({f"LB-{number:07}" for number in range(count)})
    for line in wrong[:_SHOWN]:
        print(f"WRONG  {line}")
    raise typer.Exit(bool(wrong))


async def ended(
    server: Loopback,
    model: Model,
    documents: Iterable[Document],
    schema: type[Any],
    concurrency: int,
    workers: int = 1,
) -> Ended:
    """Run documents to their end, and hold the rows against the server's ledger.

    `model` says how often and how long is asked; it is asked at the server's address.
    """
    started = time.monotonic()
    rows: Counter[str] = Counter()
    failures: Counter[str] = Counter()
    spent = Usage()
    there = replace(model, base_url=server.base_url)
    many = extract_many(documents, schema, model=there, concurrency=concurrency, workers=workers)
    async with aclosing(many) as given:
        async for row in given:
            rows[row.id] += 1
            spent += usage_of(row)
            if isinstance(row, Failure):
                failures[row.error] += 1
    return Ended(
        rows,
        failures,
        spent,
        server.ledger.told,
        server.ledger.made,
        Counter(entry.fault for entry in server.ledger.entries if entry.fault),
        time.monotonic() - started,
    )


def usage_of(row: Record[Any] | Failure) -> Usage:
    """Return what a row cost."""
    return row.usage if isinstance(row, Failure) else row.provenance.usage


if __name__ == "__main__":
    typer.run(main)
