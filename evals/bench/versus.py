"""Ours beside plain instructor: the same postings, the same model, the same server, one run.

    python -m evals.bench.versus docs/samples
    python -m evals.bench.versus postings.jsonl --only a,b,c --json versus.json

Each system reads all the postings in turn, so that each has its own constant prompt in the
server's cache after its first posting. What matters is the ratio: the machine's speed is in both.
"""

from __future__ import annotations

import json
import logging
import statistics
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import anyio
import typer
from rich.console import Console
from rich.table import Table

from evals.scoring.plain_instructor import PlainSystem
from extract.asking import prompt as prompts
from extract.asking.extractor import Extractor
from extract.asking.schema import schema_of
from extract.errors import ModelError
from extract.models.client import Client, Model
from extract.models.local import LocalServer
from extract.posting import Posting
from extract.sources.paths import documents
from extract.values import Document

__all__ = ["main"]


@dataclass(frozen=True, slots=True)
class Measured:
    """One posting read by one system. `answered` is false where no usable answer came."""

    id: str
    answered: bool
    seconds: float
    prompt_tokens: int
    output_tokens: int


def main(
    paths: Annotated[list[str], typer.Argument(help="Files, directories or JSONL to read.")],
    only: Annotated[str, typer.Option(help="Ids to read, comma-separated.")] = "",
    model: Annotated[str | None, typer.Option(help="A model; default: the embedded one.")] = None,
    base_url: Annotated[str | None, typer.Option(help="Where it is served.")] = None,
    api_key: Annotated[str, typer.Option(help="Its key.")] = "none",
    json_file: Annotated[Path | None, typer.Option("--json", help="Write figures here.")] = None,
) -> None:
    """Measure seconds and tokens of ours against plain instructor."""
    logging.getLogger("instructor").setLevel(logging.CRITICAL)  # a failed reading is a figure here
    wanted = {name for name in only.split(",") if name}
    chosen = [
        document
        for document in documents(paths)
        if isinstance(document, Document) and (not wanted or document.id in wanted)
    ]
    if not chosen:
        raise typer.BadParameter("no readable posting in the given paths")
    if model is not None:
        plain, ours = _both(Model(model, base_url, api_key), chosen)
    else:
        with LocalServer() as server:
            plain, ours = _both(
                Model(server.name, server.base_url, server.api_key, reading="closed"), chosen
            )
    _report(plain, ours)
    if json_file is not None:
        figures = {"plain": [asdict(m) for m in plain], "ours": [asdict(m) for m in ours]}
        json_file.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


def _both(model: Model, chosen: list[Document]) -> tuple[list[Measured], list[Measured]]:
    return anyio.run(_plain, model, chosen), anyio.run(_ours, model, chosen)


async def _plain(model: Model, chosen: list[Document]) -> list[Measured]:
    system = PlainSystem(model)
    plain: list[Measured] = []
    for document in chosen:
        started = time.monotonic()
        try:
            usage, answered = (await system.read(document)).usage, True
        except ModelError as error:
            usage, answered = error.usage, False
        seconds = time.monotonic() - started
        plain.append(Measured(document.id, answered, seconds, usage.prompt, usage.completion))
        _say("plain", plain[-1])
    await system.close()
    return plain


async def _ours(model: Model, chosen: list[Document]) -> list[Measured]:
    client = Client(model)
    extractor = Extractor(client, schema_of(Posting), prompts.load())
    ours: list[Measured] = []
    for document in chosen:
        try:
            made = (await extractor.read(document)).provenance
        except ModelError as error:
            ours.append(
                Measured(document.id, False, 0.0, error.usage.prompt, error.usage.completion)
            )
        else:
            usage = made.usage
            ours.append(Measured(document.id, True, made.seconds, usage.prompt, usage.completion))
        _say("ours", ours[-1])
    await client.close()
    return ours


def _say(system: str, got: Measured) -> None:
    print(f"{system:5} {got.id:24} {got.seconds:6.1f} s {got.output_tokens:5} tokens", flush=True)


def _report(plain: list[Measured], ours: list[Measured]) -> None:
    table = Table(title=f"{len(plain)} postings, sums and ours : plain")
    for heading in ("", "plain instructor", "ours", "ratio"):
        table.add_column(heading, justify="left" if not heading else "right")
    for name, field in (
        ("seconds", "seconds"),
        ("output tokens", "output_tokens"),
        ("prompt tokens", "prompt_tokens"),
    ):
        sums = [sum(getattr(m, field) for m in system) for system in (plain, ours)]
        table.add_row(name, *(f"{total:,.0f}" for total in sums), f"{sums[1] / sums[0]:.2f}")
    medians = [statistics.median(m.seconds for m in system) for system in (plain, ours)]
    table.add_row(
        "median seconds", *(f"{m:.1f}" for m in medians), f"{medians[1] / medians[0]:.2f}"
    )
    table.add_row("answered", *(str(sum(m.answered for m in s)) for s in (plain, ours)), "")
    Console().print(table)


if __name__ == "__main__":
    typer.run(main)
