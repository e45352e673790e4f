"""One embedded server for all processes of a machine: joined, outlived, found dead, and ended."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import textwrap
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from extract.models.local import LocalServer, ServerOptions, lease, process
from tests.engine import ends, got, runs

if TYPE_CHECKING:
    from collections.abc import Iterator

USER = """
    import http.client, json, sys
    from urllib.parse import urlsplit
    from extract.models.local import server
    with server.LocalServer({model!r}) as used:
        connection = http.client.HTTPConnection(urlsplit(used.base_url).netloc)
        connection.request("GET", "/")
        print(json.loads(connection.getresponse().read())["pid"], flush=True)
        sys.stdin.read()
"""


@contextmanager
def user(model: Path) -> Iterator[subprocess.Popen[str]]:
    """Use a server in another process until its input closes."""
    started = subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", textwrap.dedent(USER.format(model=str(model)))],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with started:
        yield started


def server_of(user_process: subprocess.Popen[str]) -> int:
    """Wait until another process uses a server, and return that server's process id."""
    assert user_process.stdout is not None
    return int(user_process.stdout.readline())


def record(cache: Path) -> Path:
    """Return the one record of a server."""
    (found,) = (cache / "servers").glob("*.json")
    return found


def test_two_processes_that_start_at_once_share_one_server(gguf: Path, engine: Path) -> None:
    """The one that comes second waits for the other's server, and either may end first."""
    with user(gguf) as one, user(gguf) as other:
        pid = server_of(one)
        assert pid == server_of(other)
        one.communicate()
        assert runs(pid)
        other.communicate()
        assert (0, 0) == (one.returncode, other.returncode)
        assert ends(pid)


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
def test_the_server_outlives_whoever_started_it(gguf: Path, engine: Path) -> None:
    """A kill of the process that started it takes nothing from the others; the last one ends it."""
    with user(gguf) as starter:
        pid = server_of(starter)
        with LocalServer(gguf) as server:
            starter.kill()
            starter.wait()
            assert got(server)["pid"] == pid
        assert ends(pid)


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
def test_a_killed_server_is_replaced_for_all(gguf: Path, engine: Path) -> None:
    """Its record stays behind: whoever comes next sees that nobody answers there."""
    with user(gguf) as starter:
        pid = server_of(starter)
        os.kill(pid, signal.SIGKILL)
        assert ends(pid)
        with LocalServer(gguf) as server, user(gguf) as next_user:
            assert got(server)["pid"] == server_of(next_user) != pid


def test_the_record_and_its_folder_are_private(gguf: Path, engine: Path, own_cache: Path) -> None:
    """Only the user can read the secrets, and the key to the model is not among them."""
    with LocalServer(gguf) as server:
        written = json.loads(record(own_cache).read_bytes())
        assert {"door", "token", "proof"} == written.keys()
        assert server.api_key not in written.values()
        if sys.platform != "win32":
            modes = [
                stat.S_IMODE(path.stat().st_mode) for path in (own_cache / "servers").iterdir()
            ]
            assert {0o600} == set(modes)
            assert stat.S_IMODE((own_cache / "servers").stat().st_mode) == 0o700


@pytest.mark.parametrize("fault", ["empty", "not JSON", "no door", "another proof", "silent"])
def test_a_record_that_leads_nowhere_is_replaced(
    fault: str, gguf: Path, engine: Path, own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither a damaged record nor another program at its door keeps anybody from a server."""
    monkeypatch.setattr(lease, "_SECONDS", 2.0)
    with LocalServer(gguf) as first, socket.create_server(("127.0.0.1", 0)) as listener:
        good = json.loads(record(own_cache).read_bytes())
        record(own_cache).write_text(
            {
                "empty": "",
                "not JSON": "{",
                "no door": "{}",
                "another proof": json.dumps({**good, "proof": "x"}),
                "silent": json.dumps({**good, "door": listener.getsockname()[1]}),
            }[fault]
        )
        with user(gguf) as other:
            assert server_of(other) != got(first)["pid"]


def test_a_wrong_token_opens_nothing(gguf: Path, engine: Path, own_cache: Path) -> None:
    """Who has not shown the token gets no answer, and is no user."""
    with LocalServer(gguf) as server:
        pid = got(server)["pid"]
        door = json.loads(record(own_cache).read_bytes())["door"]
        for line in (
            b'{"token": "x"}\n',
            b'{"prompt": "x"}\n',
            b"GET / HTTP/1.1\n\n",
            b"[]\n",
            b"[" * 4000 + b"\n",
        ):
            with socket.create_connection(("127.0.0.1", door), 10) as connection:
                connection.sendall(line)
                assert connection.recv(100) == b""
        idle = socket.create_connection(("127.0.0.1", door), 10)
    with idle:
        assert not runs(pid)


@pytest.mark.parametrize("other", ["options", "content"])
def test_only_equal_wishes_share(other: str, gguf: Path, engine: Path) -> None:
    """Other options, or a file of other content, are another server."""
    with user(gguf) as running:
        pid = server_of(running)
        options = ServerOptions(n_ctx=1024) if other == "options" else None
        if other == "content":
            gguf.write_bytes(b"GGUF" + bytes(61))
        with LocalServer(gguf, options) as server:
            assert got(server)["pid"] != pid


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX permissions")
def test_without_a_folder_of_ones_own_each_has_its_server(
    gguf: Path, engine: Path, own_cache: Path
) -> None:
    """A cache that cannot be written costs the sharing, and nothing else."""
    own_cache.parent.mkdir()
    own_cache.write_bytes(b"a file is in the way")
    with LocalServer(gguf) as server, user(gguf) as other:
        assert server_of(other) != got(server)["pid"]


def test_a_server_that_nobody_enters_ends(gguf: Path, engine: Path) -> None:
    """Whoever is killed while the model loads leaves a server that gives up by itself."""
    program = (
        "import json, runpy, sys; child = runpy.run_path(sys.argv[1]);"
        "child['main'].__globals__['FIRST_USER'] = 0.1; child['main']()"
    )
    asked = {"path": str(gguf), "name": "tiny", "states": "", "n_ctx": 1, "n_batch": 1}
    asked |= {"cache_mib": 1, "draft": 0, "threads": 1, "verbosity": 1}
    asked |= dict.fromkeys(("api_key", "token", "proof"), "x")
    ended = subprocess.run(  # noqa: S603
        [sys.executable, "-c", program, str(process.PROGRAM)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        input=json.dumps(asked).encode() + b"\n",
        capture_output=True,
        timeout=60,
        check=True,
    )
    assert {"address", "door", "engine"} == json.loads(ended.stdout).keys()
