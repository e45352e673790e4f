"""The embedded model server: llama.cpp behind an OpenAI-compatible address on this machine.

It runs in a process of its own, which ends with its last user whatever happens to that one: a
request in flight, an exception, Ctrl-C, a kill. It listens on loopback only, on a free port, and
wants a key drawn for the occasion. All uses of one model on a machine share one server, and its
queue.
"""

from __future__ import annotations

import asyncio
import atexit
import os
import threading
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, NamedTuple, Self

from extract.models.local.lease import Lease, lease, private_folder
from extract.models.local.origin import DEFAULT
from extract.models.local.process import ServerOptions, cores
from extract.models.local.states import prime
from extract.models.local.weights import resolve

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from extract.models.local.weights import Progress

__all__ = ["LocalServer", "ServerOptions", "primed", "running"]


class _Key(NamedTuple):
    """What a server is for: a file, which file that is, and how it is run."""

    path: Path
    model: str
    options: ServerOptions


@dataclass(slots=True)
class _Pool:
    """The servers that one process uses, by what they are for, with the number of their uses."""

    owner: int
    lock: threading.RLock = field(default_factory=threading.RLock)
    leases: dict[_Key, Lease] = field(default_factory=dict)
    users: dict[_Key, int] = field(default_factory=dict)
    kept: set[_Key] = field(default_factory=set)

    def acquire(self, key: _Key) -> Lease:
        with self.lock:
            held = self.leases.get(key)
            if held is None or not held.alive():
                if held is not None:
                    held.leave()
                held = self.leases[key] = lease(*key, private_folder("states"))
            self.users[key] = self.users.get(key, 0) + 1
            return held

    def release(self, key: _Key) -> None:
        with self.lock:
            self.users[key] -= 1
            if not self.users[key] and key not in self.kept:
                self.leases.pop(key).leave()

    def at(self, base_url: str) -> tuple[_Key, Lease] | None:
        with self.lock:
            return next((use for use in self.leases.items() if _url(use[1]) == base_url), None)

    def close(self) -> None:
        # A forked copy of the process has a copy of the pool: the uses are not its own.
        if os.getpid() == self.owner:
            for held in self.leases.values():
                held.leave()


@cache
def _pool(owner: int) -> _Pool:
    pool = _Pool(owner)
    atexit.register(pool.close)
    return pool


class LocalServer:
    """A server for one model file: a context manager, or `start` and `stop`.

    `path` is a GGUF file, or None for the default model, which is got if need be. `base_url`,
    `api_key` and `name` are what a client needs once it runs. Starting takes seconds, and raises
    WeightsError where the file or the `local` extra is missing, or the model cannot be loaded.
    """

    def __init__(
        self,
        path: str | os.PathLike[str] | None = None,
        options: ServerOptions | None = None,
        progress: Progress | None = None,
    ) -> None:
        self._path = path
        self._options = options or ServerOptions()
        self._progress = progress
        self._use: tuple[_Pool, _Key, Lease] | None = None

    @property
    def base_url(self) -> str:
        """The address for an OpenAI client, as `http://127.0.0.1:PORT/v1`."""
        return _url(self._started()[2])

    @property
    def api_key(self) -> str:
        """The key that this server wants."""
        return self._started()[2].api_key

    @property
    def name(self) -> str:
        """The model's name in requests and responses: the file's name without its ending."""
        return self._started()[1].path.stem

    def start(self) -> Self:
        """Find the model and start its server, or join the one that already runs."""
        if self._use is not None and not self._use[2].alive():
            self.stop()
        if self._use is None:
            path = resolve(self._path, progress=self._progress)
            key = _Key(path, _identity(path, own=self._path is not None), self._options)
            pool = _pool(os.getpid())
            self._use = (pool, key, pool.acquire(key))
        return self

    def stop(self) -> None:
        """Leave the server, which ends with its last user. Harmless when not started."""
        if self._use is not None:
            (pool, key, _lease), self._use = self._use, None
            if os.getpid() == pool.owner:
                pool.release(key)

    def keep(self) -> Self:
        """Let the server run on without users until this process ends."""
        pool, key, _lease = self._started()
        pool.kept.add(key)
        return self

    def __enter__(self) -> Self:
        """Start the server."""
        return self.start()

    def __exit__(self, *_exception: object) -> None:
        """Stop it."""
        self.stop()

    def _started(self) -> tuple[_Pool, _Key, Lease]:
        if self._use is None:
            raise RuntimeError("the server has not been started")
        return self._use


def running(
    path: str | os.PathLike[str] | None = None,
    options: ServerOptions | None = None,
    progress: Progress | None = None,
) -> LocalServer:
    """Return a started server that stays up until this process ends, however often it is asked.

    For callers that come and go: loading takes seconds, and a server remembers the constant part
    of the prompt.
    """
    return LocalServer(path, options, progress).start().keep()


async def primed(base_url: str | None, constant: Sequence[Mapping[str, str]]) -> None:
    """Let a server of ours know the messages that every prompt begins with, if it does not yet.

    They are read from disk where a run before has left them. Harmless for any other server.
    """
    use = _pool(os.getpid()).at(base_url or "")
    if use is None:
        return
    key, held = use
    done: Future[None] = Future()
    done.set_running_or_notify_cancel()  # nobody can cancel it from here on
    options = key.options
    settings = (key.model, options.n_ctx, options.n_batch, options.threads or cores())

    def work() -> None:
        try:
            prime(held, settings, constant)
        finally:
            done.set_result(None)

    # A daemon: whoever is interrupted need not wait until the prompt has been read.
    threading.Thread(target=work, daemon=True).start()
    await asyncio.wrap_future(done)


def _url(held: Lease) -> str:
    return f"{held.address}/v1"


def _identity(path: Path, *, own: bool) -> str:
    """Return what a file is: the default model by its SHA-256, any other by size and time."""
    if not own:
        return DEFAULT.sha256
    stat = path.stat()
    return f"{path}, {stat.st_size} bytes of {stat.st_mtime_ns}"
