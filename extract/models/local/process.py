"""The server's process: started, asked for its address, and ended."""

from __future__ import annotations

import http.client
import json
import os
import secrets
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from extract.errors import WeightsError

__all__ = ["ServerOptions", "ServerProcess", "cores", "spawn"]

_PROGRAM = Path(__file__).with_name("child.py")
_ERRORS_ONLY, _EVERYTHING = 1, 3
_LOG_LINES = 3


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """How the server is run.

    `n_ctx` is the longest prompt and answer together, in tokens (28 KiB of memory each for the
    default model). `threads` is None for the cores this process may use. `n_batch` is how many
    tokens of a prompt are read before a cancelled request is noticed. `cache_mib` keeps the
    states of recent prompts, so that prompts with different beginnings do not push one another
    out. `load_timeout` is in seconds. `verbose` lets llama.cpp talk on stderr.
    """

    n_ctx: int = 16384
    threads: int | None = None
    n_batch: int = 512
    cache_mib: int = 256
    load_timeout: float = 300.0
    verbose: bool = False


@dataclass(frozen=True, slots=True)
class ServerProcess:
    """A server process and how to reach it."""

    process: subprocess.Popen[bytes]
    address: str
    api_key: str

    def alive(self) -> bool:
        """Tell whether the process is still there."""
        return self.process.poll() is None

    def kill(self) -> None:
        """End the process at once, whatever it is doing."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()


def cores(system: Path = Path("/sys")) -> int:
    """Return how many threads serve best here: physical cores this process may use, or its quota.

    -1 where the system does not say: llama.cpp then decides. More threads than cores are slower,
    and in a container the machine's cores are not the container's.

    >>> cores() != 0
    True
    """
    if not hasattr(os, "sched_getaffinity"):
        return -1
    cpus = system / "devices/system/cpu"
    physical = {
        _text(cpus / f"cpu{number}/topology/thread_siblings_list") or str(number)
        for number in os.sched_getaffinity(0)
    }
    quota, _, period = _text(system / "fs/cgroup/cpu.max").partition(" ")
    if not quota:
        quota = _text(system / "fs/cgroup/cpu/cpu.cfs_quota_us")
        period = _text(system / "fs/cgroup/cpu/cpu.cfs_period_us")
    limited = quota.isdecimal() and period.isdecimal() and int(period) > 0
    return max(1, min(len(physical), int(quota) // int(period)) if limited else len(physical))


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return ""


def spawn(path: Path, options: ServerOptions) -> ServerProcess:
    """Start a server for the model and wait until it answers; WeightsError if it never does."""
    api_key = secrets.token_urlsafe(24)
    request = {
        "path": str(path),
        "name": path.stem,
        "api_key": api_key,
        "n_ctx": options.n_ctx,
        "n_batch": options.n_batch,
        "cache_mib": options.cache_mib,
        "threads": options.threads or cores(),
        "verbosity": _EVERYTHING if options.verbose else _ERRORS_ONLY,
    }
    # The child must find the packages that this process finds, wherever they were added.
    search = os.pathsep.join(entry or str(Path.cwd()) for entry in sys.path)
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(  # noqa: S603  # our own program; nothing of it is input
            [sys.executable, "-P", str(_PROGRAM)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=None if options.verbose else log,
            env={**os.environ, "PYTHONPATH": search},
            # Ctrl-C is for this process, which then ends the server itself.
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
        child = ServerProcess(process, "", api_key)
        try:
            said = _answer(process, request, options.load_timeout)
            child = replace(child, address=_address(path, said, log))
            _check_health(child.address)
        except BaseException:
            child.kill()
            raise
    return child


def _answer(
    process: subprocess.Popen[bytes], request: dict[str, object], timeout: float
) -> dict[str, str]:
    """Send the parameters and wait for the child's one line; empty if it died or was too slow."""
    if process.stdin is None or process.stdout is None:  # pragma: no cover
        raise RuntimeError("the server's pipes were not opened")
    timer = threading.Timer(timeout, process.kill)
    timer.daemon = True
    timer.start()
    try:
        process.stdin.write(json.dumps(request).encode() + b"\n")
        process.stdin.flush()
        line = process.stdout.readline()
    except OSError:
        line = b""
    finally:
        timer.cancel()
    said: dict[str, str] = json.loads(line) if line else {}
    return said


def _address(path: Path, said: dict[str, str], log: IO[bytes]) -> str:
    if "address" in said:
        return said["address"]
    if "missing" in said:
        raise WeightsError(
            f"the embedded model needs its server ({said['missing']}): run "
            f"`pip install 'postings[local]'`, or name another model and its address"
        )
    log.seek(0)
    heard = [
        line.partition(" E ")[2].strip() or line  # without the time and the level
        for line in log.read().decode(errors="replace").splitlines()[:_LOG_LINES]
    ]
    reason = "; ".join([said.get("error", "it ended, or took too long, while loading"), *heard])
    raise WeightsError(
        f"the embedded server cannot load {path}; try less context or free more memory, run "
        f"`postings model verify`, or name another model ({reason})"
    )


def _check_health(address: str) -> None:
    # Not through urllib or an HTTP client: those would ask a configured proxy for loopback.
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)
    try:
        connection.request("GET", "/health")
        status = connection.getresponse().status
    except OSError as error:
        raise WeightsError(f"the embedded server is not reachable at {address}: {error}") from error
    finally:
        connection.close()
    if status != http.client.OK:
        raise WeightsError(f"the embedded server at {address} is not well (status {status})")
