"""Ray Data: a Dataset of postings in, a Dataset of rows out. See docs/ray.md.

This module is `extract.ray`; Ray itself is `ray`, and is imported only when `read` is called.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from anyio.from_thread import start_blocking_portal
from pydantic import BaseModel

from extract.cluster.batch_reader import BatchReader, ReaderJob
from extract.cluster.batch_rows import BatchColumns
from extract.cluster.calls import (
    CallAnswer,
    CallFault,
    DeskCall,
    DeskJob,
    FinishedRow,
    Opening,
    TextRow,
)
from extract.cluster.desk import RunDesk
from extract.errors import InputError, JournalError
from extract.late import late
from extract.models.client import Model, connected
from extract.posting import Posting
from extract.runs.opening import LOCAL
from extract.runs.traffic import Traffic
from extract.sources.frame_rows import check_columns

if TYPE_CHECKING:
    import ray
else:
    ray = late("ray")

__all__ = ["RayOptions", "read"]

_CONCURRENCY = 16
_BATCH = 16
"""Rows that a reader takes at once; Ray gives it up to four such batches at a time."""

_CALLS = 100_000
"""Calls that a desk takes at once: those that wait for their turn cost it little."""


class RayOptions(TypedDict, total=False):
    """Further options of `read`. `source` is a column that says where each text comes from.

    The others mean what they mean in `extract_many`; they hold for all readers together.
    """

    source: str | None
    prompt: str | Path | None
    concurrency: int
    traffic: Traffic
    retry_failed: bool


def read(  # noqa: PLR0913 - which columns, and what every run needs
    dataset: ray.data.Dataset,
    schema: type[BaseModel] = Posting,
    *,
    run: str | Path,
    text: str = "text",
    id: str = "id",  # noqa: A002 - the column of a row's own key
    model: str | Model = LOCAL,
    actors: int | None = None,
    **options: Unpack[RayOptions],
) -> ray.data.Dataset:
    """Read each row of a Dataset as one posting, and return a Dataset of the rows.

    `text` is the column of the postings, as text or bytes, and `id` that of their ids, which must
    differ. The result is lazy, and has a row for each row: a record or a failure, in columns that
    do not depend on what the rows hold (see docs/rows.md).

    `actors` is the most readers at once, each with a CPU; None is one for each CPU of the cluster.
    The model is asked by one further actor, on this machine, which keeps the run in the folder
    `run`. Caps, pace and `concurrency` hold for all readers together. What is answered is not asked
    again, whatever Ray runs again, and not by the next `read` with the same folder either. What a
    cap leaves unread is a failure that is not kept.

    Raises InputError if the Dataset has no such column or Ray is not installed, JournalError if the
    folder is in use or belongs to another run, AuthenticationError if there is no key.
    """
    _started()
    traffic = options.get("traffic", Traffic())
    if traffic.seconds is not None:
        raise InputError("Traffic.seconds does not work with Ray, which decides when blocks run")
    if traffic.cache is not None:
        traffic = replace(traffic, cache=traffic.cache.resolve())
    columns = BatchColumns(text, id, options.get("source"))
    known = dataset.schema()
    if known is not None:
        check_columns(known.names, columns.names, "the Dataset")
    most = actors or max(1, int(ray.cluster_resources().get("CPU", 1)))
    concurrency = options.get("concurrency", _CONCURRENCY)
    with start_blocking_portal() as portal:
        model = portal.call(_with_key, model)
    wanted = DeskJob(
        Path(run).resolve(), schema, model, _absolute(options.get("prompt")), concurrency, traffic
    )
    desk = _desk_of(wanted)
    _called(desk.opening.remote(retry_failed=options.get("retry_failed", False)))
    share = -(-concurrency // most)
    job = ReaderJob(schema, columns, share, traffic.seconds_per_document)
    return dataset.map_batches(
        _RayReader,
        fn_constructor_kwargs={"desk": desk, "job": job},
        batch_size=_BATCH,
        batch_format="pyarrow",
        compute=ray.data.ActorPoolStrategy(min_size=1, max_size=most),
        num_cpus=1,
        udf_modifying_row_count=False,
    )


class _RayReader(BatchReader):
    """A reader in an actor of Ray Data."""

    def __init__(self, desk: Any, job: ReaderJob) -> None:
        super().__init__(_RayLink(desk), job)


class _RayLink:
    """A desk that is an actor of Ray."""

    def __init__(self, actor: Any) -> None:
        self._actor = actor

    async def opening(self) -> Opening:
        opening: Opening = await self._result(self._actor.opening.remote())
        return opening

    async def begin(self, documents: Sequence[tuple[str, str]]) -> list[TextRow | str | None]:
        begun: list[TextRow | str | None] = await self._result(self._actor.begin.remote(documents))
        return begun

    async def ask(self, call: DeskCall) -> CallAnswer | CallFault:
        answer: CallAnswer | CallFault = await self._result(self._actor.ask.remote(call))
        return answer

    async def keep(self, rows: Sequence[FinishedRow]) -> list[str]:
        payers: list[str] = await self._result(self._actor.keep.remote(rows))
        return payers

    async def learn(self, step: str) -> None:
        await self._result(self._actor.learn.remote(step))

    async def _result(self, reference: Any) -> Any:
        try:
            return await reference
        except ray.exceptions.RayTaskError as error:
            raise error.cause from error
        except ray.exceptions.RayActorError as error:
            raise JournalError(
                "the run's folder was given to a later read() with the same folder; read() again"
            ) from error


def _started() -> None:
    try:
        import ray.data  # noqa: PLC0415 - an extra, and slow to import
    except ImportError as error:
        raise InputError("Ray is not installed: pip install 'postings[ray]'") from error
    if not ray.is_initialized():
        ray.init()


async def _with_key(model: str | Model) -> str | Model:
    """Return a model with the key that this program has: the desk may have another environment.

    Raises AuthenticationError if there is none.
    """
    if model == LOCAL:
        return model
    meant = model if isinstance(model, Model) else Model(model)
    if meant.api_key is not None:
        return meant
    client = connected(meant)
    try:
        return replace(meant, api_key=client.api_key)
    finally:
        await client.close()


def _absolute(prompt: str | Path | None) -> str | Path | None:
    """Return a template's path as an absolute one; the name of a shipped template as it is."""
    if prompt is None or not str(prompt).endswith(".toml"):
        return prompt
    return Path(prompt).resolve()


def _desk_of(job: DeskJob) -> Any:
    """Return the actor of a new desk; an idle one of the same folder gives way to it."""
    name = f"postings {job.folder}"
    try:
        before = ray.get_actor(name)
    except ValueError:
        before = None
    if before is not None:
        _dismissed(before, job.folder)
    here = ray.get_runtime_context().get_node_id()
    on_this_node = ray.util.scheduling_strategies.NodeAffinitySchedulingStrategy(here, soft=False)
    kind = ray.remote(RunDesk).options(
        name=name,
        num_cpus=0,
        max_restarts=-1,
        max_task_retries=-1,
        max_concurrency=_CALLS,
        scheduling_strategy=on_this_node,
    )
    return kind.remote(job)


def _dismissed(desk: Any, folder: Path) -> None:
    try:
        if not _called(desk.idle.remote()):
            raise JournalError(f"{folder} is in use by another Dataset of this program")
        _called(desk.close.remote())
        ray.kill(desk)
    except ray.exceptions.RayActorError:
        return


def _called(reference: Any) -> Any:
    try:
        return ray.get(reference)
    except ray.exceptions.RayTaskError as error:
        raise error.cause from None
