"""The embedded model server: llama.cpp behind an OpenAI-compatible address on this machine.

It runs in a process of its own, which ends with this one whatever happens to it: a request in
flight, an exception, Ctrl-C, a kill. It listens on loopback only, on a free port, and wants a key
drawn for the occasion. Several uses of one model in a process share one server.
"""

from __future__ import annotations

import atexit
import os
import threading
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Self

from extract.models.local.process import ServerOptions, ServerProcess, spawn
from extract.models.local.weights import resolve

if TYPE_CHECKING:
    from pathlib import Path

    from extract.models.local.weights import Progress

    _Key = tuple[Path, ServerOptions]

__all__ = ["LocalServer", "ServerOptions", "running"]


@dataclass(slots=True)
class _Pool:
    """The servers of one process, by model and options, with the number of their users."""

    owner: int
    lock: threading.RLock = field(default_factory=threading.RLock)
    children: dict[_Key, ServerProcess] = field(default_factory=dict)
    users: dict[_Key, int] = field(default_factory=dict)
    kept: set[_Key] = field(default_factory=set)

    def acquire(self, key: _Key) -> ServerProcess:
        with self.lock:
            child = self.children.get(key)
            if child is None or not child.alive():
                if child is not None:
                    child.kill()
                child = self.children[key] = spawn(*key)
            self.users[key] = self.users.get(key, 0) + 1
            return child

    def release(self, key: _Key) -> None:
        with self.lock:
            self.users[key] -= 1
            if not self.users[key] and key not in self.kept:
                self.children.pop(key).kill()

    def close(self) -> None:
        # A forked copy of the process has a copy of the pool: the servers are not its own.
        if os.getpid() == self.owner:
            for child in self.children.values():
                child.kill()


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
        self._use: tuple[_Pool, _Key, ServerProcess] | None = None

    @property
    def base_url(self) -> str:
        """The address for an OpenAI client, as `http://127.0.0.1:PORT/v1`."""
        return f"{self._started()[2].address}/v1"

    @property
    def api_key(self) -> str:
        """The key that this server wants."""
        return self._started()[2].api_key

    @property
    def name(self) -> str:
        """The model's name in requests and responses: the file's name without its ending."""
        return self._started()[1][0].stem

    def start(self) -> Self:
        """Find the model and start its server, or join the one that already runs."""
        if self._use is not None and not self._use[2].alive():
            self.stop()
        if self._use is None:
            key = (resolve(self._path, progress=self._progress), self._options)
            pool = _pool(os.getpid())
            self._use = (pool, key, pool.acquire(key))
        return self

    def stop(self) -> None:
        """Leave the server; its process ends with its last user. Harmless when not started."""
        if self._use is not None:
            (pool, key, _child), self._use = self._use, None
            if os.getpid() == pool.owner:
                pool.release(key)

    def keep(self) -> Self:
        """Let the server run on without users until this process ends."""
        pool, key, _child = self._started()
        pool.kept.add(key)
        return self

    def __enter__(self) -> Self:
        """Start the server."""
        return self.start()

    def __exit__(self, *_exception: object) -> None:
        """Stop it."""
        self.stop()

    def _started(self) -> tuple[_Pool, _Key, ServerProcess]:
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
