"""kill -9 of Ray's actors at random moments: each document one row, and no text asked twice.

    python -m evals.bench.ray_kills
    python -m evals.bench.ray_kills --count 300 --kills 3 --actors 2

`postings extract` reads the documents first. Then a Dataset is read on a local cluster whose
readers are killed again and again. Rows must be equal, byte for byte after sorting; left out of the
comparison is what differs by time (`provenance.seconds`). The server counts how often it was asked
about each document. Then they are read once more in another folder, under a cap of half the tokens,
and a reader is killed: the server's tokens may not pass the cap.

With `--desk` the desk is killed once as well. What was on its way then may be asked again: at most
`--concurrency` documents.
"""

from __future__ import annotations

import json
import os
import random
import signal
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from evals.bench.kills import run
from evals.bench.loopback.child_process import LoopbackProcess, started
from evals.bench.run_files import normal, write_postings
from extract.frames import rows
from extract.late import late
from extract.models.client import Model
from extract.output.json_rows import one_line
from extract.posting import Posting
from extract.ray import read
from extract.runs.traffic import Traffic

if TYPE_CHECKING:
    import ray
else:
    ray = late("ray")

__all__ = ["PATIENCE", "main", "pids"]

PATIENCE = {
    "RAY_agent_register_timeout_ms": "600000",
    "RAY_enable_worker_prestart": "0",
    "RAY_gcs_server_request_timeout_seconds": "300",
    "RAY_health_check_initial_delay_ms": "300000",
    "RAY_health_check_timeout_ms": "300000",
    "RAY_raylet_start_wait_time_s": "300",
    "RAY_worker_niceness": "0",
    "RAY_worker_register_timeout_seconds": "600",
}
"""Ray's settings for a busy machine, where a process may take minutes to start."""

_READER, _DESK = "MapWorker", "RunDesk"
_SETTLED = 0.5
_SIZE = 600
"""Characters of a posting."""


@dataclass(frozen=True, slots=True)
class ClusterLoad:
    """What is read and how, and how often actors are killed."""

    count: int
    kills: int
    actors: int
    concurrency: int
    seed: int
    desk: bool


@dataclass(slots=True)
class ActorKills:
    """How many readers, and how many desks, were killed; `cpu` is the last desk's, in seconds."""

    readers: int = 0
    desks: int = 0
    cpu: float = 0.0
    over: threading.Event = field(default_factory=threading.Event)


def main(
    count: Annotated[int, typer.Option(help="Documents.")] = 5000,
    kills: Annotated[int, typer.Option(help="How many readers are killed.")] = 10,
    actors: Annotated[int, typer.Option(help="Readers at once.")] = 2,
    concurrency: Annotated[int, typer.Option(help="Requests under way at once.")] = 16,
    delay: Annotated[float, typer.Option(help="Seconds the server takes to answer.")] = 0.05,
    seed: Annotated[int, typer.Option(help="Draws the moments.")] = 1,
    desk: Annotated[bool, typer.Option(help="Kill the desk too, once.")] = False,
) -> None:
    """Kill readers of a Dataset; fail if rows differ, a text is asked twice, or a cap is passed."""
    load = ClusterLoad(count, kills, actors, concurrency, seed, desk)
    with tempfile.TemporaryDirectory() as place, started(delay=delay) as server, _cluster(actors):
        folder = Path(place)
        file = folder / "rows.jsonl"
        write_postings(file, count, _SIZE)
        if run(file, folder / "calm", server, concurrency).wait():
            raise typer.BadParameter("the run of postings extract failed")
        calm = len(server.entries())
        tokens = sum(server.summary()["made"])
        began = time.monotonic()
        killed = _struck(file, folder / "struck", server, load)
        seconds = time.monotonic() - began
        same = normal(folder / "calm/rows.jsonl") == normal(folder / "struck/out.jsonl")
        asked = Counter(entry["mark"] for entry in server.entries(calm))
        twice = sum(number > 1 for number in asked.values())
        cap, spent = tokens // 2, _capped(file, folder / "capped", server, load, tokens // 2)
    print(
        f"{count} documents, {killed.readers} readers and {killed.desks} desks killed in "
        f"{seconds:.0f} s; {calm} requests of postings extract, {sum(asked.values())} here; "
        f"texts asked twice: {twice}; rows {'equal' if same else 'DIFFER'}; "
        f"cap {cap:,}, tokens by the server's count {spent:,}; "
        f"CPU of the desk {1000 * killed.cpu / count:.1f} ms a document"
    )
    allowed = concurrency * killed.desks
    raise typer.Exit(not same or twice > allowed or spent > cap or killed.readers < kills)


@contextmanager
def _cluster(actors: int) -> Iterator[None]:
    for name, value in PATIENCE.items():
        os.environ.setdefault(name, value)
    # One CPU more than there are readers: Ray reads the input with it.
    ray.init(
        num_cpus=actors + 1,
        include_dashboard=False,
        logging_level="ERROR",
        object_store_memory=200_000_000,
    )
    try:
        yield
    finally:
        ray.shutdown()


def _struck(file: Path, folder: Path, server: LoopbackProcess, load: ClusterLoad) -> ActorKills:
    """Read the file as a Dataset while readers are killed, and write its rows as JSON lines."""
    killed = ActorKills()
    before = len(server.entries())
    thread = threading.Thread(target=_kill, args=(server, before, load, killed), daemon=True)
    thread.start()
    out = _dataset(file, folder, server, load, Traffic())
    with (folder / "out.jsonl").open("w", encoding="utf-8") as target:
        for batch in out.iter_batches(batch_format="pyarrow"):
            for row in rows(batch, Posting):
                target.write(one_line(row.model_dump(mode="json")) + "\n")
    killed.over.set()
    thread.join()
    killed.cpu = sum(map(_cpu, pids(_DESK)))
    return killed


def _capped(file: Path, folder: Path, server: LoopbackProcess, load: ClusterLoad, cap: int) -> int:
    """Read under a cap while a reader is killed; return the tokens by the server's count."""
    before = sum(server.summary()["made"])
    few = replace(load, count=load.count // 2, kills=1, desk=False)
    killed = ActorKills()
    start = len(server.entries())
    thread = threading.Thread(target=_kill, args=(server, start, few, killed), daemon=True)
    thread.start()
    out = _dataset(file, folder, server, load, Traffic(max_total_tokens=cap))
    errors = Counter(row["error"] for row in out.select_columns(["error"]).iter_rows())
    killed.over.set()
    thread.join()
    if sum(errors.values()) != load.count:
        raise typer.BadParameter(f"under a cap there were {errors} rows for {load.count}")
    time.sleep(_SETTLED)
    return int(sum(server.summary()["made"]) - before)


def _dataset(
    file: Path, folder: Path, server: LoopbackProcess, load: ClusterLoad, traffic: Traffic
) -> Any:
    given = [
        json.loads(line) | {"source": f"{file}:{number}"}
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1)
    ]
    blocks = max(4, load.count // 100)
    return read(
        ray.data.from_items(given, override_num_blocks=blocks),
        run=folder,
        model=Model("loopback", server.base_url, "none"),
        actors=load.actors,
        concurrency=load.concurrency,
        source="source",
        traffic=traffic,
    )


def _kill(server: LoopbackProcess, before: int, load: ClusterLoad, killed: ActorKills) -> None:
    """Kill readers at random moments, spread over the requests to come."""
    dice = random.Random(load.seed)  # noqa: S311 - no secret
    marks = sorted(dice.uniform(0.02, 0.9) * load.count for _ in range(load.kills))
    strikes = [(mark, _READER) for mark in marks]
    if load.desk:
        strikes.append((load.count / 2, _DESK))
    for mark, kind in sorted(strikes):
        while server.summary()["requests"] - before < mark and not killed.over.wait(0.05):
            pass
        while not killed.over.is_set() and not (alive := pids(kind)):
            killed.over.wait(0.2)
        if killed.over.is_set():
            return
        os.kill(dice.choice(alive), signal.SIGKILL)
        killed.readers += kind == _READER
        killed.desks += kind == _DESK


def pids(kind: str) -> list[int]:
    """Return the processes of Ray's actors of a kind that this program's cluster runs."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            title = place.joinpath("cmdline").read_bytes()
            if title.startswith(b"ray::") and kind.encode() in title and _is_ours(int(place.name)):
                found.append(int(place.name))
        except OSError:
            continue
    return sorted(found)


def _cpu(pid: int) -> float:
    """Return the seconds of CPU that a process has used."""
    stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    user, system = stat.rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _is_ours(pid: int) -> bool:
    """Return whether a process descends from this one."""
    while pid > 1:
        if pid == os.getpid():
            return True
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        pid = int(stat.rpartition(")")[2].split()[1])
    return False


if __name__ == "__main__":
    typer.run(main)
