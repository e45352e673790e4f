"""Ray Data on a local cluster: one row each, nothing asked twice, whatever is killed."""

from __future__ import annotations

import datetime as dt
import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from evals.bench.loopback.child_process import LoopbackProcess, started
from evals.bench.loopback.made_up import Notice, text_of
from evals.bench.ray_kills import PATIENCE, pids
from extract import Model, Posting, Traffic, frames
from extract import ray as extract_ray
from extract.errors import InputError, JournalError
from extract.output.arrow_rows import ArrowRows
from extract.record import Failure, Record
from tests.records import record

ray = pytest.importorskip("ray", reason="Ray is not installed: make cluster installs it")

# Ray warns about its own future, and leaves files and sockets to its processes.
pytestmark = pytest.mark.filterwarnings("ignore")

SIZE = 600


@pytest.fixture(scope="module", autouse=True)
def cluster() -> Iterator[None]:
    """Run a cluster of one machine."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in PATIENCE.items():
            patch.setenv(name, value)
        ray.init(
            num_cpus=3,
            include_dashboard=False,
            logging_level="ERROR",
            log_to_driver=False,
            object_store_memory=150_000_000,
            _node_ip_address="127.0.0.1",
        )
        ray.data.DataContext.get_current().enable_progress_bars = False
        yield
        ray.shutdown()


@pytest.fixture(scope="module")
def server() -> Iterator[LoopbackProcess]:
    """Serve answers from another process."""
    with started(delay=0.05) as running:
        yield running


class Asked:
    """What a server is asked from now on."""

    def __init__(self, server: LoopbackProcess) -> None:
        self._server = server
        self._before = len(server.entries())

    def marks(self) -> Counter[str]:
        """Return how often it was asked about each posting."""
        return Counter(entry["mark"] for entry in self._server.entries(self._before))


def table(*numbers: int) -> Any:
    """Return a table of made-up postings."""
    texts = [text_of(number, SIZE) for number in numbers]
    return pa.table({"id": [f"LB-{number:07}" for number in numbers], "text": texts})


def read(dataset: Any, server: LoopbackProcess, run: Path, **options: Any) -> Any:
    """Read a Dataset."""
    model = Model("loopback", server.base_url, "none")
    given = {"model": model, "actors": 2, "concurrency": 8, **options}
    return extract_ray.read(dataset, Notice, run=run, **given)


def rows(dataset: Any) -> list[Any]:
    """Return the rows of a Dataset, sorted by id."""
    batches = dataset.iter_batches(batch_format="pyarrow")
    made = [row for batch in batches for row in frames.rows(batch, Notice)]
    return sorted(made, key=lambda row: str(row.id))


def test_a_dataset_of_postings_becomes_one_of_rows(server: LoopbackProcess, tmp_path: Path) -> None:
    """With the same columns as Parquet; it can be run twice, and written, and asks once."""
    asked = Asked(server)
    nothing = pa.table({"id": ["x"], "text": pa.array([None], pa.string())})
    given = pa.concat_tables([table(*range(20)), nothing])
    out = read(ray.data.from_arrow(given).repartition(3), server, tmp_path / "run")
    made = rows(out)
    assert [f"LB-{n:07}" for n in range(20)] + ["x"] == [row.id for row in made]
    assert ["InputError"] == [row.error for row in made if isinstance(row, Failure)]
    out.write_parquet(str(tmp_path / "out"))
    kept = pq.read_table(tmp_path / "out")
    assert ArrowRows(Notice).schema.names == kept.schema.names
    assert made == sorted(frames.rows(kept, Notice), key=lambda row: row.id)
    assert {1} == set(asked.marks().values())
    assert 20 == len(asked.marks())


def test_readers_are_killed_and_nothing_is_asked_twice(
    server: LoopbackProcess, tmp_path: Path
) -> None:
    """Ray reads the whole block again; its answers are kept at the desk."""
    asked = Asked(server)
    killed: list[int] = []

    def strike() -> None:
        for most in (5, 25, 45):
            while sum(asked.marks().values()) < most:
                time.sleep(0.05)
            if alive := pids("MapWorker"):
                os.kill(alive[0], signal.SIGKILL)
                killed.append(alive[0])

    thread = threading.Thread(target=strike, daemon=True)
    thread.start()
    dataset = ray.data.from_arrow(table(*range(60))).repartition(3)
    made = rows(read(dataset, server, tmp_path / "run"))
    thread.join()
    assert 3 == len(killed)
    assert [f"LB-{n:07}" for n in range(60)] == [row.id for row in made]
    assert {1} == set(asked.marks().values())
    assert {1} == {row.provenance.usage.calls for row in made}


def test_a_killed_desk_comes_back_with_what_it_kept(
    server: LoopbackProcess, tmp_path: Path
) -> None:
    """Only what was on its way may be asked again: at most `concurrency` texts."""
    asked = Asked(server)

    def strike() -> None:
        while sum(asked.marks().values()) < 20:
            time.sleep(0.05)
        os.kill(pids("RunDesk")[0], signal.SIGKILL)

    thread = threading.Thread(target=strike, daemon=True)
    thread.start()
    dataset = ray.data.from_arrow(table(*range(40))).repartition(3)
    made = rows(read(dataset, server, tmp_path / "run"))
    thread.join()
    assert [f"LB-{n:07}" for n in range(40)] == [row.id for row in made]
    assert all(isinstance(row, Record) for row in made)
    assert sum(count - 1 for count in asked.marks().values()) <= 8


def test_the_columns_are_checked_before_anything_is_asked(tmp_path: Path) -> None:
    """A Dataset without ids, and a text of another name, are errors that list the columns."""
    dataset = ray.data.from_arrow(pa.table({"ref": [1], "html": ["Cook"]}))
    with pytest.raises(InputError, match="the Dataset has no column 'text'; it has: ref, html"):
        extract_ray.read(dataset, run=tmp_path, id="ref")
    with pytest.raises(InputError, match="the Dataset has no column 'id'; it has: ref, html"):
        extract_ray.read(dataset, run=tmp_path, text="html")
    with pytest.raises(InputError, match=r"Traffic\.seconds"):
        extract_ray.read(dataset, run=tmp_path, traffic=Traffic(seconds=1))


def test_what_opens_the_desk_raises_at_once(server: LoopbackProcess, tmp_path: Path) -> None:
    """A folder of another run is refused with our error, not with Ray's."""
    dataset = ray.data.from_arrow(table(0))
    read(dataset, server, tmp_path / "run")
    other = Model("other", server.base_url, "none")
    with pytest.raises(JournalError, match="the model was 'loopback' and is now 'other'"):
        extract_ray.read(dataset, Notice, run=tmp_path / "run", model=other)


def test_a_later_read_takes_the_folder_over(server: LoopbackProcess, tmp_path: Path) -> None:
    """As when a notebook's cell is run again; the Dataset before says so."""
    dataset = ray.data.from_arrow(table(1, 2))
    first = read(dataset, server, tmp_path / "run")
    second = read(dataset, server, tmp_path / "run")
    assert 2 == len(rows(second))
    with pytest.raises(Exception, match=r"read\(\) again"):
        rows(first)


def test_ids_are_kept_apart_over_all_blocks(server: LoopbackProcess, tmp_path: Path) -> None:
    """An id of two texts is named in the later row, wherever it is; equal texts are asked once."""
    asked = Asked(server)
    same = pa.table({"id": ["LB-0000003", "copy"], "text": [text_of(4, SIZE), text_of(3, SIZE)]})
    dataset = ray.data.from_arrow([table(3), same])
    made = rows(read(dataset, server, tmp_path / "run"))
    assert 3 == len(made)
    assert {1} == set(asked.marks().values())
    failed = [row for row in made if isinstance(row, Failure)]
    assert ["ids must differ"] == [row.message.rpartition("; ")[2] for row in failed]


def test_checkpointing_leaves_out_what_is_written(server: LoopbackProcess, tmp_path: Path) -> None:
    """Ray's own checkpoints go by the ids of the rows, which are those of the input."""
    checkpoint = pytest.importorskip("ray.data.checkpoint")
    pq.write_table(table(*range(6)), tmp_path / "in.parquet")
    context = ray.data.DataContext.get_current()
    context.checkpoint_config = checkpoint.CheckpointConfig(
        id_column="id",
        checkpoint_path=str(tmp_path / "checkpoint"),
        delete_checkpoint_on_success=False,
    )
    try:
        for _ in range(2):
            dataset = ray.data.read_parquet(str(tmp_path / "in.parquet"))
            read(dataset, server, tmp_path / "run").write_parquet(str(tmp_path / "out"))
    finally:
        context.checkpoint_config = None
    written = pq.read_table(tmp_path / "out")["id"].to_pylist()
    assert [f"LB-{n:07}" for n in range(6)] == sorted(written)


def test_dates_stay_dates(tmp_path: Path) -> None:
    """Through Ray's blocks and its Parquet files, also where a block has only nulls."""
    made = []
    for day in (dt.date(2026, 2, 3), None):
        one = ArrowRows(Posting)
        one.add(record(Posting(posted_on=day), str(day)))
        made.append(one.taken())
    ray.data.from_arrow(made).write_parquet(str(tmp_path / "out"))
    back = pq.read_table(tmp_path / "out")
    assert pa.date32() == back.schema.field("posting").type.field("posted_on").type
    days = [row.posting.posted_on for row in frames.rows(back)]
    assert {dt.date(2026, 2, 3), None} == set(days)
