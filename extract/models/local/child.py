"""The program the server runs in: a process of its own, started by path, never imported.

One line of JSON comes in (the parameters), one line goes out (`address`, `door` and `engine`, or
what went wrong). Then the model is served on one port, and its users are counted on another, the
door: a user is a connection there, which the system closes however the user's process ends. The
process ends with its last user.
"""

from __future__ import annotations

import hmac
import importlib
import json
import os
import platform
import selectors
import socket
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, NoReturn

FIRST_USER = 30.0
"""Seconds until the first user is there: whoever started us has ended otherwise."""

_LONGEST = 4096
"""Bytes of a line at the door."""


def main() -> None:
    """Serve the model until its last user has gone."""
    # What native code prints goes to the log; only the one line of the answer leaves by stdout.
    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    asked = json.loads(sys.stdin.buffer.readline())
    listener = socket.create_server(("127.0.0.1", 0))
    try:
        server, engine = _serve(asked)
        reply = {
            "address": server.listening_address,
            "door": listener.getsockname()[1],
            "engine": engine,
        }
    except ImportError as error:
        reply = {"missing": str(error)}
    except Exception as error:  # noqa: BLE001  # whatever it is, the parent must hear of it
        reply = {"error": str(error)}
    answer.write(json.dumps(reply) + "\n")
    answer.close()
    if "address" in reply:
        greeting = {key: reply[key] for key in ("address", "engine")}
        greeting |= {key: asked[key] for key in ("proof", "api_key", "states")}
        _Entrance(listener, asked["token"], greeting).watch()
    _end()


def _end() -> NoReturn:
    # Destroying a server with a request in flight waits for it for ever (xllamacpp 2026.10), so
    # nothing is destroyed: the process just ends.
    os._exit(0)


@dataclass(slots=True)
class _Visitor:
    """A connection at the door: what it has sent so far, and whether it has shown the token."""

    connection: socket.socket
    sent: bytes = b""
    is_user: bool = False


@dataclass(slots=True)
class _Entrance:
    """The door, where users come and go. Each line from one is JSON, and is answered with a line.

    The first line is {"token"}, answered with the greeting. {"prompt"} then asks whether a
    constant prompt is known already, and makes it known: only the first to ask has to read it.
    """

    listener: socket.socket
    token: str
    greeting: dict[str, Any]
    users: set[socket.socket] = field(default_factory=set)
    prompts: set[str] = field(default_factory=set)
    selector: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector)

    def watch(self) -> None:
        """Return when the last user has gone, or when there was none in time."""
        self.selector.register(self.listener, selectors.EVENT_READ)
        until = time.monotonic() + FIRST_USER
        while not self.users:
            left = until - time.monotonic()
            if left <= 0:
                return
            self._turn(left)
        while self.users:
            self._turn(None)

    def _turn(self, seconds: float | None) -> None:
        for key, _events in self.selector.select(seconds):
            if key.fileobj is self.listener:
                with suppress(OSError):
                    connection, _address = self.listener.accept()
                    connection.settimeout(1.0)
                    visitor = _Visitor(connection)
                    self.selector.register(connection, selectors.EVENT_READ, visitor)
            else:
                self._heard(key.data)

    def _heard(self, visitor: _Visitor) -> None:
        try:
            received = visitor.connection.recv(_LONGEST)
            visitor.sent += received
            while b"\n" in visitor.sent:
                line, _, visitor.sent = visitor.sent.partition(b"\n")
                reply = self._reply(visitor, json.loads(line))
                visitor.connection.sendall(json.dumps(reply).encode() + b"\n")
        except Exception:  # noqa: BLE001  # whatever a visitor sends, the others are served
            received = b""
        if not received or len(visitor.sent) > _LONGEST:
            self._gone(visitor)

    def _reply(self, visitor: _Visitor, line: dict[str, str]) -> dict[str, Any]:
        if not visitor.is_user:
            if not hmac.compare_digest(self.token, line["token"]):
                raise ValueError("a wrong token")
            visitor.is_user = True
            self.users.add(visitor.connection)
            return self.greeting
        known = line["prompt"] in self.prompts
        fresh = not self.prompts
        self.prompts.add(line["prompt"])
        return {"known": known, "fresh": fresh}

    def _gone(self, visitor: _Visitor) -> None:
        self.selector.unregister(visitor.connection)
        if visitor.is_user:
            self.users.discard(visitor.connection)
            if not self.users:
                _end()  # the connection closes when the process has ended: who leaves waits for it
            with suppress(OSError):
                visitor.connection.sendall(b"others\n")
        visitor.connection.close()


def _serve(asked: dict[str, Any]) -> tuple[Any, str]:
    """Load the model. Return its server, and what computes: version and instruction sets."""
    # An extra without types, imported late: its absence is an answer, not a crash.
    xllamacpp: Any = importlib.import_module("xllamacpp")
    params = xllamacpp.CommonParams()
    params.model.path = asked["path"]
    params.model_alias = {asked["name"]}
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_keys = [asked["api_key"]]
    # No page that a browser on this machine shows may read an answer.
    params.cors_origins = "null"
    params.cors_credentials = False
    params.ui = False
    params.endpoint_slots = False
    params.slot_save_path = asked["states"]
    params.verbosity = asked["verbosity"]
    params.n_ctx = asked["n_ctx"]
    params.n_parallel = 1
    params.n_batch = params.n_ubatch = asked["n_batch"]
    # Repacked weights read a prompt 25 to 30 % slower on x86-64 (AVX2, Q4_K_M), write 5 % faster.
    # On ARM repacking is what makes reading fast.
    params.no_extra_bufts = platform.machine().lower() in {"x86_64", "amd64"}
    params.cache_ram_mib = asked["cache_mib"]
    if asked["draft"]:
        # Speculative decoding: an answer repeats the fields of the examples and the words of the
        # document. If the last two tokens occurred earlier, those that followed them there are
        # checked in the same pass as the next token. The model's own choice counts.
        drafts = xllamacpp.common_speculative_type.COMMON_SPECULATIVE_TYPE_NGRAM_SIMPLE
        params.speculative.types = [drafts]
        params.speculative.ngram_simple.size_n = 2
        params.speculative.ngram_simple.size_m = asked["draft"]
    params.cpuparams.n_threads = asked["threads"]
    params.cpuparams_batch.n_threads = asked["threads"]
    engine = f"xllamacpp {xllamacpp.__version__}, {platform.machine()}, "
    return xllamacpp.Server(params), engine + xllamacpp.get_system_info()


if __name__ == "__main__":
    main()
