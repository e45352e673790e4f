"""A server that allows R requests a minute: how much of R is used, how much is refused.

    python -m evals.bench.storm
    python -m evals.bench.storm --per-minute 3000 --burst 500

The client is not told R: it has the server's headers to learn it from. With --told it is given R.
Counted by the server, after the warm-up.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import aclosing
from typing import Annotated

import typer

from evals.bench.loopback import (
    Allowance,
    FaultPlan,
    LedgerEntry,
    Loopback,
    Notice,
    posting,
    serving,
)
from evals.bench.loopback.ledger import TOO_MANY
from extract import extract_many
from extract.models.client import Model
from extract.runs.traffic import Traffic
from extract.values import Document

__all__ = ["kept", "main"]

USED, REFUSED = 0.95, 0.02
"""What is asked: this share of R used at least, and this share of requests refused at most."""


def main(
    per_minute: Annotated[float, typer.Option(help="R.")] = 1200.0,
    burst: Annotated[float, typer.Option(help="Requests at once; 0: a second's worth.")] = 0.0,
    seconds: Annotated[float, typer.Option(help="Seconds that are counted.")] = 60.0,
    warm: Annotated[float, typer.Option(help="Seconds before.")] = 15.0,
    concurrency: Annotated[int, typer.Option(help="Requests under way at once.")] = 64,
    delay: Annotated[float, typer.Option(help="Seconds the server takes to answer.")] = 0.05,
    size: Annotated[int, typer.Option(help="Characters of a posting.")] = 600,
    told: Annotated[bool, typer.Option(help="Tell the client R.")] = False,
) -> None:
    """Ask as much as is allowed for a while; fail if too little is used or too much refused."""
    server = Loopback(FaultPlan(delay=delay), requests=Allowance(per_minute, burst))
    traffic = Traffic(requests_per_minute=per_minute) if told else Traffic()
    with serving(server=server):
        model = Model("loopback", server.base_url, "none", attempts=10)
        # What the server sees is on its own clock, which started a little earlier.
        begun = time.monotonic() - server.started
        asyncio.run(_ask(model, warm + seconds, size, concurrency, traffic))
    used, refused = kept(server.ledger.entries, per_minute, begun + warm, seconds)
    print(f"used {used:.1%} of {per_minute:g} a minute; refused {refused:.1%} of the requests")
    raise typer.Exit(used < USED or refused > REFUSED)


def kept(
    entries: list[LedgerEntry], per_minute: float, start: float, seconds: float
) -> tuple[float, float]:
    """Return the share of the allowance that was used, and of the requests that were refused.

    >>> kept([LedgerEntry("k", "", 1, None, at, status=200) for at in (0.5, 1.5)], 60, 0.0, 2.0)
    (1.0, 0.0)
    """
    seen = [entry for entry in entries if start <= entry.at < start + seconds]
    refused = sum(entry.status == TOO_MANY for entry in seen)
    allowed = per_minute * seconds / 60
    return (len(seen) - refused) / allowed, refused / max(1, len(seen))


async def _ask(model: Model, seconds: float, size: int, concurrency: int, traffic: Traffic) -> None:
    many = extract_many(
        _until(time.monotonic() + seconds, size),
        Notice,
        model=model,
        concurrency=concurrency,
        traffic=traffic,
    )
    async with aclosing(many) as rows:
        async for _ in rows:
            pass


def _until(end: float, size: int) -> Iterator[Document]:
    number = 0
    while time.monotonic() < end:
        yield posting(number, size)
        number += 1


if __name__ == "__main__":
    typer.run(main)
