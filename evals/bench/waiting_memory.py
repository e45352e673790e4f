"""The memory that a text takes while it waits in a provider's batch.

    python -m evals.bench.waiting_memory
    python -m evals.bench.waiting_memory --count 500 --size 20000

Twice as many documents as `--count` are asked of a batch that is never sent. What Python's memory
grew by for the second half is what they hold. The caches of the last texts that were read are
emptied before it is measured: they do not grow with the number that waits.
"""

from __future__ import annotations

import asyncio
import functools
import gc
import io
import tempfile
import tracemalloc
from contextlib import aclosing, closing
from pathlib import Path
from typing import Annotated, Any

import typer

from evals.bench.loopback.made_up import Notice, postings
from extract.models.client import Model
from extract.posting import Posting
from extract.runs.batch_api import BatchApi
from extract.runs.budget import Budget
from extract.runs.journal import Journal
from extract.runs.opening import EngineOptions, engine_for
from extract.runs.provider_batches import ProviderBatch
from extract.runs.shelf import Shelf
from extract.terminal import progress_on

__all__ = ["held", "main"]

MOST = 10.0
"""kB that a text may hold."""


def main(
    count: Annotated[int, typer.Option(help="Documents that are measured.")] = 200,
    size: Annotated[int, typer.Option(help="Characters of a posting.")] = 5000,
    small: Annotated[bool, typer.Option("--small", help="Ask for two fields only.")] = False,
) -> None:
    """Print the kB that one waiting text holds; fail if they are too many."""
    kilobytes = asyncio.run(held(count, size, Notice if small else Posting))
    print(f"{kilobytes:.1f} kB for each of {count} texts of {size} characters; allowed {MOST:g} kB")
    raise typer.Exit(kilobytes > MOST)


async def held(count: int, size: int, schema: type[Any]) -> float:
    """Return the kB of memory that each of `count` waiting texts holds."""
    model = Model("loopback", "http://127.0.0.1:9/v1", "none")
    options = EngineOptions(model, concurrency=2 * count + 1)
    with tempfile.TemporaryDirectory() as place, closing(Journal(Path(place))) as journal:
        waiting: list[ProviderBatch] = []

        def sender(model: Model, budget: Budget, shelf: Shelf) -> ProviderBatch:
            progress = progress_on(io.StringIO())
            waiting.append(ProviderBatch(BatchApi(model), budget, journal.lines, progress, shelf))
            return waiting[0]

        async with engine_for(schema, options, sender=sender) as engine:
            # One more than the batch can wait for, so that it is never sent.
            given = postings(2 * count + 1, size)
            async with aclosing(engine.rows(given)) as rows:
                reading = asyncio.create_task(anext(rows))
                tracemalloc.start()
                sizes = [await _size(waiting[0], share * count) for share in (1, 2)]
                tracemalloc.stop()
                reading.cancel()
                await asyncio.gather(reading, return_exceptions=True)
    return (sizes[1] - sizes[0]) / count / 1000


async def _size(sender: ProviderBatch, count: int) -> int:
    while sender._inside < count:  # noqa: ASYNC110, SLF001 - nobody else wants to know
        await asyncio.sleep(0)
    for one in gc.get_objects():
        # By its type, since `isinstance` makes lazy modules of other packages load.
        if type(one) is functools._lru_cache_wrapper and _is_of_texts(one):  # noqa: SLF001
            one.cache_clear()
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


def _is_of_texts(cache: Any) -> bool:
    return (
        cache.__module__.startswith("extract.") and cache.cache_parameters()["maxsize"] is not None
    )


if __name__ == "__main__":
    typer.run(main)
