"""A use of the embedded server: the one that runs on this machine is joined, or one is started.

A record in the user's cache says where the server's door is, and holds two secrets: the token that
a user shows, and the proof that the server shows. Only this user can read it. A record whose
server has ended, or is another program by now, is replaced. Where no record can be kept, the
server is not shared. A server is joined only by those who want the same: machine, model, options,
version of xllamacpp and program.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import secrets
import socket
import threading
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Self

from filelock import FileLock, Timeout
from platformdirs import user_cache_path

from extract.errors import WeightsError
from extract.models.local import process
from extract.models.local.process import ServerOptions, spawn

__all__ = ["Lease", "lease", "private_folder"]

_SECONDS = 10.0
"""For one step at the door: to be let in, or to end."""

_FAULTS = (OSError, ValueError, KeyError, TypeError)


@dataclass(slots=True)
class Lease:
    """A use of a server: how to reach it, and the connection that counts as its user.

    `engine` says what computes there, `states` is the folder of its prompts' states, empty for
    none. `reaper` waits for the process where we have started it.
    """

    address: str
    api_key: str
    engine: str
    states: str
    connection: socket.socket = field(repr=False)
    reaper: threading.Thread | None = None
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @classmethod
    def enter(cls, record: dict[str, Any]) -> Self:
        """Become a user of a server. Raises one of `_FAULTS` where it is not there."""
        connection = socket.create_connection(("127.0.0.1", record["door"]), _SECONDS)
        try:
            greeting = _exchange(connection, {"token": record["token"]})
            _check(greeting["proof"], record["proof"])
            address, api_key = greeting["address"], greeting["api_key"]
            return cls(address, api_key, greeting["engine"], greeting["states"], connection)
        except BaseException:
            connection.close()
            raise

    def alive(self) -> bool:
        """Return whether the server is still there."""
        with self.lock:
            try:
                self.connection.settimeout(0)
                ended = self.connection.recv(1, socket.MSG_PEEK) == b""
            except BlockingIOError:
                ended = False
            except OSError:  # left already
                return False
            self.connection.settimeout(_SECONDS)
            return not ended

    def introduce(self, prompt: str) -> dict[str, bool]:
        """Make a constant prompt known; return whether it was `known`, and was the first one."""
        with self.lock:
            return _exchange(self.connection, {"prompt": prompt})

    def leave(self) -> None:
        """Stop using the server, and wait for its end if nobody else uses it."""
        with self.connection, suppress(OSError):
            self.connection.shutdown(socket.SHUT_WR)
            if not self.connection.recv(64) and self.reaper is not None:
                self.reaper.join(_SECONDS)


def lease(path: Path, model: str, options: ServerOptions, states: Path | None) -> Lease:
    """Join the server of a model, or start it. Raises WeightsError if it cannot be started.

    `model` is the file's identity.
    """
    folder = private_folder("servers")
    if folder is None:
        return _started(path, options, states, None)
    name = _name(path, model, options)
    lock = FileLock(folder / f"{name}.lock", timeout=options.load_timeout, mode=0o600)
    try:
        lock.acquire()
    except (OSError, NotImplementedError, Timeout):
        return _started(path, options, states, None)
    try:
        record = folder / f"{name}.json"
        with suppress(*_FAULTS):
            return Lease.enter(json.loads(record.read_bytes()))
        return _started(path, options, states, record)
    finally:
        lock.release()


def private_folder(name: str) -> Path | None:
    """Return a folder in the user's cache that nobody else can read; None where there is none."""
    folder = user_cache_path("postings") / name
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if hasattr(os, "getuid"):
            if folder.stat().st_uid != os.getuid():
                return None
            folder.chmod(0o700)
    except OSError:
        return None
    return folder if os.access(folder, os.W_OK) else None


def _name(path: Path, model: str, options: ServerOptions) -> str:
    """Return the name for all that two users of one server must have in common."""
    try:
        engine = version("xllamacpp")
    except PackageNotFoundError:
        engine = ""
    program = hashlib.sha256(process.PROGRAM.read_bytes()).hexdigest()
    same = [platform.node(), str(path), model, asdict(options), engine, program]
    return hashlib.sha256(json.dumps(same).encode()).hexdigest()[:32]


def _started(path: Path, options: ServerOptions, states: Path | None, record: Path | None) -> Lease:
    secret = {name: secrets.token_urlsafe(24) for name in ("api_key", "token", "proof")}
    spawned = spawn(path, options, secret, states)
    # It may outlive its other users and be ended by one of them: somebody must wait for it.
    reaper = threading.Thread(target=spawned.process.wait, daemon=True)
    reaper.start()
    written = {"door": spawned.door, "token": secret["token"], "proof": secret["proof"]}
    try:
        entered = Lease.enter(written)
    except _FAULTS as error:
        spawned.process.kill()
        raise WeightsError(f"the embedded server for {path} does not answer: {error}") from error
    entered.reaper = reaper
    if record is not None:
        with suppress(OSError):
            _write(record, json.dumps(written))
    return entered


def _write(file: Path, text: str) -> None:
    aside = file.with_name(f"{file.name}.{os.getpid()}")
    try:
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as written:
            written.write(text)
        aside.replace(file)
    finally:
        aside.unlink(missing_ok=True)


def _check(proof: str, expected: str) -> None:
    if not secrets.compare_digest(proof, expected):
        raise ValueError("another program listens there")


def _exchange(connection: socket.socket, line: dict[str, str]) -> dict[str, Any]:
    """Send a line and return the line that answers it."""
    connection.sendall(json.dumps(line).encode() + b"\n")
    received = b""
    while not received.endswith(b"\n"):
        part = connection.recv(4096)
        if not part:
            raise ConnectionError("the server has closed its door")
        received += part
    reply: dict[str, Any] = json.loads(received)
    return reply
