"""What systems took for the same work, as a table of rates and ratios."""

from __future__ import annotations

import statistics
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

__all__ = ["Taken", "report", "say"]


@dataclass(frozen=True, slots=True)
class Taken:
    """What one system took for some requests: seconds of the clock and of the processor."""

    system: str
    requests: int
    postings: int
    seconds: float
    cpu: float


def say(one: Taken) -> None:
    """Print the figures of one system in one round."""
    print(
        f"{one.system:24} {one.requests / one.seconds:7.0f} requests/s "
        f"{one.cpu / one.postings * 1000:7.2f} ms CPU a posting",
        flush=True,
    )


def report(taken: list[Taken], rounds: int) -> None:
    """Print the medians, and the ratios to the bare client of the same round."""
    table = Table(title=f"medians of {rounds} rounds; ratios to bare of the same round")
    for heading in ("system", "requests/s", "ratio", "CPU ms a posting", "beyond bare"):
        table.add_column(heading, justify="left" if heading == "system" else "right")
    names = dict.fromkeys(one.system for one in taken)
    by = {name: [one for one in taken if one.system == name] for name in names}
    base = by.get("bare", [])
    for name, mine in by.items():
        rates = [one.requests / one.seconds for one in mine]
        cpu = [one.cpu / one.postings * 1000 for one in mine]
        ratio = beyond = "-"
        if base:
            bare = [one.requests / one.seconds for one in base]
            idle = [one.cpu / one.postings * 1000 for one in base]
            ratio = f"{statistics.median(a / b for a, b in zip(rates, bare, strict=True)):.2f}"
            beyond = f"{statistics.median(a - b for a, b in zip(cpu, idle, strict=True)):.2f}"
        table.add_row(
            name,
            f"{statistics.median(rates):.0f}",
            ratio,
            f"{statistics.median(cpu):.2f}",
            beyond,
        )
    Console().print(table)
