"""The server as a process of its own: `python -m evals.bench.loopback --delay 0.05`.

Its address is the first line it prints. `GET /ledger` tells what it has counted.
"""

from __future__ import annotations

from typing import Annotated

import anyio
import typer

from evals.bench.loopback.misbehaviour import FAULTS, FaultPlan
from evals.bench.loopback.rate_limit import Allowance
from evals.bench.loopback.routes import Loopback


def main(
    port: Annotated[int, typer.Option(help="0 takes a free one.")] = 0,
    delay: Annotated[float, typer.Option(help="Seconds before every answer.")] = 0.0,
    faulty: Annotated[float, typer.Option(help="Share of the answers that are faulty.")] = 0.0,
    faults: Annotated[
        str, typer.Option(help="Which faults, comma-separated; all if not given.")
    ] = "",
    seed: Annotated[int, typer.Option(help="Draws which answers are faulty.")] = 0,
    hold: Annotated[float, typer.Option(help="Seconds until what never ends is cut.")] = 60.0,
    per_minute: Annotated[float, typer.Option(help="Requests allowed a minute; 0: any.")] = 0.0,
    burst: Annotated[float, typer.Option(help="How many of them at once.")] = 0.0,
    recalling: Annotated[
        bool, typer.Option("--recalling", help="Answer a request seen before from memory.")
    ] = False,
) -> None:
    """Serve until interrupted."""
    wanted = {name.strip() for name in faults.split(",") if name.strip()}
    if wanted - set(FAULTS):
        raise typer.BadParameter(f"unknown fault; use one of {', '.join(FAULTS)}")
    plan = FaultPlan(
        seed=seed,
        faulty=faulty,
        faults=tuple(fault for fault in FAULTS if not wanted or fault in wanted),
        delay=delay,
        hold=hold,
    )
    limit = Allowance(per_minute, burst) if per_minute else None
    anyio.run(_serve, Loopback(plan, requests=limit, recalling=recalling), port)


async def _serve(server: Loopback, port: int) -> None:
    async with server.running(port):
        print(server.base_url, flush=True)
        await anyio.sleep_forever()


if __name__ == "__main__":
    typer.run(main)
