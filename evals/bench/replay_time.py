"""How long a recorded case takes to replay, beyond start-up, by the clock and of the processor.

python -m evals.bench.replay_time docs/samples cassettes/test_recorded
"""

from __future__ import annotations

import statistics
import time
from pathlib import Path
from typing import Annotated

import anyio
import typer

from extract.errors import PostingsError
from extract.models.cassettes import Recordings
from extract.posting import Posting
from extract.runs.opening import opened
from extract.sources.paths import documents
from extract.values import Document

__all__ = ["main"]


def main(
    paths: Annotated[list[str], typer.Argument(help="The documents, then the folder of tapes.")],
    rounds: Annotated[int, typer.Option(help="How often each case is played.")] = 5,
) -> None:
    """Play every recorded case, and say what one takes."""
    folder = Path(paths[-1])
    recorded = Recordings(folder).files()
    found = [d for d in documents(paths[:-1]) if isinstance(d, Document) and d.id in recorded]
    if not found:
        raise typer.BadParameter(f"none of the documents has a recording in {folder}")
    anyio.run(_play, folder, found, rounds)


async def _play(folder: Path, found: list[Document], rounds: int) -> None:
    async with opened(Posting, recordings=Recordings(folder)) as extractor:
        took: dict[str, list[float]] = {document.id: [] for document in found}
        spent: dict[str, list[float]] = {document.id: [] for document in found}
        for _ in range(rounds + 1):
            for document in found:
                started, begun = time.perf_counter(), time.process_time()
                try:
                    await extractor.read(document)
                except PostingsError as error:
                    raise typer.BadParameter(str(error)) from error
                took[document.id].append((time.perf_counter() - started) * 1000)
                spent[document.id].append((time.process_time() - begun) * 1000)
    # The first round loads vocabularies and the gazetteer: it is start-up.
    medians = [statistics.median(times[1:]) for times in took.values()]
    worked = statistics.median(statistics.median(times[1:]) for times in spent.values())
    print(
        f"{len(found)} cases, {rounds} rounds: median {statistics.median(medians):.1f} ms a case "
        f"({worked:.1f} ms of the processor), slowest {max(medians):.1f} ms; "
        f"start-up {sum(t[0] for t in took.values()):.0f} ms"
    )


if __name__ == "__main__":
    typer.run(main)
